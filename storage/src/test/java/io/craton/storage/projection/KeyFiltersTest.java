package io.craton.storage.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.type.PgTypes;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.engine.StorageConfig;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.sim.Node;
import io.craton.storage.sim.Tables;
import io.craton.storage.txn.RowLockMode;
import io.craton.storage.txn.Transaction;
import io.craton.storage.txn.WaitPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is inserted, removed and inserted again, by small transactions and by large ones whose rows are taken as files: an insertion always finds what stands in its way. */
class KeyFiltersTest {
    private static final long SEED = Long.getLong("craton.seed", System.nanoTime());
    private static final int KEYS = 60_000;

    @TempDir Path folder;

    @Test
    void anInsertionFindsEveryRowThatIsThere() throws InterruptedException {
        System.out.println("KeyFiltersTest seed " + SEED);
        var random = new Random(SEED);
        var config = new StorageConfig(folder, 16 << 20, 8 << 20, 8 << 20, 32 << 20, 64 << 10, 16 << 10, 10_000, 64 << 20);
        try (Node node = Node.open(config, List.of())) {
            TableDef[] made = new TableDef[1];
            node.run(transaction -> {
                made[0] = Tables.table(transaction, "t", List.of(Tables.int4("id"), Tables.text("x")), List.of(1));
                transaction.change(new CatalogChange.Put(made[0]));
                transaction.change(new CatalogChange.Put(Tables.primaryKey(transaction.newOid(), made[0])));
            });
            TableDef table = made[0];
            KeyCodec keys = KeyCodec.forTable(table, PgTypes::find);
            Set<Long> present = new TreeSet<>();
            insert(node, table, present, KEYS); // whatever comes is in front of this one
            int conflicts = 0;
            for (int round = 0; round < 400; round++) {
                boolean large = round % 130 == 129; // between two of them a filter is made and used
                Set<Long> inserted = new TreeSet<>();
                Transaction transaction = node.begin();
                for (int i = 0; i < (large ? 3_000 : 40); i++) {
                    long id = random.nextInt(KEYS);
                    boolean there = present.contains(id) || inserted.contains(id);
                    Transaction.WriteOutcome outcome = transaction.insert(table, new Object[] {id, "some text"});
                    if (there) {
                        assertThat(outcome).as("id %d in round %d", id, round).isInstanceOf(Transaction.WriteOutcome.Conflict.class);
                        conflicts++;
                    } else {
                        assertThat(outcome).isInstanceOf(Transaction.WriteOutcome.Written.class);
                        inserted.add(id);
                    }
                }
                transaction.commit();
                present.addAll(inserted);
                if (random.nextInt(4) == 0) remove(node, table, keys, present, random.nextInt(KEYS));
            }
            assertThat(conflicts).isGreaterThan(100);
            assertThat(node.log.failure()).isNull();
        }
    }

    private static void insert(Node node, TableDef table, Set<Long> present, long id) {
        node.run(transaction -> transaction.insert(table, new Object[] {id, "the last"}));
        present.add(id);
    }

    private static void remove(Node node, TableDef table, KeyCodec keys, Set<Long> present, long from) {
        List<Long> some = present.stream().filter(id -> id >= from && id < KEYS).limit(20).toList();
        node.run(transaction -> {
            for (long id : some) {
                transaction.lock(table, keys.encode(id), RowLockMode.UPDATE, WaitPolicy.WAIT);
                transaction.delete(table, keys.encode(id));
            }
        });
        some.forEach(present::remove);
    }
}
