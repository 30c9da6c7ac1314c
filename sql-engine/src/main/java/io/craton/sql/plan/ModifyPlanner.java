package io.craton.sql.plan;

import io.craton.sql.exec.CascadePlans;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.LockRowsOperator;
import io.craton.sql.exec.ModifySpec;
import io.craton.sql.exec.RowDecoder;
import io.craton.sql.exec.TableExpressions;
import io.craton.sql.exec.TableTriggers;
import io.craton.sql.exec.TableWriter;
import io.craton.sql.exec.TriggerEvent;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.ExpressionCompiler;
import io.craton.sql.expr.Scalars;
import io.craton.sql.function.Kernels;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.ModifyKind;
import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import io.craton.storage.row.RowCodec;
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
        int keyField = modify.kind() == ModifyKind.INSERT || table.kind() == 'v' ? -1 : visible + RowDecoder.SYSTEM_COLUMNS - 1;
        Object identity = keyField < 0 ? null : origin(modify.input(), keyField);
        TableWriter writer = writer(modify, modify.kind() == ModifyKind.MERGE ? ModifyKind.UPDATE : modify.kind(), given(modify), modify.assignments());
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
                actions, compiler().compile(modify.returning()), top(modify), callsRoutines(modify), firings(modify.kind(), writer, conflict, actions));
        return new Changes.Modify(input, spec, modify.alias(), modify.fields());
    }

    private static boolean callsRoutines(Relation.Modify modify) {
        for (Relation.Assignment assignment : modify.assignments()) {
            if (Scalars.any(assignment.value(), part -> part instanceof Scalar.Call call && call.function().routine() && call.function().volatility() == 'v')) {
                return true;
            }
        }
        return false;
    }

    private static List<ModifySpec.Firing> firings(ModifyKind kind, TableWriter writer, ModifySpec.@Nullable Conflict conflict,
            List<ModifySpec.Action> actions) {
        List<ModifySpec.Firing> firings = new ArrayList<>();
        for (TriggerEvent event : List.of(TriggerEvent.INSERT, TriggerEvent.UPDATE, TriggerEvent.DELETE)) {
            TableTriggers triggers = null;
            if (kind.name().equals(event.name())) {
                triggers = writer.triggers();
            } else if (event == TriggerEvent.UPDATE && conflict != null && conflict.update()) {
                triggers = conflict.writer().triggers();
            } else {
                for (ModifySpec.Action action : actions) {
                    if (action.kind() != null && action.kind().name().equals(event.name()) && triggers == null) triggers = action.writer().triggers();
                }
            }
            if (triggers != null) firings.add(new ModifySpec.Firing(triggers, event));
        }
        return firings;
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
    private TableWriter writer(Relation.Modify modify, ModifyKind kind, Set<Integer> given, List<Relation.Assignment> assignments) {
        TableDef table = modify.table();
        List<Relation.Assignment> defaults = new ArrayList<>();
        List<Relation.Assignment> computed = new ArrayList<>();
        for (Relation.Assignment assignment : modify.defaults()) {
            ColumnDef column = table.column(assignment.attributeNumber());
            if (column.generated() != 0 || column.hidden()) computed.add(assignment);
            else if (kind == ModifyKind.INSERT && !given.contains(assignment.attributeNumber())) defaults.add(assignment);
        }
        BitSet set = new BitSet();
        for (Relation.Assignment assignment : assignments) set.set(assignment.attributeNumber() - 1);
        Catalog catalog = planner.context().catalog();
        TableTriggers triggers = triggers(catalog, table, compiler(), planner.expressions());
        if (triggers != null && kind == ModifyKind.UPDATE) triggers = triggers.setting(withGenerated(table, set, computed, triggers));
        List<TableWriter.Check> checks = new ArrayList<>();
        for (Scalar.NamedCheck check : modify.checks()) {
            checks.add(new TableWriter.Check(check.name(), compiler().compile(check.condition()), check.view()));
        }
        return writer(catalog, table, values(defaults), values(computed), checks, triggers);
    }

    /** The triggers that fire in this session; null: none. */
    private static @Nullable TableTriggers triggers(Catalog catalog, TableDef table, ExpressionCompiler compiler, TableExpressions expressions) {
        List<TriggerDef> defs = catalog.triggers(table.oid());
        if (defs.isEmpty()) return null;
        List<TableTriggers.Trigger> triggers = new ArrayList<>();
        for (TriggerDef def : defs) {
            if (!def.fires() || def.internal()) continue;
            triggers.add(new TableTriggers.Trigger(def, def.when() == null ? null : compiler.compile(expressions.triggerCondition(def, table, catalog))));
        }
        if (triggers.isEmpty()) return null;
        List<Relation.Field> fields = new ArrayList<>();
        for (int column : RowDecoder.visibleColumns(table)) {
            ColumnDef def = table.columns().get(column);
            fields.add(new Relation.Field(def.name(), java.util.Objects.requireNonNull(catalog.type(def.typeOid())), def.typmod(), table.oid(), def.number()));
        }
        return new TableTriggers(table, triggers, fields, RowCodec.of(table, catalog));
    }

    /** Columns that change when these do (0-based); a trigger in front of the change may touch any. */
    private static BitSet withGenerated(TableDef table, BitSet set, List<Relation.Assignment> computed, TableTriggers triggers) {
        int[] visible = RowDecoder.visibleColumns(table);
        BitSet all = (BitSet) set.clone();
        if (triggers.mayChangeUpdates()) {
            for (Relation.Assignment assignment : computed) all.set(assignment.attributeNumber() - 1);
            return all;
        }
        for (Relation.Assignment assignment : computed) {
            BitSet used = new BitSet();
            Scalars.columns(assignment.value(), used);
            for (int field = used.nextSetBit(0); field >= 0; field = used.nextSetBit(field + 1)) {
                if (set.get(visible[field])) all.set(assignment.attributeNumber() - 1);
            }
        }
        return all;
    }

    private static TableWriter writer(Catalog catalog, TableDef table, List<TableWriter.Value> defaults, List<TableWriter.Value> computed,
            List<TableWriter.Check> checks, @Nullable TableTriggers triggers) {
        List<ConstraintDef> foreignKeys = catalog.constraints(table.oid()).stream().filter(each -> each.type() == 'f' && fires(each, table, catalog)).toList();
        List<ConstraintDef> referencing = catalog.referencing(table.oid()).stream().filter(each -> fires(each, table, catalog)).toList();
        List<ConstraintDef> deferrable = catalog.constraints(table.oid()).stream()
                .filter(each -> each.deferrable() && (each.type() == 'p' || each.type() == 'u')).toList();
        return new TableWriter(table, defaults, computed, checks, RowDecoder.visibleColumns(table), foreignKeys, referencing, deferrable,
                triggers);
    }

    /** Whether the foreign key is looked after from this table's side: its triggers were not disabled there. */
    private static boolean fires(ConstraintDef key, TableDef table, Catalog catalog) {
        for (TriggerDef trigger : catalog.triggers(table.oid())) {
            if (!trigger.internal() || trigger.constraintOid() != key.oid() || trigger.fires()) continue;
            boolean childSide = trigger.is(TriggerDef.INSERT);
            if (childSide == (key.tableOid() == table.oid()) || key.tableOid() == key.foreignTableOid()) return false;
        }
        return true;
    }

    private ModifySpec.Conflict conflict(Relation.Modify modify, Relation.OnConflict rule) {
        return new ModifySpec.Conflict(rule.arbiters().stream().map(IndexDef::oid).toList(), rule.update(), values(rule.assignments()),
                rule.condition() == null ? null : compiler().compile(rule.condition()), writer(modify, ModifyKind.UPDATE, Set.of(), rule.assignments()));
    }

    private ModifySpec.Action action(Relation.Modify modify, Relation.MergeAction action) {
        Set<Integer> given = new HashSet<>();
        for (Relation.Assignment assignment : action.assignments()) given.add(assignment.attributeNumber());
        return new ModifySpec.Action(action.matched(), action.condition() == null ? null : compiler().compile(action.condition()),
                action.kind(), values(action.assignments()),
                writer(modify, action.kind() == null ? ModifyKind.UPDATE : action.kind(), given, action.assignments()));
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
        public TableWriter writer(ExecContext context, TableDef table, List<Integer> columns) {
            ExpressionCompiler compiler = compiler(context);
            List<TableWriter.Value> computed = new ArrayList<>();
            List<Relation.Assignment> generated = new ArrayList<>();
            for (Relation.Assignment assignment : expressions.defaults(table, context.catalog())) {
                ColumnDef column = table.column(assignment.attributeNumber());
                if (column.generated() != 0 || column.hidden()) {
                    generated.add(assignment);
                    computed.add(new TableWriter.Value(assignment.attributeNumber() - 1, compiler.compile(assignment.value())));
                }
            }
            List<TableWriter.Check> checks = new ArrayList<>();
            for (Scalar.NamedCheck check : expressions.checks(table, context.catalog())) {
                checks.add(new TableWriter.Check(check.name(), compiler.compile(check.condition()), check.view()));
            }
            TableTriggers triggers = triggers(context.catalog(), table, compiler, expressions);
            if (triggers != null && !columns.isEmpty()) {
                BitSet set = new BitSet();
                for (int column : columns) set.set(column - 1);
                triggers = triggers.setting(withGenerated(table, set, generated, triggers));
            }
            return ModifyPlanner.writer(context.catalog(), table, List.of(), computed, checks, triggers);
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
