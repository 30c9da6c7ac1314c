package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.BitString;

/** bit and bit varying: logic, shifts, parts and casts. Positions count from 1 in SQL, from 0 in get_bit and set_bit. */
final class BitFunctions {
    private BitFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("bit_and", (context, call, a) -> combine((BitString) a[0], (BitString) a[1], "AND"));
        kernels.scalar("bit_or", (context, call, a) -> combine((BitString) a[0], (BitString) a[1], "OR"));
        kernels.scalar("bitxor", (context, call, a) -> combine((BitString) a[0], (BitString) a[1], "XOR"));
        kernels.scalar("bitnot", (context, call, a) -> not((BitString) a[0]));
        kernels.scalar("bitcat", (context, call, a) -> concat((BitString) a[0], (BitString) a[1]));
        kernels.scalar("bitshiftleft", (context, call, a) -> shift((BitString) a[0], (Long) a[1]));
        kernels.scalar("bitshiftright", (context, call, a) -> shift((BitString) a[0], -(Long) a[1]));
        kernels.scalar("bitlength", (context, call, a) -> (long) ((BitString) a[0]).length());
        kernels.scalar("sql:1812", (context, call, a) -> (long) ((BitString) a[0]).length());
        kernels.scalar("bitoctetlength", (context, call, a) -> (long) ((BitString) a[0]).bytes().length);
        kernels.scalar("bit_bit_count", (context, call, a) -> count((BitString) a[0]));
        kernels.scalar("bitsubstr", (context, call, a) -> substring((BitString) a[0], (Long) a[1], (Long) a[2]));
        kernels.scalar("bitsubstr_no_len", (context, call, a) -> slice((BitString) a[0], (Long) a[1] - 1, Integer.MAX_VALUE));
        kernels.scalar("bitoverlay", (context, call, a) -> overlay((BitString) a[0], (BitString) a[1], (Long) a[2], (Long) a[3]));
        kernels.scalar("bitoverlay_no_len",
                (context, call, a) -> overlay((BitString) a[0], (BitString) a[1], (Long) a[2], ((BitString) a[1]).length()));
        kernels.scalar("bitposition", (context, call, a) -> position((BitString) a[1], (BitString) a[0]));
        kernels.scalar("bitgetbit", (context, call, a) -> ((BitString) a[0]).get(index((BitString) a[0], (Long) a[1])) ? 1L : 0L);
        kernels.scalar("bitsetbit", (context, call, a) -> set((BitString) a[0], (Long) a[1], (Long) a[2]));
        kernels.scalar("bitfromint4", (context, call, a) -> fromInteger((Long) a[0], (Long) a[1]));
        kernels.scalar("bitfromint8", (context, call, a) -> fromInteger((Long) a[0], (Long) a[1]));
        kernels.scalar("bittoint4", (context, call, a) -> (long) toInteger((BitString) a[0], IntegerFunctions.Width.INT4).intValue());
        kernels.scalar("bittoint8", (context, call, a) -> toInteger((BitString) a[0], IntegerFunctions.Width.INT8));
        kernels.scalar("bit", (context, call, a) -> fixed((BitString) a[0], (Long) a[1], (Boolean) a[2]));
        kernels.scalar("varbit", (context, call, a) -> limited((BitString) a[0], (Long) a[1], (Boolean) a[2]));
    }

    private static BitString combine(BitString left, BitString right, String name) {
        if (left.length() != right.length()) {
            throw new PgException(SqlState.STRING_DATA_LENGTH_MISMATCH, "cannot " + name + " bit strings of different sizes");
        }
        byte[] bytes = left.bytes().clone();
        for (int i = 0; i < bytes.length; i++) {
            byte other = right.bytes()[i];
            bytes[i] = (byte) switch (name) {
                case "AND" -> bytes[i] & other;
                case "OR" -> bytes[i] | other;
                default -> bytes[i] ^ other;
            };
        }
        return new BitString(left.length(), bytes);
    }

    private static BitString not(BitString bits) {
        byte[] bytes = bits.bytes().clone();
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) ~bytes[i];
        return masked(bits.length(), bytes);
    }

    private static BitString masked(int length, byte[] bytes) {
        if ((length & 7) != 0) bytes[bytes.length - 1] &= (byte) (0xff << 8 - (length & 7));
        return new BitString(length, bytes);
    }

    private static BitString concat(BitString left, BitString right) {
        int length = left.length() + right.length();
        byte[] bytes = java.util.Arrays.copyOf(left.bytes(), (length + 7) / 8);
        for (int i = 0; i < right.length(); i++) put(bytes, left.length() + i, right.get(i));
        return new BitString(length, bytes);
    }

    private static void put(byte[] bytes, int index, boolean value) {
        int mask = 0x80 >> (index & 7);
        if (value) bytes[index >> 3] |= (byte) mask;
        else bytes[index >> 3] &= (byte) ~mask;
    }

    /** To the left by a positive distance; the length stays. */
    private static BitString shift(BitString bits, long distance) {
        byte[] bytes = new byte[bits.bytes().length];
        for (int i = 0; i < bits.length(); i++) {
            long from = i + distance;
            if (from >= 0 && from < bits.length()) put(bytes, i, bits.get((int) from));
        }
        return new BitString(bits.length(), bytes);
    }

    private static Long count(BitString bits) {
        long count = 0;
        for (byte b : bits.bytes()) count += Integer.bitCount(b & 0xff);
        return count;
    }

    private static BitString substring(BitString bits, long start, long length) {
        if (length < 0) throw new PgException(SqlState.SUBSTRING_ERROR, "negative substring length not allowed");
        return slice(bits, start - 1, length);
    }

    /** {@code length} bits from a 0-based start, which may lie before the string. */
    private static BitString slice(BitString bits, long start, long length) {
        long end = Math.min(bits.length(), start + length);
        long first = Math.max(0, start);
        if (end <= first) return new BitString(0, new byte[0]);
        int size = (int) (end - first);
        byte[] bytes = new byte[(size + 7) / 8];
        for (int i = 0; i < size; i++) put(bytes, i, bits.get((int) first + i));
        return new BitString(size, bytes);
    }

    private static BitString overlay(BitString bits, BitString replacement, long start, long length) {
        if (start <= 0) throw new PgException(SqlState.SUBSTRING_ERROR, "negative substring length not allowed");
        BitString head = slice(bits, 0, start - 1);
        return concat(concat(head, replacement), slice(bits, start + length - 1, Integer.MAX_VALUE));
    }

    private static Long position(BitString part, BitString whole) {
        if (whole.length() == 0 || part.length() > whole.length()) return 0L;
        if (part.length() == 0) return 1L;
        for (int start = 0; start + part.length() <= whole.length(); start++) {
            int i = 0;
            while (i < part.length() && part.get(i) == whole.get(start + i)) i++;
            if (i == part.length()) return start + 1L;
        }
        return 0L;
    }

    private static int index(BitString bits, long n) {
        if (n < 0 || n >= bits.length()) {
            throw new PgException(SqlState.ARRAY_SUBSCRIPT_ERROR, "bit index " + n + " out of valid range (0.." + (bits.length() - 1) + ")");
        }
        return (int) n;
    }

    private static BitString set(BitString bits, long n, long value) {
        int index = index(bits, n);
        if (value != 0 && value != 1) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "new bit must be 0 or 1");
        byte[] bytes = bits.bytes().clone();
        put(bytes, index, value == 1);
        return new BitString(bits.length(), bytes);
    }

    /** The lowest bits; a longer string is filled with the sign. */
    private static BitString fromInteger(long value, long typmod) {
        int length = typmod <= 0 ? 1 : (int) typmod;
        byte[] bytes = new byte[(length + 7) / 8];
        for (int i = 0; i < length; i++) {
            int power = length - 1 - i;
            put(bytes, i, (value >> Math.min(power, 63) & 1) != 0);
        }
        return new BitString(length, bytes);
    }

    private static Long toInteger(BitString bits, IntegerFunctions.Width width) {
        if (bits.length() > width.bits) throw width.outOfRange();
        long value = 0;
        for (int i = 0; i < bits.length(); i++) value = value << 1 | (bits.get(i) ? 1 : 0);
        return value;
    }

    private static BitString fixed(BitString bits, long typmod, boolean explicit) {
        int length = (int) typmod;
        if (length <= 0 || length == bits.length()) return bits;
        if (!explicit) {
            throw new PgException(SqlState.STRING_DATA_LENGTH_MISMATCH,
                    "bit string length " + bits.length() + " does not match type bit(" + length + ")");
        }
        return masked(length, java.util.Arrays.copyOf(bits.bytes(), (length + 7) / 8));
    }

    private static BitString limited(BitString bits, long typmod, boolean explicit) {
        int length = (int) typmod;
        if (length <= 0 || length >= bits.length()) return bits;
        if (!explicit) {
            throw new PgException(SqlState.STRING_DATA_RIGHT_TRUNCATION, "bit string too long for type bit varying(" + length + ")");
        }
        return masked(length, java.util.Arrays.copyOf(bits.bytes(), (length + 7) / 8));
    }
}
