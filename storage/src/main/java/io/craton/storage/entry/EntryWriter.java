package io.craton.storage.entry;

import io.craton.core.audit.AuditRecord;
import io.craton.core.type.ByteWriter;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.encryption.WrappedKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes one entry. Body of COMMIT: process id, role, tag, DDL text; catalog changes and audit records; notifications; row operations to the end. Of CHUNK: its number,
 * twice, plus one when it starts a part that may be dropped; catalog changes that its rows are written under; row operations. Row operations: 1 table
 * (storage id), 2 put (key, replaced version or 0, image without its version), 3 delete (key, replaced version); of a row that an earlier chunk wrote: 4 put
 * (key, kept entries, own image it replaces, image), 5 delete (key, kept entries, own image). Kept entries are bits for the table's indexes: set when the
 * replaced image's unique key belongs to another row by now. Lengths and numbers are unsigned LEB128, strings have their length in front, a null one is 0
 * and others are length plus one. One thread.
 */
public final class EntryWriter {
    static final int TABLE = 1;
    static final int PUT = 2;
    static final int DELETE = 3;
    static final int PUT_OWN = 4;
    static final int DELETE_OWN = 5;
    static final int CATALOG_PUT = 1;
    static final int CATALOG_DROP = 2;
    /** Among the changes, behind those of the catalog. */
    static final int AUDIT = 3;

    private final ByteWriter out;
    private long storage = -1;

    public EntryWriter(int capacity) {
        out = new ByteWriter(capacity);
    }

    /** Who commits, for the log's readers. */
    public record Origin(int processId, String role, String tag, @Nullable String ddl) {}

    /** A NOTIFY. */
    public record Notification(String channel, String payload) {}

    public EntryWriter beginCommit(int tenant, long transaction, int chunks, Origin origin, List<CatalogChange> changes,
            List<Notification> notifications) {
        return beginCommit(tenant, transaction, chunks, origin, changes, List.of(), notifications);
    }

    public EntryWriter beginCommit(int tenant, long transaction, int chunks, Origin origin, List<CatalogChange> changes, List<AuditRecord> audits,
            List<Notification> notifications) {
        header(chunks == 0 ? EntryKind.COMMIT : EntryKind.COMMIT_CHUNKS, tenant, transaction);
        if (chunks != 0) number(chunks);
        commitBody(origin, changes, audits, notifications);
        return this;
    }

    private void commitBody(Origin origin, List<CatalogChange> changes, List<AuditRecord> audits, List<Notification> notifications) {
        out.putInt(origin.processId());
        text(origin.role());
        text(origin.tag());
        text(origin.ddl());
        changes(changes, audits);
        number(notifications.size());
        for (Notification notification : notifications) {
            text(notification.channel());
            text(notification.payload());
        }
    }

    public static byte[] recovery(int tenant, AuditRecord record) {
        EntryWriter writer = new EntryWriter(512);
        writer.header(EntryKind.RECOVERY, tenant, 0);
        writer.commitBody(new Origin(0, "", "FORCE RECOVER", null), List.of(), List.of(record), List.of());
        return writer.finish();
    }

    /**
     * Audit records of a group's entries for the first group's log, as one of the system tenant.
     *
     * @param after position in the group's log up to which the first group's has them
     * @param upTo  and up to which it will
     */
    public static byte[] audits(int tenant, int group, long after, long upTo, List<AuditRecord> records) {
        EntryWriter writer = new EntryWriter(64 + 256 * records.size());
        writer.header(EntryKind.AUDITS, tenant, 0);
        writer.number(group);
        writer.number(after);
        writer.number(upTo);
        writer.changes(List.of(), records);
        return writer.finish();
    }

    void changes(List<CatalogChange> changes) {
        changes(changes, List.of());
    }

    private void changes(List<CatalogChange> changes, List<AuditRecord> audits) {
        number(changes.size() + audits.size());
        for (CatalogChange change : changes) {
            switch (change) {
                case CatalogChange.Put put -> {
                    out.putByte(CATALOG_PUT);
                    CatalogCodec.write(put.object(), this);
                }
                case CatalogChange.Drop drop -> {
                    out.putByte(CATALOG_DROP);
                    CatalogCodec.write(drop.object(), this);
                }
            }
        }
        for (AuditRecord audit : audits) {
            out.putByte(AUDIT);
            AuditCodec.write(audit, this);
        }
    }

    /**
     * @param startsPart whether the chunks from here on may be dropped and those before kept
     * @param changes what the transaction has changed in the catalog so far, when that is not what the chunk before said
     */
    public EntryWriter beginChunk(int tenant, long transaction, int index, boolean startsPart, List<CatalogChange> changes) {
        header(EntryKind.CHUNK, tenant, transaction);
        number(index * 2L + (startsPart ? 1 : 0));
        changes(changes, List.of());
        return this;
    }

    public static byte[] sequence(int tenant, long storageId, long value, boolean called) {
        EntryWriter writer = new EntryWriter(48);
        writer.header(EntryKind.SEQUENCE, tenant, 0);
        writer.out.putLong(storageId);
        writer.out.putLong(value);
        writer.out.putByte(called ? 1 : 0);
        return writer.finish();
    }

    /** The chunks from this one on will have no effect. */
    public static byte[] dropChunks(int tenant, long transaction, int from) {
        EntryWriter writer = new EntryWriter(EntryHeader.LENGTH + 5);
        writer.header(EntryKind.DROP_CHUNKS, tenant, transaction);
        writer.number(from);
        return writer.finish();
    }

    /**
     * The tenant goes to another group: the last entry of it in this log.
     *
     * @param base what the other group's log had reached before this is submitted
     */
    public static byte[] move(int tenant, int group, long base) {
        EntryWriter writer = new EntryWriter(EntryHeader.LENGTH + 16);
        writer.header(EntryKind.MOVE, tenant, 0);
        writer.number(group);
        writer.number(base);
        return writer.finish();
    }

    /** A data key, or with an identity one that is there already, wrapped anew. */
    public static byte[] key(WrappedKey key) {
        EntryWriter writer = new EntryWriter(128);
        writer.header(EntryKind.KEY, key.tenant(), 0);
        writer.number(key.id());
        writer.text(key.wrappedBy());
        writer.bytes(key.wrapped());
        return writer.finish();
    }

    private void header(EntryKind kind, int tenant, long transaction) {
        out.clear();
        storage = -1;
        out.putByte(EntryHeader.FORMAT);
        out.putByte(kind.number);
        out.putInt(tenant);
        out.putLong(transaction);
        out.putLong(0);
    }

    /** A row that replaces {@code replacedVersion} (0: there is none). */
    public void put(long storageId, byte[] key, long replacedVersion, byte[] row) {
        table(storageId);
        out.putByte(PUT);
        bytes(key);
        number(replacedVersion);
        number(row.length - 8);
        out.putBytes(row, 8, row.length - 8);
    }

    public void delete(long storageId, byte[] key, long replacedVersion) {
        table(storageId);
        out.putByte(DELETE);
        bytes(key);
        number(replacedVersion);
    }

    /** A row that an earlier chunk of the transaction wrote; {@code old} is null where that deleted it. */
    public void putOwn(long storageId, byte[] key, long keptEntries, byte @Nullable [] old, byte[] row) {
        table(storageId);
        out.putByte(PUT_OWN);
        bytes(key);
        number(keptEntries);
        image(old);
        image(row);
    }

    public void deleteOwn(long storageId, byte[] key, long keptEntries, byte[] old) {
        table(storageId);
        out.putByte(DELETE_OWN);
        bytes(key);
        number(keptEntries);
        image(old);
    }

    /** Length without the version plus one, or 0 for none. */
    private void image(byte @Nullable [] row) {
        if (row == null) {
            number(0);
            return;
        }
        number(row.length - 7);
        out.putBytes(row, 8, row.length - 8);
    }

    private void table(long storageId) {
        if (storage == storageId) return;
        storage = storageId;
        out.putByte(TABLE);
        number(storageId);
    }

    public int size() {
        return out.size();
    }

    /** Takes back what was written last, down to a size; nothing may be written behind it. */
    public void cut(int size) {
        out.truncate(size);
    }

    /** The payload; the writer may begin another one. */
    public byte[] finish() {
        return out.toByteArray();
    }

    // ---- primitives, for the catalog codec too -------------------------------------------------------------------

    void number(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.putByte((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.putByte((int) rest);
    }

    void signed(long value) {
        out.putLong(value);
    }

    void int4(int value) {
        out.putInt(value);
    }

    void flag(boolean value) {
        out.putByte(value ? 1 : 0);
    }

    void letter(char value) {
        out.putByte(value);
    }

    void real(double value) {
        out.putLong(Double.doubleToLongBits(value));
    }

    void bytes(byte[] value) {
        number(value.length);
        out.putBytes(value);
    }

    void text(@Nullable String value) {
        if (value == null) {
            number(0);
            return;
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        number(utf8.length + 1);
        out.putBytes(utf8);
    }

    void ints(List<Integer> values) {
        number(values.size());
        for (int value : values) out.putInt(value);
    }

    void texts(List<String> values) {
        number(values.size());
        for (String value : values) text(value);
    }

    /** In the map's own order, which must be one. */
    void textsInOrder(Map<String, String> values) {
        number(values.size());
        values.forEach((name, value) -> {
            text(name);
            text(value);
        });
    }

    /** Sorted by name, so that equal maps have equal bytes. */
    void texts(Map<String, String> values) {
        number(values.size());
        new TreeMap<>(values).forEach((name, value) -> {
            text(name);
            text(value);
        });
    }
}
