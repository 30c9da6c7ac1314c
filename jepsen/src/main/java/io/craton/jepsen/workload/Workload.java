package io.craton.jepsen.workload;

import io.craton.jepsen.check.Verdict;
import io.craton.jepsen.history.History;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;

/** One kind of load. The object is shared by its clients and holds no state of a single one. */
public sealed interface Workload permits Inserts, Lists, Bank, Counter, Groups {
    String name();

    /** Creates the tables; called once on an empty database. */
    void prepare(Connection connection) throws SQLException;

    /** Does one operation; {@link Attempt} tells how its end is recorded. */
    void step(Connection connection, Attempt attempt, Random random) throws SQLException;

    /** Reads the whole state, judges it, and settles what was unknown: what is not there now must never appear. */
    Verdict check(Connection connection, History history) throws SQLException;

    /** All workloads, fresh. */
    static List<Workload> all() {
        return List.of(new Inserts(), new Lists(), new Bank(), new Counter(), new Groups());
    }
}
