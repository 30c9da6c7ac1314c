package io.craton.storage.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.error.PgException;
import io.craton.core.type.PgTypes;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.engine.StorageConfig;
import io.craton.storage.engine.TenantSession;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import io.craton.storage.sim.Node;
import io.craton.storage.sim.Tables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that move money between accounts, delete and insert them again, while others add it all up by every road: no snapshot ever sees a part of a transaction. */
final class ConcurrencyTest {
    private static final int ACCOUNTS = 40;
    private static final long EACH = 100;

    @TempDir Path folder;

    /** With next to no memory for writes, transactions are logged ahead of their end and give up their row locks. */
    @ParameterizedTest
    @ValueSource(ints = {8 << 20, 1})
    void everySnapshotAddsUp(int writeSetBytes) throws InterruptedException {
        StorageConfig config = new StorageConfig(folder, 16 << 20, 8 << 20, 8 << 20, 32 << 20, writeSetBytes, 1 << 20, 10_000, 64 << 20);
        try (Node node = Node.open(config, List.of())) {
            TableDef[] made = new TableDef[1];
            IndexDef[] index = new IndexDef[1];
            node.run(transaction -> {
                made[0] = Tables.table(transaction, "accounts", List.of(Tables.int4("id"), Tables.int8("balance")), List.of(1));
                index[0] = Tables.index(transaction, made[0], "by_balance", false, 2);
                transaction.change(new CatalogChange.Put(made[0]));
                transaction.change(new CatalogChange.Put(index[0]));
                for (long id = 0; id < ACCOUNTS; id++) transaction.insert(made[0], new Object[] {id, EACH});
            });
            TableDef table = made[0];
            RowCodec rows = RowCodec.of(table, PgTypes::find);
            KeyCodec keys = KeyCodec.forTable(table, PgTypes::find);
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger commits = new AtomicInteger();
            AtomicInteger reads = new AtomicInteger();
            Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Random random = new Random(i);
                IsolationLevel level = IsolationLevel.values()[1 + i % 3];
                TenantSession session = node.session();
                threads.add(Thread.startVirtualThread(() -> guard(failures, stop, () -> {
                    if (transfer(session, level, table, rows, keys, random)) commits.incrementAndGet();
                })));
            }
            for (int i = 0; i < 3; i++) {
                int road = i;
                TenantSession session = node.session();
                // Readers never wait, and would keep virtual writers from their carriers.
                threads.add(Thread.ofPlatform().start(() -> guard(failures, stop, () -> {
                    Transaction transaction = session.begin(IsolationLevel.REPEATABLE_READ, AccessMode.READ_ONLY);
                    for (int round = 0; round < 3; round++) {
                        transaction.beginStatement();
                        assertThat(sum(transaction, road, table, index[0], rows, keys)).as("road %d", road).isEqualTo(ACCOUNTS * EACH);
                        reads.incrementAndGet();
                    }
                    transaction.commit();
                })));
            }
            while (failures.isEmpty() && node.log.failure() == null && (commits.get() < (writeSetBytes > 1 ? 500 : 30) || reads.get() < (writeSetBytes > 1 ? 200 : 30))) java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
            stop.set(true);
            for (Thread thread : threads) thread.join();
            assertThat(failures).isEmpty();
            assertThat(node.log.failure()).isNull();
        }
    }

    private static void guard(Queue<Throwable> failures, AtomicBoolean stop, Runnable work) {
        try {
            while (!stop.get()) work.run();
        } catch (Throwable e) {
            failures.add(e);
        }
    }

    /** Moves money; the row it comes from is sometimes deleted and inserted again by the same transaction. */
    private static boolean transfer(TenantSession session, IsolationLevel level, TableDef table, RowCodec rows, KeyCodec keys, Random random) {
        Transaction transaction = session.begin(level, AccessMode.READ_WRITE);
        try {
            long from = random.nextInt(ACCOUNTS);
            long to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
            long amount = random.nextInt(20);
            change(transaction, table, rows, keys, from, -amount, random.nextInt(4) == 0);
            change(transaction, table, rows, keys, to, amount, false);
            transaction.commit();
            return true;
        } catch (PgException e) {
            transaction.rollback();
            assertThat(e.state().code).as(e.getMessage()).isIn("40001", "40P01");
            return false;
        }
    }

    private static void change(Transaction transaction, TableDef table, RowCodec rows, KeyCodec keys, long id, long amount, boolean replace) {
        transaction.beginStatement();
        byte[] key = keys.encode(id);
        byte[] row = transaction.get(table, key);
        if (transaction.lock(table, key, RowLockMode.UPDATE, WaitPolicy.WAIT) instanceof Transaction.LockOutcome.Changed changed) {
            row = changed.newestRow();
        }
        Object[] values = {id, rows.getLong(row, 1) + amount};
        if (replace) {
            transaction.delete(table, key);
            transaction.beginStatement();
            assertThat(transaction.insert(table, values)).isInstanceOf(Transaction.WriteOutcome.Written.class);
        } else {
            transaction.update(table, key, values);
        }
    }

    private static long sum(Transaction transaction, int road, TableDef table, IndexDef index, RowCodec rows, KeyCodec keys) {
        long sum = 0;
        if (road == 2) {
            for (long id = 0; id < ACCOUNTS; id++) sum += rows.getLong(transaction.get(table, keys.encode(id)), 1);
            return sum;
        }
        try (RowCursor cursor = road == 0 ? transaction.scan(table, KeyRange.ALL, false) : transaction.scanIndex(table, index, KeyRange.ALL, true)) {
            while (cursor.next()) sum += rows.getLong(cursor.row(), 1);
        }
        return sum;
    }
}
