package io.craton.storage.columnar;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.batch.DictionaryVector;
import io.craton.core.batch.NumericVector;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.TableDef;
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
    private static final int[] ALL = {0, 1, 2, 3};

    @TempDir Path folder;

    private Node node;
    private TableDef table;
    private RowCodec codec;
    private final Random random = new Random(SEED);
    private final TreeMap<Long, byte[]> keys = new TreeMap<>();

    private void create() {
        node = Node.open(folder);
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
        List<String> rows = new ArrayList<>();
        try (RowCursor cursor = transaction.scan(table, KeyRange.ALL, false)) {
            while (cursor.next()) rows.add(Arrays.toString(codec.datums(cursor.row())));
        }
        return rows;
    }

    /** Null when the transaction sends the reader to the rows. */
    private List<String> byColumn(Transaction transaction, int... columns) {
        ColumnScan scan = transaction.columns(table, columns, () -> {});
        if (scan == null) return null;
        List<String> rows = new ArrayList<>();
        while (scan.next()) {
            for (int row = 0; row < scan.rows(); row++) {
                Object[] datums = new Object[columns.length];
                for (int i = 0; i < columns.length; i++) datums[i] = scan.column(i).datum(row);
                rows.add(Arrays.toString(datums));
            }
        }
        return rows;
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
            List<String> columns = byColumn(transaction, ALL);
            if (columns != null) {
                compared++;
                assertThat(columns).as("seed %d step %d", SEED, step).isEqualTo(byRow(transaction));
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
            for (int i = 0; i < 1 + random.nextInt(300); i++) {
                long id = random.nextInt(2000);
                byte[] key = keys.get(id);
                if (key == null) {
                    insert(transaction, id);
                } else {
                    transaction.lock(table, key, RowLockMode.UPDATE, WaitPolicy.WAIT);
                    if (random.nextInt(3) == 0) {
                        transaction.delete(table, key);
                        keys.remove(id);
                    } else {
                        transaction.update(table, key, values(id));
                    }
                }
                transaction.nextCommand();
            }
        });
    }

    @Test
    void segmentsFollowEachOtherAndColumnsComeSeparately() {
        create();
        int rows = ColumnScan.SEGMENT_ROWS + 1000;
        node.run(transaction -> {
            for (long id = 0; id < rows; id++) insert(transaction, id);
        });
        Transaction transaction = node.begin();
        assertThat(byColumn(transaction, 0)).as("first scan of a version").isNull();
        List<String> ids = byColumn(transaction, 0);
        assertThat(ids).hasSize(rows).startsWith("[0]").endsWith("[" + (rows - 1) + "]");
        assertThat(byColumn(transaction, ALL)).isEqualTo(byRow(transaction));
        assertThat(byColumn(transaction)).hasSize(rows);
        transaction.rollback();
    }

    @Test
    void ownWritesAndOldSnapshotsReadRows() {
        create();
        node.run(transaction -> insert(transaction, 1));
        Transaction old = node.begin(IsolationLevel.REPEATABLE_READ);
        byColumn(old, ALL);
        assertThat(byColumn(old, ALL)).hasSize(1);
        node.run(transaction -> insert(transaction, 2));
        assertThat(byColumn(old, ALL)).isNull();
        old.rollback();
        Transaction writer = node.begin();
        byColumn(writer, ALL);
        assertThat(byColumn(writer, ALL)).hasSize(2);
        insert(writer, 3);
        assertThat(byColumn(writer, ALL)).isNull();
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
        assertThat(scan.next()).isTrue();
        assertThat(((DictionaryVector) scan.column(1)).dictionary().length()).isEqualTo(2);
        assertThat(scan.column(2)).isInstanceOf(NumericVector.class);
        assertThat(scan.next()).isFalse();
        assertThat(transaction.columns(table, new int[] {2}, () -> {}).ready()).isTrue();
        transaction.rollback();
    }
}
