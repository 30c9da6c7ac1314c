package io.craton.storage.row;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Big-endian numbers inside byte arrays, at any alignment. */
public final class Bytes {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Bytes() {}

    public static int getShort(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at);
    }

    public static int getUnsignedShort(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at) & 0xffff;
    }

    public static int getInt(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    public static long getLong(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    public static void setShort(byte[] bytes, int at, int value) {
        SHORT.set(bytes, at, (short) value);
    }

    public static void setInt(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }

    public static void setLong(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    /** 64 well-mixed bits of a key in a space of keys. */
    public static long hash(long space, byte[] key) {
        long hash = space * 0x9E3779B97F4A7C15L ^ key.length;
        int i = 0;
        for (; i + 8 <= key.length; i += 8) hash = mix(hash ^ getLong(key, i));
        long rest = 0;
        for (; i < key.length; i++) rest = rest << 8 | key[i] & 0xff;
        return mix(hash ^ rest);
    }

    public static long mix(long value) {
        long mixed = (value ^ value >>> 32) * 0xD6E8FEB86659FD93L;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
        return mixed ^ mixed >>> 32;
    }

    /** The smallest byte string greater than every string that starts with this one; null when there is none. */
    public static byte @Nullable [] successor(byte[] prefix) {
        int length = prefix.length;
        while (length > 0 && prefix[length - 1] == (byte) 0xff) length--;
        if (length == 0) return null;
        byte[] next = java.util.Arrays.copyOf(prefix, length);
        next[length - 1]++;
        return next;
    }
}
