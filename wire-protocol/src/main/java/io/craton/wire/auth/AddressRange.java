package io.craton.wire.auth;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that a rule is for.
 *
 * @param text as pg_hba_file_rules shows it
 * @param mask as it shows that; null for a word that stands for addresses
 */
record AddressRange(String text, @Nullable String mask, List<Network> networks) {
    /** Those whose masked bytes are these. */
    record Network(byte[] address, byte[] mask) {
        boolean contains(byte[] other) {
            if (other.length != address.length) return false;
            for (int i = 0; i < other.length; i++) if ((other[i] & mask[i]) != (address[i] & mask[i])) return false;
            return true;
        }
    }

    private static final Network V4 = new Network(new byte[4], new byte[4]);
    private static final Network V6 = new Network(new byte[16], new byte[16]);

    /** @param mask a second field, null when there is none; throws with a message for the line */
    static AddressRange of(String text, @Nullable String mask) {
        switch (text) {
            case "all" -> {
                return new AddressRange("all", null, List.of(V4, V6));
            }
            case "samehost", "samenet" -> {
                return new AddressRange(text, null, own(text.equals("samenet")));
            }
            default -> { }
        }
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        byte[] address = literal(host);
        if (address == null) throw new IllegalArgumentException("host names are not supported, only addresses: \"" + text + "\"");
        byte[] bits;
        if (slash >= 0) {
            String digits = text.substring(slash + 1);
            if (!digits.matches("\\d{1,3}") || Integer.parseInt(digits) > address.length * 8) {
                throw new IllegalArgumentException("invalid CIDR mask in address \"" + text + "\"");
            }
            bits = prefix(address.length, Integer.parseInt(digits));
        } else if (mask == null) {
            throw new IllegalArgumentException("an address needs a mask: \"" + text + "/" + address.length * 8 + "\" for one host");
        } else {
            bits = literal(mask);
            if (bits == null) throw new IllegalArgumentException("invalid IP mask \"" + mask + "\"");
            if (bits.length != address.length) throw new IllegalArgumentException("IP address and mask do not match");
        }
        return new AddressRange(host, print(bits), List.of(new Network(address, bits)));
    }

    boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        for (Network network : networks) if (network.contains(bytes)) return true;
        return false;
    }

    /** Bytes of an address that is no name, so that nothing is asked of the network; null for others. */
    private static byte @Nullable [] literal(String text) {
        if (!text.matches("[0-9.]+") && !(text.matches("[0-9a-fA-F:.]+") && text.indexOf(':') >= 0)) return null;
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static byte[] prefix(int length, int bits) {
        byte[] mask = new byte[length];
        for (int i = 0; i < bits; i++) mask[i / 8] |= (byte) (0x80 >> i % 8);
        return mask;
    }

    private static String print(byte[] bits) {
        try {
            if (bits.length == 4) return InetAddress.getByAddress(bits).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
        StringBuilder text = new StringBuilder();
        int groups = bits.length / 2;
        while (groups > 0 && bits[groups * 2 - 1] == 0 && bits[groups * 2 - 2] == 0) groups--;
        for (int i = 0; i < groups; i++) text.append(i == 0 ? "" : ":").append(Integer.toHexString((bits[2 * i] & 0xff) << 8 | bits[2 * i + 1] & 0xff));
        return groups < bits.length / 2 ? text + "::" : text.toString();
    }

    private static List<Network> own(boolean networks) {
        List<Network> all = new ArrayList<>();
        try {
            for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
                for (InterfaceAddress address : each.getInterfaceAddresses()) {
                    byte[] bytes = address.getAddress().getAddress();
                    all.add(new Network(bytes, prefix(bytes.length, networks ? Math.max(0, address.getNetworkPrefixLength()) : bytes.length * 8)));
                }
            }
        } catch (SocketException e) {
            throw new IllegalArgumentException("this machine's addresses cannot be listed: " + e.getMessage());
        }
        return all;
    }
}
