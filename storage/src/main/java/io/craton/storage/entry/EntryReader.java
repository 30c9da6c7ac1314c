package io.craton.storage.entry;

import io.craton.core.audit.AuditRecord;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.encryption.WrappedKey;
import io.craton.storage.row.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one entry, front to back; row operations one at a time ({@link #next}). One thread. */
public final class EntryReader {
    private final byte[] payload;
    private final EntryHeader header;
    private int position = EntryHeader.LENGTH;

    private int chunks;
    private boolean startsPart;
    private EntryWriter.@Nullable Origin origin;
    private List<CatalogChange> changes = List.of();
    private List<AuditRecord> audits = List.of();
    private List<EntryWriter.Notification> notifications = List.of();

    private long storage;
    private byte[] key = new byte[0];
    private long replaced;
    private byte @Nullable [] row;
    private boolean own;
    private long keptEntries;
    private byte @Nullable [] ownOld;

    public EntryReader(byte[] payload) {
        this.payload = payload;
        header = EntryHeader.read(payload);
        if (!EntryHeader.isPlain(payload)) throw new IllegalStateException("a sealed or compressed entry");
        switch (header.kind()) {
            case COMMIT, RECOVERY -> commitBody();
            case COMMIT_CHUNKS -> {
                chunks = (int) number();
                commitBody();
            }
            case CHUNK -> {
                long numbered = number();
                chunks = (int) (numbered >>> 1);
                startsPart = (numbered & 1) != 0;
                changes = readChanges();
            }
            case DROP_CHUNKS -> chunks = (int) number();
            case SEQUENCE, KEY, MOVE, AUDITS -> {}
        }
    }

    /** The same entry, from its front. */
    public EntryReader again() {
        return new EntryReader(payload);
    }

    private EntryReader(byte[] bytes, EntryHeader header) {
        payload = bytes;
        this.header = header;
        position = 0;
    }

    /** Reads bytes that are no entry, such as one catalog object. */
    static EntryReader body(byte[] bytes) {
        return new EntryReader(bytes, new EntryHeader(EntryKind.COMMIT, 0, 0, 0));
    }

    private void commitBody() {
        origin = new EntryWriter.Origin(int4(), requiredText(), requiredText(), text());
        changes = readChanges();
        int notificationCount = (int) number();
        if (notificationCount != 0) notifications = new ArrayList<>(notificationCount);
        for (int i = 0; i < notificationCount; i++) notifications.add(new EntryWriter.Notification(requiredText(), requiredText()));
    }

    List<CatalogChange> readChanges() {
        int changeCount = (int) number();
        if (changeCount == 0) return List.of();
        List<CatalogChange> read = new ArrayList<>(changeCount);
        for (int i = 0; i < changeCount; i++) {
            int kind = payload[position++];
            switch (kind) {
                case EntryWriter.CATALOG_PUT -> read.add(new CatalogChange.Put(CatalogCodec.read(this)));
                case EntryWriter.CATALOG_DROP -> read.add(new CatalogChange.Drop(CatalogCodec.read(this)));
                case EntryWriter.AUDIT -> {
                    if (audits.isEmpty()) audits = new ArrayList<>(1);
                    audits.add(AuditCodec.read(this));
                }
                default -> throw new NewerEntryException("kind " + kind + " of changes");
            }
        }
        return read;
    }

    public EntryHeader header() {
        return header;
    }

    /** COMMIT_CHUNKS: how many chunks there are; CHUNK: which one this is, from 0; DROP_CHUNKS: the first one that is dropped. */
    public int chunks() {
        return chunks;
    }

    /** CHUNK: whether the chunks before may be kept when this one is dropped. */
    public boolean startsPart() {
        return startsPart;
    }

    public EntryWriter.@Nullable Origin origin() {
        return origin;
    }

    public List<CatalogChange> changes() {
        return changes;
    }

    /** Who did what, in this entry or before it. */
    public List<AuditRecord> audits() {
        return audits;
    }

    public List<EntryWriter.Notification> notifications() {
        return notifications;
    }

    /** A SEQUENCE entry's body. */
    public record Sequence(long storageId, long value, boolean called) {}

    public Sequence sequence() {
        return new Sequence(signed(), signed(), flag());
    }

    /**
     * A MOVE entry's body.
     *
     * @param base what the log of {@code group} had reached before
     */
    public record Move(int group, long base) {}

    public Move move() {
        return new Move((int) number(), number());
    }

    /**
     * An AUDITS entry's body.
     *
     * @param after position in the log of {@code group} up to which the first group had its records before
     * @param upTo  and has them now
     */
    public record Told(int group, long after, long upTo, List<AuditRecord> records) {
        public Told {
            records = List.copyOf(records);
        }
    }

    public Told told() {
        int group = (int) number();
        long after = number();
        long upTo = number();
        readChanges();
        return new Told(group, after, upTo, audits);
    }

    /** A KEY entry's body. */
    WrappedKey dataKey() {
        return new WrappedKey(header.tenant(), number(), 0, requiredText(), bytes());
    }

    // ---- row operations ------------------------------------------------------------------------------------------

    /** The next row operation, false at the end. */
    public boolean next() {
        while (position < payload.length) {
            int operation = payload[position++];
            switch (operation) {
                case EntryWriter.TABLE -> storage = number();
                case EntryWriter.PUT -> {
                    own = false;
                    key = bytes();
                    replaced = number();
                    row = image((int) number());
                    return true;
                }
                case EntryWriter.DELETE -> {
                    own = false;
                    key = bytes();
                    replaced = number();
                    row = null;
                    return true;
                }
                case EntryWriter.PUT_OWN, EntryWriter.DELETE_OWN -> {
                    own = true;
                    key = bytes();
                    keptEntries = number();
                    ownOld = ownImage();
                    row = operation == EntryWriter.PUT_OWN ? ownImage() : null;
                    return true;
                }
                default -> throw new NewerEntryException("row operation " + operation);
            }
        }
        return false;
    }

    /** The next row operation of a COMMIT that replaces an image or removes it, without its own; false at the end. In place of {@link #next}. */
    public boolean nextReplacing() {
        while (position < payload.length) {
            int operation = payload[position++];
            if (operation == EntryWriter.TABLE) {
                storage = number();
                continue;
            }
            if (operation != EntryWriter.PUT && operation != EntryWriter.DELETE) throw new NewerEntryException("row operation " + operation);
            int keyLength = (int) number();
            int keyAt = position;
            position += keyLength;
            replaced = number();
            if (operation == EntryWriter.PUT) {
                int length = (int) number();
                position += length;
            }
            if (replaced == 0) continue;
            key = java.util.Arrays.copyOfRange(payload, keyAt, keyAt + keyLength);
            row = null;
            return true;
        }
        return false;
    }

    private byte[] image(int length) {
        byte[] image = new byte[length + 8];
        System.arraycopy(payload, position, image, 8, length);
        position += length;
        return image;
    }

    private byte @Nullable [] ownImage() {
        int length = (int) number();
        return length == 0 ? null : image(length - 1);
    }

    public long storageId() {
        return storage;
    }

    /** Whether an earlier chunk of the transaction wrote this row. Only in chunks. */
    public boolean own() {
        return own;
    }

    /** Of an own row: bits of the table's indexes whose entries for the replaced image lead to another row by now. */
    public long keptEntries() {
        return keptEntries;
    }

    /** Of an own row: the image that an earlier chunk gave it; null when that deleted it. */
    public byte @Nullable [] ownOld() {
        return ownOld;
    }

    public byte[] key() {
        return key;
    }

    public long replacedVersion() {
        return replaced;
    }

    /** A new array whose version is 0; null for a delete. */
    public byte @Nullable [] row() {
        return row;
    }

    // ---- primitives ----------------------------------------------------------------------------------------------

    long number() {
        long value = 0;
        for (int shift = 0;; shift += 7) {
            byte b = payload[position++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) return value;
        }
    }

    long signed() {
        position += 8;
        return Bytes.getLong(payload, position - 8);
    }

    int int4() {
        position += 4;
        return Bytes.getInt(payload, position - 4);
    }

    boolean flag() {
        return payload[position++] != 0;
    }

    char letter() {
        return (char) (payload[position++] & 0xff);
    }

    double real() {
        return Double.longBitsToDouble(signed());
    }

    byte[] bytes() {
        int length = (int) number();
        position += length;
        return java.util.Arrays.copyOfRange(payload, position - length, position);
    }

    @Nullable String text() {
        int length = (int) number() - 1;
        if (length < 0) return null;
        position += length;
        return new String(payload, position - length, length, StandardCharsets.UTF_8);
    }

    String requiredText() {
        String text = text();
        if (text == null) throw new IllegalStateException("missing text in entry");
        return text;
    }

    List<Integer> ints() {
        int count = (int) number();
        List<Integer> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) values.add(int4());
        return values;
    }

    List<String> texts() {
        int count = (int) number();
        List<String> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) values.add(requiredText());
        return values;
    }

    Map<String, String> textMap() {
        int count = (int) number();
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) values.put(requiredText(), requiredText());
        return values;
    }
}
