package io.craton.sql.exec;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.RowLockMode;
import io.craton.storage.txn.Transaction.Doubt;
import io.craton.storage.txn.Transaction.LockOutcome;
import io.craton.storage.txn.Transaction.WriteOutcome;
import io.craton.storage.txn.WaitPolicy;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a table demands of its rows: defaults, triggers, computed columns, NOT NULL, checks, foreign keys. Immutable, part of a plan. Rows are arrays of one datum
 * for each entry of {@code table.columns()}.
 *
 * @param defaults values of columns that an INSERT leaves out
 * @param computed values computed from the row's visible columns at every change, in order
 * @param visible 0-based columns that expressions see as fields
 * @param deferrableKeys primary keys and unique constraints that are not checked at once
 * @param triggers null for a table without any
 */
public record TableWriter(TableDef table, List<Value> defaults, List<Value> computed, List<Check> checks, int[] visible, List<ConstraintDef> foreignKeys,
        List<ConstraintDef> referencing, List<ConstraintDef> deferrableKeys, @Nullable TableTriggers triggers) {
    /** The new value of a column (0-based). */
    public record Value(int column, Evaluator evaluator) {}

    /** @param view as in {@code Scalar.NamedCheck} */
    public record Check(String name, Evaluator condition, boolean view) {}

    public TableWriter {
        defaults = List.copyOf(defaults);
        computed = List.copyOf(computed);
        checks = List.copyOf(checks);
        foreignKeys = List.copyOf(foreignKeys);
        referencing = List.copyOf(referencing);
        deferrableKeys = List.copyOf(deferrableKeys);
    }

    /** Whether changes of rows leave checks behind that look at other rows. */
    boolean checksOthers() {
        return !foreignKeys.isEmpty() || !referencing.isEmpty() || !deferrableKeys.isEmpty() || triggers != null;
    }

    /** 55000 when ON CONFLICT would have to decide by a constraint that is checked later; no arbiters: by any. */
    void requireImmediate(Scope scope, Collection<Integer> arbiters) {
        for (ConstraintDef key : deferrableKeys) {
            if (!arbiters.isEmpty() && !arbiters.contains(key.indexOid())) continue;
            throw RowErrors.deferrableArbiter(scope.context(), table, key);
        }
    }

    /** Its changes are what triggers do instead. */
    public boolean isView() {
        return table.kind() == 'v';
    }

    /** Null: the triggers did nothing. */
    @Nullable Object @Nullable [] instead(Scope scope, TriggerEvent event, @Nullable Object @Nullable [] old, @Nullable Object @Nullable [] given) {
        if (event == TriggerEvent.INSERT && given != null) {
            for (Value value : defaults) given[value.column] = value.evaluator.value(scope, view(given));
        }
        @Nullable Object[] done = Triggers.of(scope).instead(java.util.Objects.requireNonNull(triggers), event, old, given);
        if (done != null && event != TriggerEvent.DELETE) check(scope, done);
        return done;
    }

    RowView view(@Nullable Object[] values) {
        return field -> values[visible[field]];
    }

    /** The row to insert, made of the given values; null when a trigger wants none. */
    @Nullable Object @Nullable [] prepare(Scope scope, @Nullable Object[] given) {
        Object[] values = given;
        if (!defaults.isEmpty()) {
            RowView row = view(values);
            for (Value value : defaults) values[value.column] = value.evaluator.value(scope, row);
        }
        if (triggers != null) values = Triggers.of(scope).before(triggers, TriggerEvent.INSERT, null, values);
        if (values != null) complete(scope, values);
        return values;
    }

    /** The row that takes the place of a locked one; null when a trigger wants it left alone. */
    @Nullable Object @Nullable [] prepare(Scope scope, byte[] key, @Nullable Object[] before, @Nullable Object[] after) {
        Object[] values = after;
        if (triggers != null && triggers.any(TriggerEvent.UPDATE, TableTriggers.Moment.BEFORE_ROW)) {
            values = Triggers.of(scope).before(triggers, TriggerEvent.UPDATE, before, after);
            if (values != null) requireUntouched(scope, key, "updated");
        }
        if (values != null) complete(scope, values);
        return values;
    }

    /** 27000 when something in front of the change has changed the row itself. */
    void requireUntouched(Scope scope, byte[] key, String participle) {
        LockOutcome outcome = scope.context().transaction().lock(table, key, RowLockMode.UPDATE, WaitPolicy.WAIT);
        if (outcome instanceof LockOutcome.ChangedByCommand changed && changed.within()) throw changedByTrigger(participle);
    }

    static PgException changedByTrigger(String participle) {
        return PgError.error(SqlState.TRIGGERED_DATA_CHANGE_VIOLATION,
                        "tuple to be " + participle + " was already modified by an operation triggered by the current command")
                .withHint("Consider using an AFTER trigger instead of a BEFORE trigger to propagate changes to other rows.").exception();
    }

    /** Fills in computed columns and tests NOT NULL and checks. */
    private void complete(Scope scope, @Nullable Object[] values) {
        RowView row = view(values);
        for (Value value : computed) values[value.column] = value.evaluator.value(scope, row);
        List<ColumnDef> columns = table.columns();
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null && columns.get(i).notNull() && !columns.get(i).dropped()) {
                throw RowErrors.notNull(scope.context(), table, columns.get(i), values);
            }
        }
        check(scope, values);
    }

    private void check(Scope scope, @Nullable Object[] values) {
        RowView row = view(values);
        for (Check check : checks) {
            Object fulfilled = check.condition.value(scope, row);
            if (check.view && !Boolean.TRUE.equals(fulfilled)) throw RowErrors.checkOption(scope.context(), table, check.name, values);
            if (Boolean.FALSE.equals(fulfilled)) throw RowErrors.check(scope.context(), table, check.name, values);
        }
    }

    /** Inserts a complete row; a conflict is returned, not thrown. */
    WriteOutcome insert(Scope scope, @Nullable Object[] values) {
        WriteOutcome outcome = scope.context().transaction().insert(table, values);
        if (!(outcome instanceof WriteOutcome.Written written)) return outcome;
        byte[] key = written(scope, written);
        if (triggers != null) Triggers.of(scope).after(triggers, TriggerEvent.INSERT, null, values, true);
        if (!foreignKeys.isEmpty()) ForeignKeys.of(scope).childChanged(this, null, values, key, key);
        if (triggers != null) Triggers.of(scope).after(triggers, TriggerEvent.INSERT, null, values, false);
        return written;
    }

    /** Replaces a locked row by a complete one; answers the key that it has now. */
    byte[] update(Scope scope, byte[] key, @Nullable Object[] before, @Nullable Object[] after) {
        WriteOutcome outcome = scope.context().transaction().update(table, key, after);
        if (outcome instanceof WriteOutcome.Conflict conflict) throw duplicate(scope, conflict.index(), after);
        byte[] newKey = written(scope, (WriteOutcome.Written) outcome);
        if (triggers != null) Triggers.of(scope).after(triggers, TriggerEvent.UPDATE, before, after, true);
        if (!foreignKeys.isEmpty()) ForeignKeys.of(scope).childChanged(this, before, after, newKey, key);
        if (!referencing.isEmpty()) ForeignKeys.of(scope).parentChanged(this, before, after);
        if (triggers != null) Triggers.of(scope).after(triggers, TriggerEvent.UPDATE, before, after, false);
        return newKey;
    }

    /** The row's key; what its values left in doubt is judged later. */
    private byte[] written(Scope scope, WriteOutcome.Written outcome) {
        for (Doubt doubt : outcome.doubts()) UniqueCheck.add(scope, table, doubt);
        return outcome.key();
    }

    /** Deletes a locked row; false when a trigger wants it left alone. */
    boolean delete(Scope scope, byte[] key, @Nullable Object[] before) {
        if (triggers != null && triggers.any(TriggerEvent.DELETE, TableTriggers.Moment.BEFORE_ROW)) {
            if (Triggers.of(scope).before(triggers, TriggerEvent.DELETE, before, null) == null) return false;
            requireUntouched(scope, key, "deleted");
        }
        scope.context().transaction().delete(table, key);
        if (triggers != null) Triggers.of(scope).after(triggers, TriggerEvent.DELETE, before, null, true);
        if (!referencing.isEmpty()) ForeignKeys.of(scope).parentChanged(this, before, null);
        if (triggers != null) Triggers.of(scope).after(triggers, TriggerEvent.DELETE, before, null, false);
        return true;
    }

    PgException duplicate(Scope scope, IndexDef index, @Nullable Object[] values) {
        return RowErrors.duplicate(scope.context(), table, index, values);
    }

    /** Whether one of these columns (0-based) belongs to a key that others may refer to. */
    boolean touchesKey(ExecContext context, BitSet columns) {
        for (int column : table.keyColumns()) if (columns.get(column - 1)) return true;
        for (IndexDef index : context.catalog().indexes(table.oid())) {
            if (!index.unique() || index.predicateColumn() != 0) continue;
            for (IndexDef.KeyPart part : index.keyParts()) if (columns.get(part.column() - 1)) return true;
        }
        return false;
    }

    /** Who refers to a key keeps its row from losing it, and from no other change. */
    void lockChangedKey(Scope scope, byte[] key, @Nullable Object[] before, @Nullable Object[] after) {
        BitSet changed = new BitSet();
        for (int i = 0; i < after.length; i++) if (!java.util.Objects.deepEquals(before[i], after[i])) changed.set(i);
        if (touchesKey(scope.context(), changed)) scope.context().transaction().lock(table, key, RowLockMode.UPDATE, WaitPolicy.WAIT);
    }

    static PgException secondTime(String command, String hint) {
        return new PgException(PgError.error(SqlState.CARDINALITY_VIOLATION,
                command + " command cannot affect row a second time").withHint(hint));
    }
}
