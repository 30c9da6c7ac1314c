package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.ModifyKind;
import io.craton.sql.plan.PlanNode;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.RowLockMode;
import io.craton.storage.txn.Transaction.LockOutcome;
import io.craton.storage.txn.Transaction.WriteOutcome;
import io.craton.storage.txn.WaitPolicy;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * INSERT, UPDATE, DELETE and MERGE. Gives the RETURNING rows as they come about, a batch at a time: whoever reads it must read to the end, or the rest is not done.
 * Without RETURNING the first call does everything.
 */
public final class ModifyOperator extends Operator {
    private final ModifySpec spec;
    private final TableWriter writer;
    private final PlanNode inputNode;
    private final RowSource input;
    private final List<Relation.Field> fields;
    private final int inputWidth;
    private final int visibleWidth;
    private @Nullable RowStore returned;
    private boolean opened;
    private boolean ended;
    private long affected;

    public ModifyOperator(Scope scope, PlanNode input, ModifySpec spec, List<Relation.Field> fields) {
        super(scope);
        this.spec = spec;
        this.writer = spec.writer();
        this.inputNode = input;
        this.input = start(input);
        this.fields = fields;
        this.inputWidth = input.fields().size();
        this.visibleWidth = writer.visible().length;
    }

    @Override
    public void open() {
        returned = null;
        opened = false;
        ended = false;
        affected = 0;
    }

    @Override
    public @Nullable Batch next() {
        if (!opened) {
            opened = true;
            for (ModifySpec.Firing firing : spec.firings()) Triggers.of(scope).before(firing.triggers(), firing.event());
            input.open();
        }
        if (returned != null) returned.release();
        RowStore rows = new RowStore(scope.context(), RowStore.reprs(fields));
        returned = rows;
        if (!ended) run(rows);
        return rows.rows() == 0 ? null : rows.slice(0, rows.rows());
    }

    /** Until there is a batch of rows to return, or to the end. */
    private void run(RowStore rows) {
        if (input instanceof ScanOperators.RowByRow single && spec.kind() == ModifyKind.INSERT) {
            insertEach(single, rows);
            return;
        }
        while (rows.rows() == 0) {
            Batch batch = input.next();
            if (batch == null) {
                end();
                break;
            }
            scope.context().checkInterrupts();
            int[] positions = batch.positions();
            for (int i = 0; i < batch.selected(); i++) {
                Object[] row = batch.row(positions[i]);
                switch (spec.kind()) {
                    case INSERT -> insert(row);
                    case UPDATE -> change(row, spec.assignments(), writer, ModifyKind.UPDATE);
                    case DELETE -> change(row, List.of(), writer, ModifyKind.DELETE);
                    case MERGE -> merge(row);
                }
            }
        }
        if (spec.top()) scope.statement().affected(affected);
    }

    /** Rows that come one by one go in as they come, in no batch between. */
    private void insertEach(ScanOperators.RowByRow single, RowStore rows) {
        long seen = 0;
        while (rows.rows() < Batch.SIZE) {
            Object[] row = single.nextRow();
            if (row == null) {
                end();
                break;
            }
            if ((++seen & Batch.SIZE - 1) == 0) scope.context().checkInterrupts();
            insert(row);
        }
        if (spec.top()) scope.statement().affected(affected);
    }

    private void end() {
        input.close();
        for (ModifySpec.Firing firing : spec.firings().reversed()) Triggers.of(scope).after(firing.triggers(), firing.event());
        ended = true;
    }

    private void done(@Nullable Object[] tableRow, @Nullable Object[] inputRow) {
        affected++;
        Evaluator[] returning = spec.returning();
        if (returning.length == 0) return;
        RowView row = RowView.joined(writer.view(tableRow), visibleWidth, RowView.of(inputRow));
        Object[] values = new Object[returning.length];
        for (int i = 0; i < values.length; i++) values[i] = returning[i].value(scope, row);
        returned.add(values);
    }

    // ---- INSERT --------------------------------------------------------------------------------------------------

    private void insert(@Nullable Object[] row) {
        Object[] given = new Object[writer.table().columns().size()];
        for (int i = 0; i < spec.targetColumns().length; i++) given[spec.targetColumns()[i]] = row[i];
        if (writer.isView()) {
            Object[] shown = writer.instead(scope, TriggerEvent.INSERT, null, given);
            if (shown != null) done(shown, row);
            return;
        }
        Object[] values = writer.prepare(scope, given);
        if (values == null) return;
        ModifySpec.Conflict rule = spec.onConflict();
        if (rule != null) writer.requireImmediate(scope, rule.arbiters());
        while (true) {
            WriteOutcome outcome = writer.insert(scope, values);
            if (outcome instanceof WriteOutcome.Written written) {
                done(values, system(written.key(), 0));
                return;
            }
            WriteOutcome.Conflict conflict = (WriteOutcome.Conflict) outcome;
            if (rule == null) throw writer.duplicate(scope, conflict.index(), values);
            if (!rule.arbiters().isEmpty() && !rule.arbiters().contains(conflict.index().oid())) {
                WriteOutcome.Conflict meant = scope.context().transaction().conflict(writer.table(), values, rule.arbiters());
                if (meant == null) throw writer.duplicate(scope, conflict.index(), values);
                conflict = meant;
            }
            if (!rule.update()) {
                scope.context().transaction().requireVisible(writer.table(), conflict.existingKey());
                return;
            }
            if (updateExisting(rule, conflict.existingKey(), values)) return;
        }
    }

    /** System columns of a row that was just written; {@code xmax} names who locked it before, as an upsert does that finds its row. */
    private @Nullable Object[] system(byte[] key, long xmax) {
        if (spec.returning().length == 0) return new Object[0];
        return new Object[] {writer.table().oid() & 0xffffffffL, RowDecoder.XMIN_OWN, 0L, xmax, 0L, RowDecoder.tid(key)};
    }

    /** False when the row in the way is gone: the insertion is tried again. */
    private boolean updateExisting(ModifySpec.Conflict rule, byte[] key, @Nullable Object[] proposed) {
        TableDef table = writer.table();
        LockOutcome outcome = scope.context().transaction().lock(table, key, RowLockMode.UPDATE, WaitPolicy.WAIT);
        byte[] existing = switch (outcome) {
            case LockOutcome.Locked locked -> scope.context().transaction().get(table, key);
            case LockOutcome.Changed changed -> changed.newestRow();
            case LockOutcome.ChangedByCommand changed -> throw TableWriter.secondTime("ON CONFLICT DO UPDATE",
                    "Ensure that no rows proposed for insertion within the same command have duplicate constrained values.");
            case LockOutcome.Skipped skipped -> throw new IllegalStateException();
        };
        if (existing == null) return false;
        Object[] before = codec().datums(existing);
        RowView view = RowView.joined(writer.view(before), visibleWidth, writer.view(proposed));
        if (rule.condition() != null && !Boolean.TRUE.equals(rule.condition().value(scope, view))) return true;
        Object[] changed = before.clone();
        for (TableWriter.Value value : rule.assignments()) changed[value.column()] = value.evaluator().value(scope, view);
        Object[] after = rule.writer().prepare(scope, key, before, changed);
        if (after == null) return true;
        byte[] newKey = rule.writer().update(scope, key, before, after);
        done(after, system(newKey, spec.returning().length == 0 ? 0 : scope.context().transaction().assignId() & 0xffffffffL));
        return true;
    }

    private io.craton.storage.row.RowCodec codec() {
        return io.craton.storage.row.RowCodec.of(writer.table(), scope.context().format().types());
    }

    // ---- UPDATE and DELETE ---------------------------------------------------------------------------------------

    /** Locks the row and changes it. */
    private void change(@Nullable Object[] row, List<TableWriter.Value> assignments, TableWriter by, ModifyKind kind) {
        if (writer.isView()) {
            changeView(row, assignments, kind);
            return;
        }
        byte[] key = (byte[]) row[spec.keyField()];
        Object[] current = key == null ? null : locked(row, key, kind);
        if (current != null) apply(current, key, assignments, by, kind);
    }

    /** The input's row once its target is locked: as it is now if others changed it and it still qualifies. Null: nothing is left to change. */
    private @Nullable Object @Nullable [] locked(@Nullable Object[] row, byte[] key, ModifyKind kind) {
        RowLockMode mode = kind == ModifyKind.DELETE ? RowLockMode.UPDATE : RowLockMode.NO_KEY_UPDATE;
        LockOutcome outcome = scope.context().transaction().lock(writer.table(), key, mode, WaitPolicy.WAIT);
        return switch (outcome) {
            case LockOutcome.Locked locked -> row;
            case LockOutcome.ChangedByCommand changed -> {
                if (changed.within()) throw TableWriter.changedByTrigger(kind == ModifyKind.DELETE ? "deleted" : "updated");
                if (spec.kind() == ModifyKind.MERGE) {
                    throw TableWriter.secondTime("MERGE", "Ensure that not more than one source row matches any one target row.");
                }
                yield null;
            }
            case LockOutcome.Skipped skipped -> null;
            case LockOutcome.Changed changed -> changed.newestRow() == null ? null
                    : Recheck.first(scope, inputNode, new RowOverride(spec.identity(), key, changed.newestRow()));
        };
    }

    /** Changes a locked row. */
    private void apply(@Nullable Object[] current, byte[] key, List<TableWriter.Value> assignments, TableWriter by, ModifyKind kind) {
        Object[] before = stored(current);
        if (kind == ModifyKind.DELETE) {
            if (by.delete(scope, key, before)) done(before, current);
            return;
        }
        Object[] changed = before.clone();
        RowView view = RowView.of(current);
        for (TableWriter.Value value : assignments) changed[value.column()] = value.evaluator().value(scope, view);
        if (spec.callsRoutines()) by.requireUntouched(scope, key, "updated");
        Object[] after = by.prepare(scope, key, before, changed);
        if (after == null) return;
        if (spec.lockMode() == RowLockMode.UPDATE) by.lockChangedKey(scope, key, before, after);
        byte[] newKey = by.update(scope, key, before, after);
        if (newKey != key && spec.returning().length > 0) current = moved(current, newKey);
        done(after, current);
    }

    /** The input's row with the place of a row that went to another key. */
    private @Nullable Object[] moved(@Nullable Object[] row, byte[] key) {
        Object[] result = row.clone();
        result[spec.keyField() - 1] = RowDecoder.tid(key);
        result[spec.keyField()] = key;
        return result;
    }

    /** Triggers do what the view cannot. */
    private void changeView(@Nullable Object[] row, List<TableWriter.Value> assignments, ModifyKind kind) {
        Object[] before = stored(row);
        if (kind == ModifyKind.DELETE) {
            if (writer.instead(scope, TriggerEvent.DELETE, before, null) == null) return;
            done(before, row);
            return;
        }
        Object[] changed = before.clone();
        RowView view = RowView.of(row);
        for (TableWriter.Value value : assignments) changed[value.column()] = value.evaluator().value(scope, view);
        Object[] after = writer.instead(scope, TriggerEvent.UPDATE, before, changed);
        if (after == null) return;
        done(after, row);
    }

    /** The table's row out of the input's first fields. */
    private @Nullable Object[] stored(@Nullable Object[] row) {
        Object[] values = new Object[writer.table().columns().size()];
        for (int i = 0; i < visibleWidth; i++) values[writer.visible()[i]] = row[i];
        return values;
    }

    // ---- MERGE ---------------------------------------------------------------------------------------------------

    /** The first WHEN that fits. When others changed the row meanwhile, which one fits is asked anew for what the row is now. */
    private void merge(@Nullable Object[] row) {
        Object[] current = row;
        while (true) {
            byte[] key = (byte[]) current[spec.keyField()];
            ModifySpec.Action action = fitting(current, key != null);
            if (action == null || action.kind() == null) return;
            if (action.kind() == ModifyKind.INSERT) {
                mergeInsert(action, current, RowView.of(current));
                return;
            }
            Object[] now = locked(current, key, action.kind());
            if (now == current) {
                apply(current, key, action.assignments(), action.writer(), action.kind());
                return;
            }
            current = now != null ? now : unmatched(row);
        }
    }

    private ModifySpec.@Nullable Action fitting(@Nullable Object[] row, boolean matched) {
        RowView view = RowView.of(row);
        for (ModifySpec.Action action : spec.actions()) {
            if (action.matched() != matched) continue;
            if (action.condition() == null || Boolean.TRUE.equals(action.condition().value(scope, view))) return action;
        }
        return null;
    }

    /** The source's part of the row alone. */
    private @Nullable Object[] unmatched(@Nullable Object[] row) {
        Object[] source = row.clone();
        Arrays.fill(source, 0, spec.keyField() + 1, null);
        return source;
    }

    private void mergeInsert(ModifySpec.Action action, @Nullable Object[] row, RowView view) {
        Object[] given = new Object[writer.table().columns().size()];
        for (TableWriter.Value value : action.assignments()) given[value.column()] = value.evaluator().value(scope, view);
        Object[] values = action.writer().prepare(scope, given);
        if (values == null) return;
        if (action.writer().insert(scope, values) instanceof WriteOutcome.Conflict conflict) throw writer.duplicate(scope, conflict.index(), values);
        done(values, row);
    }

    @Override
    public void close() {
        input.close();
        if (returned != null) returned.release();
    }
}
