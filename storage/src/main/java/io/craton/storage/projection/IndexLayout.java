package io.craton.storage.projection;

import io.craton.core.type.ByteWriter;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import org.jspecify.annotations.Nullable;

/**
 * Entries of one index. A unique entry without nulls is keyed by its parts alone, others by parts and row key; the value tells where the row key is.
 * Immutable, any thread.
 */
public final class IndexLayout {
    /** First byte of an entry's value when the row's key follows it. */
    static final byte IN_VALUE = 0;
    private static final byte IN_KEY = 1;
    private static final byte[] INSIDE = {IN_VALUE};

    private final IndexDef def;
    private final KeyCodec parts;
    private final RowCodec rows;
    private final boolean deferrable;

    IndexLayout(IndexDef def, KeyCodec parts, RowCodec rows, boolean deferrable) {
        this.deferrable = deferrable;
        this.def = def;
        this.parts = parts;
        this.rows = rows;
    }

    public IndexDef def() {
        return def;
    }

    /** Whether rows of one transaction may have the same parts until its constraint is checked. */
    public boolean deferrable() {
        return deferrable;
    }

    public KeyCodec parts() {
        return parts;
    }

    public long storage() {
        return def.storageId();
    }

    /** The row's key parts, or null when a partial index leaves it out. */
    public byte @Nullable [] partsOf(byte[] row) {
        int predicate = def.predicateColumn();
        if (predicate != 0 && (rows.isNull(row, predicate - 1) || !rows.getBoolean(row, predicate - 1))) return null;
        return parts.encodeRow(rows, row);
    }

    /** Whether two rows with these parts cannot both exist. */
    public boolean exclusive(byte[] partsBytes) {
        return def.unique() && (def.nullsNotDistinct() || !parts.hasNull(partsBytes));
    }

    byte[] entryKey(byte[] partsBytes, byte[] rowKey) {
        return exclusive(partsBytes) ? partsBytes : concat(partsBytes, rowKey);
    }

    byte[] entryValue(byte[] partsBytes, byte[] rowKey) {
        if (exclusive(partsBytes)) {
            byte[] value = new byte[rowKey.length + 1];
            value[0] = IN_VALUE;
            System.arraycopy(rowKey, 0, value, 1, rowKey.length);
            return value;
        }
        ByteWriter value = new ByteWriter(3);
        value.putByte(IN_KEY);
        value.putShort(rowKey.length);
        return value.toByteArray();
    }

    /** The entry as it is stored, into a piece that {@link IndexPiece#takes} it. False when it does not. */
    boolean store(byte[] prefix, byte[] partsBytes, byte[] rowKey, IndexPiece piece) {
        boolean exclusive = exclusive(partsBytes);
        int keyLength = prefix.length + partsBytes.length + (exclusive ? 0 : rowKey.length);
        byte[] value = exclusive ? INSIDE : new byte[] {IN_KEY, (byte) (rowKey.length >> 8), (byte) rowKey.length};
        int valueLength = value.length + (exclusive ? rowKey.length : 0);
        if (!piece.takes(keyLength, valueLength)) return false;
        piece.begin(keyLength, valueLength);
        piece.append(prefix);
        piece.append(partsBytes);
        if (!exclusive) piece.append(rowKey);
        piece.append(value);
        if (exclusive) piece.append(rowKey);
        return true;
    }

    /** The row key of a stored entry, whose key is {@code tail} bytes too long at its end. */
    static byte[] rowKey(byte[] storedKey, byte[] value, int tail) {
        if (value[0] == IN_VALUE) return java.util.Arrays.copyOfRange(value, 1, value.length);
        int end = storedKey.length - tail;
        return java.util.Arrays.copyOfRange(storedKey, end - io.craton.storage.row.Bytes.getUnsignedShort(value, 1), end);
    }

    /** Parts and row key of a stored entry: the order of entries, whatever their form. */
    static byte[] sortKey(byte[] storedKey, byte[] value) {
        byte[] key = StoreKeys.strip(storedKey, 0);
        if (value[0] == IN_KEY) return key;
        return concat(key, java.util.Arrays.copyOfRange(value, 1, value.length));
    }

    static byte[] concat(byte[] left, byte[] right) {
        byte[] both = java.util.Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, both, left.length, right.length);
        return both;
    }
}
