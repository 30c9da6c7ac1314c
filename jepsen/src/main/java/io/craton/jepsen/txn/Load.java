package io.craton.jepsen.txn;

import io.craton.jepsen.check.Isolation;
import io.craton.jepsen.check.Verdict;
import io.craton.jepsen.history.Txn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** One kind of load; shared by its clients. */
public sealed interface Load permits Append, Registers, SetOfElements, SingleRegister, Growing, LongFork, Skew {
    String name();

    /** Creates the tables; called once on an empty database. */
    void prepare(Connection connection) throws SQLException;

    /** What a fresh connection needs. */
    default void connected(Client client) throws SQLException {}

    /** Is each connection another client to the judge? Else a client goes on when it connects again. */
    default boolean sessionsCount() {
        return false;
    }

    /** One transaction. */
    void step(Client client, Random random) throws SQLException;

    /** Reads everything that was written, at the end, when nobody writes. */
    void readAll(Client client) throws SQLException;

    Verdict check(List<Txn> txns);

    /** A load by its name. */
    record Kind(String name, Supplier<Load> make) {}

    /** Loads that ask for less than they are judged by, so that a run must turn red: they show that the judge would have seen it. */
    List<Kind> CONTROLS = List.of(new Kind("control-stale", () -> new Growing("control-stale", ReadMode.STALE, ReadMode.LEADER)));

    /** All that must hold. */
    List<Kind> KINDS = List.of(
            new Kind("append", () -> new Append("append", Isolation.SERIALIZABLE)),
            new Kind("append-rr", () -> new Append("append-rr", Isolation.REPEATABLE_READ)),
            new Kind("append-rc", () -> new Append("append-rc", Isolation.READ_COMMITTED)),
            new Kind("rw", () -> new Registers("rw", Isolation.SERIALIZABLE)),
            new Kind("rw-rr", () -> new Registers("rw-rr", Isolation.REPEATABLE_READ)),
            new Kind("rw-rc", () -> new Registers("rw-rc", Isolation.READ_COMMITTED)),
            new Kind("set", SetOfElements::new),
            new Kind("register", () -> new SingleRegister("register", ReadMode.LEADER)),
            new Kind("register-follower", () -> new SingleRegister("register-follower", ReadMode.FOLLOWER)),
            new Kind("monotonic", () -> new Growing("monotonic", ReadMode.LEADER)),
            new Kind("monotonic-follower", () -> new Growing("monotonic-follower", ReadMode.FOLLOWER)),
            new Kind("monotonic-stale", () -> new Growing("monotonic-stale", ReadMode.STALE)),
            new Kind("fork", () -> new LongFork("fork", ReadMode.LEADER)),
            new Kind("fork-follower", () -> new LongFork("fork-follower", ReadMode.FOLLOWER)),
            new Kind("fork-stale", () -> new LongFork("fork-stale", ReadMode.STALE)),
            new Kind("skew", Skew::new));
}
