package io.craton.sql.session;

/** What a session does, and since when, for others to see. Written by the session's thread, read by any; its parts may be a moment apart. */
final class Activity {
    private volatile String query = "";
    /** Micros since 2000; 0: none yet. */
    private volatile long queryStart;
    private volatile long stateChange;
    private volatile boolean running;

    void started(long now) {
        running = true;
        stateChange = now;
    }

    void query(String sql, long now) {
        query = sql;
        queryStart = now;
        stateChange = now;
    }

    void ended(long now) {
        running = false;
        stateChange = now;
    }

    boolean running() {
        return running;
    }

    /** Text of the message at work, or of the last one. */
    String query() {
        return query;
    }

    long queryStart() {
        return queryStart;
    }

    long stateChange() {
        return stateChange;
    }
}
