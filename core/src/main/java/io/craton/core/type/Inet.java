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

    /** The address with all bits behind the prefix cleared. */
    public Inet network() {
        return withHostBits(false);
    }

    /** The address with all bits behind the prefix set. */
    public Inet broadcast() {
        return withHostBits(true);
    }

    private Inet withHostBits(boolean set) {
        byte[] bytes = address.clone();
        for (int bit = prefix; bit < maxPrefix(); bit++) {
            int mask = 0x80 >> (bit & 7);
            if (set) bytes[bit >> 3] |= (byte) mask;
            else bytes[bit >> 3] &= (byte) ~mask;
        }
        return new Inet(bytes, prefix);
    }

    /** The address without its prefix; the longest run of zero groups of an IPv6 address is shortened. */
    public String host() {
        StringBuilder out = new StringBuilder();
        if (!isV6()) {
            for (int i = 0; i < 4; i++) out.append(i > 0 ? "." : "").append(address[i] & 0xff);
            return out.toString();
        }
        int best = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; i++) {
            int length = 0;
            while (i + length < 8 && group(i + length) == 0) length++;
            if (length > bestLength) {
                best = i;
                bestLength = length;
            }
        }
        for (int i = 0; i < 8; i++) {
            if (i == best) {
                out.append("::");
                i += bestLength - 1;
                continue;
            }
            if (i > 0 && out.charAt(out.length() - 1) != ':') out.append(':');
            boolean mapped = best == 0 && i == 6 && (bestLength == 6 || bestLength == 5 && group(5) == 0xffff);
            if (mapped) {
                for (int j = 12; j < 16; j++) out.append(j > 12 ? "." : "").append(address[j] & 0xff);
                break;
            }
            out.append(Integer.toHexString(group(i)));
        }
        return out.toString();
    }

    private int group(int index) {
        return (address[index * 2] & 0xff) << 8 | address[index * 2 + 1] & 0xff;
    }
}
