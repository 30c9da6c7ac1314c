package io.craton.storage.columnar;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.batch.DictionaryVector;
import io.craton.core.batch.NumericVector;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.columnar.ColumnScan.Piece;
import io.craton.storage.row.RowCodec;
import io.craton.storage.sim.Node;
import io.craton.storage.sim.Tables;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.RowCursor;
import io.craton.storage.txn.RowLockMode;
import io.craton.storage.txn.Transaction;
import io.craton.storage.txn.WaitPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns give the rows that the row scan gives, in its order, whatever was written in between. */
final class ColumnScanTest {
    private static final long SEED = Long.getLong("craton.seed", System.nanoTime());
    private static final int SEGMENT_ROWS = 1500;
    private static final int[] ALL = {0, 1, 2, 3};

    @TempDir Path folder;

    private Node node;
    private TableDef table;
    private RowCodec codec;
    private final Random random = new Random(SEED);
    private final TreeMap<Long, byte[]> keys = new TreeMap<>();

    private void create() {
        node = Node.open(Node.config(folder).withSegmentRows(SEGMENT_ROWS), List.of());
        node.run(transaction -> {
            table = Tables.table(transaction, "c", List.of(Tables.int8("id"), Tables.text("t"), new Tables.Column("n", TypeOid.NUMERIC),
                    new Tables.Column("d", TypeOid.FLOAT8)), List.of(1));
            transaction.change(new CatalogChange.Put(table));
            transaction.change(new CatalogChange.Put(Tables.primaryKey(transaction.newOid(), table)));
        });
        codec = RowCodec.of(table, PgTypes::find);
    }

    @AfterEach
    void close() throws InterruptedException {
        node.close();
    }

    private Object[] values(long id) {
        Object text = random.nextInt(9) == 0 ? null : "t" + random.nextInt(random.nextInt(50) == 0 ? 100_000 : 5);
        Object number = random.nextInt(9) == 0 ? null : Numeric.of(random.nextInt(1000), random.nextInt(500) == 0 ? 3 : 2);
        return new Object[] {id, text, number, random.nextInt(9) == 0 ? null : random.nextDouble()};
    }

    private void insert(Transaction transaction, long id) {
        Transaction.WriteOutcome outcome = transaction.insert(table, values(id));
        if (outcome instanceof Transaction.WriteOutcome.Written written) keys.put(id, written.key());
    }

    private List<String> byRow(Transaction transaction) {
        return byRow(transaction, ALL);
    }

    private List<String> byRow(Transaction transaction, int... columns) {
        List<String> rows = new ArrayList<>();
        try (RowCursor cursor = transaction.scan(table, KeyRange.ALL, false)) {
            while (cursor.next()) rows.add(text(columns.length, i -> codec.datum(cursor.row(), columns[i])));
        }
        return rows;
    }

    /** What one scan gave, and how: pieces by column and by row. */
    private record Scanned(List<String> rows, int byColumn, int byRow) {}

    /** Null when the transaction sends the reader to the rows. */
    private @org.jspecify.annotations.Nullable Scanned byColumn(Transaction transaction, int... columns) {
        ColumnScan scan = transaction.columns(table, columns, () -> {});
        return scan == null ? null : read(scan, transaction, columns);
    }

    private Scanned read(ColumnScan scan, Transaction transaction, int... columns) {
        List<String> rows = new ArrayList<>();
        int byColumn = 0;
        int byRow = 0;
        for (Piece piece = scan.next(); piece != null; piece = scan.next()) {
            switch (piece) {
                case Piece.Columns decoded -> {
                    byColumn++;
                    add(decoded, rows);
                }
                case Piece.Stored stored -> {
                    byRow++;
                    try (RowCursor cursor = transaction.scan(table, stored.range(), false)) {
                        while (cursor.next()) rows.add(text(columns.length, i -> codec.datum(cursor.row(), columns[i])));
                    }
                }
            }
        }
        return new Scanned(rows, byColumn, byRow);
    }

    private static void add(Piece.Columns piece, List<String> rows) {
        int hidden = 0;
        int added = 0;
        for (int row = piece.first(); row <= piece.end(); row++) {
            for (; added < piece.added().count() && piece.added().places()[added] <= row; added++) {
                int which = added;
                rows.add(text(piece.chunks().length, i -> piece.added().columns()[i].datum(which)));
            }
            if (row == piece.end()) break;
            if (hidden < piece.hidden().length && piece.hidden()[hidden] == row) {
                hidden++;
                continue;
            }
            int one = row;
            rows.add(text(piece.chunks().length, i -> piece.chunks()[i].slice(one, 1).datum(0)));
        }
    }

    private static String text(int width, java.util.function.IntFunction<Object> datum) {
        Object[] datums = new Object[width];
        for (int i = 0; i < width; i++) datums[i] = datum.apply(i);
        return Arrays.toString(datums);
    }

    @Test
    void columnsEqualRowsWithUpdatesInBetween() {
        System.out.println("ColumnScanTest seed " + SEED);
        create();
        int compared = 0;
        Transaction old = null;
        for (int step = 0; step < 120; step++) {
            if (random.nextInt(3) == 0) change();
            if (old == null && random.nextInt(6) == 0) old = node.begin(IsolationLevel.REPEATABLE_READ);
            Transaction transaction = old != null && random.nextBoolean() ? old : node.begin();
            if (transaction != old && random.nextInt(4) == 0) for (int i = 0; i < 20; i++) write(transaction);
            Scanned columns = byColumn(transaction, random.nextBoolean() ? ALL : new int[] {0, 1, 2, 3});
            if (columns != null) {
                compared += columns.byColumn;
                assertThat(columns.rows).as("seed %d step %d", SEED, step).isEqualTo(byRow(transaction));
            }
            if (transaction != old) transaction.rollback();
            else if (random.nextInt(4) == 0) {
                old.rollback();
                old = null;
            }
        }
        if (old != null) old.rollback();
        assertThat(compared).as("seed %d", SEED).isPositive();
    }

    private void change() {
        node.run(transaction -> {
            for (int i = 0; i < 1 + random.nextInt(300); i++) write(transaction);
        });
    }

    /** Changes one row in a way that keeps {@link #keys} right whether it commits or not: a key names the row, there or not. */
    private void write(Transaction transaction) {
        long id = random.nextInt(2000);
        byte[] key = keys.get(id);
        if (key == null || transaction.get(table, key) == null) {
            insert(transaction, id);
        } else {
            transaction.lock(table, key, RowLockMode.UPDATE, WaitPolicy.WAIT);
            if (random.nextInt(3) == 0) transaction.delete(table, key);
            else transaction.update(table, key, values(id));
        }
        transaction.nextCommand();
    }

    /** Scans at every moment of a storm of commits, of which some fill a segment's delta and some are far too many for it. */
    @Test
    void columnsEqualRowsWhileOthersCommit() throws InterruptedException {
        create();
        node.run(transaction -> {
            for (long id = 0; id < 2000; id++) insert(transaction, id);
        });
        java.util.concurrent.atomic.AtomicReference<Throwable> failure = new java.util.concurrent.atomic.AtomicReference<>();
        Thread writer = Thread.ofPlatform().start(() -> {
            Random own = new Random(SEED + 1);
            try {
                for (int commit = 0; commit < 400; commit++) {
                    int rows = own.nextInt(80) == 0 ? 1500 : 1 + own.nextInt(20);
                    node.run(transaction -> {
                        for (int i = 0; i < rows; i++) update(transaction, own);
                    });
                }
            } catch (RuntimeException | Error e) {
                failure.set(e);
            }
        });
        int byColumn = 0;
        try {
            for (int step = 0; step < 20 || writer.isAlive(); step++) {
                Transaction transaction = node.begin();
                Scanned columns = byColumn(transaction, step % 3 == 0 ? new int[] {0, 2} : ALL);
                if (columns != null) {
                    byColumn += columns.byColumn;
                    List<String> rows = step % 3 == 0 ? byRow(transaction, 0, 2) : byRow(transaction);
                    assertThat(columns.rows).as("seed %d step %d", SEED, step).isEqualTo(rows);
                }
                transaction.rollback();
            }
        } finally {
            writer.join();
        }
        assertThat(failure.get()).isNull();
        assertThat(byColumn).as("seed %d", SEED).isPositive();
    }

    private void update(Transaction transaction, Random own) {
        long id = own.nextInt(2000);
        byte[] key = keys.get(id);
        byte[] row = transaction.get(table, key);
        Object[] values = {id, "u" + own.nextInt(4), Numeric.of(own.nextInt(9), 2), null};
        if (row == null) {
            transaction.insert(table, values);
        } else {
            transaction.lock(table, key, RowLockMode.UPDATE, WaitPolicy.WAIT);
            if (own.nextInt(4) == 0) transaction.delete(table, key);
            else transaction.update(table, key, values);
        }
        transaction.nextCommand();
    }

    @Test
    void segmentsFollowEachOtherAndColumnsComeSeparately() {
        create();
        int rows = SEGMENT_ROWS + 1000;
        node.run(transaction -> {
            for (long id = 0; id < rows; id++) insert(transaction, id);
        });
        Transaction transaction = node.begin();
        assertThat(byColumn(transaction, 0)).as("first scan").isNull();
        Scanned ids = byColumn(transaction, 0);
        assertThat(ids.rows).hasSize(rows).startsWith("[0]").endsWith("[" + (rows - 1) + "]");
        assertThat(ids.byColumn).isEqualTo(2);
        assertThat(byColumn(transaction, ALL)).isEqualTo(new Scanned(byRow(transaction), 2, 0));
        ColumnScan behind = transaction.columns(table, new int[] {0}, () -> {});
        behind.startAt(keys.get(70L));
        assertThat(read(behind, transaction, 0).rows).hasSize(rows - 70).startsWith("[70]");
        transaction.rollback();
    }

    @Test
    void oldAndNewSnapshotsAndOwnWritesShareColumns() {
        create();
        node.run(transaction -> insert(transaction, 1));
        Transaction old = node.begin(IsolationLevel.REPEATABLE_READ);
        byColumn(old, ALL);
        assertThat(byColumn(old, ALL).byColumn).isEqualTo(1);
        node.run(transaction -> insert(transaction, 2));
        assertThat(byColumn(old, ALL)).isEqualTo(new Scanned(byRow(old), 1, 0));
        assertThat(byColumn(old, ALL).rows).hasSize(1);
        old.rollback();
        Transaction writer = node.begin();
        assertThat(byColumn(writer, ALL).rows).hasSize(2);
        insert(writer, 3);
        writer.lock(table, keys.get(1L), RowLockMode.UPDATE, WaitPolicy.WAIT);
        writer.delete(table, keys.get(1L));
        assertThat(byColumn(writer, ALL).rows).as("of this command").hasSize(2);
        writer.nextCommand();
        assertThat(byColumn(writer, ALL)).isEqualTo(new Scanned(byRow(writer), 1, 0));
        writer.rollback();
    }

    @Test
    void fewTextsAreCodedAndNumbersOfOneScaleAreLongs() {
        create();
        node.run(transaction -> {
            for (long id = 0; id < 10; id++) transaction.insert(table, new Object[] {id, "x" + id % 2, Numeric.of(id, 2), null});
        });
        Transaction transaction = node.begin();
        transaction.columns(table, ALL, () -> {});
        ColumnScan scan = transaction.columns(table, ALL, () -> {});
        assertThat(scan.ready()).isFalse();
        Piece.Columns piece = (Piece.Columns) scan.next();
        assertThat(((DictionaryVector) piece.chunks()[1].slice(0, 10)).dictionary().length()).isEqualTo(2);
        assertThat(piece.chunks()[2].slice(0, 10)).isInstanceOf(NumericVector.class);
        assertThat(((Chunk.Longs) piece.chunks()[2]).largest()).isEqualTo(9);
        assertThat(scan.next()).isNull();
        assertThat(transaction.columns(table, new int[] {2}, () -> {}).ready()).isTrue();
        transaction.rollback();
    }
}
