package io.craton.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.entry.DamagedEntryException;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import io.craton.storage.sim.MemoryCommitLog;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StorageEngineTest {
    @TempDir Path folder;
    private Node node;
    private TableDef table;
    private IndexDef byName;

    @BeforeEach
    void open() {
        node = Node.open(folder);
        node.run(transaction -> {
            table = Tables.table(transaction, "t", List.of(Tables.int4("id"), Tables.text("name")), List.of(1));
            byName = Tables.index(transaction, table, "t_name", true, 2);
            transaction.change(new CatalogChange.Put(table));
            transaction.change(new CatalogChange.Put(Tables.primaryKey(transaction.newOid(), table)));
            transaction.change(new CatalogChange.Put(byName));
        });
    }

    @AfterEach
    void close() throws InterruptedException {
        node.close();
    }

    private byte[] key(long id) {
        return KeyCodec.forTable(table, io.craton.core.type.PgTypes::find).encode(id);
    }

    private static Object[] row(long id, String name) {
        return new Object[] {id, name};
    }

    private List<String> rows(RowCursor cursor) {
        RowCodec codec = RowCodec.of(table, io.craton.core.type.PgTypes::find);
        List<String> rows = new ArrayList<>();
        try (cursor) {
            while (cursor.next()) rows.add(codec.datum(cursor.row(), 0) + ":" + codec.datum(cursor.row(), 1));
        }
        return rows;
    }

    private void insert(long id, String name) {
        node.run(transaction -> assertThat(transaction.insert(table, row(id, name))).isInstanceOf(Transaction.WriteOutcome.Written.class));
    }

    @Test
    void committedRowsAreReadByKeyScanAndIndex() {
        insert(2, "b");
        insert(1, "c");
        insert(3, "a");
        Transaction reader = node.begin();
        assertThat(rows(reader.scan(table, KeyRange.ALL, false))).containsExactly("1:c", "2:b", "3:a");
        assertThat(rows(reader.scan(table, KeyRange.ALL, true))).containsExactly("3:a", "2:b", "1:c");
        assertThat(rows(reader.scanIndex(table, byName, KeyRange.ALL, false))).containsExactly("3:a", "2:b", "1:c");
        assertThat(rows(reader.scanIndex(table, byName, KeyRange.ALL, true))).containsExactly("1:c", "2:b", "3:a");
        assertThat(reader.get(table, key(2))).isNotNull();
        assertThat(reader.get(table, key(4))).isNull();
        assertThat(reader.rowCount(table)).isEqualTo(3);
    }

    @Test
    void aLargeEntryIsCompressedAndOneThatIsDamagedIsNotApplied(@TempDir Path another) {
        node.run(transaction -> {
            for (long id = 0; id < 500; id++) transaction.insert(table, row(id, "the name of number " + id));
        });
        List<MemoryCommitLog.Entry> entries = node.log.entries();
        MemoryCommitLog.Entry large = entries.getLast();
        assertThat(large.payload().length).as("of 500 rows").isLessThan(8_000);
        try (StorageEngine follower = StorageEngine.open(Node.config(another))) {
            for (MemoryCommitLog.Entry entry : entries.subList(0, entries.size() - 1)) follower.consumer().apply(entry.position(), 1, entry.payload());
            follower.consumer().endOfRun();
            byte[] damaged = Arrays.copyOf(large.payload(), large.payload().length - 1);
            assertThatThrownBy(() -> follower.consumer().apply(large.position(), 1, damaged)).isInstanceOf(DamagedEntryException.class)
                    .hasMessageStartingWith("the entry at position " + large.position() + " is damaged");
        }
        assertThat(node.begin().rowCount(table)).isEqualTo(500);
    }

    @Test
    void aStatementDoesNotSeeItsOwnWritesAndTheNextOneDoes() {
        Transaction writer = node.begin();
        writer.insert(table, row(1, "a"));
        assertThat(writer.get(table, key(1))).isNull();
        assertThat(rows(writer.scan(table, KeyRange.ALL, false))).isEmpty();
        writer.beginStatement();
        assertThat(writer.get(table, key(1))).isNotNull();
        assertThat(rows(writer.scan(table, KeyRange.ALL, false))).containsExactly("1:a");
        assertThat(rows(writer.scanIndex(table, byName, KeyRange.ALL, false))).containsExactly("1:a");
        assertThat(rows(node.begin().scan(table, KeyRange.ALL, false))).isEmpty();
        writer.lock(table, key(1), RowLockMode.UPDATE, WaitPolicy.WAIT);
        writer.update(table, key(1), row(5, "z"));
        assertThat(rows(writer.scanIndex(table, byName, KeyRange.ALL, false))).containsExactly("1:a");
        writer.beginStatement();
        assertThat(rows(writer.scanIndex(table, byName, KeyRange.ALL, false))).containsExactly("5:z");
        writer.commit();
        assertThat(rows(node.begin().scan(table, KeyRange.ALL, false))).containsExactly("5:z");
    }

    @Test
    void anOldSnapshotKeepsSeeingWhatItSaw() {
        insert(1, "a");
        insert(2, "b");
        Transaction old = node.begin(IsolationLevel.REPEATABLE_READ);
        node.run(transaction -> {
            transaction.lock(table, key(1), RowLockMode.UPDATE, WaitPolicy.WAIT);
            transaction.update(table, key(1), row(1, "x"));
            transaction.lock(table, key(2), RowLockMode.UPDATE, WaitPolicy.WAIT);
            transaction.delete(table, key(2));
            transaction.insert(table, row(3, "b"));
        });
        old.beginStatement();
        assertThat(rows(old.scan(table, KeyRange.ALL, false))).containsExactly("1:a", "2:b");
        assertThat(rows(old.scan(table, KeyRange.ALL, true))).containsExactly("2:b", "1:a");
        assertThat(rows(old.scanIndex(table, byName, KeyRange.ALL, false))).containsExactly("1:a", "2:b");
        assertThat(rows(node.begin().scanIndex(table, byName, KeyRange.ALL, false))).containsExactly("3:b", "1:x");
        assertThatThrownBy(() -> old.lock(table, key(1), RowLockMode.UPDATE, WaitPolicy.WAIT))
                .isInstanceOfSatisfying(PgException.class, e -> {
                    assertThat(e.state()).isEqualTo(SqlState.T_R_SERIALIZATION_FAILURE);
                    assertThat(e).hasMessage("could not serialize access due to concurrent update");
                });
    }

    @Test
    void duplicatesAreConflicts() {
        insert(1, "a");
        Transaction writer = node.begin();
        assertThat(writer.insert(table, row(1, "b"))).isInstanceOfSatisfying(Transaction.WriteOutcome.Conflict.class,
                conflict -> assertThat(conflict.index().primary()).isTrue());
        assertThat(writer.insert(table, row(2, "a"))).isInstanceOfSatisfying(Transaction.WriteOutcome.Conflict.class,
                conflict -> assertThat(conflict.index()).isEqualTo(byName));
        assertThat(writer.insert(table, row(2, "b"))).isInstanceOf(Transaction.WriteOutcome.Written.class);
        assertThat(writer.insert(table, row(3, "b"))).isInstanceOf(Transaction.WriteOutcome.Conflict.class);
        writer.rollback();
    }

    @Test
    void savepointsUndoWrites() {
        Transaction writer = node.begin();
        writer.insert(table, row(1, "a"));
        Transaction.Savepoint savepoint = writer.savepoint();
        writer.beginStatement();
        writer.insert(table, row(2, "b"));
        writer.delete(table, key(1));
        writer.rollbackTo(savepoint);
        writer.beginStatement();
        assertThat(rows(writer.scan(table, KeyRange.ALL, false))).containsExactly("1:a");
        writer.commit();
        assertThat(rows(node.begin().scan(table, KeyRange.ALL, false))).containsExactly("1:a");
    }

    @Test
    void aNewIndexHasTheRowsThatExist() {
        insert(1, "b");
        insert(2, "a");
        IndexDef[] made = new IndexDef[1];
        node.run(transaction -> {
            made[0] = Tables.index(transaction, table, "t_name2", false, 2);
            transaction.change(new CatalogChange.Put(made[0]));
            assertThat(rows(transaction.scanIndex(table, made[0], KeyRange.ALL, false))).containsExactly("2:a", "1:b");
            transaction.insert(table, row(3, "0"));
        });
        assertThat(rows(node.begin().scanIndex(table, made[0], KeyRange.ALL, false))).containsExactly("3:0", "2:a", "1:b");
    }

    @Test
    void truncateEmptiesTheTableAndItsIndexes() {
        insert(1, "b");
        node.run(transaction -> table = transaction.truncate(table));
        assertThat(rows(node.begin().scan(table, KeyRange.ALL, false))).isEmpty();
        assertThat(node.begin().rowCount(table)).isZero();
        insert(1, "b");
        assertThat(rows(node.begin().scan(table, KeyRange.ALL, false))).containsExactly("1:b");
    }

    @Test
    void sequencesRiseAndGoOnBehindTheirReservationAfterARestart() throws InterruptedException {
        SequenceDef[] sequence = new SequenceDef[1];
        node.run(transaction -> {
            sequence[0] = new SequenceDef(transaction.newOid(), 2200, "s", 10, 'p', 20, 1, 1, 1, Long.MAX_VALUE, 1, false, 0, 0, false,
                    transaction.newStorageId(), null);
            transaction.change(new CatalogChange.Put(sequence[0]));
        });
        Transaction transaction = node.begin();
        for (long expected = 1; expected <= 40; expected++) assertThat(transaction.nextValue(sequence[0])).isEqualTo(expected);
        var entries = node.log.entries();
        node.close();
        node = Node.open(Node.config(folder), entries);
        assertThat(node.begin().nextValue(sequence[0])).isBetween(41L, 40 + 3 * 64L);
        node.begin().setValue(sequence[0], 7, true);
        assertThat(node.begin().nextValue(sequence[0])).isEqualTo(8);
    }

    @Test
    void rolesAndDatabasesShowInEveryTenant() {
        int number = node.engine.newTenantNumber();
        node.run(transaction -> {
            transaction.change(new CatalogChange.Put(new RoleDef(transaction.newOid(), "joe", false, true, false, false, true, false, false,
                    -1, null, null)));
            transaction.change(new CatalogChange.Put(new DatabaseDef(transaction.newOid(), number, "acme", 10, false, true, -1, null, 0, 0)));
        });
        assertThat(node.engine.database("acme")).isNotNull();
        try (TenantSession session = node.engine.openSession(number, 1)) {
            assertThat(session.catalog().all(RoleDef.class)).extracting(RoleDef::name).contains("postgres", "joe");
            assertThat(session.catalog().schema("public")).isNotNull();
            assertThat(session.catalog().table(table.oid())).isNull();
        }
        node.run(transaction -> transaction.change(new CatalogChange.Drop(node.engine.database("acme"))));
        assertThat(node.engine.database("acme")).isNull();
        assertThatThrownBy(() -> node.engine.openSession(number, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everythingIsThereAfterARestart() throws InterruptedException {
        insert(1, "a");
        node.engine.checkpoint();
        insert(2, "b");
        node.run(transaction -> {
            transaction.lock(table, key(1), RowLockMode.UPDATE, WaitPolicy.WAIT);
            transaction.update(table, key(1), row(1, "z"));
        });
        var entries = node.log.entries();
        node.close();
        node = Node.open(Node.config(folder), entries);
        assertThat(node.engine.openSession(1, 1).catalog().table(table.oid())).isEqualTo(table);
        assertThat(rows(node.begin().scan(table, KeyRange.ALL, false))).containsExactly("1:z", "2:b");
        assertThat(rows(node.begin().scanIndex(table, byName, KeyRange.ALL, false))).containsExactly("2:b", "1:z");
        insert(3, "c");
        assertThat(node.begin().rowCount(table)).isEqualTo(3);
    }
}
