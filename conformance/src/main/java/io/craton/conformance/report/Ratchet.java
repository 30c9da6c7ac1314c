package io.craton.conformance.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The shares that were reached, per script, in a file of the repository; they may only rise. A script may fall below by what chance may cost (rows
 * without ORDER BY limited to a few, clocks, statistics): the larger of {@value #SLACK_STATEMENTS} statements and {@value #SLACK_PERCENT} percent of them.
 */
public final class Ratchet {
    private static final int SLACK_STATEMENTS = 2;
    private static final double SLACK_PERCENT = 0.5;

    private final Map<String, Double> shares;

    private Ratchet(Map<String, Double> shares) {
        this.shares = shares;
    }

    /** Lines of script and percentage; none when the file is not there yet. */
    public static Ratchet read(Path file) throws IOException {
        Map<String, Double> shares = new LinkedHashMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                if (line.isBlank() || line.startsWith("#")) continue;
                String[] parts = line.trim().split("\\s+");
                shares.put(parts[0], Double.parseDouble(parts[1]));
            }
        }
        return new Ratchet(shares);
    }

    /** What fell; empty when all is well. */
    public List<String> broken(Map<String, Tally> tallies) {
        List<String> broken = new ArrayList<>();
        tallies.forEach((script, tally) -> {
            double held = shares.getOrDefault(script, 0.0);
            double slack = Math.max(SLACK_PERCENT, Tally.share(SLACK_STATEMENTS, Math.max(1, tally.statements())));
            if (tally.share() < held - slack) {
                broken.add(String.format(Locale.ROOT, "%s: %.1f%% of %d statements, %.1f%% held", script, tally.share(), tally.statements(), held));
            }
        });
        return broken;
    }

    /** The ratchet after a run: each share the larger of the held and the new one. */
    public Ratchet raised(Map<String, Tally> tallies) {
        Map<String, Double> raised = new LinkedHashMap<>();
        tallies.forEach((script, tally) -> raised.put(script, Math.max(shares.getOrDefault(script, 0.0), Math.floor(tally.share() * 10) / 10)));
        shares.forEach(raised::putIfAbsent);
        return new Ratchet(raised);
    }

    public void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder("# share of statements answered as PostgreSQL 15 does, in percent; raised by conformance/run --update-ratchet\n");
        shares.forEach((script, share) -> text.append(String.format(Locale.ROOT, "%-24s %5.1f%n", script, share)));
        Files.writeString(file, text);
    }
}
