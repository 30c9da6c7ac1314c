package io.craton.storage.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import io.craton.core.type.PgTypes;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.engine.StorageConfig;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import io.craton.storage.sim.Node;
import io.craton.storage.sim.Tables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transaction that is too much for memory, beside small ones. */
class LargeTransactionTest {
    private static final int ROWS = 5_000;

    @TempDir Path folder;
    private Node node;
    private TableDef table;
    private IndexDef unique;
    private KeyCodec keys;
    private RowCodec rows;

    @BeforeEach
    void open() {
        node = Node.open(config(), List.of());
        node.run(transaction -> {
            table = Tables.table(transaction, "big", List.of(Tables.int4("id"), Tables.int4("n"), Tables.text("x")), List.of(1));
            unique = Tables.index(transaction, table, "big_n", true, 2);
            transaction.change(new CatalogChange.Put(table));
            transaction.change(new CatalogChange.Put(unique));
        });
        keys = KeyCodec.forTable(table, PgTypes::find);
        rows = RowCodec.of(table, PgTypes::find);
        node.run(transaction -> {
            for (long id = 0; id < ROWS; id++) insert(transaction, id, id);
        });
    }

    private StorageConfig config() {
        return new StorageConfig(folder, 16 << 20, 8 << 20, 8 << 20, 32 << 20, 64 << 10, 16 << 10, 10_000, 64 << 20);
    }

    @AfterEach
    void close() throws InterruptedException {
        assertThat(node.log.failure()).isNull();
        node.close();
    }

    private void insert(Transaction transaction, long id, long n) {
        assertThat(transaction.insert(table, new Object[] {id, n, "some text"})).isInstanceOf(Transaction.WriteOutcome.Written.class);
    }

    /** Every row gets another n: they move up by so many. */
    private Transaction moveAll(long by) {
        Transaction transaction = node.begin();
        for (long id = ROWS - 1; id >= 0; id--) {
            transaction.lock(table, keys.encode(id), RowLockMode.UPDATE, WaitPolicy.WAIT);
            assertThat(transaction.update(table, keys.encode(id), new Object[] {id, id + by, "other text"}))
                    .isInstanceOf(Transaction.WriteOutcome.Written.class);
        }
        return transaction;
    }

    private List<Long> numbers(Transaction transaction, boolean byIndex) {
        List<Long> numbers = new ArrayList<>();
        try (RowCursor cursor = byIndex ? transaction.scanIndex(table, unique, KeyRange.ALL, false) : transaction.scan(table, KeyRange.ALL, false)) {
            while (cursor.next()) numbers.add(rows.getLong(cursor.row(), 1));
        }
        return numbers;
    }

    private static List<Long> from(long first) {
        List<Long> all = new ArrayList<>();
        for (long n = first; n < first + ROWS; n++) all.add(n);
        return all;
    }

    @Test
    void isInvisibleAndThenThereAsAWhole() {
        Transaction before = node.begin(IsolationLevel.REPEATABLE_READ);
        assertThat(numbers(before, false)).isEqualTo(from(0));
        Transaction large = moveAll(3);
        large.nextCommand();
        assertThat(numbers(large, false)).isEqualTo(from(3));
        assertThat(numbers(large, true)).isEqualTo(from(3));
        assertThat(numbers(node.begin(), true)).isEqualTo(from(0));
        large.commit();
        assertThat(numbers(node.begin(), false)).isEqualTo(from(3));
        assertThat(numbers(node.begin(), true)).isEqualTo(from(3));
        assertThat(numbers(before, false)).isEqualTo(from(0));
        assertThat(numbers(before, true)).isEqualTo(from(0));
        assertThat(node.begin().rowCount(table)).isEqualTo(ROWS);
    }

    @Test
    void keepsOthersFromItsRowsWithoutALockForEach() {
        Transaction large = moveAll(1);
        Transaction other = node.begin();
        assertThatThrownBy(() -> other.lock(table, keys.encode(17L), RowLockMode.UPDATE, WaitPolicy.NO_WAIT))
                .isInstanceOfSatisfying(PgException.class, e -> assertThat(e.state().code).isEqualTo("55P03"));
        assertThat(other.lock(table, keys.encode(17L), RowLockMode.UPDATE, WaitPolicy.SKIP_LOCKED)).isInstanceOf(Transaction.LockOutcome.Skipped.class);
        other.rollback();
        Transaction waiting = node.begin();
        Thread thread = Thread.ofPlatform().start(() -> waiting.lock(table, keys.encode(17L), RowLockMode.UPDATE, WaitPolicy.WAIT));
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) Thread.onSpinWait();
        large.commit();
        join(thread);
        assertThat(rows.getLong(waiting.get(table, keys.encode(17L)), 1)).isEqualTo(17);
        waiting.beginStatement();
        assertThat(rows.getLong(waiting.get(table, keys.encode(17L)), 1)).isEqualTo(18);
        waiting.rollback();
    }

    @Test
    void keepsItsUniqueKeys() {
        Transaction large = moveAll(ROWS);
        Transaction other = node.begin();
        Transaction.WriteOutcome[] outcome = new Transaction.WriteOutcome[1];
        Thread thread = Thread.ofPlatform().start(() -> outcome[0] = other.insert(table, new Object[] {(long) ROWS, ROWS + 5L, "taken"}));
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) Thread.onSpinWait();
        large.commit();
        join(thread);
        assertThat(outcome[0]).isInstanceOf(Transaction.WriteOutcome.Conflict.class);
        other.rollback();
        node.run(transaction -> insert(transaction, ROWS, 5));
    }

    @Test
    void isGoneWhenItIsRolledBackOrTheNodeStops() throws InterruptedException {
        moveAll(7).rollback();
        assertThat(numbers(node.begin(), true)).isEqualTo(from(0));
        moveAll(9);
        List<io.craton.storage.sim.MemoryCommitLog.Entry> entries = node.log.entries();
        node.close();
        node = Node.open(config(), entries);
        assertThat(numbers(node.begin(), true)).isEqualTo(from(0));
        moveAll(4).commit();
        entries = node.log.entries();
        node.close();
        node = Node.open(config(), entries);
        assertThat(numbers(node.begin(), true)).isEqualTo(from(4));
        assertThat(numbers(node.begin(), false)).isEqualTo(from(4));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
