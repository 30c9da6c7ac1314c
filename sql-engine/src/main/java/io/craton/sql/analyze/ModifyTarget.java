package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.ModifyStatement.TargetColumn;
import io.craton.sql.syntax.SelectStatement.Target;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import java.util.ArrayList;
import java.util.List;

/** The table that INSERT, UPDATE or DELETE changes: its columns, assignment to them, RETURNING. One statement. */
final class ModifyTarget {
    final Analysis analysis;
    final TableDef table;
    final String alias;
    final TableRules rules;
    final Access access;
    /** Live, visible columns in order: the new row. */
    final List<ColumnDef> columns = new ArrayList<>();

    /** @param event bit of the triggers that may do it instead of a view */
    ModifyTarget(FromItem.RelationItem item, int event, Analysis analysis) {
        this.analysis = analysis;
        this.table = table(item, event, analysis);
        this.alias = item.alias() == null ? table.name() : item.alias().name();
        this.access = analysis.access(table);
        access.changesRows();
        this.rules = analysis.catalog.tableRules(table);
        for (ColumnDef column : table.columns()) if (!column.dropped() && !column.hidden()) columns.add(column);
    }

    private static TableDef table(FromItem.RelationItem item, int event, Analysis analysis) {
        String name = item.relation().name();
        if (item.relation().schema() == null && analysis.variables != null && analysis.variables.transitionTable(name) != null) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "relation \"" + name + "\" cannot be the target of a modifying statement").exception();
        }
        RelationRef found = analysis.from.lookup(item.relation(), null);
        return switch (found) {
            case RelationRef.Stored stored -> switch (stored.table().kind()) {
                case 'r', 'p' -> stored.table();
                case 'v' -> {
                    for (TriggerDef trigger : analysis.catalog.catalog().triggers(stored.table().oid())) {
                        if (trigger.is(TriggerDef.INSTEAD | event) && trigger.fires()) yield stored.table();
                    }
                    throw PgException.notSupported("modification of view \"" + stored.table().name() + "\"");
                }
                case 'm' -> throw wrong("cannot change materialized view \"" + stored.table().name() + "\"");
                default -> throw wrong("cannot change relation \"" + stored.table().name() + "\"");
            };
            case RelationRef.Sequence sequence -> throw wrong("cannot change sequence \"" + sequence.sequence().name() + "\"");
            case RelationRef.Index index -> throw wrong("cannot change relation \"" + index.index().name() + "\"");
            case RelationRef.Builtin builtin -> throw PgError.error(SqlState.INSUFFICIENT_PRIVILEGE,
                    "permission denied: \"" + builtin.table().name() + "\" is a system catalog").exception();
        };
    }

    /** The rows that UPDATE and DELETE look among. */
    FromAnalyzer.Source rows(FromItem.RelationItem item, Scope scope) {
        return table.kind() == 'v' ? analysis.from.view(table, item, scope) : analysis.from.tableSource(table, item.alias(), alias, scope, true);
    }

    private static PgException wrong(String message) {
        return PgError.error(SqlState.WRONG_OBJECT_TYPE, message).exception();
    }

    /** The column that a target names; 42703 when there is none. */
    ColumnDef column(TargetColumn target) {
        ColumnDef column = table.column(target.name());
        if (column != null) {
            access.changes(column.number());
            return column;
        }
        throw PgError.error(SqlState.UNDEFINED_COLUMN, "column \"" + target.name() + "\" of relation \"" + table.name()
                + "\" does not exist").withPosition(target.position()).exception();
    }

    PgType type(ColumnDef column) {
        return analysis.catalog.requireType(column.typeOid());
    }

    /** A value made fit for a column by assignment (transformAssignedExpr). */
    Scalar assigned(Scalar value, int position, ColumnDef column) {
        PgType type = type(column);
        Scalar typed = analysis.coercions.toTarget(value, type, column.typmod(), CoercionContext.ASSIGNMENT, position);
        if (typed == null) {
            throw PgError.error(SqlState.DATATYPE_MISMATCH, "column \"" + column.name() + "\" is of type "
                            + TypeNames.of(type, analysis.catalog) + " but expression is of type " + TypeNames.of(value.type(), analysis.catalog))
                    .withHint("You will need to rewrite or cast the expression.").withPosition(position).exception();
        }
        return typed;
    }

    /** The default of a column as a value; null when it has none. */
    Scalar defaultOf(ColumnDef column) {
        Scalar value = rules.defaultOf(column.number());
        return value == null ? new Scalar.Constant(null, type(column), -1) : value;
    }

    /** The RETURNING list over the input's row, in which the target's visible columns come first. */
    TargetList returning(List<Target> targets, Scope scope) {
        TargetList list = new TargetList(analysis, scope);
        list.addAll(targets, ExpressionKind.RETURNING);
        list.resolveUnknowns();
        return list;
    }

    static List<Field> fields(TargetList list) {
        return list.fields();
    }

    static boolean isDefault(Expr expr) {
        return expr instanceof Expr.SetToDefault;
    }

    /** Moves expressions from the input's row to the new row followed by the input's row. */
    List<Scalar> overNewRow(List<Scalar> expressions) {
        int width = columns.size();
        TreeRewriter rewriter = new TreeRewriter((node, depth) -> {
            if (depth == 0 && node instanceof Scalar.Column column && column.index() >= width) {
                return new Scalar.Column(column.index() + width, column.type(), column.typmod());
            }
            if (depth > 0 && node instanceof Scalar.OuterColumn outer && outer.level() == depth && outer.index() >= width) {
                return new Scalar.OuterColumn(depth, outer.index() + width, outer.type(), outer.typmod());
            }
            return null;
        });
        return rewriter.rewrite(expressions, 0);
    }

    static Scalar nullOf(PgType type) {
        return new Scalar.Constant(null, type, -1);
    }

}
