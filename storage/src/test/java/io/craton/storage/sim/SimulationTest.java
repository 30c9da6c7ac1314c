package io.craton.storage.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A simulated cluster under faults keeps what it acknowledged, and would be found out if it did not. {@code -Dcraton.simulation.seeds} says for how many seeds, {@code -Dcraton.seed} from which on;
 * a failure names its seed, which brings it again.
 */
final class SimulationTest {
    private static final long SEED = Long.getLong("craton.seed", System.nanoTime());
    private static final int SEEDS = Integer.getInteger("craton.simulation.seeds", 20);
    private static final int ATTEMPTS = 100;
    private static final long FOUND_FROM = 1000;

    @Test
    void nothingAcknowledgedIsLost() {
        System.out.println("SimulationTest: " + SEEDS + " seeds from " + SEED + " on");
        int acknowledged = 0;
        for (long seed = SEED; seed < SEED + SEEDS; seed++) acknowledged += run(seed, PlantedBug.NONE);
        System.out.println("SimulationTest: " + acknowledged + " transactions were acknowledged");
        if (SEEDS >= 20) assertThat(acknowledged).as("acknowledged transactions, from seed %d on", SEED).isGreaterThan(5 * SEEDS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void isFoundOut(PlantedBug bug) {
        long from = FOUND_FROM;
        for (long seed = from; seed < from + ATTEMPTS; seed++) {
            try {
                run(seed, bug);
            } catch (AssertionError found) {
                System.out.println(bug + " is found by attempt " + (seed - from + 1) + ": " + found.getMessage().lines().findFirst().orElse(""));
                return;
            }
        }
        assertThat(false).as("%s is not found by seeds %d to %d", bug, from, from + ATTEMPTS - 1).isTrue();
    }

    /** Answers how many transactions it acknowledged. */
    private static int run(long seed, PlantedBug bug) {
        try (Simulation simulation = new Simulation(seed, bug)) {
            simulation.run();
            return simulation.ledger.count(Ledger.Fate.ACKNOWLEDGED);
        }
    }
}
