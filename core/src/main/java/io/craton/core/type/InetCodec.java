package io.craton.core.type;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import org.jspecify.annotations.Nullable;

/** inet and cidr. Binary: family (2 or 3), prefix, whether cidr, number of bytes, bytes. */
final class InetCodec implements TypeCodec {
    private static final int FAMILY_V4 = 2;
    private static final int FAMILY_V6 = 3;

    private final boolean cidr;

    InetCodec(boolean cidr) {
        this.cidr = cidr;
    }

    private String name() {
        return cidr ? "cidr" : "inet";
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        Inet inet = (Inet) value;
        out.putAscii(inet.host());
        if (cidr || inet.prefix() != inet.maxPrefix()) {
            out.putByte('/');
            out.putDecimal(inet.prefix());
        }
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        Inet inet = (Inet) value;
        out.putByte(inet.isV6() ? FAMILY_V6 : FAMILY_V4);
        out.putByte(inet.prefix());
        out.putByte(cidr ? 1 : 0);
        out.putByte(inet.address().length);
        out.putBytes(inet.address());
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        int[] implied = new int[1];
        byte[] address = host.indexOf(':') >= 0 ? v6(host) : v4(host, implied);
        if (address == null) throw TypeErrors.invalidText(name(), text);
        int most = address.length * 8;
        int prefix = cidr && address.length == 4 ? implied[0] : most;
        if (slash >= 0) {
            prefix = number(text.substring(slash + 1), most);
            if (prefix < 0) throw TypeErrors.invalidText(name(), text);
        }
        Inet inet = new Inet(address, prefix);
        if (cidr && !inet.equals(inet.network())) {
            throw PgError.error(SqlState.INVALID_TEXT_REPRESENTATION, "invalid cidr value: \"" + text + "\"")
                    .withDetail("Value has bits set to right of mask.").exception();
        }
        return inet;
    }

    /** Digits up to a maximum; -1 for anything else. */
    private static int number(String digits, int max) {
        if (digits.isEmpty() || digits.length() > 3) return -1;
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            if (!Ascii.isDigit(digits.charAt(i))) return -1;
            value = value * 10 + (digits.charAt(i) - '0');
        }
        return value <= max ? value : -1;
    }

    /** Four numbers; cidr may leave out the last ones, and the prefix then follows from the class and the numbers that are there. */
    private byte @Nullable [] v4(String host, int[] implied) {
        String[] parts = host.split("\\.", -1);
        if (parts.length > 4 || !cidr && parts.length != 4) return null;
        byte[] address = new byte[4];
        for (int i = 0; i < parts.length; i++) {
            int part = number(parts[i], 255);
            if (part < 0) return null;
            address[i] = (byte) part;
        }
        int first = address[0] & 0xff;
        int byClass = first >= 240 ? 32 : first >= 224 ? 8 : first >= 192 ? 24 : first >= 128 ? 16 : 8;
        int prefix = Math.max(byClass, parts.length * 8);
        implied[0] = first >= 224 && first < 240 && parts.length == 1 ? 4 : prefix;
        return address;
    }

    private static byte @Nullable [] v6(String host) {
        int gap = host.indexOf("::");
        if (gap >= 0 && host.indexOf("::", gap + 1) >= 0) return null;
        byte[] head = groups(gap < 0 ? host : host.substring(0, gap), gap < 0);
        byte[] tail = gap < 0 ? new byte[0] : groups(host.substring(gap + 2), true);
        if (head == null || tail == null || (gap < 0 ? head.length != 16 : head.length + tail.length > 14)) return null;
        byte[] address = new byte[16];
        System.arraycopy(head, 0, address, 0, head.length);
        System.arraycopy(tail, 0, address, 16 - tail.length, tail.length);
        return address;
    }

    /** Groups of hexadecimal digits; the last of all may be an IPv4 address. */
    private static byte @Nullable [] groups(String text, boolean last) {
        if (text.isEmpty()) return new byte[0];
        ByteWriter out = new ByteWriter(16);
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (last && i == parts.length - 1 && part.indexOf('.') >= 0) {
                String[] numbers = part.split("\\.", -1);
                if (numbers.length != 4) return null;
                for (String digits : numbers) {
                    int value = number(digits, 255);
                    if (value < 0) return null;
                    out.putByte(value);
                }
            } else {
                if (part.isEmpty() || part.length() > 4) return null;
                int value = 0;
                for (int j = 0; j < part.length(); j++) {
                    int digit = Ascii.hex(part.charAt(j));
                    if (digit < 0) return null;
                    value = value << 4 | digit;
                }
                out.putShort(value);
            }
            if (out.size() > 16) return null;
        }
        return out.toByteArray();
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        int family = in.getByte();
        int prefix = in.getByte() & 0xff;
        in.getByte();
        int size = in.getByte();
        if (family != FAMILY_V4 && family != FAMILY_V6) throw TypeErrors.invalidBinary("invalid address family in external \"" + name() + "\" value");
        int expected = family == FAMILY_V4 ? 4 : 16;
        if (prefix > expected * 8) throw TypeErrors.invalidBinary("invalid bits in external \"" + name() + "\" value");
        if (size != expected) throw TypeErrors.invalidBinary("invalid length in external \"" + name() + "\" value");
        Inet inet = new Inet(in.getBytes(size), prefix);
        if (cidr && !inet.equals(inet.network())) {
            throw new PgException(SqlState.INVALID_BINARY_REPRESENTATION, "invalid external \"cidr\" value");
        }
        return inet;
    }
}
