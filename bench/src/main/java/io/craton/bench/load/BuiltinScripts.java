package io.craton.bench.load;

import io.craton.bench.report.Better;
import io.craton.bench.server.DatabaseServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** pgbench's three built-in scripts in all protocols; after the last one the balances of the tables must agree. */
public final class BuiltinScripts implements Scenario {
    private record Script(String name, String option) {}

    private static final List<Script> SCRIPTS = List.of(
            new Script("select-only", "select-only"), new Script("simple-update", "simple-update"), new Script("tpcb-like", "tpcb-like"));

    private final PgBench pgbench;
    private final int scale;
    private final int seconds;
    private final List<Integer> clients;
    private final List<String> protocols;

    public BuiltinScripts(PgBench pgbench, int scale, int seconds, List<Integer> clients, List<String> protocols) {
        this.pgbench = pgbench;
        this.scale = scale;
        this.seconds = seconds;
        this.clients = List.copyOf(clients);
        this.protocols = List.copyOf(protocols);
    }

    @Override
    public boolean warmsUp() {
        return true;
    }

    @Override
    public String name() {
        return "pgbench";
    }

    @Override
    public void prepare(DatabaseServer server) throws Exception {
        pgbench.initialise(server, scale);
    }

    @Override
    public List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        for (Script script : SCRIPTS) {
            for (String protocol : protocols) {
                for (int count : clients) {
                    String line = "%s %s c%d".formatted(script.name(), protocol, count);
                    steps.add(new Step(line, (server, round, recorder) -> {
                        PgBench.Result result = pgbench.run(server, count, seconds, List.of("-b", script.option(), "-M", protocol));
                        recorder.value(line, "tx/s", Better.HIGHER, result.perSecond());
                        if (result.failed() > 0) recorder.fail(line + ": " + result.failed() + " failed transactions");
                    }));
                }
            }
        }
        steps.add(new Step("balances", (server, round, recorder) -> checkBalances(server, recorder)));
        return steps;
    }

    /** Every tpcb-like transaction adds one amount to one teller and one branch: the two sums stay equal. */
    private static void checkBalances(DatabaseServer server, Recorder recorder) throws SQLException {
        try (Connection connection = server.connect(); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT (SELECT sum(tbalance) FROM pgbench_tellers),"
                        + " (SELECT sum(bbalance) FROM pgbench_branches),"
                        + " (SELECT sum(abalance) FROM pgbench_accounts), (SELECT coalesce(sum(delta), 0) FROM pgbench_history)")) {
            row.next();
            if (row.getLong(1) != row.getLong(2)) recorder.fail("tellers have " + row.getLong(1) + ", branches " + row.getLong(2));
            if (row.getLong(3) != row.getLong(4)) recorder.fail("accounts have " + row.getLong(3) + ", history " + row.getLong(4));
        }
    }

    @Override
    public void finish(DatabaseServer server) throws Exception {
        server.execute("DROP TABLE IF EXISTS pgbench_accounts, pgbench_branches, pgbench_history, pgbench_tellers");
    }
}
