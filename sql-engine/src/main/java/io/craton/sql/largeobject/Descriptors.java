package io.craton.sql.largeobject;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.txn.Transaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Large objects that a session's transaction has open, by small numbers: the least that is free is given out. All end with the transaction; those that were opened behind a
 * savepoint end when it is gone back to. The session's thread.
 */
public final class Descriptors {
    /** Asked of lo_open: to write (and read), and to read. */
    public static final int WRITE = 0x20000;
    public static final int READ = 0x40000;

    /** One that is open. */
    public static final class Descriptor {
        private final int oid;
        private final long opened;
        /** What it reads; null: what there is, and it may write. */
        private final Transaction.@Nullable View view;
        private long offset;

        private Descriptor(int oid, long opened, Transaction.@Nullable View view) {
            this.oid = oid;
            this.opened = opened;
            this.view = view;
        }

        public int oid() {
            return oid;
        }

        public boolean writes() {
            return view == null;
        }

        /** What it saw when it was opened, which is what it shows; null of one that writes. */
        public Transaction.@Nullable View view() {
            return view;
        }

        public long offset() {
            return offset;
        }

        public void moveTo(long position) {
            offset = position;
        }
    }

    private final List<@Nullable Descriptor> slots = new ArrayList<>(0);
    /** How many were ever opened. */
    private long opened;

    /** @param view null: it writes */
    public int open(int oid, Transaction.@Nullable View view) {
        Descriptor made = new Descriptor(oid, opened++, view);
        int free = slots.indexOf(null);
        if (free >= 0) {
            slots.set(free, made);
            return free;
        }
        slots.add(made);
        return slots.size() - 1;
    }

    /** 42704 when it is not open. */
    public Descriptor get(int number) {
        Descriptor found = number < 0 || number >= slots.size() ? null : slots.get(number);
        if (found == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "invalid large-object descriptor: " + number);
        return found;
    }

    public void close(int number) {
        get(number);
        slots.set(number, null);
    }

    /** Of an object that is no more. */
    public void closeAllOf(int oid) {
        slots.replaceAll(each -> each != null && each.oid == oid ? null : each);
    }

    /** The transaction has ended. */
    public void closeAll() {
        slots.clear();
    }

    /** For {@link #rollbackTo}. */
    public long mark() {
        return opened;
    }

    /** Closes what was opened since the mark. */
    public void rollbackTo(long mark) {
        slots.replaceAll(each -> each != null && each.opened >= mark ? null : each);
    }
}
