package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Inet;
import java.math.BigInteger;

/** inet, cidr, macaddr and macaddr8: parts, containment, arithmetic. */
final class NetworkFunctions {
    private NetworkFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("network_host", (context, call, a) -> ((Inet) a[0]).host());
        kernels.scalar("network_show", (context, call, a) -> show((Inet) a[0]));
        kernels.scalar("cidr_abbrev", (context, call, a) -> abbreviatedNetwork((Inet) a[0]));
        kernels.scalar("inet_abbrev", (context, call, a) -> abbreviated((Inet) a[0]));
        kernels.scalar("network_family", (context, call, a) -> ((Inet) a[0]).isV6() ? 6L : 4L);
        kernels.scalar("network_masklen", (context, call, a) -> (long) ((Inet) a[0]).prefix());
        kernels.scalar("network_broadcast", (context, call, a) -> ((Inet) a[0]).broadcast());
        kernels.scalar("network_network", (context, call, a) -> ((Inet) a[0]).network());
        kernels.scalar("inet_to_cidr", (context, call, a) -> ((Inet) a[0]).network());
        kernels.scalar("network_netmask", (context, call, a) -> mask((Inet) a[0], true));
        kernels.scalar("network_hostmask", (context, call, a) -> mask((Inet) a[0], false));
        kernels.scalar("inet_set_masklen", (context, call, a) -> withPrefix((Inet) a[0], (Long) a[1]));
        kernels.scalar("cidr_set_masklen", (context, call, a) -> withPrefix((Inet) a[0], (Long) a[1]).network());
        kernels.scalar("inet_same_family", (context, call, a) -> ((Inet) a[0]).isV6() == ((Inet) a[1]).isV6());
        kernels.scalar("inet_merge", (context, call, a) -> merge((Inet) a[0], (Inet) a[1]));
        kernels.scalar("network_sub", (context, call, a) -> within((Inet) a[0], (Inet) a[1], true));
        kernels.scalar("network_subeq", (context, call, a) -> within((Inet) a[0], (Inet) a[1], false));
        kernels.scalar("network_sup", (context, call, a) -> within((Inet) a[1], (Inet) a[0], true));
        kernels.scalar("network_supeq", (context, call, a) -> within((Inet) a[1], (Inet) a[0], false));
        kernels.scalar("network_overlap", (context, call, a) -> overlap((Inet) a[0], (Inet) a[1]));
        kernels.scalar("inetnot", (context, call, a) -> not((Inet) a[0]));
        kernels.scalar("inetand", (context, call, a) -> combine((Inet) a[0], (Inet) a[1], true));
        kernels.scalar("inetor", (context, call, a) -> combine((Inet) a[0], (Inet) a[1], false));
        kernels.scalar("inetpl", (context, call, a) -> plus((Inet) a[0], BigInteger.valueOf((Long) a[1])));
        kernels.scalar("sql:2631", (context, call, a) -> plus((Inet) a[1], BigInteger.valueOf((Long) a[0])));
        kernels.scalar("inetmi_int8", (context, call, a) -> plus((Inet) a[0], BigInteger.valueOf((Long) a[1]).negate()));
        kernels.scalar("inetmi", (context, call, a) -> minus((Inet) a[0], (Inet) a[1]));
        macs(kernels);
    }

    private static void macs(Kernels kernels) {
        kernels.scalar("macaddr_not", (context, call, a) -> ~(Long) a[0] & 0xffff_ffff_ffffL);
        kernels.scalar("macaddr_and", (context, call, a) -> (Long) a[0] & (Long) a[1]);
        kernels.scalar("macaddr_or", (context, call, a) -> (Long) a[0] | (Long) a[1]);
        kernels.scalar("macaddr_trunc", (context, call, a) -> (Long) a[0] & 0xffff_ff00_0000L);
        kernels.scalar("macaddr8_not", (context, call, a) -> ~(Long) a[0]);
        kernels.scalar("macaddr8_and", (context, call, a) -> (Long) a[0] & (Long) a[1]);
        kernels.scalar("macaddr8_or", (context, call, a) -> (Long) a[0] | (Long) a[1]);
        kernels.scalar("macaddr8_trunc", (context, call, a) -> (Long) a[0] & 0xffff_ff00_0000_0000L);
        kernels.scalar("macaddr8_set7bit", (context, call, a) -> (Long) a[0] | 0x0200_0000_0000_0000L);
        kernels.scalar("macaddrtomacaddr8", (context, call, a) ->
                ((Long) a[0] >> 24) << 40 | 0xfffe00_0000L | (Long) a[0] & 0xff_ffffL);
        kernels.scalar("macaddr8tomacaddr", (context, call, a) -> toMac((Long) a[0]));
    }

    private static Long toMac(long bits) {
        if ((bits >> 24 & 0xffff) != 0xfffe) {
            throw io.craton.core.error.PgError.error(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "macaddr8 data out of range to convert to macaddr")
                    .withHint("Only addresses that have FF and FE as values in the 4th and 5th bytes from the left, for example "
                            + "xx:xx:xx:ff:fe:xx:xx:xx, are eligible to be converted from macaddr8 to macaddr.").exception();
        }
        return bits >>> 40 << 24 | bits & 0xff_ffffL;
    }

    private static String show(Inet inet) {
        return inet.host() + "/" + inet.prefix();
    }

    private static String abbreviated(Inet inet) {
        return inet.prefix() == inet.maxPrefix() ? inet.host() : show(inet);
    }

    /** A network without the bytes that its prefix leaves out: 10/8, 192.168.1/24. */
    private static String abbreviatedNetwork(Inet inet) {
        if (inet.isV6()) return abbreviatedWords(inet);
        int bytes = Math.max(1, (inet.prefix() + 7) / 8);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes; i++) text.append(i == 0 ? "" : ".").append(inet.address()[i] & 0xff);
        return text.append('/').append(inet.prefix()).toString();
    }

    /** The words that the prefix reaches, the longest run of zeros as a double colon. */
    private static String abbreviatedWords(Inet inet) {
        int count = Math.max(2, (inet.prefix() + 15) / 16);
        int[] words = new int[count];
        for (int i = 0; i < count; i++) words[i] = (inet.address()[2 * i] & 0xff) << 8 | inet.address()[2 * i + 1] & 0xff;
        int start = 0;
        int length = 0;
        for (int i = 0; i < count; i++) {
            int run = 0;
            while (i + run < count && words[i + run] == 0) run++;
            if (run > length) {
                start = i;
                length = run;
            }
        }
        boolean embedded = start == 0 && length != count && (length == 6 || length == 5 && count > 5 && words[5] == 0xffff);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            if (length > 0 && i >= start && i < start + length) {
                if (i == start) text.append(':');
                if (i == count - 1) text.append(':');
            } else if (embedded && i > 5) {
                text.append(i == 6 ? ':' : '.').append(words[i] >> 8);
                if (i != 7 || inet.prefix() > 120) text.append('.').append(words[i] & 0xff);
            } else {
                if (!text.isEmpty()) text.append(':');
                text.append(Integer.toHexString(words[i]));
            }
        }
        return text.append('/').append(inet.prefix()).toString();
    }

    private static Inet mask(Inet inet, boolean ones) {
        int size = inet.address().length;
        byte[] bytes = new byte[size];
        for (int bit = 0; bit < size * 8; bit++) {
            if (bit < inet.prefix() == ones) bytes[bit >> 3] |= (byte) (0x80 >> (bit & 7));
        }
        return new Inet(bytes, size * 8);
    }

    private static Inet withPrefix(Inet inet, long prefix) {
        long length = prefix == -1 ? inet.maxPrefix() : prefix;
        if (length < 0 || length > inet.maxPrefix()) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid mask length: " + length);
        return new Inet(inet.address(), (int) length);
    }

    private static Inet merge(Inet left, Inet right) {
        if (left.isV6() != right.isV6()) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "cannot merge addresses from different families");
        }
        int bits = Math.min(left.prefix(), right.prefix());
        while (bits > 0 && left.compareBits(right, bits) != 0) bits--;
        return new Inet(left.address(), bits).network();
    }

    private static boolean within(Inet inner, Inet outer, boolean strictly) {
        return inner.isV6() == outer.isV6() && (strictly ? inner.prefix() > outer.prefix() : inner.prefix() >= outer.prefix())
                && inner.compareBits(outer, outer.prefix()) == 0;
    }

    private static boolean overlap(Inet left, Inet right) {
        return left.isV6() == right.isV6() && left.compareBits(right, Math.min(left.prefix(), right.prefix())) == 0;
    }

    private static Inet not(Inet inet) {
        byte[] bytes = inet.address().clone();
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) ~bytes[i];
        return new Inet(bytes, inet.prefix());
    }

    private static Inet combine(Inet left, Inet right, boolean and) {
        if (left.isV6() != right.isV6()) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "cannot " + (and ? "AND" : "OR") + " inet values of different sizes");
        }
        byte[] bytes = left.address().clone();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (and ? bytes[i] & right.address()[i] : bytes[i] | right.address()[i]);
        }
        return new Inet(bytes, Math.max(left.prefix(), right.prefix()));
    }

    private static Inet plus(Inet inet, BigInteger more) {
        BigInteger sum = new BigInteger(1, inet.address()).add(more);
        if (sum.signum() < 0 || sum.bitLength() > inet.maxPrefix()) throw outOfRange();
        byte[] digits = sum.toByteArray();
        byte[] bytes = new byte[inet.address().length];
        int count = Math.min(digits.length, bytes.length);
        System.arraycopy(digits, digits.length - count, bytes, bytes.length - count, count);
        return new Inet(bytes, inet.prefix());
    }

    private static Long minus(Inet left, Inet right) {
        if (left.isV6() != right.isV6()) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "cannot subtract inet values of different sizes");
        }
        BigInteger difference = new BigInteger(1, left.address()).subtract(new BigInteger(1, right.address()));
        if (difference.bitLength() > 63) throw outOfRange();
        return difference.longValue();
    }

    private static PgException outOfRange() {
        return new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "result is out of range");
    }
}
