package io.craton.storage.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.error.PgException;
import io.craton.core.type.PgTypes;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.engine.StorageConfig;
import io.craton.storage.entry.EntryKind;
import io.craton.storage.entry.EntryReader;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import io.craton.storage.sim.MemoryCommitLog;
import io.craton.storage.sim.Node;
import io.craton.storage.sim.Tables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.io.TempDir;

/**
 * Interleaved transactions against sorted maps: what each command sees, which writes are refused, what is left after commits, restarts at any
 * flushed position and replays into an empty folder.
 */
final class ModelTest {
    private static final long SEED = Long.getLong("craton.seed", System.nanoTime());
    private static final int KEYS = 24;

    @TempDir Path folder;

    private Node node;
    private TableDef table;
    private IndexDef byValue;
    private IndexDef unique;
    private RowCodec rows;
    private KeyCodec keys;
    /** Committed: id to (value, unique value). */
    private TreeMap<Long, long[]> committed = new TreeMap<>();

    /** A transaction and what it should see. */
    private static final class Actor {
        final Transaction transaction;
        final boolean fresh;
        TreeMap<Long, long[]> snapshot;
        /** Own writes in order: visible from the next command on. */
        final TreeMap<Long, long[]> own = new TreeMap<>();
        final TreeMap<Long, long[]> visibleOwn = new TreeMap<>();
        Transaction.Savepoint savepoint;
        TreeMap<Long, long[]> ownAtSavepoint;

        Actor(Transaction transaction, boolean fresh, TreeMap<Long, long[]> snapshot) {
            this.transaction = transaction;
            this.fresh = fresh;
            this.snapshot = snapshot;
        }

        void statement(TreeMap<Long, long[]> committed) {
            transaction.beginStatement();
            if (fresh) snapshot = new TreeMap<>(committed);
            visibleOwn.clear();
            visibleOwn.putAll(own);
        }

        TreeMap<Long, long[]> view() {
            TreeMap<Long, long[]> view = new TreeMap<>(snapshot);
            visibleOwn.forEach((id, row) -> {
                if (row == DELETED) view.remove(id);
                else view.put(id, row);
            });
            return view;
        }
    }

    private static final long[] DELETED = new long[0];
    private int writeSetBytes;

    @ParameterizedTest
    @ValueSource(ints = {8 << 20, 1, 150})
    void transactionsSeeWhatTheModelSees(int bytesInMemory) throws InterruptedException {
        Random random = new Random(SEED);
        System.out.println("ModelTest seed " + SEED);
        writeSetBytes = bytesInMemory;
        node = Node.open(config("a"), List.of());
        node.run(transaction -> {
            table = Tables.table(transaction, "m", List.of(Tables.int4("id"), Tables.int4("v"), Tables.int4("u"), Tables.text("x")), List.of(1));
            byValue = Tables.index(transaction, table, "m_v", false, 2);
            unique = Tables.index(transaction, table, "m_u", true, 3);
            transaction.change(new CatalogChange.Put(table));
            transaction.change(new CatalogChange.Put(Tables.primaryKey(transaction.newOid(), table)));
            transaction.change(new CatalogChange.Put(byValue));
            transaction.change(new CatalogChange.Put(unique));
        });
        rows = RowCodec.of(table, PgTypes::find);
        keys = KeyCodec.forTable(table, PgTypes::find);
        List<Actor> actors = new ArrayList<>();
        for (int step = 0; step < 2400; step++) {
            if (actors.size() < 4 && random.nextInt(4) == 0) {
                IsolationLevel level = random.nextBoolean() ? IsolationLevel.READ_COMMITTED : IsolationLevel.REPEATABLE_READ;
                actors.add(new Actor(node.begin(level), level == IsolationLevel.READ_COMMITTED, new TreeMap<>(committed)));
            }
            if (actors.isEmpty()) continue;
            Actor actor = actors.get(random.nextInt(actors.size()));
            try {
                if (!act(actor, random)) actors.remove(actor);
            } catch (PgException e) {
                assertThat(e.state().code).as("seed %d: %s", SEED, e.getMessage()).isIn("40001", "55P03");
                actor.transaction.rollback();
                actors.remove(actor);
            }
            if (step % 600 == 599) {
                for (Actor each : actors) each.transaction.rollback();
                actors.clear();
                restart(random);
            }
        }
        assertThat(node.log.failure()).isNull();
        List<MemoryCommitLog.Entry> entries = node.log.entries();
        requireLoggedAhead(entries);
        Map<Integer, String> digests = node.engine.digests();
        node.close();
        node = Node.open(Node.config(folder.resolve("b")), entries);
        assertThat(node.engine.digests()).as("seed %d", SEED).isEqualTo(digests);
        check(node.begin(), committed);
        assertThat(node.begin().rowCount(table)).as("seed %d", SEED).isEqualTo(committed.size());
        node.close();
    }

    /** With chunks so small that most transactions need several, and are logged ahead when memory is small too. */
    private StorageConfig config(String name) {
        return new StorageConfig(folder.resolve(name), 16 << 20, 8 << 20, 8 << 20, 32 << 20, writeSetBytes, 60, 10_000, 64 << 20);
    }

    /** Transactions were logged ahead of their end, and parts of them rolled back, when memory was small. */
    private void requireLoggedAhead(List<MemoryCommitLog.Entry> entries) {
        long partsDropped = 0;
        long ownRows = 0;
        for (MemoryCommitLog.Entry each : entries) {
            EntryReader entry = new EntryReader(each.payload());
            if (entry.header().kind() == EntryKind.DROP_CHUNKS && entry.chunks() > 0) partsDropped++;
            if (entry.header().kind() == EntryKind.CHUNK) {
                while (entry.next()) if (entry.own()) ownRows++;
            }
        }
        assertThat(ownRows > 0).as("seed %d: rows written again", SEED).isEqualTo(writeSetBytes < 1000);
        assertThat(partsDropped > 0).as("seed %d: parts dropped", SEED).isEqualTo(writeSetBytes < 1000);
    }

    private void restart(Random random) throws InterruptedException {
        List<MemoryCommitLog.Entry> entries = node.log.entries();
        node.log.readBarrier();
        if (random.nextBoolean()) node.engine.checkpoint();
        node.close();
        node = Node.open(config("a"), entries);
        check(node.begin(), committed);
    }

    /** One step; false when the transaction has ended. */
    private boolean act(Actor actor, Random random) {
        switch (random.nextInt(12)) {
            case 0 -> {
                actor.transaction.commit();
                actor.own.forEach((id, row) -> {
                    if (row == DELETED) committed.remove(id);
                    else committed.put(id, row);
                });
                return false;
            }
            case 1 -> {
                actor.transaction.rollback();
                return false;
            }
            case 2 -> {
                actor.savepoint = actor.transaction.savepoint();
                actor.ownAtSavepoint = new TreeMap<>(actor.own);
            }
            case 3 -> {
                if (actor.savepoint == null) break;
                actor.transaction.rollbackTo(actor.savepoint);
                actor.own.clear();
                actor.own.putAll(actor.ownAtSavepoint);
                actor.statement(committed);
            }
            case 4, 5 -> {
                actor.statement(committed);
                check(actor.transaction, actor.view());
            }
            default -> {
                actor.statement(committed);
                write(actor, random);
            }
        }
        return true;
    }

    private void write(Actor actor, Random random) {
        Transaction transaction = actor.transaction;
        transaction.waiting(Transaction.Waiting.ALLOWED);
        for (int i = random.nextInt(3); i >= 0; i--) {
            long id = random.nextInt(KEYS);
            long[] row = {random.nextInt(4), random.nextInt(40)};
            Object[] values = {id, row[0], row[1], "x".repeat(random.nextInt(10))};
            if (!free(actor, id, row[1])) return;
            TreeMap<Long, long[]> view = actor.view();
            if (!view.containsKey(id)) {
                Transaction.WriteOutcome outcome = transaction.insert(table, values);
                boolean taken = newest(actor, id) != null || uniqueTaken(actor, row[1], -1);
                assertThat(outcome instanceof Transaction.WriteOutcome.Conflict).as("seed %d", SEED).isEqualTo(taken);
                if (!taken) actor.own.put(id, row);
                continue;
            }
            switch (transaction.lock(table, keys.encode(id), RowLockMode.UPDATE, WaitPolicy.NO_WAIT)) {
                case Transaction.LockOutcome.Locked ignored -> {
                    if (random.nextInt(3) == 0) {
                        transaction.delete(table, keys.encode(id));
                        actor.own.put(id, DELETED);
                    } else {
                        Transaction.WriteOutcome outcome = transaction.update(table, keys.encode(id), values);
                        boolean taken = uniqueTaken(actor, row[1], id);
                        assertThat(outcome instanceof Transaction.WriteOutcome.Conflict).as("seed %d", SEED).isEqualTo(taken);
                        if (!taken) actor.own.put(id, row);
                    }
                }
                case Transaction.LockOutcome.ChangedByCommand ignored -> {}
                case Transaction.LockOutcome.Changed ignored -> {}
                case Transaction.LockOutcome.Skipped ignored -> throw new AssertionError();
            }
        }
    }

    /** Nobody else has locked the keys that a write would need; this test has one thread and cannot wait. */
    private boolean free(Actor actor, long id, long uniqueValue) {
        actor.transaction.waiting(Transaction.Waiting.NEVER);
        try {
            Transaction.Savepoint probe = actor.transaction.savepoint();
            try {
                LocalTransaction local = (LocalTransaction) actor.transaction;
                local.probe(table, keys.encode(id));
                local.probe(table, unique, KeyCodec.forIndex(unique, table, PgTypes::find).encode(uniqueValue));
                return true;
            } catch (WouldBlockException e) {
                return false;
            } finally {
                actor.transaction.rollbackTo(probe);
                actor.transaction.release(probe);
            }
        } finally {
            actor.transaction.waiting(Transaction.Waiting.ALLOWED);
        }
    }

    private long[] newest(Actor actor, long id) {
        long[] own = actor.own.get(id);
        if (own != null) return own == DELETED ? null : own;
        return committed.get(id);
    }

    private boolean uniqueTaken(Actor actor, long value, long except) {
        for (long id = 0; id < KEYS; id++) {
            long[] row = newest(actor, id);
            if (id != except && row != null && row[1] == value) return true;
        }
        return false;
    }

    private void check(Transaction transaction, TreeMap<Long, long[]> expected) {
        List<String> byKey = new ArrayList<>();
        expected.forEach((id, row) -> byKey.add(id + ":" + row[0] + ":" + row[1]));
        assertThat(read(transaction.scan(table, KeyRange.ALL, false))).as("seed %d", SEED).isEqualTo(byKey);
        assertThat(read(transaction.scan(table, KeyRange.ALL, true))).as("seed %d", SEED).isEqualTo(byKey.reversed());
        List<String> sorted = byKey.stream().sorted(java.util.Comparator.<String>comparingLong(row -> Long.parseLong(row.split(":")[1]))
                .thenComparingLong(row -> Long.parseLong(row.split(":")[0]))).toList();
        assertThat(read(transaction.scanIndex(table, byValue, KeyRange.ALL, false))).as("seed %d", SEED).isEqualTo(sorted);
        assertThat(read(transaction.scanIndex(table, byValue, KeyRange.ALL, true))).as("seed %d", SEED).isEqualTo(sorted.reversed());
        List<String> byUnique = byKey.stream().sorted(java.util.Comparator.comparingLong(row -> Long.parseLong(row.split(":")[2]))).toList();
        assertThat(read(transaction.scanIndex(table, unique, KeyRange.ALL, false))).as("seed %d", SEED).isEqualTo(byUnique);
        byte[][] range = KeyCodec.forIndex(byValue, table, PgTypes::find).range(List.of(2L), null, null);
        assertThat(read(transaction.scanIndex(table, byValue, new KeyRange(range[0], range[1]), false))).as("seed %d", SEED)
                .isEqualTo(sorted.stream().filter(row -> row.split(":")[1].equals("2")).toList());
        NavigableMap<Long, long[]> part = expected.subMap(5L, true, 15L, false);
        assertThat(read(transaction.scan(table, new KeyRange(keys.encode(5L), keys.encode(15L)), true))).hasSize(part.size());
        for (long id = 0; id < KEYS; id++) {
            assertThat(transaction.get(table, keys.encode(id)) != null).as("seed %d: %d", SEED, id).isEqualTo(expected.containsKey(id));
        }
    }

    private List<String> read(RowCursor cursor) {
        List<String> read = new ArrayList<>();
        try (cursor) {
            while (cursor.next()) {
                assertThat(cursor.key()).isEqualTo(keys.encodeRow(rows, cursor.row()));
                read.add(rows.getLong(cursor.row(), 0) + ":" + rows.getLong(cursor.row(), 1) + ":" + rows.getLong(cursor.row(), 2));
            }
        }
        return read;
    }
}
