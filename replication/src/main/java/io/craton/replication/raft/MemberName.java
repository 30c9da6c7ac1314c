package io.craton.replication.raft;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A member as raft knows it, written {@code node.incarnation@host:port}. The incarnation is born with a data folder: a node whose folder was wiped or restored comes
 * back under another name, as a member that has never voted, and so cannot vote for a leader that lacks what its lost folder had acknowledged.
 *
 * @param node        1 to 127, chosen by the operator
 * @param incarnation letters and digits
 * @param host        by which the other members reach it; in the text {@code +} stands for the colons of an IPv6 address
 */
public record MemberName(int node, String incarnation, String host, int port) {
    private static final Pattern FORM = Pattern.compile("(\\d+)\\.([0-9a-z]+)@([^:@]+):(\\d+)");

    public MemberName {
        if (node < 1 || node > 127) throw new IllegalArgumentException("node id " + node + " is not between 1 and 127");
    }

    public static MemberName parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) throw new IllegalArgumentException("not the name of a member: " + text);
        return new MemberName(Integer.parseInt(matcher.group(1)), matcher.group(2), matcher.group(3).replace('+', ':'), Integer.parseInt(matcher.group(4)));
    }

    /** Where it listens, {@code host:port}. */
    public String address() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** The same data folder, perhaps at another address. */
    public boolean sameFolder(MemberName other) {
        return node == other.node && incarnation.equals(other.incarnation);
    }

    @Override
    public String toString() {
        return node + "." + incarnation + "@" + host.replace(':', '+') + ":" + port;
    }
}
