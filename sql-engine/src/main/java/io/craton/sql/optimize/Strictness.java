package io.craton.sql.optimize;

import io.craton.sql.expr.DatumEquality;
import io.craton.sql.expr.Relations;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.BitSet;
import java.util.List;

/** What is known about nulls: which columns never hold one, which expressions pass one on. Pure functions; unsure means no. */
final class Strictness {
    private Strictness() {}

    /** Fields such that the expression is null when any one of them is. */
    static BitSet nullWhenNull(Scalar scalar) {
        BitSet fields = new BitSet();
        switch (scalar) {
            case Scalar.Column column -> fields.set(column.index());
            case Scalar.Relabel relabel -> fields.or(nullWhenNull(relabel.argument()));
            case Scalar.Collate collate -> fields.or(nullWhenNull(collate.argument()));
            case Scalar.CoerceViaIo coerce -> fields.or(nullWhenNull(coerce.argument()));
            case Scalar.Not not -> fields.or(nullWhenNull(not.argument()));
            case Scalar.Call call -> {
                if (call.function().strict() && !call.function().returnsSet()) {
                    for (Scalar argument : call.arguments()) fields.or(nullWhenNull(argument));
                }
            }
            default -> {}
        }
        return fields;
    }

    /** Fields such that the condition is not true when any one of them is null. */
    static BitSet rejectsNull(Scalar condition) {
        BitSet fields = new BitSet();
        switch (condition) {
            case Scalar.Logical logical when logical.kind() == Scalar.Logic.AND -> {
                for (Scalar part : logical.arguments()) fields.or(rejectsNull(part));
            }
            case Scalar.Logical logical -> {
                for (int i = 0; i < logical.arguments().size(); i++) {
                    BitSet part = rejectsNull(logical.arguments().get(i));
                    if (i == 0) fields.or(part);
                    else fields.and(part);
                }
            }
            case Scalar.IsNull test -> {
                if (test.negated() && test.argument() instanceof Scalar.Column column) fields.set(column.index());
            }
            // Over an empty array ANY is false, not null, and ALL is true.
            case Scalar.AnyAll any -> {
                if (!any.all() && any.operator().strict()) fields.or(nullWhenNull(any.left()));
            }
            default -> fields.or(nullWhenNull(condition));
        }
        return fields;
    }

    static boolean neverNull(Relation relation, Scalar scalar) {
        return switch (scalar) {
            case Scalar.Constant constant -> constant.value() != null;
            case Scalar.Column column -> neverNull(relation, column.index());
            case Scalar.Relabel relabel -> neverNull(relation, relabel.argument());
            case Scalar.Collate collate -> neverNull(relation, collate.argument());
            default -> false;
        };
    }

    private static boolean neverNull(Relation relation, int field) {
        return switch (relation) {
            case Relation.TableScan scan -> {
                Relation.Field column = scan.fields().get(field);
                TableDef table = scan.table();
                yield column.tableOid() == table.oid() && column.attributeNumber() > 0 && column.attributeNumber() <= table.columns().size()
                        && (table.column(column.attributeNumber()).notNull() || table.keyColumns().contains(column.attributeNumber()));
            }
            case Relation.Filter filter -> rejectsNull(filter.condition()).get(field) || neverNull(filter.input(), field);
            case Relation.Project project -> neverNull(project.input(), project.expressions().get(field));
            case Relation.Sort sort -> neverNull(sort.input(), field);
            case Relation.Limit limit -> neverNull(limit.input(), field);
            case Relation.DistinctRows distinct -> neverNull(distinct.input(), field);
            case Relation.Aggregate aggregate -> aggregate.groupingSets().isEmpty() && field < aggregate.keys().size()
                    && neverNull(aggregate.input(), aggregate.keys().get(field));
            case Relation.Join join when !join.lateral() -> {
                int width = join.left().fields().size();
                boolean left = field < width;
                boolean padded = switch (join.kind()) {
                    case INNER, SEMI, ANTI -> false;
                    case LEFT -> !left;
                    case RIGHT -> left;
                    case FULL -> true;
                };
                if (padded) yield false;
                if (join.kind() == Relation.JoinKind.INNER && join.condition() != null && rejectsNull(join.condition()).get(field)) yield true;
                yield left ? neverNull(join.left(), field) : neverNull(join.right(), field - width);
            }
            default -> false;
        };
    }

    /** An equality that grouping and hashing understand, over two values of one type. */
    static boolean plainEquality(Scalar scalar) {
        return scalar instanceof Scalar.Call call && call.arguments().size() == 2 && DatumEquality.hashable(call.function())
                && call.function().argumentTypes().get(0).equals(call.function().argumentTypes().get(1))
                && call.arguments().get(0).type().equals(call.arguments().get(1).type());
    }

    /** Whether evaluating them for more rows than asked for can neither fail nor be noticed. */
    static boolean harmless(List<Scalar> scalars) {
        return scalars.stream().allMatch(Scalars::harmless);
    }

    /** Whether nothing in the relation is volatile, locks or changes rows: it may run once, often or in part. */
    static boolean repeatable(Relation relation) {
        if (relation instanceof Relation.Modify || relation instanceof Relation.LockRows) return false;
        for (Scalar scalar : Relations.expressions(relation)) {
            if (Scalars.any(scalar, part -> part instanceof Scalar.Call call && call.function().volatility() == 'v'
                    || Scalars.subquery(part) != null && !repeatable(Scalars.subquery(part)))) return false;
        }
        for (Relation input : Relations.inputs(relation)) if (!repeatable(input)) return false;
        return true;
    }
}
