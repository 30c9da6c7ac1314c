package io.craton.storage.projection;

import java.util.HexFormat;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

import io.craton.storage.row.Bytes;

/**
 * Keys inside a tenant's RocksDB: one column family, a first byte for the kind.
 *
 * <pre>
 * 01 name                               meta: applied position, last timestamp, counters
 * 01 "epoch" number(4)                  of an encrypted store: see ValueCipher
 * 02 kind(1) oid(4)                     catalog object
 * 03 storage(8)                         number of rows
 * 04 storage(8)                         sequence: value, called
 * 05 transaction(8)                     position of a transaction whose rows bear its mark
 * 06 position(8)                        changes of definitions that the entry at this position made
 * 07 position(8) number(4)              audit record: in the system tenant alone
 * 08 storage(8)                         position from which on the past of the storage is kept: each store's own
 * 09 number(4)                          database that was made, where that is known: position, timestamp; in the system tenant alone, and there to stay when it is dropped
 * 10 storage(8) key                     row: image with its version
 * 11 storage(8) parts [row key]         index entry: 0 row key | 1 length of the row key at the key's end
 * 12 storage(8) key ~version(8)         history of rows: end position, image
 * 13 storage(8) parts row key ~end(8)   index entry that was removed at end: length of the row key
 * </pre>
 */
final class StoreKeys {
    static final byte META = 0x01;
    static final byte CATALOG = 0x02;
    static final byte COUNT = 0x03;
    static final byte SEQUENCE = 0x04;
    static final byte LATE = 0x05;
    static final byte SCHEMA = 0x06;
    static final byte AUDIT = 0x07;
    static final byte KEPT = 0x08;
    static final byte DATABASE = 0x09;
    static final byte ROW = 0x10;
    static final byte INDEX = 0x11;
    static final byte HISTORY = 0x12;
    static final byte INDEX_HISTORY = 0x13;
    /** Bytes in front of a row key or index key. */
    static final int PREFIX = 9;

    static final byte[] APPLIED = meta("applied");
    /** Highest oid (4) and storage id (8) that there ever were. */
    static final byte[] HIGHEST = meta("highest");
    /** Where the record of changed definitions begins. */
    static final byte[] SCHEMA_SINCE = meta("schema");
    /** Of a tenant that was moved to another raft group: see {@link Stays}. */
    static final byte[] STAYS = meta("stays");
    static final byte[] EPOCH = meta("epoch");

    private StoreKeys() {}

    private static byte[] meta(String name) {
        byte[] text = name.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] key = new byte[text.length + 1];
        key[0] = META;
        System.arraycopy(text, 0, key, 1, text.length);
        return key;
    }

    static byte[] epoch(int number) {
        byte[] key = java.util.Arrays.copyOf(EPOCH, EPOCH.length + 4);
        Bytes.setInt(key, EPOCH.length, number);
        return key;
    }

    /** Whether a key belongs to this store alone and not to what is in it. */
    static boolean isEpoch(byte[] key) {
        return key.length == EPOCH.length + 4 && java.util.Arrays.equals(key, 0, EPOCH.length, EPOCH, 0, EPOCH.length);
    }

    /** Of the system tenant: position in a group's log up to which it has the audit records. */
    static byte[] told(int group) {
        return meta("told" + group);
    }

    static byte[] database(int number) {
        byte[] key = new byte[5];
        key[0] = DATABASE;
        Bytes.setInt(key, 1, number);
        return key;
    }

    static byte[] catalog(int kind, int oid) {
        byte[] key = new byte[6];
        key[0] = CATALOG;
        key[1] = (byte) kind;
        Bytes.setInt(key, 2, oid);
        return key;
    }

    static byte[] storage(byte kind, long storage) {
        byte[] key = new byte[PREFIX];
        key[0] = kind;
        Bytes.setLong(key, 1, storage);
        return key;
    }

    static byte[] audit(long position, int number) {
        byte[] key = new byte[PREFIX + 4];
        key[0] = AUDIT;
        Bytes.setLong(key, 1, position);
        Bytes.setInt(key, PREFIX, number);
        return key;
    }

    static byte[] of(byte kind, long storage, byte[] key) {
        byte[] bytes = new byte[PREFIX + key.length];
        bytes[0] = kind;
        Bytes.setLong(bytes, 1, storage);
        System.arraycopy(key, 0, bytes, PREFIX, key.length);
        return bytes;
    }

    /** With the complement of a position behind the key: newest first. */
    static byte[] history(byte kind, long storage, byte[] key, long position) {
        byte[] bytes = new byte[PREFIX + key.length + 8];
        bytes[0] = kind;
        Bytes.setLong(bytes, 1, storage);
        System.arraycopy(key, 0, bytes, PREFIX, key.length);
        Bytes.setLong(bytes, PREFIX + key.length, ~position);
        return bytes;
    }

    /** The key without what is in front of it and {@code tail} bytes behind. */
    static byte[] strip(byte[] stored, int tail) {
        return java.util.Arrays.copyOfRange(stored, PREFIX, stored.length - tail);
    }

    /** What a key stands for, for people. {@code table}: the name of the table whose rows have a storage id, or null. */
    static String describe(byte[] key, LongFunction<@Nullable String> table) {
        String kind = switch (key[0]) {
            case META -> "the applied position or where the past begins";
            case CATALOG -> "a catalog object";
            case COUNT -> "the number of rows";
            case SEQUENCE -> "the value";
            case LATE -> "the position of a large transaction";
            case SCHEMA -> "a change of definitions";
            case AUDIT -> "an audit record";
            case DATABASE -> "the number of a database";
            case ROW -> "a row";
            case INDEX -> "an index entry";
            case HISTORY -> "an older image of a row";
            case INDEX_HISTORY -> "a removed index entry";
            default -> "something unknown";
        };
        String hex = HexFormat.of().formatHex(key, Math.min(key.length, PREFIX), key.length);
        if (key[0] == META) return kind;
        if (key[0] == AUDIT) return kind + " of position " + Bytes.getLong(key, 1);
        if (key[0] == CATALOG || key[0] == SCHEMA || key.length < PREFIX) return kind + " (key " + HexFormat.of().formatHex(key, 1, key.length) + ")";
        long storage = io.craton.storage.row.Bytes.getLong(key, 1);
        String name = table.apply(storage);
        return kind + " of " + (name == null ? "storage " + storage : "table " + name) + (hex.isEmpty() ? "" : " (key " + hex + ")");
    }
}
