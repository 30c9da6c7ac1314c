package io.craton.core.type;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A value of bit or varbit: {@code length} bits, the first in the highest bit of the first byte; unused bits are zero. Never changed once made. */
public record BitString(int length, byte[] bytes) implements Comparable<BitString> {
    public boolean get(int index) {
        return (bytes[index >> 3] >> 7 - (index & 7) & 1) != 0;
    }

    /** Bits first, then the shorter is less. */
    @Override
    public int compareTo(BitString other) {
        int order = Arrays.compareUnsigned(bytes, 0, Math.min(bytes.length, other.bytes.length), other.bytes, 0, Math.min(bytes.length, other.bytes.length));
        return order != 0 ? order : Integer.compare(length, other.length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BitString that && length == that.length && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes) * 31 + length;
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(length);
        for (int i = 0; i < length; i++) out.append(get(i) ? '1' : '0');
        return out.toString();
    }
}
