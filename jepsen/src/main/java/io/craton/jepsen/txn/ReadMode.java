package io.craton.jepsen.txn;

import java.sql.Connection;
import java.sql.SQLException;

/** Where sessions of a load read. */
enum ReadMode {
    LEADER, FOLLOWER, STALE;

    /** Of sessions that may read stale data. */
    static final long STALE_MILLIS = 500;

    void apply(Connection connection) throws SQLException {
        if (this == LEADER) return;
        Sql.execute(connection, "SET craton.read_mode = " + name().toLowerCase(java.util.Locale.ROOT));
        Sql.execute(connection, "SET craton.max_staleness = " + STALE_MILLIS);
    }

    /** One step of so many writes: a session that often writes stays at the leader. */
    int writesOneIn() {
        return this == LEADER ? 3 : 8;
    }
}
