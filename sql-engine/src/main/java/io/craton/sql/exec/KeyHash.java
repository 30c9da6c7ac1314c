package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.BytesVector;
import io.craton.core.batch.LongVector;
import io.craton.core.batch.Vector;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.expr.Datums;

/** Hashes of keys such that keys that are equal by SQL have the same. Stateless. */
final class KeyHash {
    private static final long FACTOR = 0x9E3779B97F4A7C15L;
    private static final long NULL = 0x5851F42D4C957F2DL;

    private final PgType[] types;

    KeyHash(PgType[] types) {
        this.types = types;
    }

    /** One for each selected row, in their order. */
    long[] of(Vector[] keys, Batch batch) {
        int[] positions = batch.positions();
        long[] hashes = new long[batch.selected()];
        for (int k = 0; k < keys.length; k++) {
            Vector column = keys[k];
            boolean text = column.repr() == io.craton.core.type.Repr.TEXT || column.repr() == io.craton.core.type.Repr.BYTES;
            Vector flat = text || column instanceof LongVector ? column.flat() : column;
            for (int i = 0; i < hashes.length; i++) hashes[i] = mix(hashes[i], hash(flat, types[k], positions[i]));
        }
        return hashes;
    }

    private static long mix(long hash, long value) {
        long mixed = (hash ^ value) * FACTOR;
        return mixed ^ mixed >>> 32;
    }

    private static long hash(Vector column, PgType type, int row) {
        if (column.isNull(row)) return NULL;
        return switch (column.repr()) {
            case BOOL, LONG -> column.longAt(row);
            case DOUBLE -> {
                double value = column.doubleAt(row);
                yield value == 0 ? 0 : Double.doubleToLongBits(value);
            }
            case TEXT, BYTES -> column instanceof BytesVector bytes ? hash(bytes, type, row) : datum(column, type, row);
            case NUMERIC, OBJECT -> datum(column, type, row);
        };
    }

    private static long hash(BytesVector bytes, PgType type, int row) {
        int start = bytes.starts()[row];
        int end = start + bytes.lengths()[row];
        if (type.oid() == TypeOid.BPCHAR) while (end > start && bytes.heap()[end - 1] == ' ') end--;
        long hash = end - start;
        for (int i = start; i < end; i++) hash = hash * 31 + bytes.heap()[i];
        return hash;
    }

    private static long datum(Vector column, PgType type, int row) {
        Object key = Datums.key(type, column.datum(row));
        return key == null ? NULL : key.hashCode();
    }
}
