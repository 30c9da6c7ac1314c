package io.craton.bench.load;

import io.craton.bench.report.Samples;
import io.craton.bench.server.DatabaseServer;
import java.util.List;

/** A family of lines that share their data. */
public interface Scenario {
    /** The word that selects it on the command line. */
    String name();

    /** Whether the first rounds say more about a cold start than about the load: a node's code is compiled while it runs. */
    default boolean warmsUp() {
        return false;
    }

    /** Creates and loads what the steps need; called once per server before the first round. */
    void prepare(DatabaseServer server) throws Exception;

    /** What is measured in every round, on one server after the other. */
    List<Step> steps();

    /** Removes what {@link #prepare} made, so that later scenarios find room. */
    void finish(DatabaseServer server) throws Exception;

    /** Called once at the end, for figures that follow from the samples of others. */
    default void summarise(Samples samples, List<String> servers) {}

    /** One measurement. */
    record Step(String name, Body body) {}

    /** Measures on one server in one round (counted from 0) and hands its figures to the recorder. */
    @FunctionalInterface
    interface Body {
        void measure(DatabaseServer server, int round, Recorder recorder) throws Exception;
    }
}
