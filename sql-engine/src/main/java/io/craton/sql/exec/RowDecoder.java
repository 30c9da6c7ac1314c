package io.craton.sql.exec;

import io.craton.core.batch.BytesVector;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.DoubleVector;
import io.craton.core.batch.LongVector;
import io.craton.core.batch.ObjectVector;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.Repr;
import io.craton.core.type.Tid;
import io.craton.sql.logical.Relation;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.RowCodec;
import io.craton.storage.txn.RowReads;
import io.craton.storage.txn.Transaction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stored rows to the fields of a table scan: live, visible columns, then the system columns. Immutable. */
public final class RowDecoder {
    /** tableoid, xmin, cmin, xmax, cmax, ctid, key. */
    public static final int SYSTEM_COLUMNS = 7;
    /** xmin of a row that the transaction itself has written: its entry has no position yet. */
    static final long XMIN_OWN = 2;

    private final TableDef table;
    private final RowCodec codec;
    private final int[] columns;
    private final List<Relation.Field> fields;
    private final long asOf;

    /** @param asOf position that the rows are read at; -1 for the statement's snapshot */
    public RowDecoder(TableDef table, RowCodec codec, List<Relation.Field> fields, long asOf) {
        this.asOf = asOf;
        this.table = table;
        this.codec = codec;
        this.columns = visibleColumns(table);
        this.fields = fields;
    }

    /** 0-based columns of a table that its scan shows. */
    public static int[] visibleColumns(TableDef table) {
        return table.columns().stream().filter(column -> !column.dropped() && !column.hidden())
                .mapToInt(ColumnDef::number).map(number -> number - 1).toArray();
    }

    public RowCodec codec() {
        return codec;
    }

    public TableDef table() {
        return table;
    }

    public long asOf() {
        return asOf;
    }

    /** Where the rows come from. */
    RowReads reads(Transaction transaction) {
        return asOf < 0 ? transaction : transaction.at(asOf);
    }

    /** Fields that are stored columns come first, so many. */
    public int stored() {
        return columns.length;
    }

    /** 0-based column of the table that a stored field shows. */
    int column(int field) {
        return columns[field];
    }

    int width() {
        return fields.size();
    }

    /** A field that nobody reads. */
    Vector absent(int field, int count) {
        return ConstantVector.of(fields.get(field).type().repr(), null, count);
    }

    @Nullable Object datum(int field, byte[] key, byte[] row) {
        return field < columns.length ? codec.datum(row, columns[field]) : system(field - columns.length, key, row);
    }

    /** All fields of one row. */
    @Nullable Object[] datums(byte[] key, byte[] row) {
        Object[] datums = new Object[fields.size()];
        for (int i = 0; i < datums.length; i++) datums[i] = datum(i, key, row);
        return datums;
    }

    private @Nullable Object system(int which, byte[] key, byte[] row) {
        return switch (which) {
            case 0 -> table.oid() & 0xffffffffL;
            case 1 -> Math.max(RowCodec.version(row), XMIN_OWN) & 0xffffffffL;
            case 2, 3, 4 -> 0L;
            case 5 -> tid(key);
            default -> key;
        };
    }

    /** A tid that is stable for a key; rows have no physical place. */
    static Tid tid(byte[] key) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : key) hash = (hash ^ b & 0xff) * 0x100000001b3L;
        return new Tid((int) (hash >>> 32), (int) (hash & 0x7fff) + 1);
    }

    Vector vector(int field, byte[][] keys, byte[][] rows, int count) {
        if (field >= columns.length) {
            Object[] values = new Object[count];
            for (int i = 0; i < count; i++) values[i] = system(field - columns.length, keys[i], rows[i]);
            var builder = io.craton.core.batch.VectorBuilder.of(fields.get(field).type().repr(), count);
            for (Object value : values) builder.append(value);
            return builder.build();
        }
        int column = columns[field];
        Repr repr = fields.get(field).type().repr();
        long[] validity = new long[count + 63 >> 6];
        switch (repr) {
            case BOOL, LONG -> {
                long[] values = new long[count];
                codec.decodeLongs(rows, count, column, values, validity);
                return new LongVector(repr, values, count, nulls(validity, count));
            }
            case DOUBLE -> {
                double[] values = new double[count];
                codec.decodeDoubles(rows, count, column, values, validity);
                return new DoubleVector(values, count, nulls(validity, count));
            }
            case TEXT, BYTES -> {
                ByteWriter data = new ByteWriter(count * 16);
                int[] offsets = new int[count + 1];
                codec.decodeBytes(rows, count, column, data, offsets, validity);
                int[] lengths = new int[count];
                for (int i = 0; i < count; i++) lengths[i] = offsets[i + 1] - offsets[i];
                return new BytesVector(repr, data.array(), offsets, lengths, count, nulls(validity, count));
            }
            case NUMERIC -> {
                VectorBuilder values = VectorBuilder.of(repr, count);
                for (int i = 0; i < count; i++) values.append(codec.datum(rows[i], column));
                return values.build();
            }
            case OBJECT -> {
                Object[] values = new Object[count];
                for (int i = 0; i < count; i++) values[i] = codec.datum(rows[i], column);
                return new ObjectVector(repr, values, count);
            }
        }
        throw new IllegalStateException();
    }

    /** Null bits of validity bits; null when every row is valid. */
    private static long @Nullable [] nulls(long[] validity, int count) {
        boolean all = true;
        for (int i = 0; i < validity.length; i++) {
            long full = i == validity.length - 1 && (count & 63) != 0 ? (1L << (count & 63)) - 1 : -1L;
            validity[i] = ~validity[i] & full;
            all &= validity[i] == 0;
        }
        return all ? null : validity;
    }
}
