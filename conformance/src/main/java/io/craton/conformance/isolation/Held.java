package io.craton.conformance.isolation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How many permutations of each spec went as on PostgreSQL at the best so far. One may be lost to timing. */
final class Held {
    private static final int SLACK = 1;

    private final Map<String, Integer> same = new TreeMap<>();

    /** Of a file that need not be there. */
    static Held read(Path file) throws IOException {
        Held held = new Held();
        if (!Files.exists(file)) return held;
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank() || line.startsWith("#")) continue;
            String[] parts = line.trim().split("\\s+");
            held.same.put(parts[0], Integer.parseInt(parts[1]));
        }
        return held;
    }

    /** What fell; empty when all is well. */
    List<String> broken(Map<String, Tally> run) {
        List<String> broken = new ArrayList<>();
        run.forEach((spec, tally) -> {
            int best = same.getOrDefault(spec, 0);
            if (tally.same() < best - SLACK) broken.add(spec + ": " + tally.same() + " permutations as on PostgreSQL, " + best + " held");
        });
        return broken;
    }

    void raise(Map<String, Tally> run) {
        run.forEach((spec, tally) -> same.merge(spec, tally.same(), Math::max));
    }

    void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder("# permutations of each isolation spec that go as on PostgreSQL 15; raised by conformance/isolation --update-ratchet\n");
        same.forEach((spec, count) -> text.append(String.format("%-36s %4d%n", spec, count)));
        Files.writeString(file, text);
    }
}
