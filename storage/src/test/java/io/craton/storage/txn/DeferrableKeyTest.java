package io.craton.storage.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.type.PgTypes;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.engine.StorageConfig;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import io.craton.storage.sim.MemoryCommitLog;
import io.craton.storage.sim.Node;
import io.craton.storage.sim.Tables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that exchange the values of a deferrable unique key: who holds a value is known at every step, and the index is right when all is committed, in chunks too. */
final class DeferrableKeyTest {
    private static final long SEED = Long.getLong("craton.seed", System.nanoTime());
    private static final int ROWS = 12;

    @TempDir Path folder;

    private TableDef table;
    private IndexDef unique;

    @Test
    void rowsExchangeTheirKeys() throws InterruptedException {
        System.out.println("DeferrableKeyTest seed " + SEED);
        Random random = new Random(SEED);
        StorageConfig config = new StorageConfig(folder.resolve("a"), 16 << 20, 8 << 20, 8 << 20, 32 << 20, 8 << 20, 90, 10_000, 64 << 20);
        Node node = Node.open(config, List.of());
        node.run(this::create);
        KeyCodec keys = KeyCodec.forTable(table, PgTypes::find);
        KeyCodec parts = KeyCodec.forIndex(unique, table, PgTypes::find);
        List<Long> values = new ArrayList<>();
        node.run(transaction -> {
            for (long id = 0; id < ROWS; id++) {
                values.add(id);
                transaction.insert(table, new Object[] {id, id});
            }
        });
        for (int round = 0; round < 60; round++) {
            List<Long> next = new ArrayList<>(values);
            Collections.shuffle(next, random);
            Transaction transaction = node.begin();
            Set<Long> doubtful = new HashSet<>();
            for (int id : shuffled(random)) {
                transaction.nextCommand();
                transaction.lock(table, keys.encode((long) id), RowLockMode.UPDATE, WaitPolicy.WAIT);
                var written = (Transaction.WriteOutcome.Written) transaction.update(table, keys.encode((long) id), new Object[] {(long) id, next.get(id)});
                long before = values.set(id, next.get(id));
                long holders = values.stream().filter(next.get(id)::equals).count();
                assertThat(written.doubts().isEmpty()).as("seed %d", SEED).isEqualTo(holders == 1 || before == next.get(id));
                for (Transaction.Doubt doubt : written.doubts()) {
                    doubtful.add(next.get(id));
                    assertThat(transaction.holders(table, doubt)).as("seed %d", SEED).hasSize(2);
                }
            }
            for (long value : doubtful) {
                assertThat(transaction.holders(table, new Transaction.Doubt(unique, parts.encode(value)))).as("seed %d", SEED).hasSize(1);
            }
            transaction.commit();
            check(node, values);
        }
        List<MemoryCommitLog.Entry> entries = node.log.entries();
        Map<Integer, String> digests = node.engine.digests();
        node.close();
        node = Node.open(Node.config(folder.resolve("b")), entries);
        assertThat(node.engine.digests()).as("seed %d", SEED).isEqualTo(digests);
        node.close();
    }

    private static List<Integer> shuffled(Random random) {
        List<Integer> ids = new ArrayList<>();
        for (int id = 0; id < ROWS; id++) ids.add(id);
        Collections.shuffle(ids, random);
        return ids;
    }

    private void create(Transaction transaction) {
        table = Tables.table(transaction, "d", List.of(Tables.int4("id"), Tables.int4("u")), List.of(1));
        unique = Tables.index(transaction, table, "d_u", true, 2);
        transaction.change(new CatalogChange.Put(table));
        transaction.change(new CatalogChange.Put(Tables.primaryKey(transaction.newOid(), table)));
        transaction.change(new CatalogChange.Put(unique));
        transaction.change(new CatalogChange.Put(new ConstraintDef(transaction.newOid(), 2200, "d_u", 'u', table.oid(), 0, unique.oid(), List.of(2), 0,
                List.of(), ' ', ' ', List.of(), ' ', true, false, true, true, null)));
    }

    private void check(Node node, List<Long> values) {
        Transaction transaction = node.begin();
        RowCodec rows = RowCodec.of(table, PgTypes::find);
        KeyCodec parts = KeyCodec.forIndex(unique, table, PgTypes::find);
        List<Long> byValue = new ArrayList<>();
        try (RowCursor cursor = transaction.scanIndex(table, unique, KeyRange.ALL, false)) {
            while (cursor.next()) byValue.add(rows.getLong(cursor.row(), 0));
        }
        List<Long> expected = new ArrayList<>();
        for (long value = 0; value < ROWS; value++) expected.add((long) values.indexOf(value));
        assertThat(byValue).as("seed %d", SEED).isEqualTo(expected);
        for (long value = 0; value < ROWS; value++) {
            assertThat(transaction.holders(table, new Transaction.Doubt(unique, parts.encode(value)))).as("seed %d", SEED).hasSize(1);
        }
        transaction.rollback();
    }
}
