package io.craton.bench.tpch;

import io.craton.bench.load.Recorder;
import io.craton.bench.load.Scenario;
import io.craton.bench.report.Better;
import io.craton.bench.report.Line;
import io.craton.bench.report.Samples;
import io.craton.bench.server.DatabaseServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The 22 queries at one scale. Every round draws other parameters from its seed, runs each query on both servers, and compares
 * the answers; each query runs twice and the quicker run counts, so that the first sight of a plan does not decide.
 */
public final class TpchQueries implements Scenario {
    /** Queries whose ORDER BY does not name a unique key. */
    private static final Set<Integer> TIES = Set.of(3, 5, 10, 11, 18);
    private static final String TABLES = "lineitem, orders, customer, partsupp, supplier, part, nation, region";

    private final double scale;
    private final long seed;
    private final Map<String, Answer> answers = new HashMap<>();

    public TpchQueries(double scale, long seed) {
        this.scale = scale;
        this.seed = seed;
    }

    @Override
    public String name() {
        return "tpch " + scale;
    }

    @Override
    public void prepare(DatabaseServer server) throws Exception {
        server.execute("DROP TABLE IF EXISTS " + TABLES);
        server.execute(QueryText.schema().split(";\\s*"));
        TableData.load(server, scale);
        server.execute(QueryText.indexes().split(";\\s*"));
        server.execute("VACUUM ANALYZE");
    }

    @Override
    public List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        for (int number = 1; number <= 22; number++) {
            int query = number;
            steps.add(new Step(line(query), (server, round, recorder) -> measure(query, server, round, recorder)));
        }
        return steps;
    }

    private void measure(int number, DatabaseServer server, int round, Recorder recorder) throws Exception {
        String sql = QueryText.query(number, Parameters.draw(number, seed + round, scale));
        double best = Double.MAX_VALUE;
        Answer answer = new Answer(List.of());
        try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(300);
            for (int run = 0; run < 2; run++) {
                long started = System.nanoTime();
                try (ResultSet result = statement.executeQuery(sql)) {
                    answer = Answer.read(result);
                }
                best = Math.min(best, (System.nanoTime() - started) / 1e6);
            }
        }
        recorder.value(line(number), "ms", Better.LOWER, best);
        Answer other = answers.putIfAbsent(number + "/" + round, answer);
        if (other == null) return;
        answer.difference(other, TIES.contains(number) ? Answer.Ties.POSSIBLE : Answer.Ties.IMPOSSIBLE).ifPresent(difference ->
                recorder.fail("%s with seed %d: %s".formatted(line(number), seed + round, difference)));
    }

    @Override
    public void summarise(Samples samples, List<String> servers) {
        for (String server : servers) {
            List<Double> medians = new ArrayList<>();
            for (int number = 1; number <= 22; number++) {
                samples.median(new Line(line(number), "ms", Better.LOWER), server).ifPresent(medians::add);
            }
            Line mean = new Line(name() + " geometric mean", "ms", Better.LOWER);
            if (medians.size() == 22) samples.add(mean, server, Samples.geometricMean(medians).orElseThrow());
            else samples.fail("%s: %s: only %d of 22 queries have a time".formatted(server, name(), medians.size()));
        }
    }

    private String line(int number) {
        return "%s q%02d".formatted(name(), number);
    }

    @Override
    public void finish(DatabaseServer server) throws Exception {
        server.execute("DROP TABLE IF EXISTS " + TABLES);
    }
}
