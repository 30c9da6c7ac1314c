package io.craton.core.type;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An address with its netmask length: inet and cidr. Four bytes or sixteen. Never changed once made. */
public record Inet(byte[] address, int prefix) implements Comparable<Inet> {
    public boolean isV6() {
        return address.length == 16;
    }

    public int maxPrefix() {
        return address.length * 8;
    }

    /** Family, then the common part of the networks, then the shorter prefix, then the whole address. */
    @Override
    public int compareTo(Inet other) {
        int order = Integer.compare(address.length, other.address.length);
        if (order == 0) order = compareBits(other, Math.min(prefix, other.prefix));
        if (order == 0) order = Integer.compare(prefix, other.prefix);
        return order != 0 ? order : Arrays.compareUnsigned(address, other.address);
    }

    /** Order of the first {@code bits} bits of two addresses of one family. */
    public int compareBits(Inet other, int bits) {
        int whole = bits / 8;
        int order = Arrays.compareUnsigned(address, 0, whole, other.address, 0, whole);
        if (order != 0 || bits % 8 == 0) return order;
        int shift = 8 - bits % 8;
        return Integer.compare((address[whole] & 0xff) >> shift, (other.address[whole] & 0xff) >> shift);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Inet that && prefix == that.prefix && Arrays.equals(address, that.address);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(address) * 31 + prefix;
    }
}
