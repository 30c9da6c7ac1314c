package io.craton.bench.load;

import io.craton.bench.report.Better;
import io.craton.bench.server.DatabaseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One row per transaction into a table with a primary key. */
public final class SingleInserts implements Scenario {
    private static final String SCRIPT = """
            \\set key random(1, 9000000000000000)
            \\set account random(1, 1000)
            INSERT INTO bench_insert (id, account, amount, note) VALUES (:key, :account, 42, 'a note of some length')
            """;

    private final PgBench pgbench;
    private final int seconds;
    private final List<Integer> clients;
    private final Path script;

    public SingleInserts(PgBench pgbench, int seconds, List<Integer> clients, Path work) throws IOException {
        this.pgbench = pgbench;
        this.seconds = seconds;
        this.clients = List.copyOf(clients);
        this.script = Files.writeString(work.resolve("insert.sql"), SCRIPT);
    }

    @Override
    public boolean warmsUp() {
        return true;
    }

    @Override
    public String name() {
        return "insert";
    }

    @Override
    public void prepare(DatabaseServer server) throws Exception {
        server.execute("CREATE TABLE bench_insert (id bigint PRIMARY KEY, account int NOT NULL, amount int NOT NULL, note text)");
    }

    @Override
    public List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        for (int count : clients) {
            String line = "insert c" + count;
            steps.add(new Step(line, (server, round, recorder) -> recorder.value(line, "tx/s", Better.HIGHER,
                    pgbench.run(server, count, seconds, List.of("-M", "prepared", "-f", script.toString())).perSecond())));
        }
        return steps;
    }

    @Override
    public void finish(DatabaseServer server) throws Exception {
        server.execute("DROP TABLE IF EXISTS bench_insert");
    }
}
