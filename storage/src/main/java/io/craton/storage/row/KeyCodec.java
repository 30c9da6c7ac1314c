package io.craton.storage.row;

import io.craton.core.error.PgException;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import io.craton.core.type.TypeOid;
import io.craton.core.type.TypeResolver;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys whose unsigned byte order is the order of their values. No key is a prefix of another key of the same codec, so
 * what follows it (a row key, a version) never disturbs the order. Immutable, any thread.
 *
 * <p>A part that may be null begins with a marker: 0 null sorted first, 1 a value, 2 null sorted last. Bytes of a value in descending
 * order are inverted. Values that are equal in SQL have equal bytes (1.0 and 1.00, 0 and -0, 'a' and 'a ' as char(n)), so a decoded
 * value is equal to, and not always the same as, the one encoded. Values of keyed columns are encrypted there ({@link KeySecret}): equal ones have equal bytes, and there is no order.
 */
public final class KeyCodec {
    static final int NULL_FIRST = 0;
    static final int VALUE = 1;
    static final int NULL_LAST = 2;

    /**
     * One part of a key.
     *
     * @param column 0-based column of the row it is taken from
     * @param nullable has a marker byte
     * @param secret of a keyed column: equal values can be found, and nothing else is known of their order
     */
    public record Part(PgType type, int column, boolean descending, boolean nullsFirst, boolean nullable, @Nullable KeySecret secret) {
        public Part(PgType type, int column, boolean descending, boolean nullsFirst, boolean nullable) {
            this(type, column, descending, nullsFirst, nullable, null);
        }

        /** Whether keys are in the order of this part's values, where the parts before are equal. */
        public boolean ordered() {
            return secret == null;
        }
    }

    private final List<Part> parts;
    private final KeyForm[] forms;

    private KeyCodec(List<Part> parts, TypeResolver types) {
        this.parts = List.copyOf(parts);
        forms = new KeyForm[parts.size()];
        for (int i = 0; i < forms.length; i++) {
            Part part = parts.get(i);
            KeyForm form = KeyForm.of(part.type(), types);
            forms[i] = part.secret() == null ? form : new KeyedForm(form, part.secret());
        }
    }

    public static KeyCodec of(List<Part> parts, TypeResolver types) {
        return new KeyCodec(parts, types);
    }

    /** The table's clustering key, ascending, never null. Without parts when rows are keyed by a hidden row id. */
    public static KeyCodec forTable(TableDef table, TypeResolver types) {
        List<Part> parts = new ArrayList<>();
        for (int number : table.keyColumns()) {
            parts.add(new Part(type(table, number, types), number - 1, false, false, false, secret(table, number)));
        }
        return new KeyCodec(parts, types);
    }

    /** Key parts of an index. For a clustered one these are the table's own key. */
    public static KeyCodec forIndex(IndexDef index, TableDef table, TypeResolver types) {
        if (index.clustered()) return forTable(table, types);
        List<Part> parts = new ArrayList<>();
        for (IndexDef.KeyPart part : index.keyParts()) {
            parts.add(new Part(type(table, part.column(), types), part.column() - 1, part.descending(), part.nullsFirst(), true, secret(table, part.column())));
        }
        return new KeyCodec(parts, types);
    }

    /** Null for a column whose values keys may show. What an index computes is shown no more than the least that a keyed column of its table is. */
    private static @Nullable KeySecret secret(TableDef table, int number) {
        String own = table.column(number).tuning().options().get(KeySecret.OPTION);
        if (own != null) return KeySecret.of(own);
        if (!table.column(number).hidden()) return null;
        for (ColumnDef column : table.columns()) {
            String secret = column.tuning().options().get(KeySecret.OPTION);
            if (secret != null) return KeySecret.of(secret);
        }
        return null;
    }

    private static PgType type(TableDef table, int number, TypeResolver types) {
        PgType type = types.type(table.column(number).typeOid());
        if (type == null) throw new IllegalStateException("no type of key column " + table.column(number).name());
        return type;
    }

    public List<Part> parts() {
        return parts;
    }

    // ---- encoding ------------------------------------------------------------------------------------------------

    /** One value for each part. */
    public byte[] encode(@Nullable Object... values) {
        ByteWriter out = new ByteWriter(parts.size() * 9);
        for (int i = 0; i < forms.length; i++) encodePart(i, values[i], out);
        return out.toByteArray();
    }

    /** A key of one part that is {@code Repr.LONG}, without boxing. */
    public byte[] encodeLong(long value) {
        Part part = parts.getFirst();
        KeyForm form = forms[0];
        if (form.width() == 0) return encode(value);
        int marker = part.nullable() ? 1 : 0;
        byte[] key = new byte[marker + form.width()];
        if (marker != 0) key[0] = VALUE;
        long bits = form.bits(value);
        if (part.descending()) bits = ~bits;
        for (int i = key.length - 1; i >= marker; i--) {
            key[i] = (byte) bits;
            bits >>= 8;
        }
        return key;
    }

    /** The key of a row image. */
    public byte[] encodeRow(RowCodec codec, byte[] row) {
        ByteWriter out = new ByteWriter(parts.size() * 9);
        encodeRow(codec, row, out);
        return out.toByteArray();
    }

    public void encodeRow(RowCodec codec, byte[] row, ByteWriter out) {
        for (int i = 0; i < forms.length; i++) {
            Part part = parts.get(i);
            if (forms[i].width() != 0 && part.type().repr() == Repr.LONG && !codec.isNull(row, part.column())) {
                if (part.nullable()) out.putByte(VALUE);
                int from = out.size();
                forms[i].putLong(codec.getLong(row, part.column()), out);
                if (part.descending()) invert(out, from);
            } else {
                encodePart(i, codec.datum(row, part.column()), out);
            }
        }
    }

    /** The key of a row given as one datum for each column. */
    public byte[] encodeValues(@Nullable Object[] columns) {
        ByteWriter out = new ByteWriter(parts.size() * 9);
        for (int i = 0; i < forms.length; i++) encodePart(i, columns[parts.get(i).column()], out);
        return out.toByteArray();
    }

    /** Appends one part of a key. */
    public void encodePart(int index, @Nullable Object value, ByteWriter out) {
        Part part = parts.get(index);
        if (value == null) {
            if (!part.nullable()) throw new IllegalArgumentException("null in a key that has none");
            out.putByte(nullMarker(part));
            return;
        }
        if (part.nullable()) out.putByte(VALUE);
        int from = out.size();
        forms[index].write(value, out);
        if (part.descending()) invert(out, from);
    }

    private static int nullMarker(Part part) {
        return part.nullsFirst() ? NULL_FIRST : NULL_LAST;
    }

    private static void invert(ByteWriter out, int from) {
        byte[] bytes = out.array();
        for (int i = from; i < out.size(); i++) bytes[i] = (byte) ~bytes[i];
    }

    /** Whether an integer lies in the range of the part's type; one that does not equals no key. */
    public boolean fits(int index, Object value) {
        return !(value instanceof Long number) || forms[index].fits(number);
    }

    // ---- decoding ------------------------------------------------------------------------------------------------

    /** Values of all parts. */
    public @Nullable Object[] decode(byte[] key) {
        @Nullable Object[] values = new Object[forms.length];
        KeyReader in = new KeyReader(key, 0);
        for (int i = 0; i < forms.length; i++) {
            Part part = parts.get(i);
            in.descending(false);
            if (part.nullable() && in.next() != VALUE) continue;
            in.descending(part.descending());
            values[i] = forms[i].read(in);
        }
        return values;
    }

    /** Length in bytes of all parts at the start of {@code key}; the rest is something else. */
    public int length(byte[] key) {
        KeyReader in = new KeyReader(key, 0);
        for (int i = 0; i < forms.length; i++) {
            Part part = parts.get(i);
            in.descending(false);
            if (part.nullable() && in.next() != VALUE) continue;
            in.descending(part.descending());
            forms[i].skip(in);
        }
        return in.position();
    }

    /** Whether one of the parts of this key is null. */
    public boolean hasNull(byte[] key) {
        KeyReader in = new KeyReader(key, 0);
        for (int i = 0; i < forms.length; i++) {
            Part part = parts.get(i);
            in.descending(false);
            if (part.nullable() && in.next() != VALUE) return true;
            in.descending(part.descending());
            forms[i].skip(in);
        }
        return false;
    }

    // ---- bounds --------------------------------------------------------------------------------------------------

    /** A bound of the part behind the values that are given equal. */
    public record Bound(Object value, boolean inclusive) {}

    /**
     * The half-open range {from, to} of keys whose first parts equal {@code equal} (null means IS NULL) and whose next part lies between the
     * bounds, which are in the order of values, not of bytes; null is unbounded. With a bound the next part is not null. Without any bound
     * nulls are included. Integers outside of the part's type are understood. Null: no key can match.
     */
    public byte @Nullable [] @Nullable [] range(List<? extends @Nullable Object> equal, @Nullable Bound lower, @Nullable Bound upper) {
        ByteWriter prefix = prefix(equal);
        if (prefix == null) return null;
        int next = equal.size();
        if (lower == null && upper == null) {
            byte[] bytes = prefix.toByteArray();
            return new byte[][] {bytes.length == 0 ? null : bytes, bytes.length == 0 ? null : Bytes.successor(bytes)};
        }
        if (lower != null && !fits(next, lower.value())) {
            if (forms[next].above((Long) lower.value())) return null;
            lower = null;
        }
        if (upper != null && !fits(next, upper.value())) {
            if (!forms[next].above((Long) upper.value())) return null;
            upper = null;
        }
        boolean descending = parts.get(next).descending();
        byte @Nullable [] from = edge(prefix, next, descending ? upper : lower, true);
        byte @Nullable [] to = edge(prefix, next, descending ? lower : upper, false);
        if (from != null && to != null && java.util.Arrays.compareUnsigned(from, to) >= 0) return null;
        return new byte[][] {from, to};
    }

    /** As {@link #range} without bounds, but the part behind {@code equal} is not null. */
    public byte @Nullable [] @Nullable [] notNull(List<? extends @Nullable Object> equal) {
        ByteWriter prefix = prefix(equal);
        return prefix == null ? null : new byte[][] {edge(prefix, equal.size(), null, true), edge(prefix, equal.size(), null, false)};
    }

    /** Null when no key has these first parts. */
    private @Nullable ByteWriter prefix(List<? extends @Nullable Object> equal) {
        ByteWriter prefix = new ByteWriter(parts.size() * 9 + 9);
        for (int i = 0; i < equal.size(); i++) {
            Object value = equal.get(i);
            if (value != null && !fits(i, value) || value == null && !parts.get(i).nullable()) return null;
            encodePart(i, value, prefix);
        }
        return prefix;
    }

    /** The first key inside (start) or the first key behind (end) the values allowed by the bound. */
    private byte @Nullable [] edge(ByteWriter prefix, int index, @Nullable Bound bound, boolean start) {
        int size = prefix.size();
        byte[] bytes;
        boolean behind;
        if (bound != null) {
            encodePart(index, bound.value(), prefix);
            behind = start != bound.inclusive();
        } else {
            if (parts.get(index).nullable()) prefix.putByte(VALUE);
            behind = !start;
        }
        bytes = prefix.toByteArray();
        prefix.truncate(size);
        if (bytes.length == 0) return null;
        return behind ? Bytes.successor(bytes) : bytes;
    }

    /** True when this type can be part of a key. */
    public static boolean supports(PgType type, TypeResolver types) {
        try {
            KeyForm.of(type, types);
            return true;
        } catch (PgException e) {
            return false;
        }
    }

    static boolean textual(PgType type) {
        return type.repr() == Repr.TEXT && type.oid() != TypeOid.JSON && type.oid() != TypeOid.XML;
    }
}
