package io.craton.replication.cluster;

import io.craton.replication.raft.MemberName;

/** A place to connect to, resolved when it is used. */
public record HostPort(String host, int port) {
    /** Parses {@code HOST:PORT} or {@code [IPv6]:PORT}. */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) throw new IllegalArgumentException("\"" + text + "\" is not HOST:PORT");
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port > 0 && port < 65_536 && host.indexOf('@') < 0 && host.indexOf('+') < 0) return new HostPort(host, port);
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException("\"" + text + "\" is not HOST:PORT");
    }

    /** Where a member is, by its name. */
    static HostPort of(MemberName member) {
        return new HostPort(member.host(), member.port());
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
