package io.craton.sql.plan;

import io.craton.sql.exec.CascadePlans;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.LockRowsOperator;
import io.craton.sql.exec.ModifySpec;
import io.craton.sql.exec.RowDecoder;
import io.craton.sql.exec.TableExpressions;
import io.craton.sql.exec.TableWriter;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.ExpressionCompiler;
import io.craton.sql.function.Kernels;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.ModifyKind;
import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.RowLockMode;
import io.craton.storage.txn.WaitPolicy;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plans of data changes and row locks. One planning. */
final class ModifyPlanner {
    private final PhysicalPlanner planner;

    ModifyPlanner(PhysicalPlanner planner) {
        this.planner = planner;
    }

    private ExpressionCompiler compiler() {
        return planner.compiler();
    }

    PlanNode modify(Relation.Modify modify) {
        TableDef table = modify.table();
        PlanNode input = planner.plan(modify.input(), null);
        int visible = RowDecoder.visibleColumns(table).length;
        int keyField = modify.kind() == ModifyKind.INSERT ? -1 : visible + RowDecoder.SYSTEM_COLUMNS - 1;
        Object identity = keyField < 0 ? null : origin(modify.input(), keyField);
        TableWriter writer = writer(modify, modify.kind() == ModifyKind.MERGE ? ModifyKind.UPDATE : modify.kind(), given(modify));
        List<TableWriter.Value> assignments = values(modify.assignments());
        BitSet touched = new BitSet();
        for (TableWriter.Value value : assignments) touched.set(value.column());
        for (Relation.MergeAction action : modify.mergeActions()) {
            for (Relation.Assignment assignment : action.assignments()) touched.set(assignment.attributeNumber() - 1);
        }
        ModifySpec.Conflict conflict = modify.onConflict() == null ? null : conflict(modify, modify.onConflict());
        List<ModifySpec.Action> actions = new ArrayList<>();
        for (Relation.MergeAction action : modify.mergeActions()) actions.add(action(modify, action));
        int[] targets = modify.targetColumns().stream().mapToInt(number -> number - 1).toArray();
        ModifySpec spec = new ModifySpec(modify.kind(), writer, targets, assignments, keyField, lockMode(table, touched), identity, conflict,
                actions, compiler().compile(modify.returning()), top(modify));
        return new Changes.Modify(input, spec, modify.alias(), modify.fields());
    }

    private Relation.@Nullable Modify topModify;

    /** The statement's own change, not that of a CTE. */
    void top(Relation relation) {
        Relation top = relation;
        while (top instanceof Relation.With with) top = with.body();
        topModify = top instanceof Relation.Modify modify ? modify : null;
    }

    private boolean top(Relation.Modify modify) {
        return modify == topModify;
    }

    private RowLockMode lockMode(TableDef table, BitSet touched) {
        for (int column : table.keyColumns()) if (touched.get(column - 1)) return RowLockMode.UPDATE;
        for (IndexDef index : planner.context().catalog().indexes(table.oid())) {
            if (!index.unique() || index.predicateColumn() != 0) continue;
            for (IndexDef.KeyPart part : index.keyParts()) if (touched.get(part.column() - 1)) return RowLockMode.UPDATE;
        }
        return RowLockMode.NO_KEY_UPDATE;
    }

    private static Set<Integer> given(Relation.Modify modify) {
        Set<Integer> given = new HashSet<>(modify.targetColumns());
        for (Relation.Assignment assignment : modify.assignments()) given.add(assignment.attributeNumber());
        return given;
    }

    private List<TableWriter.Value> values(List<Relation.Assignment> assignments) {
        List<TableWriter.Value> values = new ArrayList<>();
        for (Relation.Assignment assignment : assignments) {
            values.add(new TableWriter.Value(assignment.attributeNumber() - 1, compiler().compile(assignment.value())));
        }
        return values;
    }

    /** Columns computed on every change: generated and hidden ones. Plain defaults count only for columns that an INSERT leaves out. */
    private TableWriter writer(Relation.Modify modify, ModifyKind kind, Set<Integer> given) {
        TableDef table = modify.table();
        List<Relation.Assignment> computed = new ArrayList<>();
        for (Relation.Assignment assignment : modify.defaults()) {
            ColumnDef column = table.column(assignment.attributeNumber());
            boolean always = column.generated() != 0 || column.hidden();
            if (always || kind == ModifyKind.INSERT && !given.contains(assignment.attributeNumber())) computed.add(assignment);
        }
        List<TableWriter.Check> checks = new ArrayList<>();
        for (Scalar.NamedCheck check : modify.checks()) {
            checks.add(new TableWriter.Check(check.name(), compiler().compile(check.condition())));
        }
        return writer(planner.context().catalog(), table, values(computed), checks);
    }

    private static TableWriter writer(Catalog catalog, TableDef table, List<TableWriter.Value> defaults, List<TableWriter.Check> checks) {
        List<ConstraintDef> foreignKeys = catalog.constraints(table.oid()).stream().filter(each -> each.type() == 'f').toList();
        List<ConstraintDef> deferrable = catalog.constraints(table.oid()).stream()
                .filter(each -> each.deferrable() && (each.type() == 'p' || each.type() == 'u')).toList();
        return new TableWriter(table, defaults, checks, RowDecoder.visibleColumns(table), foreignKeys, catalog.referencing(table.oid()), deferrable);
    }

    private ModifySpec.Conflict conflict(Relation.Modify modify, Relation.OnConflict rule) {
        return new ModifySpec.Conflict(rule.arbiters().stream().map(IndexDef::oid).toList(), rule.update(), values(rule.assignments()),
                rule.condition() == null ? null : compiler().compile(rule.condition()), writer(modify, ModifyKind.UPDATE, Set.of()));
    }

    private ModifySpec.Action action(Relation.Modify modify, Relation.MergeAction action) {
        Set<Integer> given = new HashSet<>();
        for (Relation.Assignment assignment : action.assignments()) given.add(assignment.attributeNumber());
        return new ModifySpec.Action(action.matched(), action.condition() == null ? null : compiler().compile(action.condition()),
                action.kind(), values(action.assignments()),
                writer(modify, action.kind() == ModifyKind.INSERT ? ModifyKind.INSERT : ModifyKind.UPDATE, given));
    }

    PlanNode lockRows(Relation.LockRows lock) {
        PlanNode input = planner.plan(lock.input(), null);
        List<LockRowsOperator.Target> targets = new ArrayList<>();
        for (Relation.LockTarget target : lock.targets()) {
            RowLockMode mode = switch (target.strength()) {
                case KEY_SHARE -> RowLockMode.KEY_SHARE;
                case SHARE -> RowLockMode.SHARE;
                case NO_KEY_UPDATE -> RowLockMode.NO_KEY_UPDATE;
                case UPDATE -> RowLockMode.UPDATE;
            };
            WaitPolicy policy = switch (target.policy()) {
                case WAIT -> WaitPolicy.WAIT;
                case NO_WAIT -> WaitPolicy.NO_WAIT;
                case SKIP_LOCKED -> WaitPolicy.SKIP_LOCKED;
            };
            targets.add(new LockRowsOperator.Target(target.table(), target.keyField(), mode, policy, origin(lock.input(), target.keyField())));
        }
        return new Changes.LockRows(input, targets);
    }

    /** The scan that a field comes from, or null. */
    private static @Nullable Relation origin(Relation relation, int field) {
        return switch (relation) {
            case Relation.TableScan scan -> scan;
            case Relation.Filter filter -> origin(filter.input(), field);
            case Relation.Sort sort -> origin(sort.input(), field);
            case Relation.Limit limit -> origin(limit.input(), field);
            case Relation.Project project ->
                project.expressions().get(field) instanceof Scalar.Column column ? origin(project.input(), column.index()) : null;
            case Relation.Join join -> {
                int width = join.left().fields().size();
                yield field < width ? origin(join.left(), field) : origin(join.right(), field - width);
            }
            case Relation.With with -> origin(with.body(), field);
            default -> null;
        };
    }

    /** Writers for tables that foreign keys' actions reach. */
    record Cascades(Kernels kernels, TableExpressions expressions) implements CascadePlans.Source {
        @Override
        public TableWriter writer(ExecContext context, TableDef table) {
            ExpressionCompiler compiler = compiler(context);
            List<TableWriter.Value> computed = new ArrayList<>();
            for (Relation.Assignment assignment : expressions.defaults(table, context.catalog())) {
                ColumnDef column = table.column(assignment.attributeNumber());
                if (column.generated() != 0 || column.hidden()) {
                    computed.add(new TableWriter.Value(assignment.attributeNumber() - 1, compiler.compile(assignment.value())));
                }
            }
            List<TableWriter.Check> checks = new ArrayList<>();
            for (Scalar.NamedCheck check : expressions.checks(table, context.catalog())) {
                checks.add(new TableWriter.Check(check.name(), compiler.compile(check.condition())));
            }
            return ModifyPlanner.writer(context.catalog(), table, computed, checks);
        }

        private ExpressionCompiler compiler(ExecContext context) {
            return new ExpressionCompiler(kernels, context, relation -> new PhysicalPlanner(kernels, context, expressions).plan(relation, null));
        }

        @Override
        public @Nullable Evaluator defaultOf(ExecContext context, TableDef table, int attributeNumber) {
            for (Relation.Assignment assignment : expressions.defaults(table, context.catalog())) {
                if (assignment.attributeNumber() == attributeNumber) return compiler(context).compile(assignment.value());
            }
            return null;
        }
    }
}
