package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.exec.ExecContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Functions of bytea, digests included. */
final class ByteaFunctions {
    private ByteaFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("byteaoctetlen", (context, call, a) -> (long) ((byte[]) a[0]).length);
        kernels.scalar("sql:1810", (context, call, a) -> 8L * ((byte[]) a[0]).length);
        kernels.scalar("byteacat", (context, call, a) -> concat((byte[]) a[0], (byte[]) a[1]));
        kernels.scalar("byteapos", (context, call, a) -> indexOf((byte[]) a[0], (byte[]) a[1]) + 1L);
        kernels.scalar("bytea_substr", (context, call, a) -> substring((byte[]) a[0], (Long) a[1], (Long) a[2]));
        kernels.scalar("bytea_substr_no_len", (context, call, a) -> slice((byte[]) a[0], (Long) a[1] - 1, Integer.MAX_VALUE));
        kernels.scalar("byteaoverlay", (context, call, a) -> overlay((byte[]) a[0], (byte[]) a[1], (Long) a[2], (Long) a[3]));
        kernels.scalar("byteaoverlay_no_len",
                (context, call, a) -> overlay((byte[]) a[0], (byte[]) a[1], (Long) a[2], ((byte[]) a[1]).length));
        kernels.scalar("byteatrim", (context, call, a) -> trim((byte[]) a[0], (byte[]) a[1], true, true));
        kernels.scalar("bytealtrim", (context, call, a) -> trim((byte[]) a[0], (byte[]) a[1], true, false));
        kernels.scalar("byteartrim", (context, call, a) -> trim((byte[]) a[0], (byte[]) a[1], false, true));
        kernels.scalar("byteaGetByte", (context, call, a) -> ((byte[]) a[0])[index((byte[]) a[0], (Long) a[1], 1)] & 0xffL);
        kernels.scalar("byteaSetByte", ByteaFunctions::setByte);
        kernels.scalar("byteaGetBit", ByteaFunctions::getBit);
        kernels.scalar("byteaSetBit", ByteaFunctions::setBit);
        kernels.scalar("bytea_bit_count", ByteaFunctions::bitCount);
        kernels.scalar("md5_text", (context, call, a) -> hex(digest("MD5", utf8((String) a[0]))));
        kernels.scalar("md5_bytea", (context, call, a) -> hex(digest("MD5", (byte[]) a[0])));
        kernels.scalar("sha224_bytea", (context, call, a) -> digest("SHA-224", (byte[]) a[0]));
        kernels.scalar("sha256_bytea", (context, call, a) -> digest("SHA-256", (byte[]) a[0]));
        kernels.scalar("sha384_bytea", (context, call, a) -> digest("SHA-384", (byte[]) a[0]));
        kernels.scalar("sha512_bytea", (context, call, a) -> digest("SHA-512", (byte[]) a[0]));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static byte[] digest(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new PgException(PgError.error(SqlState.INTERNAL_ERROR, "digest " + algorithm + " is missing"), e);
        }
    }

    static byte[] concat(byte[] left, byte[] right) {
        byte[] result = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, result, left.length, right.length);
        return result;
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i + part.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) return i;
        }
        return -1;
    }

    private static byte[] slice(byte[] bytes, long start, long end) {
        int from = (int) Math.clamp(start, 0, bytes.length);
        return Arrays.copyOfRange(bytes, from, (int) Math.clamp(end, from, bytes.length));
    }

    private static byte[] substring(byte[] bytes, long start, long length) {
        if (length < 0) throw new PgException(SqlState.SUBSTRING_ERROR, "negative substring length not allowed");
        return slice(bytes, start - 1, start - 1 + length);
    }

    private static byte[] overlay(byte[] bytes, byte[] part, long start, long length) {
        if (start <= 0) throw new PgException(SqlState.SUBSTRING_ERROR, "negative substring length not allowed");
        return concat(concat(slice(bytes, 0, start - 1), part), slice(bytes, start + length - 1, Integer.MAX_VALUE));
    }

    private static byte[] trim(byte[] bytes, byte[] set, boolean atLeft, boolean atRight) {
        int from = 0;
        int to = bytes.length;
        while (atLeft && from < to && contains(set, bytes[from])) from++;
        while (atRight && from < to && contains(set, bytes[to - 1])) to--;
        return Arrays.copyOfRange(bytes, from, to);
    }

    private static boolean contains(byte[] set, byte b) {
        for (byte member : set) {
            if (member == b) return true;
        }
        return false;
    }

    private static int index(byte[] bytes, long n, int bitsEach) {
        long limit = (long) bytes.length * bitsEach;
        if (n < 0 || n >= limit) {
            throw new PgException(SqlState.ARRAY_SUBSCRIPT_ERROR, "index " + n + " out of valid range, 0.." + (limit - 1));
        }
        return (int) (n / bitsEach);
    }

    private static Object setByte(ExecContext context, CallInfo call, Object[] a) {
        byte[] bytes = ((byte[]) a[0]).clone();
        bytes[index(bytes, (Long) a[1], 1)] = (byte) (long) (Long) a[2];
        return bytes;
    }

    private static Object getBit(ExecContext context, CallInfo call, Object[] a) {
        byte[] bytes = (byte[]) a[0];
        long n = (Long) a[1];
        return (long) (bytes[index(bytes, n, 8)] >> (n % 8) & 1);
    }

    private static Object setBit(ExecContext context, CallInfo call, Object[] a) {
        byte[] bytes = ((byte[]) a[0]).clone();
        long n = (Long) a[1];
        int at = index(bytes, n, 8);
        long bit = (Long) a[2];
        if (bit != 0 && bit != 1) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "new bit must be 0 or 1");
        int mask = 1 << n % 8;
        bytes[at] = (byte) (bit == 1 ? bytes[at] | mask : bytes[at] & ~mask);
        return bytes;
    }

    private static Object bitCount(ExecContext context, CallInfo call, Object[] a) {
        long count = 0;
        for (byte b : (byte[]) a[0]) count += Integer.bitCount(b & 0xff);
        return count;
    }
}
