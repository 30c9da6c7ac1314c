package io.craton.storage.sim;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.engine.TenantSession;
import io.craton.storage.txn.AccessMode;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.Transaction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session: one transaction after the other on whoever believes to lead, or to read also elsewhere, statement by statement. */
final class Actor {
    private static final Transaction.Interrupts NO_WAIT = new Transaction.Interrupts() {
        @Override
        public void check() {
            throw new PgException(SqlState.QUERY_CANCELED, "somebody else has the lock");
        }

        @Override
        public long lockTimeoutNanos() {
            return 0;
        }
    };
    private static final int PATIENCE = 50;
    private static final int LARGE_ROWS = 24;
    private static final int ROW_EXCLUSIVE = 3;
    private static final int ACCESS_EXCLUSIVE = 8;

    private final Simulation simulation;
    private final int number;
    private @Nullable TenantSession session;
    private @Nullable Transaction transaction;
    private Member member;
    private int life;
    private Ledger.Entry entry;
    private boolean reader;
    private int statements;
    private int known;
    /** A callback is awaited: of a barrier, or of the end. */
    private boolean waits;
    private boolean confirmed;
    private @Nullable PgException refusal;
    private boolean over;
    /** 0 as long as it is not. */
    private long submittedAt;
    private int processes;

    Actor(Simulation simulation, int number) {
        this.simulation = simulation;
        this.number = number;
        member = simulation.members.getFirst();
        entry = new Ledger.Entry(0);
    }

    void begin() {
        simulation.after(1 + simulation.chance(5), this::step);
    }

    /** No transaction, and none will come. */
    boolean atRest() {
        return simulation.healed() && transaction == null;
    }

    private void step() {
        if (transaction == null && simulation.healed()) return;
        try {
            act();
        } catch (PgException e) {
            failed(e);
        }
        boolean thinks = transaction != null && !simulation.healed() && simulation.oneIn(statements == 0 ? 5 : 12);
        simulation.after(thinks ? 50 + simulation.chance(150) : 1 + simulation.chance(6), this::step);
    }

    private void failed(PgException e) {
        switch (e.state()) {
            case T_R_SERIALIZATION_FAILURE, LOCK_NOT_AVAILABLE, QUERY_CANCELED, CANNOT_CONNECT_NOW -> {}
            case TRANSACTION_RESOLUTION_UNKNOWN -> {
                close(Ledger.Fate.UNKNOWN, e.getMessage());
                return;
            }
            case INTERNAL_ERROR -> {
                if (!e.getMessage().startsWith("tuple concurrently")) throw e;
            }
            default -> throw e;
        }
        close(Ledger.Fate.REFUSED, e.getMessage());
    }

    private void close(Ledger.Fate fate, String why) {
        if (transaction == null) return;
        simulation.note("session " + number + ": transaction " + entry.number + " on " + member + " is " + fate + ": " + why);
        simulation.ledger.end(entry, fate);
        if (isThere()) {
            transaction.rollback();
            session.close();
        }
        leave();
    }

    private void leave() {
        transaction = null;
        session = null;
        waits = false;
        over = false;
        submittedAt = 0;
    }

    /** Its node is the one on which it began. */
    private boolean isThere() {
        return member.isUp() && member.life() == life;
    }

    private void act() {
        if (transaction == null) {
            open();
            return;
        }
        if (over) {
            PgException error = refusal;
            if (error == null) close(Ledger.Fate.ACKNOWLEDGED, "told so");
            else failed(error);
            return;
        }
        if (submittedAt > 0 && simulation.now() - submittedAt > PATIENCE) {
            simulation.note("session " + number + " waits no longer for transaction " + entry.number + " on " + member);
            simulation.ledger.end(entry, Ledger.Fate.UNKNOWN);
            leave();
            return;
        }
        if (!isThere()) {
            close(Ledger.Fate.REFUSED, "its node is gone"); // it was not submitted
            return;
        }
        if (waits || member.isPaused()) return;
        if (confirmed) {
            confirmed = false;
            if (refusal != null) throw refusal;
            if (!reader && !session.leads()) throw new PgException(SqlState.T_R_SERIALIZATION_FAILURE, "it does not lead any more");
            transaction.beginStatement();
            statement();
            return;
        }
        if (statements == 0) {
            finish();
        } else if (transaction.takesSnapshot()) {
            confirm();
        } else {
            transaction.beginStatement();
            statement();
        }
    }

    private void open() {
        List<Member> all = simulation.members.stream().filter(each -> each.isUp() && !each.isPaused()).toList();
        List<Member> leading = all.stream().filter(Member::leads).toList();
        reader = simulation.oneIn(leading.isEmpty() ? 20 : 6);
        List<Member> choice = reader ? all : leading;
        if (choice.isEmpty()) return;
        member = choice.get(simulation.chance(choice.size()));
        life = member.life();
        entry = simulation.ledger.open();
        session = member.engine().openSession(Bank.DATABASE, 100 * number + 100 + ++processes % 100);
        transaction = session.begin(IsolationLevel.values()[1 + simulation.chance(3)], reader ? AccessMode.READ_ONLY : AccessMode.READ_WRITE);
        transaction.interrupts(NO_WAIT);
        statements = 1 + simulation.chance(4);
        confirmed = false;
        refusal = null;
    }

    private void confirm() {
        waits = true;
        known = simulation.ledger.acknowledged();
        Transaction mine = transaction;
        session.confirmReads(error -> {
            if (transaction != mine) return;
            waits = false;
            confirmed = true;
            refusal = error;
        });
    }

    // ---- statements ----------------------------------------------------------------------------------------------

    private void statement() {
        statements--;
        Bank bank = new Bank(transaction);
        if (reader || simulation.oneIn(4)) {
            simulation.ledger.check(transaction, known, entry);
            return;
        }
        if (!entry.marked) {
            bank.lock("marks", ROW_EXCLUSIVE);
            bank.insert(bank.table("marks"), (long) entry.number, 0L);
            entry.marked = true;
            if (!simulation.nested() && simulation.oneIn(10)) {
                inOneCall();
                return;
            }
        }
        switch (simulation.chance(transaction.isolation() == IsolationLevel.SERIALIZABLE ? 5 : 4)) {
            case 0, 1 -> transfer(bank);
            case 2 -> append(bank);
            case 3 -> slot(bank);
            default -> pair(bank);
        }
    }

    private void transfer(Bank bank) {
        bank.lock("accounts", ROW_EXCLUSIVE);
        TableDef table = bank.table("accounts");
        long from = simulation.chance(Bank.ACCOUNTS);
        long to = (from + 1 + simulation.chance(Bank.ACCOUNTS - 1)) % Bank.ACCOUNTS;
        Object[] source = bank.locked(table, from);
        Object[] target = bank.locked(table, to);
        long amount = 1 + simulation.chance(30);
        bank.update(table, from, from, (long) source[1] - amount);
        bank.update(table, to, to, (long) target[1] + amount);
    }

    private void append(Bank bank) {
        int list = simulation.chance(Bank.LISTS);
        if (entry.lists.contains(list)) return;
        bank.lock("lists", ROW_EXCLUSIVE);
        TableDef table = bank.table("lists");
        Object[] row = bank.locked(table, list);
        bank.update(table, list, (long) list, Ledger.text(row[1]) + "," + entry.number);
        entry.lists.add(list);
    }

    private void slot(Bank bank) {
        bank.lock("slots", ROW_EXCLUSIVE);
        TableDef table = bank.table("slots");
        long id = simulation.chance(Bank.SLOTS);
        long place = simulation.chance(2 * Bank.SLOTS);
        if (bank.read(table, id) == null) {
            bank.insert(table, id, place);
            return;
        }
        if (bank.locked(table, id) == null) return;
        if (simulation.oneIn(3)) bank.delete(table, id);
        else bank.update(table, id, id, place);
    }

    /** What is taken from one of a pair may be more than it has, but not than both have. */
    private void pair(Bank bank) {
        bank.lock("pairs", ROW_EXCLUSIVE);
        TableDef table = bank.table("pairs");
        long id = simulation.chance(2 * Bank.PAIRS);
        long both = (long) bank.read(table, id)[1] + (long) bank.read(table, id ^ 1)[1];
        long amount = 1 + simulation.chance(25);
        Object[] row = bank.locked(table, id);
        bank.update(table, id, id, (long) row[1] + (both >= amount ? -amount : amount));
    }

    // ---- the end -------------------------------------------------------------------------------------------------

    private void finish() {
        if (!transaction.hasWrites()) {
            close(Ledger.Fate.REFUSED, "it wrote nothing");
            return;
        }
        if (simulation.oneIn(10)) {
            close(Ledger.Fate.REFUSED, "rolled back");
            return;
        }
        waits = true;
        submittedAt = simulation.now();
        Transaction mine = transaction;
        transaction.commitAsync(null, error -> {
            if (transaction != mine) return; // nobody waits any more
            if (over) throw new AssertionError("transaction " + entry.number + " ends twice");
            over = true;
            waits = false;
            refusal = error;
        });
    }

    /** The rest of a transaction that waits for entries of its own in the middle of calls. */
    private void inOneCall() {
        statements = 0;
        simulation.note("session " + number + ": transaction " + entry.number + " on " + member + " works in one call");
        member.calling(() -> simulation.waiting(() -> {
            Bank bank = new Bank(transaction);
            if (simulation.oneIn(3)) change(bank);
            else fill(bank);
            transaction.commit();
        }));
        close(Ledger.Fate.ACKNOWLEDGED, "returned");
    }

    private void change(Bank bank) {
        String name = simulation.random.nextBoolean() ? "slots" : "accounts";
        bank.lock(name, ACCESS_EXCLUSIVE);
        switch (simulation.chance(3)) {
            case 0 -> bank.addColumn(name);
            case 1 -> bank.addIndex(name, "added_" + entry.number);
            default -> bank.dropIndex(name);
        }
        transaction.describe("", "ALTER", "a change");
    }

    private void fill(Bank bank) {
        bank.lock("bulk", ROW_EXCLUSIVE);
        TableDef table = bank.table("bulk");
        for (int row = 0; row < LARGE_ROWS; row++) {
            transaction.nextCommand();
            Transaction.Savepoint savepoint = simulation.oneIn(6) ? transaction.savepoint() : null;
            long id = entry.number * 1000L + row;
            if (!bank.insert(table, id, id, "x".repeat(300))) throw new AssertionError("row " + id + " is there");
            if (savepoint != null && simulation.random.nextBoolean()) transaction.rollbackTo(savepoint);
            else entry.largeRows++;
        }
    }
}
