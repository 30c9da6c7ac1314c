package io.craton.sql.largeobject;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.SystemTables;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.KeyCodec.Bound;
import io.craton.storage.row.RowCodec;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.RowCursor;
import io.craton.storage.txn.RowLockMode;
import io.craton.storage.txn.Transaction;
import io.craton.storage.txn.WaitPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The large objects of a tenant as a transaction sees them. An object is a row of pg_largeobject_metadata and pages of {@link LargeObject#PAGE} bytes, of which any may be
 * missing, or shorter: what is missing in front of a page that is there reads as zeros. What is read is what the transaction's view shows; what is written is written over
 * everything that the transaction has done so far, and leaves the view as it was.
 */
public final class LargeObjects {
    private static final TableDef PAGES = SystemTables.LARGE_OBJECT_PAGES;
    private static final TableDef OBJECTS = SystemTables.LARGE_OBJECTS;
    private static final RowCodec PAGE_ROWS = RowCodec.of(PAGES, SystemTables.CATALOG);
    private static final RowCodec OBJECT_ROWS = RowCodec.of(OBJECTS, SystemTables.CATALOG);
    private static final KeyCodec PAGE_KEYS = KeyCodec.forTable(PAGES, SystemTables.CATALOG);
    private static final KeyCodec OBJECT_KEYS = KeyCodec.forTable(OBJECTS, SystemTables.CATALOG);
    private static final long OID_MAX = 0xffffffffL;
    /** Smaller oids are given to what is built in. */
    private static final long FIRST_OWN = 16384;

    private final Transaction transaction;

    public LargeObjects(Transaction transaction) {
        this.transaction = transaction;
    }

    private static long unsigned(int oid) {
        return oid & 0xffffffffL;
    }

    /** Under a view that has everything that the transaction has done so far. */
    public <T> T afterAll(Supplier<T> work) {
        Transaction.View before = transaction.view();
        transaction.nextCommand();
        try {
            return work.get();
        } finally {
            transaction.view(before);
        }
    }

    private void changing(Runnable work) {
        afterAll(() -> {
            work.run();
            return null;
        });
    }

    // ---- objects -------------------------------------------------------------------------------------------------

    public @Nullable LargeObject find(int oid) {
        byte[] row = transaction.get(OBJECTS, OBJECT_KEYS.encode(unsigned(oid)));
        return row == null ? null : object(row);
    }

    /** 42704 when it is not there. */
    public LargeObject require(int oid) {
        LargeObject found = find(oid);
        if (found == null) throw missing(oid);
        return found;
    }

    static PgException missing(int oid) {
        return new PgException(SqlState.UNDEFINED_OBJECT, "large object " + Integer.toUnsignedString(oid) + " does not exist");
    }

    private static LargeObject object(byte[] row) {
        Object acl = OBJECT_ROWS.datum(row, 2);
        return new LargeObject((int) OBJECT_ROWS.getLong(row, 0), (int) OBJECT_ROWS.getLong(row, 1), acl == null ? null : acl.toString());
    }

    /** All, by oid. */
    public void each(Consumer<LargeObject> visitor) {
        try (RowCursor rows = transaction.scan(OBJECTS, KeyRange.ALL, false)) {
            while (rows.next()) visitor.accept(object(rows.row()));
        }
    }

    /** Makes an empty object. 23505 when there is one of this oid; 0 stands for one that is free. */
    public LargeObject create(int oid, int owner) {
        return afterAll(() -> {
            long chosen = unsigned(oid == 0 ? transaction.newOid() : oid);
            while (!insert(OBJECTS, chosen, unsigned(owner), null)) {
                if (oid != 0) throw duplicate(OBJECTS, "pg_largeobject_metadata_oid_index", "(oid)=(" + chosen + ")");
                chosen = free(chosen);
            }
            return new LargeObject((int) chosen, owner, null);
        });
    }

    /** An oid behind all objects', and behind one that another transaction has just taken; where there is none behind, the first that is free. */
    private long free(long taken) {
        long last = taken;
        try (RowCursor rows = transaction.scan(OBJECTS, KeyRange.ALL, true)) {
            if (rows.next()) last = Math.max(last, OBJECT_ROWS.getLong(rows.row(), 0));
        }
        return last < OID_MAX ? last + 1 : firstFree(taken < OID_MAX ? taken + 1 : FIRST_OWN);
    }

    private long firstFree(long from) {
        long free = from;
        byte[][] range = OBJECT_KEYS.range(List.of(), new Bound(from, true), null);
        try (RowCursor rows = transaction.scan(OBJECTS, new KeyRange(range[0], range[1]), false)) {
            while (rows.next() && OBJECT_ROWS.getLong(rows.row(), 0) == free) free++;
        }
        if (free <= OID_MAX) return free;
        if (from == FIRST_OWN) throw new PgException(SqlState.PROGRAM_LIMIT_EXCEEDED, "all oids of large objects are taken");
        return firstFree(FIRST_OWN);
    }

    private boolean insert(TableDef table, @Nullable Object... values) {
        return transaction.insert(table, values) instanceof Transaction.WriteOutcome.Written;
    }

    private static PgException duplicate(TableDef table, String index, String key) {
        return PgError.error(SqlState.UNIQUE_VIOLATION, "duplicate key value violates unique constraint \"" + index + "\"").withDetail("Key " + key + " already exists.")
                .withTable("pg_catalog", table.name()).withConstraint(index).exception();
    }

    /** Another owner or access list. */
    public void change(LargeObject object) {
        changing(() -> {
            byte[] key = OBJECT_KEYS.encode(unsigned(object.oid()));
            lock(OBJECTS, key);
            transaction.update(OBJECTS, key, new @Nullable Object[] {unsigned(object.oid()), unsigned(object.owner()), object.acl()});
        });
    }

    /** Removes the object with its pages. 42704 when it is not there. */
    public void drop(int oid) {
        changing(() -> {
            require(oid);
            byte[] key = OBJECT_KEYS.encode(unsigned(oid));
            lock(OBJECTS, key);
            transaction.delete(OBJECTS, key);
            dropPages(oid, 0);
        });
    }

    /** Nobody else may have changed the row since: as catalogs have it, there is no going on with what another made of it. */
    private void lock(TableDef table, byte[] key) {
        Transaction.LockOutcome outcome = transaction.lock(table, key, RowLockMode.UPDATE, WaitPolicy.WAIT);
        if (outcome instanceof Transaction.LockOutcome.Changed changed) {
            throw new PgException(SqlState.INTERNAL_ERROR, "tuple concurrently " + (changed.newestRow() == null ? "deleted" : "updated"));
        }
    }

    // ---- pages ---------------------------------------------------------------------------------------------------

    /** A page that is there: its number and bytes. */
    private record Page(byte[] key, int number, byte[] data) {
        static Page of(RowCursor rows) {
            return new Page(rows.key(), (int) PAGE_ROWS.getLong(rows.row(), 1), (byte[]) Objects.requireNonNull(PAGE_ROWS.datum(rows.row(), 2)));
        }

        long start() {
            return (long) number * LargeObject.PAGE;
        }
    }

    /** Keys of an object's pages from one on. */
    private static KeyRange pagesFrom(int oid, int page) {
        byte[][] range = PAGE_KEYS.range(List.of(unsigned(oid)), new Bound((long) page, true), null);
        return new KeyRange(range[0], range[1]);
    }

    /** The rows of pg_largeobject, of one object where one is named. */
    public RowCursor rows(@Nullable Long oid) {
        return transaction.scan(PAGES, oid == null ? KeyRange.ALL : pagesFrom((int) (long) oid, 0), false);
    }

    /** Datums of such a row. */
    public static @Nullable Object[] datums(byte[] row) {
        return PAGE_ROWS.datums(row);
    }

    /** Bytes from the first to the last that was ever written, or that the object was cut at. */
    public long length(int oid) {
        try (RowCursor rows = transaction.scan(PAGES, pagesFrom(oid, 0), true)) {
            if (!rows.next()) return 0;
            Page last = Page.of(rows);
            return last.start() + last.data.length;
        }
    }

    /** Up to so many bytes; fewer at the end of the object. */
    public byte[] read(int oid, long offset, int length) {
        if (length <= 0) return new byte[0];
        long present = Math.max(0, Math.min(length, length(oid) - offset));
        byte[] bytes = new byte[(int) present];
        int filled = 0;
        try (RowCursor rows = transaction.scan(PAGES, pagesFrom(oid, page(offset)), false)) {
            while (filled < bytes.length && rows.next()) {
                Page page = Page.of(rows);
                long at = offset + filled;
                if (page.start() > at) filled += (int) Math.min(page.start() - at, bytes.length - filled); // zeros
                int from = (int) (offset + filled - page.start());
                int count = Math.min(page.data.length - from, bytes.length - filled);
                if (count <= 0) continue;
                System.arraycopy(page.data, from, bytes, filled, count);
                filled += count;
            }
        }
        return bytes;
    }

    private static int page(long offset) {
        return (int) (offset / LargeObject.PAGE);
    }

    /** Writes bytes over what is there. 22023 behind {@link LargeObject#LENGTH_MAX}. */
    public void write(int oid, long offset, byte[] bytes, Runnable interrupts) {
        if (bytes.length == 0) return;
        if (offset + bytes.length > LargeObject.LENGTH_MAX) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid large object write request size: " + bytes.length);
        }
        changing(() -> {
            for (int done = 0, pages = 0; done < bytes.length; pages++) {
                if ((pages & 255) == 255) interrupts.run();
                int number = page(offset + done);
                int from = (int) ((offset + done) % LargeObject.PAGE);
                int count = Math.min(LargeObject.PAGE - from, bytes.length - done);
                byte[] key = key(oid, number);
                byte[] old = count == LargeObject.PAGE ? null : data(key);
                byte[] data = old == null ? new byte[from + count] : Arrays.copyOf(old, Math.max(old.length, from + count));
                System.arraycopy(bytes, done, data, from, count);
                put(oid, number, key, data);
                done += count;
            }
        });
    }

    private static byte[] key(int oid, int number) {
        return PAGE_KEYS.encode(unsigned(oid), (long) number);
    }

    private byte @Nullable [] data(byte[] key) {
        byte[] row = transaction.get(PAGES, key);
        return row == null ? null : (byte[]) PAGE_ROWS.datum(row, 2);
    }

    private void put(int oid, int number, byte[] key, byte[] data) {
        @Nullable Object[] values = {unsigned(oid), (long) number, data};
        if (transaction.get(PAGES, key) != null) {
            lock(PAGES, key);
            transaction.update(PAGES, key, values);
        } else if (!insert(PAGES, values)) {
            throw duplicate(PAGES, "pg_largeobject_loid_pn_index", "(loid, pageno)=(" + Integer.toUnsignedString(oid) + ", " + number + ")");
        }
    }

    /** Makes the object this long, shorter or longer. 22023 for a length that no object has. */
    public void truncate(int oid, long length) {
        if (length < 0 || length > LargeObject.LENGTH_MAX) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid large object truncation target: " + length);
        }
        changing(() -> {
            int number = page(length);
            byte[] key = key(oid, number);
            byte[] old = data(key);
            put(oid, number, key, old == null ? new byte[(int) (length % LargeObject.PAGE)] : Arrays.copyOf(old, (int) (length % LargeObject.PAGE)));
            dropPages(oid, number + 1);
        });
    }

    private void dropPages(int oid, int first) {
        if (first < 0) return; // behind the last there can be
        List<byte[]> keys = new ArrayList<>();
        try (RowCursor rows = transaction.scan(PAGES, pagesFrom(oid, first), false)) {
            while (rows.next()) keys.add(rows.key());
        }
        for (byte[] key : keys) {
            lock(PAGES, key);
            transaction.delete(PAGES, key);
        }
    }
}
