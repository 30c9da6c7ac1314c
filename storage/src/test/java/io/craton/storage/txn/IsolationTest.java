package io.craton.storage.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import io.craton.core.type.PgTypes;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.engine.TenantSession;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import io.craton.storage.sim.Node;
import io.craton.storage.sim.Tables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Anomalies and what each level does about them; waits, deadlocks and time-outs with PostgreSQL's words. */
final class IsolationTest {
    @TempDir static Path folder;
    private static Node node;
    private TableDef table;
    private IndexDef byValue;

    @BeforeAll
    static void open() {
        node = Node.open(folder);
    }

    @AfterAll
    static void close() throws InterruptedException {
        node.close();
    }

    @BeforeEach
    void table() {
        node.run(transaction -> {
            table = Tables.table(transaction, "t" + transaction.id(), List.of(Tables.int4("id"), Tables.int4("v")), List.of(1));
            byValue = Tables.index(transaction, table, "t_v" + transaction.id(), false, 2);
            transaction.change(new CatalogChange.Put(table));
            transaction.change(new CatalogChange.Put(byValue));
            for (long id = 1; id <= 4; id++) transaction.insert(table, new Object[] {id, 10L});
        });
    }

    private byte[] key(long id) {
        return KeyCodec.forTable(table, PgTypes::find).encode(id);
    }

    private Long value(byte[] row) {
        return row == null ? null : (Long) RowCodec.of(table, PgTypes::find).datum(row, 1);
    }

    private long sum(Transaction transaction) {
        long sum = 0;
        try (RowCursor rows = transaction.scan(table, KeyRange.ALL, false)) {
            while (rows.next()) sum += value(rows.row());
        }
        return sum;
    }

    private void update(Transaction transaction, long id, long value) {
        transaction.beginStatement();
        transaction.lock(table, key(id), RowLockMode.NO_KEY_UPDATE, WaitPolicy.WAIT);
        transaction.update(table, key(id), new Object[] {id, value});
        transaction.nextCommand();
    }

    private static void assertSerializationFailure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PgException.class, e -> {
            assertThat(e.state().code).isEqualTo("40001");
            assertThat(e).hasMessage(message);
        });
    }

    private static final String DEPENDENCIES = "could not serialize access due to read/write dependencies among transactions";

    @Test
    void writeSkewByKeyFailsUnderSerializable() {
        Transaction one = node.begin(IsolationLevel.SERIALIZABLE);
        Transaction two = node.begin(IsolationLevel.SERIALIZABLE);
        value(one.get(table, key(1)));
        value(two.get(table, key(2)));
        update(one, 2, 0);
        update(two, 1, 0);
        one.commit();
        assertSerializationFailure(two::commit, DEPENDENCIES);
    }

    @Test
    void writeSkewIsAllowedUnderRepeatableRead() {
        Transaction one = node.begin(IsolationLevel.REPEATABLE_READ);
        Transaction two = node.begin(IsolationLevel.REPEATABLE_READ);
        sum(one);
        sum(two);
        update(one, 2, 0);
        update(two, 1, 0);
        one.commit();
        two.commit();
        assertThat(sum(node.begin())).isEqualTo(20);
    }

    @Test
    void phantomsFailUnderSerializableByTableAndByIndex() {
        for (boolean index : new boolean[] {false, true}) {
            Transaction one = node.begin(IsolationLevel.SERIALIZABLE);
            Transaction two = node.begin(IsolationLevel.SERIALIZABLE);
            for (Transaction each : List.of(one, two)) {
                byte[][] range = KeyCodec.forIndex(byValue, table, PgTypes::find).range(List.of(10L), null, null);
                try (RowCursor rows = index ? each.scanIndex(table, byValue, new KeyRange(range[0], range[1]), false)
                        : each.scan(table, new KeyRange(key(50), key(90)), false)) {
                    while (rows.next()) {}
                }
            }
            int base = index ? 70 : 60;
            one.insert(table, new Object[] {base + 1L, 10L});
            two.insert(table, new Object[] {base + 2L, 10L});
            one.commit();
            assertSerializationFailure(two::commit, DEPENDENCIES);
        }
    }

    @Test
    void disjointIndexRangesDoNotDisturbEachOther() {
        KeyCodec codec = KeyCodec.forIndex(byValue, table, PgTypes::find);
        Transaction one = node.begin(IsolationLevel.SERIALIZABLE);
        Transaction two = node.begin(IsolationLevel.SERIALIZABLE);
        byte[][] mine = codec.range(List.of(77L), null, null);
        byte[][] theirs = codec.range(List.of(88L), null, null);
        try (RowCursor rows = one.scanIndex(table, byValue, new KeyRange(mine[0], mine[1]), false)) {
            assertThat(rows.next()).isFalse();
        }
        try (RowCursor rows = two.scanIndex(table, byValue, new KeyRange(theirs[0], theirs[1]), false)) {
            assertThat(rows.next()).isFalse();
        }
        one.insert(table, new Object[] {77L, 77L});
        two.insert(table, new Object[] {88L, 88L});
        one.commit();
        two.commit();
    }

    @Test
    void whatWasWrittenUnderAFormerLeadershipIsNotMixedWithWhatOthersCommittedSince() {
        Transaction writer = node.begin();
        Transaction reader = node.begin();
        update(writer, 1, 0);
        node.log.newTerm();
        reader.beginStatement();
        assertThat(sum(reader)).isEqualTo(40);
        assertSerializationFailure(writer::beginStatement, "could not serialize access: this node has not led since the transaction began");
        writer.rollback();
        reader.rollback();
    }

    @Test
    void readOnlySerializableNeverFails() {
        Transaction reader = node.begin(IsolationLevel.SERIALIZABLE);
        assertThat(sum(reader)).isEqualTo(40);
        node.run(writer -> update(writer, 1, 0));
        assertThat(sum(reader)).isEqualTo(40);
        reader.commit();
    }

    @Test
    void readCommittedWaitsAndGetsTheNewestRow() throws Exception {
        Transaction one = node.begin();
        update(one, 1, 11);
        TenantSession session = node.session();
        CompletableFuture<Transaction.LockOutcome> waiting = new CompletableFuture<>();
        Transaction[] two = new Transaction[1];
        CountDownLatch begun = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            two[0] = session.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_WRITE);
            two[0].beginStatement();
            begun.countDown();
            waiting.complete(two[0].lock(table, key(1), RowLockMode.NO_KEY_UPDATE, WaitPolicy.WAIT));
        });
        assertThat(node.begin().lock(table, key(1), RowLockMode.NO_KEY_UPDATE, WaitPolicy.SKIP_LOCKED))
                .isInstanceOf(Transaction.LockOutcome.Skipped.class);
        assertThatThrownBy(() -> node.begin().lock(table, key(1), RowLockMode.UPDATE, WaitPolicy.NO_WAIT))
                .hasMessage("could not obtain lock on row in relation \"" + table.name() + "\"");
        begun.await();
        assertThat(waiting).isNotDone();
        one.commit();
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isInstanceOfSatisfying(Transaction.LockOutcome.Changed.class,
                changed -> assertThat(value(changed.newestRow())).isEqualTo(11L));
        two[0].rollback();
    }

    private void updateOrGiveWay(Transaction transaction, int id, long value) {
        try {
            update(transaction, id, value);
        } catch (PgException e) {
            transaction.rollback();
            throw e;
        }
    }

    @Test
    void aDeadlockEndsOneOfTheTwo() throws Exception {
        TenantSession first = node.session();
        TenantSession second = node.session();
        Transaction one = first.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_WRITE);
        Transaction two = second.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_WRITE);
        update(one, 1, 11);
        update(two, 2, 12);
        // Whichever comes second finds the cycle and gives way; the first goes on when it has.
        CompletableFuture<Void> blocked = CompletableFuture.runAsync(() -> updateOrGiveWay(one, 2, 21), Thread::startVirtualThread);
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> updateOrGiveWay(two, 1, 22), Thread::startVirtualThread);
        PgException[] deadlock = new PgException[1];
        for (CompletableFuture<Void> each : List.of(other, blocked)) {
            try {
                each.get(30, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                deadlock[0] = (PgException) e.getCause();
            }
        }
        assertThat(deadlock[0]).isNotNull().hasMessage("deadlock detected");
        assertThat(deadlock[0].state().code).isEqualTo("40P01");
        assertThat(deadlock[0].error().hint()).isEqualTo("See server log for query details.");
        assertThat(deadlock[0].error().detail()).matches("Process \\d+ waits for ShareLock on transaction \\d+; blocked by process \\d+\\.\n"
                + "Process \\d+ waits for ShareLock on transaction \\d+; blocked by process \\d+\\.");
        one.rollback();
        two.rollback();
    }

    @Test
    void aLockTimeoutIsNamed() {
        Transaction one = node.begin();
        update(one, 1, 11);
        Transaction two = node.begin();
        two.interrupts(new Transaction.Interrupts() {
            @Override
            public void check() {}

            @Override
            public long lockTimeoutNanos() {
                return 20_000_000;
            }
        });
        assertThatThrownBy(() -> two.lock(table, key(1), RowLockMode.UPDATE, WaitPolicy.WAIT))
                .hasMessage("canceling statement due to lock timeout")
                .isInstanceOfSatisfying(PgException.class, e -> assertThat(e.state().code).isEqualTo("55P03"));
        one.rollback();
        assertThat(two.lock(table, key(1), RowLockMode.UPDATE, WaitPolicy.WAIT)).isInstanceOf(Transaction.LockOutcome.Locked.class);
        two.rollback();
    }

    @Test
    void whoMustNotWaitIsToldSo() {
        Transaction one = node.begin();
        update(one, 1, 11);
        Transaction two = node.begin();
        two.waiting(Transaction.Waiting.NEVER);
        assertThatThrownBy(() -> two.lock(table, key(1), RowLockMode.UPDATE, WaitPolicy.WAIT)).isInstanceOf(WouldBlockException.class);
        assertThat(value(two.get(table, key(1)))).isEqualTo(10L);
        one.rollback();
        two.rollback();
    }

    @Test
    void rollingBackToASavepointFreesItsLocks() {
        Transaction one = node.begin();
        Transaction.Savepoint savepoint = one.savepoint();
        update(one, 1, 11);
        one.rollbackTo(savepoint);
        Transaction two = node.begin();
        assertThat(two.lock(table, key(1), RowLockMode.UPDATE, WaitPolicy.NO_WAIT)).isInstanceOf(Transaction.LockOutcome.Locked.class);
        one.rollback();
        two.rollback();
    }

    @Test
    void advisoryLocksOfTheSessionOutliveTheTransaction() {
        TenantSession session = node.session();
        Transaction one = session.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_WRITE);
        Transaction.AdvisoryKey key = Transaction.AdvisoryKey.of(table.oid());
        assertThat(one.advisoryLock(key, false, Transaction.AdvisoryScope.SESSION, WaitPolicy.WAIT)).isTrue();
        assertThat(one.advisoryLock(key, false, Transaction.AdvisoryScope.SESSION, WaitPolicy.WAIT)).isTrue();
        one.commit();
        Transaction two = node.begin();
        assertThat(two.advisoryLock(key, true, Transaction.AdvisoryScope.TRANSACTION, WaitPolicy.NO_WAIT)).isFalse();
        Transaction again = session.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_WRITE);
        assertThat(again.advisoryUnlock(key, false)).isTrue();
        assertThat(two.advisoryLock(key, true, Transaction.AdvisoryScope.TRANSACTION, WaitPolicy.NO_WAIT)).isFalse();
        assertThat(again.advisoryUnlock(key, false)).isTrue();
        assertThat(again.advisoryUnlock(key, false)).isFalse();
        assertThat(two.advisoryLock(key, true, Transaction.AdvisoryScope.TRANSACTION, WaitPolicy.NO_WAIT)).isTrue();
        two.rollback();
        again.rollback();
    }

    @Test
    void tableLocksConflictAsInPostgres() {
        // Row by row: which of the modes 1 to 8 conflict with the mode of the row.
        String[] conflicts = {"8", "78", "5678", "45678", "34678", "345678", "2345678", "12345678"};
        for (int held = 1; held <= 8; held++) {
            Transaction one = node.begin();
            one.lockTable(table.oid(), held, WaitPolicy.WAIT);
            List<Integer> refused = new ArrayList<>();
            for (int wanted = 1; wanted <= 8; wanted++) {
                Transaction two = node.begin();
                if (!two.lockTable(table.oid(), wanted, WaitPolicy.SKIP_LOCKED)) refused.add(wanted);
                two.rollback();
            }
            assertThat(refused).as("held %d", held).isEqualTo(conflicts[held - 1].chars().map(c -> c - '0').boxed().toList());
            one.rollback();
        }
    }

    @Test
    void rowLocksConflictAsInPostgres() {
        String[] conflicts = {"3", "23", "123", "0123"};
        for (RowLockMode held : RowLockMode.values()) {
            Transaction one = node.begin();
            one.lock(table, key(1), held, WaitPolicy.WAIT);
            StringBuilder refused = new StringBuilder();
            for (RowLockMode wanted : RowLockMode.values()) {
                Transaction two = node.begin();
                if (two.lock(table, key(1), wanted, WaitPolicy.SKIP_LOCKED) instanceof Transaction.LockOutcome.Skipped) {
                    refused.append(wanted.ordinal());
                }
                two.rollback();
            }
            assertThat(refused.toString()).as("held %s", held).isEqualTo(conflicts[held.ordinal()]);
            one.rollback();
        }
    }
}
