package io.craton.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.sim.Node;
import io.craton.storage.sim.Tables;
import io.craton.storage.txn.AccessMode;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.Transaction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tenants that are closed while nobody uses them, and opened again by whoever comes. */
final class IdleTenantsTest {
    private static final int TENANTS = 6;

    @TempDir Path folder;
    private Node node;
    private final List<Integer> numbers = new ArrayList<>();
    private final List<TableDef> tables = new ArrayList<>();

    @BeforeEach
    void open() {
        node = Node.open(folder);
        for (int i = 0; i < TENANTS; i++) {
            int number = node.engine.newTenantNumber();
            String name = "tenant" + i;
            node.run(transaction -> transaction.change(new CatalogChange.Put(new DatabaseDef(transaction.newOid(), number, name, 10, false, true, -1, null, 0, 0))));
            numbers.add(number);
            run(number, transaction -> {
                TableDef table = Tables.table(transaction, "t", List.of(Tables.int4("id"), Tables.text("name")), List.of(1));
                transaction.change(new CatalogChange.Put(table));
                tables.add(table);
            });
        }
    }

    @AfterEach
    void close() throws InterruptedException {
        node.close();
    }

    private void run(int tenant, Consumer<Transaction> work) {
        try (TenantSession session = node.engine.openSession(tenant, 1)) {
            Transaction transaction = session.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_WRITE);
            transaction.beginStatement();
            work.accept(transaction);
            transaction.commit();
        }
    }

    private long count(int i) {
        long[] count = new long[1];
        run(numbers.get(i), transaction -> {
            try (var rows = transaction.scan(tables.get(i), io.craton.storage.txn.KeyRange.ALL, false)) {
                while (rows.next()) count[0]++;
            }
        });
        return count[0];
    }

    @Test
    void aClosedTenantHasEverythingWhenItIsOpenedAgain() {
        run(numbers.get(0), transaction -> transaction.insert(tables.get(0), new Object[] {1L, "a"}));
        try (TenantSession _ = node.engine.openSession(numbers.get(1), 1)) {
            node.engine.closeUnused(0);
            assertThat(node.engine.open()).contains(numbers.get(1)).doesNotContain(numbers.get(0));
        }
        assertThat(count(0)).isEqualTo(1);
        node.engine.closeUnused(0);
        node.engine.checkpoint();
        assertThat(node.engine.open()).doesNotContain(numbers.get(0), numbers.get(1));
    }

    @Test
    void aDroppedTenantGoesWhenItsLastSessionEnds() {
        Path projection = folder.resolve("projections").resolve(ProjectionCopy.folderName(numbers.get(2)));
        TenantSession session = node.engine.openSession(numbers.get(2), 1);
        node.run(transaction -> transaction.change(new CatalogChange.Drop(node.engine.database("tenant2"))));
        assertThat(projection).exists();
        session.close();
        assertThat(Files.exists(projection)).isFalse();
    }

    /** Writers, and a closer that never rests: nothing is lost, and nothing that is closed is read. */
    @Test
    void closingGoesOnBesideWriters() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Future<?> closer = threads.submit(() -> {
                while (!done.get()) node.engine.closeUnused(0);
            });
            List<Future<?>> writers = new ArrayList<>();
            for (int w = 0; w < 3; w++) {
                int writer = w;
                writers.add(threads.submit(() -> {
                    Random random = new Random(seed + writer);
                    for (int n = 0; n < 60; n++) {
                        int i = random.nextInt(TENANTS);
                        long id = writer * 1000L + n;
                        run(numbers.get(i), transaction -> transaction.insert(tables.get(i), new Object[] {id, "x"}));
                    }
                }));
            }
            for (Future<?> writer : writers) writer.get();
            done.set(true);
            closer.get();
        }
        long all = 0;
        for (int i = 0; i < TENANTS; i++) all += count(i);
        assertThat(all).isEqualTo(180);
    }
}
