package io.craton.storage.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.error.PgException;
import io.craton.core.type.PgTypes;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.IndexMarks;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.engine.TenantSession;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import io.craton.storage.sim.Node;
import io.craton.storage.sim.Tables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session's own tables: the same answers as a sorted map gives, and nothing of them in the log or in anybody else's sight. */
final class TemporarySpaceTest {
    private static final long SEED = Long.getLong("craton.seed", System.nanoTime());
    private static final int KEYS = 40;

    @TempDir Path folder;

    private Node node;
    private TenantSession session;
    private int schema;

    @BeforeEach
    void open() {
        node = Node.open(folder);
        session = node.session();
        schema = session.makeTemporarySchema("pg_temp_1", 10);
    }

    @AfterEach
    void close() throws InterruptedException {
        node.close();
    }

    private Transaction begin() {
        Transaction transaction = session.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_WRITE);
        transaction.beginStatement();
        return transaction;
    }

    private TableDef own(TableDef table) {
        return new TableDef(table.oid(), schema, table.name(), 10, 'r', 't', table.storageId(), 0, 0, table.columns(), table.keyColumns(), Map.of(),
                null, true, false, null, 'd', 0);
    }

    private IndexDef own(IndexDef index) {
        return new IndexDef(index.oid(), schema, index.name(), index.tableOid(), index.storageId(), index.unique(), index.primary(), false,
                index.keyParts(), List.of(), 0, null, "btree", true, Map.of(), IndexMarks.NONE);
    }

    private TableDef create(Transaction transaction, List<Integer> key) {
        TableDef table = own(Tables.table(transaction, "m", List.of(Tables.int4("id"), Tables.int4("v"), Tables.int4("u")), key));
        transaction.change(new CatalogChange.Put(table));
        if (!key.isEmpty()) transaction.change(new CatalogChange.Put(own(Tables.primaryKey(transaction.newOid(), table))));
        return table;
    }

    @Test
    void rowsAreWhatTheModelSays() {
        Random random = new Random(SEED);
        System.out.println("TemporarySpaceTest seed " + SEED);
        Transaction transaction = begin();
        TableDef table = create(transaction, List.of(1));
        transaction.commit();
        KeyCodec keys = KeyCodec.forTable(table, PgTypes::find);
        IndexDef byValue = null;
        IndexDef unique = null;
        TreeMap<Long, long[]> committed = new TreeMap<>();
        int entries = node.log.entries().size();
        for (int round = 0; round < 120; round++) {
            transaction = begin();
            TreeMap<Long, long[]> now = new TreeMap<>(committed);
            Transaction.Savepoint savepoint = null;
            TreeMap<Long, long[]> atSavepoint = null;
            IndexDef madeHere = null;
            if (round == 20 || round == 40) {
                madeHere = own(Tables.index(transaction, table, "i" + round, round == 40, round == 40 ? 3 : 2));
                transaction.change(new CatalogChange.Put(madeHere));
            }
            if (round == 20) byValue = madeHere;
            if (round == 40) unique = madeHere;
            if (round == 80) {
                table = transaction.truncate(table);
                now.clear();
                IndexDef old = byValue;
                IndexDef oldUnique = unique;
                byValue = transaction.catalog().find(IndexDef.class, old.oid());
                unique = transaction.catalog().find(IndexDef.class, oldUnique.oid());
            }
            for (int step = random.nextInt(8); step >= 0; step--) {
                transaction.nextCommand();
                long id = random.nextInt(KEYS);
                // Values of the unique column differ by construction until the index is there, so that it can be made.
                long[] row = {random.nextInt(4), unique == null ? round * 1000L + step : random.nextInt(60)};
                Object[] values = {id, row[0], row[1]};
                boolean taken = unique != null && now.entrySet().stream().anyMatch(e -> e.getKey() != id && e.getValue()[1] == row[1]);
                switch (random.nextInt(6)) {
                    case 0 -> {
                        savepoint = transaction.savepoint();
                        atSavepoint = new TreeMap<>(now);
                    }
                    case 1 -> {
                        if (savepoint == null) break;
                        transaction.rollbackTo(savepoint);
                        now = new TreeMap<>(atSavepoint);
                    }
                    case 2 -> {
                        if (now.remove(id) != null) transaction.delete(table, keys.encode(id));
                    }
                    default -> {
                        boolean present = now.containsKey(id);
                        Transaction.WriteOutcome outcome = present ? transaction.update(table, keys.encode(id), values)
                                : transaction.insert(table, values);
                        assertThat(outcome instanceof Transaction.WriteOutcome.Conflict).as("seed %d", SEED).isEqualTo(taken);
                        if (!taken) now.put(id, row);
                    }
                }
            }
            transaction.nextCommand();
            check(transaction, table, byValue, unique, now);
            if (madeHere == null && round != 80 && random.nextInt(3) == 0) {
                transaction.rollback();
            } else {
                transaction.commit();
                committed = now;
            }
            transaction = begin();
            check(transaction, table, byValue, unique, committed);
            assertThat(transaction.rowCount(table)).as("seed %d", SEED).isEqualTo(committed.size());
            transaction.rollback();
        }
        assertThat(node.log.entries()).hasSize(entries);
    }

    private void check(Transaction transaction, TableDef table, IndexDef byValue, IndexDef unique, TreeMap<Long, long[]> expected) {
        List<String> byKey = new ArrayList<>();
        expected.forEach((id, row) -> byKey.add(id + ":" + row[0] + ":" + row[1]));
        RowCodec codec = RowCodec.of(table, PgTypes::find);
        assertThat(read(transaction.scan(table, KeyRange.ALL, false), codec)).as("seed %d", SEED).isEqualTo(byKey);
        assertThat(read(transaction.scan(table, KeyRange.ALL, true), codec)).as("seed %d", SEED).isEqualTo(byKey.reversed());
        KeyCodec keys = KeyCodec.forTable(table, PgTypes::find);
        for (long id = 0; id < KEYS; id++) {
            assertThat(transaction.get(table, keys.encode(id)) != null).as("seed %d: %d", SEED, id).isEqualTo(expected.containsKey(id));
        }
        if (byValue != null) {
            List<String> sorted = byKey.stream().sorted(Comparator.<String>comparingLong(row -> Long.parseLong(row.split(":")[1]))
                    .thenComparingLong(row -> Long.parseLong(row.split(":")[0]))).toList();
            assertThat(read(transaction.scanIndex(table, byValue, KeyRange.ALL, false), codec)).as("seed %d", SEED).isEqualTo(sorted);
        }
        if (unique != null) {
            List<String> sorted = byKey.stream().sorted(Comparator.comparingLong(row -> Long.parseLong(row.split(":")[2]))).toList();
            assertThat(read(transaction.scanIndex(table, unique, KeyRange.ALL, true), codec)).as("seed %d", SEED).isEqualTo(sorted.reversed());
        }
    }

    private static List<String> read(RowCursor cursor, RowCodec rows) {
        List<String> read = new ArrayList<>();
        try (cursor) {
            while (cursor.next()) {
                read.add(rows.getLong(cursor.row(), 0) + ":" + rows.getLong(cursor.row(), 1) + ":" + rows.getLong(cursor.row(), 2));
            }
        }
        return read;
    }

    @Test
    void nobodyElseSeesThemAndNothingIsLogged() {
        int entries = node.log.entries().size();
        Transaction transaction = begin();
        TableDef table = create(transaction, List.of());
        for (long i = 0; i < 5; i++) transaction.insert(table, new Object[] {i, i, i});
        transaction.commit();
        assertThat(session.catalog().table(table.oid())).isEqualTo(table);
        assertThat(node.session().catalog().table(table.oid())).isNull();
        assertThat(node.log.entries()).hasSize(entries);
        TableDef permanent = Tables.table(begin(), "p", List.of(Tables.int4("id")), List.of());
        transaction = begin();
        transaction.change(new CatalogChange.Put(permanent));
        transaction.insert(permanent, new Object[] {7L});
        transaction.insert(table, new Object[] {7L, 7L, 7L});
        transaction.commit();
        assertThat(node.log.entries()).hasSize(entries + 1);
        assertThat(node.session().catalog().table(permanent.oid())).isNotNull();
        assertThat(node.session().catalog().table(table.oid())).isNull();
        assertThat(begin().rowCount(table)).isEqualTo(6);
    }

    @Test
    void sequencesOfTheSessionNeedNoLog() {
        Transaction transaction = begin();
        int entries = node.log.entries().size();
        SequenceDef sequence = new SequenceDef(transaction.newOid(), schema, "s", 10, 't', 20, 5, 2, 1, 100, 1, false, 0, 0, false,
                transaction.newStorageId(), null);
        transaction.change(new CatalogChange.Put(sequence));
        transaction.waiting(Transaction.Waiting.NEVER);
        assertThat(transaction.nextValue(sequence)).isEqualTo(5);
        assertThat(transaction.nextValue(sequence)).isEqualTo(7);
        transaction.commit();
        assertThat(begin().nextValue(sequence)).isEqualTo(9);
        assertThat(node.log.entries()).hasSize(entries);
    }

    @Test
    void aReadOnlyTransactionMayWriteThem() {
        Transaction transaction = begin();
        TableDef table = create(transaction, List.of());
        TableDef permanent = Tables.table(transaction, "p", List.of(Tables.int4("id")), List.of());
        transaction.change(new CatalogChange.Put(permanent));
        transaction.commit();
        transaction = session.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_ONLY);
        transaction.beginStatement();
        transaction.insert(table, new Object[] {1L, 1L, 1L});
        Transaction readOnly = transaction;
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> readOnly.insert(permanent, new Object[] {1L})).isInstanceOf(PgException.class);
        transaction.commit();
        assertThat(begin().rowCount(table)).isEqualTo(1);
    }

    @Test
    void theSessionsRowsGoWithIt() throws Exception {
        Transaction transaction = begin();
        TableDef table = create(transaction, List.of(1));
        for (long i = 0; i < 12_000; i++) transaction.insert(table, new Object[] {i, i, i});
        transaction.commit();
        session.close();
        assertThat(session.catalog().table(table.oid())).isNull();
        TenantSession other = node.session();
        other.makeTemporarySchema("pg_temp_2", 10);
        transaction = other.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_WRITE);
        transaction.beginStatement();
        assertThat(read(transaction.scan(table, KeyRange.ALL, false), RowCodec.of(table, PgTypes::find))).isEmpty();
        assertThat(transaction.rowCount(table)).isZero();
        node.close();
        assertThat(Files.exists(folder.resolve("wal/temporary/tenant_001"))).isFalse();
        node = Node.open(folder);
    }
}
