package io.craton.storage.bench;

import io.craton.core.type.PgTypes;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.engine.StorageConfig;
import io.craton.storage.engine.TenantSession;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import io.craton.storage.sim.Node;
import io.craton.storage.sim.Tables;
import io.craton.storage.txn.AccessMode;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.RowCursor;
import io.craton.storage.txn.RowLockMode;
import io.craton.storage.txn.Transaction;
import io.craton.storage.txn.WaitPolicy;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Times of storage's roads without a log that syncs: load, point get, scan, update commit. Argument: number of rows. */
public final class StorageBench {
    private StorageBench() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        Path folder = Files.createTempDirectory("craton-bench");
        try (Node node = Node.open(StorageConfig.of(folder), List.of())) {
            TableDef[] made = new TableDef[1];
            node.run(transaction -> {
                made[0] = Tables.table(transaction, "accounts", List.of(Tables.int4("aid"), Tables.int4("bid"), Tables.int4("abalance"),
                        Tables.text("filler")), List.of(1));
                transaction.change(new CatalogChange.Put(made[0]));
                transaction.change(new CatalogChange.Put(Tables.primaryKey(transaction.newOid(), made[0])));
            });
            TableDef table = made[0];
            RowCodec codec = RowCodec.of(table, PgTypes::find);
            KeyCodec keys = KeyCodec.forTable(table, PgTypes::find);
            measure("load, rows", rows, () -> {
                for (int from = 0; from < rows; from += 10_000) {
                    int first = from;
                    node.run(transaction -> {
                        for (int id = first; id < Math.min(rows, first + 10_000); id++) {
                            transaction.insert(table, new Object[] {(long) id, 1L, 0L, "f".repeat(84)});
                        }
                    });
                }
            });
            for (int round = 0; round < 3; round++) {
                measure("scan, rows", rows, () -> {
                    long sum = 0;
                    int count = 0;
                    try (RowCursor cursor = node.begin().scan(table, KeyRange.ALL, false)) {
                        while (cursor.next()) {
                            sum += codec.getLong(cursor.row(), 0);
                            count++;
                        }
                    }
                    if (count != rows) throw new IllegalStateException(count + " rows, " + sum);
                });
            }
            Random random = new Random(1);
            TenantSession session = node.session();
            for (int round = 0; round < 3; round++) {
                int span = round == 0 ? rows : 50_000;
                measure("get " + (round == 0 ? "all" : "hot") + ", transactions", 300_000, () -> {
                    for (int i = 0; i < 300_000; i++) {
                        Transaction transaction = session.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_WRITE);
                        transaction.beginStatement();
                        byte[] row = transaction.get(table, keys.encodeLong(random.nextInt(span)));
                        if (row == null || codec.getLong(row, 2) < 0) throw new IllegalStateException();
                        transaction.commit();
                    }
                });
            }
            for (int round = 0; round < 2; round++) {
                measure("update, commits of 1 session", 50_000, () -> update(session, table, codec, keys, 50_000, new Random(2), rows));
            }
            measure("update, commits of 16 sessions", 160_000, () -> {
                Thread[] threads = new Thread[16];
                for (int t = 0; t < threads.length; t++) {
                    int seed = t;
                    threads[t] = Thread.startVirtualThread(() -> update(node.session(), table, codec, keys, 10_000, new Random(seed), rows));
                }
                for (Thread thread : threads) thread.join();
            });
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    private static void update(TenantSession session, TableDef table, RowCodec codec, KeyCodec keys, int times, Random random, int rows) {
        for (int i = 0; i < times; i++) {
            Transaction transaction = session.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_WRITE);
            transaction.beginStatement();
            byte[] key = keys.encodeLong(random.nextInt(rows));
            byte[] row = transaction.get(table, key);
            if (transaction.lock(table, key, RowLockMode.NO_KEY_UPDATE, WaitPolicy.WAIT)
                    instanceof Transaction.LockOutcome.Changed changed) row = changed.newestRow();
            Object[] values = codec.datums(row);
            values[2] = (Long) values[2] + 1;
            transaction.update(table, key, values);
            transaction.commit();
        }
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private static void measure(String what, int operations, Work work) throws InterruptedException {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = threads.getCurrentThreadAllocatedBytes();
        var process = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = process.getProcessCpuTime();
        long start = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%-36s %10.0f/s %8.2f us  %8.2f us of CPU  %6d bytes/op%n", what, operations / seconds,
                seconds * 1e6 / operations, (process.getProcessCpuTime() - cpu) / 1e3 / operations,
                (threads.getCurrentThreadAllocatedBytes() - allocated) / operations);
    }
}
