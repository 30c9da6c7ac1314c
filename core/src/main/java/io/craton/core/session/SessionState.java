package io.craton.core.session;

/**
 * What a session takes along when it goes on at another node: its bytes mean something to the SQL engine alone. In parts, because they
 * change at different paces.
 *
 * @param parts by {@link Part}; an empty array where a part says nothing
 */
public record SessionState(byte[][] parts) {
    public enum Part {
        /** Settings, and as whom the session acts. */
        SETTINGS,
        /** What sequences gave it last. */
        SEQUENCES,
        /** Named prepared statements. */
        STATEMENTS,
        /** The unnamed prepared statement, which many clients make anew for each query. */
        UNNAMED
    }

    public SessionState {
        if (parts.length != Part.values().length) throw new IllegalArgumentException(parts.length + " parts");
    }

    /** Of a session that has not changed anything yet. */
    public static SessionState fresh() {
        byte[][] parts = new byte[Part.values().length][];
        java.util.Arrays.fill(parts, new byte[0]);
        return new SessionState(parts);
    }

    /** Of a session that is open, and runs nothing. */
    public static SessionState of(SqlSession session) {
        byte[][] parts = new byte[Part.values().length][];
        for (Part part : Part.values()) parts[part.ordinal()] = session.state(part);
        return new SessionState(parts);
    }

    public byte[] part(Part part) {
        return parts[part.ordinal()];
    }

    public SessionState with(int part, byte[] bytes) {
        byte[][] changed = parts.clone();
        changed[part] = bytes;
        return new SessionState(changed);
    }
}
