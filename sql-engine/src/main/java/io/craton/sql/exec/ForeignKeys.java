package io.craton.sql.exec;

import io.craton.core.error.PgException;
import io.craton.core.type.DatumComparator;
import io.craton.core.type.PgType;
import io.craton.sql.expr.Scope;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.RowCursor;
import io.craton.storage.txn.RowLockMode;
import io.craton.storage.txn.Transaction;
import io.craton.storage.txn.Transaction.LockOutcome;
import io.craton.storage.txn.WaitPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Foreign keys of one statement. A child's parent is looked for at once and locked; a missing one, and everything about a changed parent, waits for the end of the
 * statement and is then judged with a fresh snapshot. Where the constraint is deferred, both wait for the end of the transaction. One thread.
 */
final class ForeignKeys {
    private static final int ROW_SHARE = 2;
    private static final int ROW_EXCLUSIVE = 3;

    private final Scope scope;
    private final ExecContext context;
    private final Transaction transaction;

    private ForeignKeys(Scope scope) {
        this.scope = scope;
        this.context = scope.context();
        this.transaction = context.transaction();
    }

    static ForeignKeys of(Scope scope) {
        return scope.statement().shared(ForeignKeys.class, () -> new ForeignKeys(scope));
    }

    private static Object[] key(List<Integer> columns, @Nullable Object[] values) {
        Object[] key = new Object[columns.size()];
        for (int i = 0; i < key.length; i++) key[i] = values[columns.get(i) - 1];
        return key;
    }

    private boolean same(TableDef table, List<Integer> columns, @Nullable Object[] left, @Nullable Object[] right) {
        for (int column : columns) {
            Object a = left[column - 1];
            Object b = right[column - 1];
            if (a == null || b == null ? a != b : DatumComparator.compare(type(table, column), a, b) != 0) return false;
        }
        return true;
    }

    private PgType type(TableDef table, int column) {
        return java.util.Objects.requireNonNull(context.catalog().type(table.column(column).typeOid()));
    }

    // ---- children ------------------------------------------------------------------------------------------------

    /**
     * @param before null for INSERT
     * @param key the row's key as it is now, {@code oldKey} as it was
     */
    void childChanged(TableWriter child, @Nullable Object @Nullable [] before, @Nullable Object[] after, byte[] key, byte[] oldKey) {
        for (ConstraintDef constraint : child.foreignKeys()) {
            boolean deferred = constraint.deferrable()
                    && context.constraints().isDeferred(constraint.oid(), constraint.initiallyDeferred());
            // A deferred check finds its row by the key: one that moved needs another.
            boolean moved = deferred && !Arrays.equals(key, oldKey);
            if (before != null && !moved && same(child.table(), constraint.columns(), before, after)) continue;
            ChildCheck check = new ChildCheck(child.table(), constraint, key);
            if (deferred) {
                if (!allNull(key(constraint.columns(), after))) context.constraints().defer(check);
                continue;
            }
            Object[] values = values(child.table(), constraint, after);
            if (values != null && !lockParent(constraint, values)) Checks.of(scope).atEndOfStatement(() -> check.run(scope));
        }
    }

    private static boolean allNull(@Nullable Object[] values) {
        for (Object value : values) if (value != null) return false;
        return true;
    }

    /** The child's key, or null when nulls exempt it. */
    private Object @Nullable [] values(TableDef child, ConstraintDef constraint, @Nullable Object[] row) {
        Object[] key = key(constraint.columns(), row);
        int nulls = 0;
        for (Object value : key) if (value == null) nulls++;
        if (nulls == 0) return parentKey(child, constraint, key);
        if (constraint.match() == 'f' && nulls < key.length) throw RowErrors.mixedNulls(context, child, constraint);
        return null;
    }

    /** The child's values in the parent's types. */
    private Object[] parentKey(TableDef child, ConstraintDef constraint, Object[] key) {
        TableDef parent = parent(constraint, child);
        Object[] converted = new Object[key.length];
        for (int i = 0; i < key.length; i++) {
            converted[i] = KeyConversion.toParent(key[i], baseType(child, constraint.columns().get(i)), baseType(parent, constraint.foreignColumns().get(i)));
        }
        return converted;
    }

    /** The parent's values in the child's types; null when no child can have them. */
    private Object @Nullable [] childKey(TableDef child, ConstraintDef constraint, Object[] key) {
        TableDef parent = parent(constraint, child);
        Object[] converted = new Object[key.length];
        for (int i = 0; i < key.length; i++) {
            Object value = KeyConversion.toChild(key[i], baseType(child, constraint.columns().get(i)), baseType(parent, constraint.foreignColumns().get(i)));
            if (value == null) return null;
            converted[i] = value;
        }
        return converted;
    }

    private TableDef parent(ConstraintDef constraint, TableDef child) {
        if (constraint.foreignTableOid() == child.oid()) return child;
        return java.util.Objects.requireNonNull(context.catalog().table(constraint.foreignTableOid()));
    }

    private PgType baseType(TableDef table, int column) {
        PgType type = type(table, column);
        while (type.kind() == 'd') type = java.util.Objects.requireNonNull(context.catalog().type(type.baseTypeOid()));
        return type;
    }

    /** The row with this key has a parent, if it is still there. */
    private record ChildCheck(TableDef child, ConstraintDef constraint, byte[] key) implements DeferredCheck {
        @Override
        public int constraintOid() {
            return constraint.oid();
        }

        @Override
        public int tableOid() {
            return child.oid();
        }

        @Override
        public void run(Scope scope) {
            ForeignKeys keys = ForeignKeys.of(scope);
            byte[] row = keys.transaction.get(child, key);
            if (row == null) return;
            Object[] datums = RowCodec.of(child, keys.context.format().types()).datums(row);
            Object[] values = keys.values(child, constraint, datums);
            if (values == null || keys.lockParent(constraint, values)) return;
            TableDef parent = java.util.Objects.requireNonNull(keys.context.catalog().table(constraint.foreignTableOid()));
            throw RowErrors.missingParent(keys.context, child, parent, constraint, ForeignKeys.key(constraint.columns(), datums));
        }
    }

    private boolean lockParent(ConstraintDef constraint, Object[] key) {
        TableDef parent = java.util.Objects.requireNonNull(context.catalog().table(constraint.foreignTableOid()));
        transaction.lockTable(parent.oid(), ROW_SHARE, WaitPolicy.WAIT);
        byte[] parentKey = find(parent, constraint.foreignColumns(), key);
        if (parentKey == null) return false;
        LockOutcome outcome = transaction.lock(parent, parentKey, RowLockMode.KEY_SHARE, WaitPolicy.WAIT);
        return !(outcome instanceof LockOutcome.Changed changed && changed.newestRow() == null);
    }

    /** Key of a row whose unique columns have these values, or null. */
    private byte @Nullable [] find(TableDef table, List<Integer> columns, Object[] values) {
        KeyRange range;
        if (!table.keyColumns().isEmpty() && sameColumns(table.keyColumns(), columns)) {
            KeyCodec codec = KeyCodec.forTable(table, context.format().types());
            Object[] ordered = ordered(table.keyColumns(), columns, values);
            for (int i = 0; i < ordered.length; i++) if (!codec.fits(i, ordered[i])) return null;
            byte[] key = codec.encode(ordered);
            return transaction.get(table, key) == null ? null : key;
        }
        for (IndexDef index : context.catalog().indexes(table.oid())) {
            List<Integer> parts = index.keyParts().stream().map(IndexDef.KeyPart::column).toList();
            if (index.clustered() || !index.unique() || !sameColumns(parts, columns)) continue;
            range = range(KeyCodec.forIndex(index, table, context.format().types()), ordered(parts, columns, values));
            if (range == null) return null;
            try (RowCursor cursor = transaction.scanIndex(table, index, range, false)) {
                return cursor.next() ? cursor.key() : null;
            }
        }
        throw new IllegalStateException("no unique index behind a foreign key");
    }

    private static boolean sameColumns(List<Integer> left, List<Integer> right) {
        return left.size() == right.size() && left.containsAll(right);
    }

    private static Object[] ordered(List<Integer> parts, List<Integer> columns, Object[] values) {
        Object[] ordered = new Object[parts.size()];
        for (int i = 0; i < ordered.length; i++) ordered[i] = values[columns.indexOf(parts.get(i))];
        return ordered;
    }

    private static @Nullable KeyRange range(KeyCodec codec, Object[] values) {
        byte[][] range = codec.range(List.of(values), null, null);
        return range == null ? null : new KeyRange(range[0], range[1]);
    }

    // ---- parents -------------------------------------------------------------------------------------------------

    /** @param after null for DELETE */
    void parentChanged(TableWriter parent, @Nullable Object[] before, @Nullable Object @Nullable [] after) {
        for (ConstraintDef constraint : parent.referencing()) {
            List<Integer> columns = constraint.foreignColumns();
            if (after != null && same(parent.table(), columns, before, after)) continue;
            Object[] key = key(columns, before);
            boolean hasNull = false;
            for (Object value : key) hasNull |= value == null;
            if (hasNull) continue;
            char action = after == null ? constraint.deleteAction() : constraint.updateAction();
            Object[] newKey = after == null ? null : key(columns, after);
            if (action == 'a') {
                Checks.of(scope).add(new ParentCheck(parent.table(), constraint, key), constraint.deferrable(), constraint.initiallyDeferred());
            } else {
                Checks.of(scope).atEndOfStatement(() -> act(parent.table(), constraint, action, key, newKey));
            }
        }
    }

    /** NO ACTION: nobody refers to a key that a parent had, or some parent has it again. */
    private record ParentCheck(TableDef parent, ConstraintDef constraint, Object[] key) implements DeferredCheck {
        @Override
        public int constraintOid() {
            return constraint.oid();
        }

        @Override
        public int tableOid() {
            return parent.oid();
        }

        @Override
        public void run(Scope scope) {
            ForeignKeys keys = ForeignKeys.of(scope);
            if (keys.find(parent, constraint.foreignColumns(), key) == null) keys.act(parent, constraint, 'a', key, null);
        }
    }

    private record Child(byte[] key, byte[] row) {}

    private void act(TableDef parent, ConstraintDef constraint, char action, Object[] key, Object @Nullable [] newKey) {
        TableDef child = java.util.Objects.requireNonNull(context.catalog().table(constraint.tableOid()));
        Object[] childKey = childKey(child, constraint, key);
        if (action != 'a' && action != 'r') transaction.nextCommand(); // another key's action of this round may have changed the same rows
        transaction.lockTable(child.oid(), action == 'a' || action == 'r' ? ROW_SHARE : ROW_EXCLUSIVE, WaitPolicy.WAIT);
        List<Child> children = childKey == null ? List.of() : children(child, constraint.columns(), childKey);
        if (action == 'a' || action == 'r') {
            if (children.isEmpty()) return;
            throw RowErrors.stillReferenced(context, parent, child, constraint, key);
        }
        boolean delete = action == 'c' && newKey == null;
        List<Integer> columns = newKey == null && !constraint.deleteSetColumns().isEmpty() ? constraint.deleteSetColumns() : constraint.columns();
        TableWriter writer = CascadePlans.writer(scope, child, delete ? List.of() : columns);
        TriggerEvent event = delete ? TriggerEvent.DELETE : TriggerEvent.UPDATE;
        if (writer.triggers() == null) {
            change(parent, child, constraint, action, children, columns, writer, key, newKey);
        } else {
            context.routines().asTrigger(() -> {
                Triggers.of(scope).before(writer.triggers(), event);
                change(parent, child, constraint, action, children, columns, writer, key, newKey);
                Triggers.of(scope).after(writer.triggers(), event);
            });
        }
        if (action == 'd' && !children.isEmpty()) requireNone(parent, child, constraint, key);
    }

    private void change(TableDef parent, TableDef child, ConstraintDef constraint, char action, List<Child> children, List<Integer> columns,
            TableWriter writer, Object[] key, Object @Nullable [] newKey) {
        if (children.isEmpty()) return;
        Object[] newChildKey = newKey == null || action != 'c' ? null : childKey(child, constraint, newKey);
        if (newChildKey == null && newKey != null && action == 'c') throw RowErrors.stillReferenced(context, parent, child, constraint, key);
        RowCodec codec = RowCodec.of(child, context.format().types());
        for (Child each : children) {
            LockOutcome outcome = transaction.lock(child, each.key, RowLockMode.UPDATE, WaitPolicy.WAIT);
            byte[] row = outcome instanceof LockOutcome.Changed changed ? changed.newestRow() : each.row;
            if (row == null || outcome instanceof LockOutcome.ChangedByCommand) continue;
            Object[] before = codec.datums(row);
            if (action == 'c' && newKey == null) {
                writer.delete(scope, each.key, before);
                continue;
            }
            Object[] changed = before.clone();
            for (int i = 0; i < columns.size(); i++) {
                changed[columns.get(i) - 1] = switch (action) {
                    case 'c' -> newChildKey[i];
                    case 'n' -> null;
                    default -> CascadePlans.defaultValue(scope, child, columns.get(i));
                };
            }
            Object[] after = writer.prepare(scope, each.key, before, changed);
            if (after != null) writer.update(scope, each.key, before, after);
        }
    }

    /** Where the default is the key that went away, the child did not change, and nothing else notices that it has no parent. */
    private void requireNone(TableDef parent, TableDef child, ConstraintDef constraint, Object[] key) {
        transaction.nextCommand();
        Object[] childKey = childKey(child, constraint, key);
        if (childKey != null && !children(child, constraint.columns(), childKey).isEmpty()) {
            throw RowErrors.stillReferenced(context, parent, child, constraint, key);
        }
    }

    private List<Child> children(TableDef child, List<Integer> columns, Object[] key) {
        List<Child> children = new ArrayList<>();
        RowCodec codec = RowCodec.of(child, context.format().types());
        try (RowCursor cursor = cursor(child, columns, key)) {
            while (cursor.next()) {
                boolean same = true;
                for (int i = 0; same && i < key.length; i++) {
                    Object value = codec.datum(cursor.row(), columns.get(i) - 1);
                    same = value != null && DatumComparator.compare(type(child, columns.get(i)), value, key[i]) == 0;
                }
                if (same) children.add(new Child(cursor.key(), cursor.row()));
            }
        }
        return children;
    }

    private RowCursor cursor(TableDef child, List<Integer> columns, Object[] key) {
        KeyCodec own = KeyCodec.forTable(child, context.format().types());
        List<Object> prefix = prefix(child.keyColumns(), columns, key);
        if (!prefix.isEmpty()) {
            byte[][] range = own.range(prefix, null, null);
            if (range != null) return transaction.scan(child, new KeyRange(range[0], range[1]), false);
        }
        for (IndexDef index : context.catalog().indexes(child.oid())) {
            if (index.clustered() || !index.valid() || index.predicateColumn() != 0) continue;
            prefix = prefix(index.keyParts().stream().map(IndexDef.KeyPart::column).toList(), columns, key);
            if (prefix.isEmpty()) continue;
            byte[][] range = KeyCodec.forIndex(index, child, context.format().types()).range(prefix, null, null);
            if (range != null) return transaction.scanIndex(child, index, new KeyRange(range[0], range[1]), false);
        }
        return transaction.scan(child, KeyRange.ALL, false);
    }

    /** Values of the leading parts that the columns determine. */
    private static List<Object> prefix(List<Integer> parts, List<Integer> columns, Object[] key) {
        List<Object> prefix = new ArrayList<>();
        for (int part : parts) {
            int at = columns.indexOf(part);
            if (at < 0) break;
            prefix.add(key[at]);
        }
        return prefix;
    }

    static PgException unsupported(String what) {
        return PgException.notSupported(what);
    }
}
