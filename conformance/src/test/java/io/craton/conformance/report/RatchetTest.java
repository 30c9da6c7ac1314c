package io.craton.conformance.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.conformance.compare.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shares may only rise, but for what chance costs. */
class RatchetTest {
    @TempDir
    private Path folder;

    private static Tally tally(int same, int different) {
        Tally tally = new Tally();
        for (int i = 0; i < same; i++) tally.add(new Verdict(Verdict.Kind.SAME, "", true), true);
        for (int i = 0; i < different; i++) tally.add(new Verdict(Verdict.Kind.DIFFERENT, "x", false), false);
        tally.add(new Verdict(Verdict.Kind.META, "", false), false);
        return tally;
    }

    @Test
    void holdsWhatWasReached() throws IOException {
        Path file = folder.resolve("ratchet.txt");
        Ratchet.read(file).raised(Map.of("a", tally(90, 10), "b", tally(1, 1))).write(file);
        Ratchet held = Ratchet.read(file);
        assertThat(held.broken(Map.of("a", tally(88, 12)))).isEmpty();
        assertThat(held.broken(Map.of("a", tally(87, 13)))).hasSize(1).first().asString().contains("a: 87.0% of 100 statements, 90.0% held");
        held.raised(Map.of("a", tally(50, 50), "b", tally(2, 0))).write(file);
        assertThat(Files.readAllLines(file)).anyMatch(l -> l.matches("a +90\\.0")).anyMatch(l -> l.matches("b +100\\.0"));
    }

    @Test
    void smallScriptsMayLoseTwoStatements() throws IOException {
        Path file = folder.resolve("ratchet.txt");
        Ratchet.read(file).raised(Map.of("a", tally(10, 0))).write(file);
        assertThat(Ratchet.read(file).broken(Map.of("a", tally(8, 2)))).isEmpty();
        assertThat(Ratchet.read(file).broken(Map.of("a", tally(7, 3)))).hasSize(1);
    }
}
