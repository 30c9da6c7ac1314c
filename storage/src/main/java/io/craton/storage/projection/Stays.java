package io.craton.storage.projection;

import io.craton.storage.row.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * The raft groups whose logs have a tenant's entries, one after the other. Positions of a tenant rise over all of them: each stay has a shift between its log's
 * positions and the tenant's, 0 in the first. Where a tenant is follows from its own entries alone, whatever the list of databases says by then.
 *
 * @param left  in order
 * @param group where it is now
 * @param shift from that group's positions to the tenant's
 */
public record Stays(List<Stay> left, int group, long shift) {
    /**
     * A stay that is over.
     *
     * @param last position in the group's log of the entry that ended it
     */
    public record Stay(int group, long last, long shift) {}

    /** Not here, and not any more: the entry in front of it is in another log. */
    public static final long NOT_YET = -1;

    public Stays {
        left = List.copyOf(left);
    }

    public static Stays in(int group) {
        return new Stays(List.of(), group, 0);
    }

    public int firstGroup() {
        return left.isEmpty() ? group : left.getFirst().group;
    }

    /** Whether a group's log has, or had, entries of the tenant. */
    public boolean includes(int number) {
        return group == number || left.stream().anyMatch(stay -> stay.group == number);
    }

    /** Whether a position in a group's log belongs to a stay that is over. */
    public boolean isOver(int inGroup, long logged) {
        for (Stay stay : left) if (stay.group == inGroup && logged <= stay.last) return true;
        return false;
    }

    /** The tenant's position for one in a group's log; {@link #NOT_YET} when the tenant has still to come there. */
    public long position(int inGroup, long logged) {
        for (Stay stay : left) if (stay.group == inGroup && logged <= stay.last) return logged + stay.shift;
        return inGroup == group ? logged + shift : NOT_YET;
    }

    /**
     * After the entry that moves it.
     *
     * @param last position of that entry in the log that it leaves
     * @param base what the other log had reached before that entry was submitted: all that comes there is behind it
     */
    public Stays moved(long last, int to, long base) {
        List<Stay> all = new ArrayList<>(left);
        all.add(new Stay(group, last, shift));
        return new Stays(all, to, Math.max(0, last + shift - base));
    }

    byte[] toBytes() {
        byte[] bytes = new byte[12 + 20 * left.size()];
        int at = 0;
        for (Stay stay : left) {
            Bytes.setInt(bytes, at, stay.group);
            Bytes.setLong(bytes, at + 4, stay.last);
            Bytes.setLong(bytes, at + 12, stay.shift);
            at += 20;
        }
        Bytes.setInt(bytes, at, group);
        Bytes.setLong(bytes, at + 4, shift);
        return bytes;
    }

    static Stays fromBytes(byte[] bytes) {
        List<Stay> left = new ArrayList<>();
        int at = 0;
        for (; at + 12 < bytes.length; at += 20) left.add(new Stay(Bytes.getInt(bytes, at), Bytes.getLong(bytes, at + 4), Bytes.getLong(bytes, at + 12)));
        return new Stays(left, Bytes.getInt(bytes, at), Bytes.getLong(bytes, at + 4));
    }
}
