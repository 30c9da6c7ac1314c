package io.craton.sql.ddl;

import io.craton.core.error.Invariant;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Repr;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.ExpressionKind;
import io.craton.sql.analyze.TableExpressions;
import io.craton.sql.exec.TransitionTable;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.SqlParser;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import io.craton.storage.txn.ChangedRows;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.RowCursor;
import io.craton.storage.txn.RowReads;
import io.craton.storage.txn.Transaction;
import io.craton.storage.txn.WaitPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a table's rows again while others go on writing to it. The transaction holds a lock of mode 4, under which no definition changes, and copies the rows as a
 * snapshot has them; then, round after round, those that have changed since ({@link ChangedRows}); the last ones under the strong lock, which it seeks in short attempts
 * so that nobody waits behind it for longer. The rows are converted by the query of {@link TableRewrite}, a batch at a time. All is one transaction: what fails, or a
 * node that ends, leaves the table as it was.
 *
 * <p>Where it cannot be said which rows have changed, as after a large transaction of somebody else, the copy is made again; in the end under the lock.
 */
final class OnlineRewrite {
    /** SHARE UPDATE EXCLUSIVE, the lock under which a table is written again: others write, none changes its definition. */
    static final int LOCK = 4;
    private static final int BATCH_ROWS = 4096;
    private static final int FEW_ROWS = 200;
    private static final int ROUNDS_MAX = 50;
    private static final int COPIES_MAX = 3;

    private final Scope scope;
    private final TableRewrite rewrite;

    OnlineRewrite(Scope scope) {
        this.scope = scope;
        this.rewrite = new TableRewrite(scope);
    }

    /** Whether a table's rows can be written again under {@link #LOCK}: not where nobody would be kept waiting, or a snapshot has to last. */
    boolean fits(TableDef table) {
        return table.kind() == 'r' && table.persistence() != 't' && scope.context().transaction().isolation() == IsolationLevel.READ_COMMITTED && rewrite.hasRows(table);
    }

    /** The strong lock, by a command that turns out not to write the rows again. */
    void lockStrongly(TableDef table) {
        scope.context().transaction().lockTable(table.oid(), SoughtLock.ACCESS_EXCLUSIVE, WaitPolicy.WAIT);
    }

    /** As {@link TableRewrite#rewrite}; the table is locked strongly behind it. */
    TableDef rewrite(TableDef before, TableDef after, Map<Integer, String> values) {
        AnalyzedStatement.Query conversion = fits(before) ? conversion(before, after, values) : null;
        for (int i = 0; conversion != null && i < COPIES_MAX; i++) {
            try (Copy copy = new Copy(before, after, values, conversion)) {
                if (copy.make()) return copy.moved;
            }
        }
        lockStrongly(before);
        return rewrite.rewrite(before, after, values);
    }

    /** Null where the values cannot be had from a row alone, or not twice. */
    private AnalyzedStatement.@Nullable Query conversion(TableDef before, TableDef after, Map<Integer, String> values) {
        if (after.keyColumns().isEmpty() && !before.keyColumns().isEmpty()) return null;
        if (after.keyColumns().stream().anyMatch(number -> values.containsKey(number) && isVolatile(values.get(number), before))) return null;
        try {
            return scope.analyze(rewrite.query(before, after, values, rewrite.given(before)), before);
        } catch (PgException e) {
            return null; // the other way says what is wrong
        }
    }

    private boolean isVolatile(String value, TableDef table) {
        return Volatility.isVolatile(TableExpressions.compile(SqlParser.parseStoredExpression(value), table, ExpressionKind.ALTER_COLUMN_TRANSFORM, null, -1, null, scope.names()));
    }

    /** One attempt. */
    private final class Copy implements AutoCloseable {
        private final Transaction transaction = scope.context().transaction();
        private final CatalogView names;
        private final TableDef before;
        private final TableDef moved;
        private final AnalyzedStatement.Query conversion;
        private final ChangedRows changes;
        private final RowCodec rows;
        /** Columns of the old table that the conversion reads by their names, from 0. */
        private final int[] shown;
        private final Repr[] reprs;
        private final int[] targets;
        /** Of the changed table; null when its rows have none. */
        private final @Nullable KeyCodec key;
        private final boolean keepsKeys;
        /** The copy has the rows as they were at this position. */
        private long upTo;

        Copy(TableDef before, TableDef after, Map<Integer, String> values, AnalyzedStatement.Query conversion) {
            this.before = before;
            this.conversion = conversion;
            moved = rewrite.move(before, after);
            names = scope.names();
            rows = RowCodec.of(before, scope.context().catalog());
            shown = before.columns().stream().filter(column -> !column.dropped() && !column.hidden()).mapToInt(column -> column.number() - 1).toArray();
            reprs = new Repr[shown.length];
            for (int i = 0; i < shown.length; i++) reprs[i] = rows.repr(shown[i]);
            targets = TableRewrite.targets(moved);
            key = moved.keyColumns().isEmpty() ? null : KeyCodec.forTable(moved, scope.context().catalog());
            keepsKeys = before.keyColumns().equals(moved.keyColumns()) && moved.keyColumns().stream().noneMatch(number -> changes(number, values));
            changes = transaction.follow(before);
        }

        private boolean changes(int column, Map<Integer, String> values) {
            ColumnDef old = before.column(column);
            ColumnDef now = moved.column(column);
            return values.containsKey(column) || old.typeOid() != now.typeOid() || old.typmod() != now.typmod() || old.collationOid() != now.collationOid() || !old.tuning().equals(now.tuning());
        }

        @Override
        public void close() {
            changes.close();
        }

        /** False when some changes cannot be told. */
        boolean make() {
            transaction.beginStatement();
            upTo = transaction.snapshotPosition();
            try (RowCursor all = transaction.scan(before, KeyRange.ALL, false)) {
                copy(all);
            }
            if (!catchUp()) return false;
            transaction.writeAhead();
            if (!SoughtLock.take(before, SoughtLock.ACCESS_EXCLUSIVE, scope, this::catchUp) || round() < 0) return false;
            transaction.nextCommand(); // what else the statement does reads the rows where they are now
            return true;
        }

        /** Rounds until few rows change in one. */
        private boolean catchUp() {
            int changed = FEW_ROWS + 1;
            for (int i = 0; i < ROUNDS_MAX && changed > FEW_ROWS; i++) changed = round();
            return changed >= 0;
        }

        private void copy(RowCursor all) {
            List<byte[]> keys = new ArrayList<>(BATCH_ROWS);
            List<byte[]> images = new ArrayList<>(BATCH_ROWS);
            boolean more = true;
            while (more) {
                keys.clear();
                images.clear();
                while (keys.size() < BATCH_ROWS && (more = all.next())) {
                    keys.add(all.key());
                    images.add(all.row());
                }
                insert(keys, images);
            }
        }

        /** Brings the copy to a new snapshot; answers how many rows had changed, or -1. */
        private int round() {
            transaction.beginStatement();
            long to = transaction.snapshotPosition();
            List<byte[]> changed = changes.take(to);
            if (changed == null) return -1;
            for (int from = 0; from < changed.size(); from += BATCH_ROWS) {
                if (!delete(changed.subList(from, Math.min(changed.size(), from + BATCH_ROWS)))) return -1;
            }
            // one row may take over the unique key of another: what goes is gone before anything comes
            transaction.nextCommand();
            for (int from = 0; from < changed.size(); from += BATCH_ROWS) {
                List<byte[]> keys = new ArrayList<>();
                List<byte[]> images = new ArrayList<>();
                for (byte[] each : changed.subList(from, Math.min(changed.size(), from + BATCH_ROWS))) {
                    byte[] image = transaction.get(before, each);
                    if (image == null) continue;
                    keys.add(each);
                    images.add(image);
                }
                insert(keys, images);
            }
            upTo = to;
            return changed.size();
        }

        /** Takes the rows with these keys out of the copy. False when it is not known any more what they were. */
        private boolean delete(List<byte[]> keys) {
            transaction.nextCommand();
            if (keepsKeys) {
                for (byte[] each : keys) if (transaction.get(moved, each) != null) transaction.delete(moved, each);
                return true;
            }
            List<byte[]> images = new ArrayList<>();
            try {
                RowReads past = transaction.at(upTo);
                for (byte[] each : keys) {
                    byte[] image = past.get(before, each);
                    if (image != null) images.add(image);
                }
            } catch (PgException e) {
                if (e.state() != SqlState.SNAPSHOT_TOO_OLD) throw e;
                return false;
            }
            convert(images, (i, row) -> transaction.delete(moved, Objects.requireNonNull(key).encodeValues(row)));
            return true;
        }

        private void insert(List<byte[]> keys, List<byte[]> images) {
            convert(images, (i, row) -> {
                TableRewrite.checkNotNull(moved, row, names);
                Transaction.WriteOutcome outcome = key == null ? transaction.insertCopy(moved, keys.get(i), row) : transaction.insert(moved, row);
                if (outcome instanceof Transaction.WriteOutcome.Conflict conflict) throw TableRewrite.duplicate(conflict.index(), moved, row, names);
            });
            scope.context().checkInterrupts();
        }

        private interface Converted {
            void accept(int index, @Nullable Object[] row);
        }

        /** Rows of the old table as they are in the changed one, in their order. */
        private void convert(List<byte[]> images, Converted each) {
            if (images.isEmpty()) return;
            TransitionTable given = new TransitionTable(scope.context(), reprs);
            try {
                for (byte[] image : images) {
                    @Nullable Object[] values = new Object[shown.length];
                    for (int i = 0; i < shown.length; i++) values[i] = rows.datum(image, shown[i]);
                    given.add(values);
                }
                int[] count = new int[1];
                scope.query(conversion, given, fields -> each.accept(count[0]++, TableRewrite.row(moved, targets, fields)));
                Invariant.check(count[0] == images.size(), "a converted row for each");
            } finally {
                given.release();
            }
        }
    }
}
