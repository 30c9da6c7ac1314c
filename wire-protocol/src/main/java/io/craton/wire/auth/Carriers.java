package io.craton.wire.auth;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Addresses of nodes that carry sessions of their clients here. */
public final class Carriers {
    public static final Carriers NONE = new Carriers(List.of());

    private final List<AddressRange> ranges;

    private Carriers(List<AddressRange> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    /** Of addresses, or networks in CIDR form, separated by commas; throws with what is wrong with one. */
    public static Carriers of(String text) {
        List<AddressRange> ranges = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            String address = each.strip();
            boolean network = address.contains("/");
            ranges.add(AddressRange.of(network ? address : address + (address.contains(":") ? "/128" : "/32"), null));
        }
        return new Carriers(ranges);
    }

    public boolean contain(@Nullable InetAddress address) {
        return address != null && ranges.stream().anyMatch(range -> range.contains(address));
    }
}
