package io.craton.sql.session;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgTypes;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.analyze.ColumnResolver;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.expr.Relations;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.plan.Nodes;
import io.craton.sql.plan.PhysicalPlan;
import io.craton.sql.plan.PlanNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a cursor that WHERE CURRENT OF may name: behind the fields that a client sees its rows have the keys of the tables' rows that they came from. As in
 * PostgreSQL those are the tables whose rows the query locks, or, without FOR UPDATE, those of a query that does no more than filter and project one. Immutable.
 *
 * @param locking the keys are of locked rows
 */
record CursorPlan(PhysicalPlan plan, List<Key> keys, boolean locking) {
    /** A field that holds the key of a row of a table. */
    record Key(int tableOid, int field) {}

    static CursorPlan of(AnalyzedStatement.Query query, Planner planner, ExecContext context, boolean optimize) {
        Widened widened = query.tag() == AnalyzedStatement.Tag.SELECT ? widened(query.relation()) : Widened.not(query.relation());
        if (!widened.keys.isEmpty()) {
            PhysicalPlan plan = planner.physicalPlan(query.over(widened.relation), context, optimize);
            if (widened.locking || isSimple(plan.root())) return new CursorPlan(plan.withFields(query.columns()), widened.keys, widened.locking);
        }
        boolean locking = locks(query.relation());
        return new CursorPlan(planner.physicalPlan(query, context, optimize), List.of(), locking);
    }

    private static boolean locks(Relation relation) {
        return relation instanceof Relation.LockRows || Relations.inputs(relation).stream().anyMatch(CursorPlan::locks);
    }

    private static boolean isSimple(PlanNode node) {
        return switch (node) {
            case Nodes.TableScan scan -> true;
            case Nodes.Filter _, Nodes.Project _, Nodes.Limit _, Nodes.Gate _, Nodes.Append _, Nodes.With _ -> node.inputs().stream().allMatch(CursorPlan::isSimple);
            default -> false;
        };
    }

    // ---- keys in rows ----------------------------------------------------------------------------------------------

    private record Widened(Relation relation, List<Key> keys, boolean locking) {
        static Widened not(Relation relation) {
            return new Widened(relation, List.of(), false);
        }

        Widened over(Relation changed) {
            return new Widened(changed, keys, locking);
        }
    }

    /** The fields that there were stand where they stood; keys come behind them. */
    private static Widened widened(Relation relation) {
        return switch (relation) {
            case Relation.TableScan scan when scan.table().kind() == 'r' && scan.asOfPosition() < 0 -> scan(scan);
            case Relation.LockRows lock -> new Widened(lock, lock.targets().stream().map(target -> new Key(target.table().oid(), target.keyField())).toList(), true);
            case Relation.Filter filter -> {
                Widened input = widened(filter.input());
                yield input.over(new Relation.Filter(input.relation, filter.condition()));
            }
            case Relation.Sort sort -> {
                Widened input = widened(sort.input());
                yield input.over(new Relation.Sort(input.relation, sort.keys()));
            }
            case Relation.Limit limit -> {
                Widened input = widened(limit.input());
                yield input.over(new Relation.Limit(input.relation, limit.offset(), limit.count(), limit.withTies(), limit.tieKeys()));
            }
            case Relation.Project project -> project(project);
            case Relation.With with -> {
                Widened body = widened(with.body());
                yield body.over(new Relation.With(with.ctes(), body.relation));
            }
            case Relation.SetOperation union when union.kind() == Relation.SetKind.UNION && union.all() -> union(union);
            default -> Widened.not(relation);
        };
    }

    private static Widened scan(Relation.TableScan scan) {
        List<Field> fields = new ArrayList<>(scan.fields());
        if (!scan.systemColumns()) fields.addAll(ColumnResolver.systemFields(scan.table().oid()));
        return new Widened(new Relation.TableScan(scan.table(), scan.alias(), fields, true, scan.asOfPosition()),
                List.of(new Key(scan.table().oid(), fields.size() - 1)), false);
    }

    private static Widened project(Relation.Project project) {
        Widened input = widened(project.input());
        if (input.keys.isEmpty()) return Widened.not(project);
        List<Scalar> expressions = new ArrayList<>(project.expressions());
        List<Field> fields = new ArrayList<>(project.fields());
        List<Key> keys = new ArrayList<>();
        for (Key key : input.keys) {
            keys.add(new Key(key.tableOid, fields.size()));
            expressions.add(new Scalar.Column(key.field, PgTypes.BYTEA, -1));
            fields.add(new Field("", PgTypes.BYTEA, -1));
        }
        return new Widened(new Relation.Project(input.relation, expressions, fields), keys, input.locking);
    }

    /** The row of one side has nulls for the other's keys. */
    private static Widened union(Relation.SetOperation union) {
        Widened left = widened(union.left());
        Widened right = widened(union.right());
        if (left.locking || right.locking || left.keys.isEmpty() && right.keys.isEmpty()) return Widened.not(union);
        int width = union.fields().size();
        List<Key> keys = new ArrayList<>();
        List<Field> fields = new ArrayList<>(union.fields());
        for (Widened side : List.of(left, right)) {
            for (Key key : side.keys) {
                keys.add(new Key(key.tableOid, fields.size()));
                fields.add(new Field("", PgTypes.BYTEA, -1));
            }
        }
        Relation both = new Relation.SetOperation(union.kind(), true, side(left, width, 0, right.keys.size(), fields), side(right, width, left.keys.size(), 0, fields),
                union.equalities(), fields);
        return new Widened(both, keys, false);
    }

    private static Relation side(Widened side, int width, int before, int behind, List<Field> names) {
        List<Scalar> expressions = new ArrayList<>();
        List<Field> fields = new ArrayList<>();
        List<Field> own = side.relation.fields();
        for (int i = 0; i < width; i++) {
            expressions.add(new Scalar.Column(i, own.get(i).type(), own.get(i).typmod()));
            fields.add(own.get(i));
        }
        Scalar none = new Scalar.Constant(null, PgTypes.BYTEA, -1);
        for (int i = 0; i < before; i++) expressions.add(none);
        for (Key key : side.keys) expressions.add(new Scalar.Column(key.field, PgTypes.BYTEA, -1));
        for (int i = 0; i < behind; i++) expressions.add(none);
        fields.addAll(names.subList(width, names.size()));
        return new Relation.Project(side.relation, expressions, fields);
    }

    // ---- where a cursor stands -------------------------------------------------------------------------------------

    /** Key of the table's row that the portal stands on; null when its row has none of that table. */
    static byte @Nullable [] key(Portal portal, int tableOid, String tableName) {
        String cursor = "cursor \"" + portal.name + "\" ";
        if (portal.plan == null || !(portal.plan.analyzed() instanceof AnalyzedStatement.Query query) || query.tag() != AnalyzedStatement.Tag.SELECT) {
            throw wrong(cursor + "is not a SELECT query");
        }
        if (portal.holdMaterialized) throw wrong(cursor + "is held from a previous transaction");
        CursorPlan plan = portal.cursorPlan;
        boolean locking = plan != null && plan.locking;
        List<Key> found = plan == null ? List.of() : plan.keys.stream().filter(key -> key.tableOid == tableOid).toList();
        if (locking && found.size() > 1) throw wrong(cursor + "has multiple FOR UPDATE/SHARE references to table \"" + tableName + "\"");
        if (locking && found.isEmpty()) throw wrong(cursor + "does not have a FOR UPDATE/SHARE reference to table \"" + tableName + "\"");
        if (!locking && found.size() != 1) throw wrong(cursor + "is not a simply updatable scan of table \"" + tableName + "\"");
        if (!portal.onRow()) throw wrong(cursor + "is not positioned on a row");
        return (byte[]) portal.current(found.getFirst().field);
    }

    private static PgException wrong(String message) {
        return new PgException(SqlState.INVALID_CURSOR_STATE, message);
    }
}
