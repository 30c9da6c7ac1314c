package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.Jsonb;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.ScanOperators.ClosableRows;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.RowCursor;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * craton_diff: rows of a table that are others at one position than at another. Where the table has kept its storage both moments are read side by side, in order of the
 * keys; else rows are matched by their primary keys, those of the first moment held in memory.
 */
final class TableDifference {
    private final ExecContext context;
    private final TablePast past;
    private final long from;
    private final long to;

    private TableDifference(ExecContext context, long relation, long from, long to) {
        this.context = context;
        this.past = new TablePast(context, relation);
        this.from = from;
        this.to = to;
    }

    static Iterator<@Nullable Object[]> between(ExecContext context, CallInfo call, @Nullable Object[] arguments) {
        if (arguments[0] == null || arguments[1] == null || arguments[2] == null) return List.<@Nullable Object[]>of().iterator();
        return new TableDifference(context, (Long) arguments[0], (Long) arguments[1], (Long) arguments[2]).rows();
    }

    /** As above, between two times. */
    static Iterator<@Nullable Object[]> betweenTimes(ExecContext context, CallInfo call, @Nullable Object[] arguments) {
        if (arguments[0] == null || arguments[1] == null || arguments[2] == null) return List.<@Nullable Object[]>of().iterator();
        return new TableDifference(context, (Long) arguments[0], position(context, (Long) arguments[1]), position(context, (Long) arguments[2])).rows();
    }

    private static long position(ExecContext context, long micros) {
        return PastTimes.position(micros, Math.max(context.statementMicros(), context.transaction().startMicros()), context.transaction(), context.format());
    }

    private Iterator<@Nullable Object[]> rows() {
        TableDef before = past.at(from);
        TableDef after = past.at(to);
        if (before == null && after == null) {
            throw PgError.error(SqlState.UNDEFINED_TABLE, "the table does not exist at position " + from + " nor at position " + to).exception();
        }
        if (before == null || after == null || before.storageId() == after.storageId()) return new SideBySide(before, after);
        return byKey(before, after);
    }

    private RowCursor scan(TableDef table, long position) {
        return context.transaction().at(position).scan(table, KeyRange.ALL, false);
    }

    private @Nullable Object[] row(byte @Nullable [] before, byte @Nullable [] after) {
        String operation = before == null ? "INSERT" : after == null ? "DELETE" : "UPDATE";
        byte[] present = after != null ? after : java.util.Objects.requireNonNull(before);
        long position = after != null ? to : from;
        Jsonb key = TablePast.hasKey(java.util.Objects.requireNonNull(past.at(position)), past.catalogAt(position)) ? past.key(present, position) : null;
        return new Object[] {operation, key, before == null ? null : past.json(before, from), after == null ? null : past.json(after, to)};
    }

    /** Whether two images say the same: what is in front of their values, the version, aside. */
    private static boolean same(byte[] before, byte[] after) {
        return Arrays.equals(before, 8, before.length, after, 8, after.length);
    }

    private final class SideBySide implements ClosableRows<@Nullable Object[]> {
        private final @Nullable RowCursor left;
        private final @Nullable RowCursor right;
        private boolean leftValid;
        private boolean rightValid;
        private @Nullable Object @Nullable [] next;

        SideBySide(@Nullable TableDef before, @Nullable TableDef after) {
            left = before == null ? null : scan(before, from);
            right = after == null ? null : scan(after, to);
            moveLeft();
            moveRight();
        }

        private void moveLeft() {
            leftValid = left != null && left.next();
        }

        private void moveRight() {
            rightValid = right != null && right.next();
        }

        @Override
        public boolean hasNext() {
            while (next == null && (leftValid || rightValid)) step();
            if (next == null) close();
            return next != null;
        }

        private void step() {
            context.checkInterrupts();
            int order = !leftValid ? 1 : !rightValid ? -1 : Arrays.compareUnsigned(left.key(), right.key());
            if (order != 0 || left.version() != right.version() && !same(left.row(), right.row())) {
                next = row(order <= 0 ? left.row() : null, order >= 0 ? right.row() : null);
            }
            if (order <= 0) moveLeft();
            if (order >= 0) moveRight();
        }

        @Override
        public @Nullable Object[] next() {
            if (!hasNext()) throw new NoSuchElementException();
            @Nullable Object[] found = java.util.Objects.requireNonNull(next);
            next = null;
            return found;
        }

        @Override
        public void close() {
            if (left != null) left.close();
            if (right != null) right.close();
        }
    }

    private Iterator<@Nullable Object[]> byKey(TableDef before, TableDef after) {
        TablePast.keyColumns(before, past.catalogAt(from));
        TablePast.keyColumns(after, past.catalogAt(to));
        Map<Jsonb, byte[]> rows = new LinkedHashMap<>();
        try (RowCursor cursor = scan(before, from)) {
            while (cursor.next()) {
                context.checkInterrupts();
                context.retain(cursor.row().length + 200);
                rows.put(past.key(cursor.row(), from), cursor.row());
            }
        }
        List<@Nullable Object[]> found = new java.util.ArrayList<>();
        try (RowCursor cursor = scan(after, to)) {
            while (cursor.next()) {
                context.checkInterrupts();
                byte[] old = rows.remove(past.key(cursor.row(), to));
                if (old == null || !past.json(old, from).equals(past.json(cursor.row(), to))) found.add(row(old, cursor.row()));
            }
        }
        rows.values().forEach(old -> found.add(row(old, null)));
        return found.iterator();
    }
}
