package io.craton.bench.load;

import io.craton.bench.report.Better;
import io.craton.bench.server.DatabaseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A new connection for every transaction. */
public final class Connections implements Scenario {
    private final PgBench pgbench;
    private final int seconds;
    private final Path script;

    public Connections(PgBench pgbench, int seconds, Path work) throws IOException {
        this.pgbench = pgbench;
        this.seconds = seconds;
        this.script = Files.writeString(work.resolve("connect.sql"), "SELECT 1;\n");
    }

    @Override
    public String name() {
        return "connections";
    }

    @Override
    public void prepare(DatabaseServer server) {}

    @Override
    public List<Step> steps() {
        return List.of(new Step("connections c8", (server, round, recorder) -> recorder.value("connections c8", "conn/s", Better.HIGHER,
                pgbench.run(server, 8, seconds, List.of("-C", "-f", script.toString())).perSecond())));
    }

    @Override
    public void finish(DatabaseServer server) {}
}
