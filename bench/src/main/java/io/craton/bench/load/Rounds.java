package io.craton.bench.load;

import io.craton.bench.report.Samples;
import io.craton.bench.server.DatabaseServer;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Runs scenarios in rounds. Within a round every step runs on one server right after the other, and the order turns with each
 * round, so that slow drifts of the machine hit both alike. A step that fails on a server is noted and not tried there again.
 */
public final class Rounds {
    private final List<DatabaseServer> servers;
    private final Samples samples;
    private final PrintStream progress;
    private final String prefix;

    /** @param prefix stands before the name of each line */
    public Rounds(List<DatabaseServer> servers, Samples samples, PrintStream progress, String prefix) {
        this.prefix = prefix;
        this.servers = List.copyOf(servers);
        this.samples = samples;
        this.progress = progress;
    }

    /** @param warmUps rounds in front that count for nothing, of scenarios that want them */
    public void run(Scenario scenario, int rounds, int warmUps) throws InterruptedException {
        List<DatabaseServer> ready = new ArrayList<>();
        for (DatabaseServer server : servers) {
            progress.printf("%s: preparing %s%n", scenario.name(), server.name());
            if (guarded(scenario.name() + ": preparing", server, () -> scenario.prepare(server))) ready.add(server);
        }
        Set<String> broken = new HashSet<>();
        Samples uncounted = new Samples();
        for (int round = scenario.warmsUp() ? -warmUps : 0; round < rounds; round++) {
            List<DatabaseServer> order = new ArrayList<>(ready);
            if (Math.floorMod(round, 2) == 1) order = order.reversed();
            for (Scenario.Step step : scenario.steps()) {
                for (DatabaseServer server : order) {
                    String key = step.name() + " on " + server.name();
                    if (broken.contains(key)) continue;
                    if (round < 0) progress.printf("%s: warming up: %s%n", scenario.name(), key);
                    else progress.printf("%s: round %d of %d: %s%n", scenario.name(), round + 1, rounds, key);
                    int number = round;
                    var recorder = new Recorder(round < 0 ? uncounted : samples, server.name(), prefix);
                    if (!guarded(step.name(), server, () -> step.body().measure(server, number, recorder))) {
                        broken.add(key);
                    }
                }
            }
        }
        scenario.summarise(samples, ready.stream().map(DatabaseServer::name).toList());
        for (DatabaseServer server : servers) guarded(scenario.name() + ": clearing", server, () -> scenario.finish(server));
    }

    private interface Action {
        void run() throws Exception;
    }

    private boolean guarded(String what, DatabaseServer server, Action action) throws InterruptedException {
        try {
            action.run();
            return true;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            String failure = "%s: %s: %s".formatted(server.name(), what, String.valueOf(e.getMessage()).strip());
            progress.println("FAILED " + failure);
            samples.fail(failure);
            return false;
        }
    }
}
