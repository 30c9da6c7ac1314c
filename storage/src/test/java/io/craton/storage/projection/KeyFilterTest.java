package io.craton.storage.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Against a set of all keys. */
class KeyFilterTest {
    private static final long SEED = Long.getLong("craton.seed", System.nanoTime());

    private static byte[] key(Random random) {
        byte[] key = new byte[1 + random.nextInt(24)];
        random.nextBytes(key);
        return key;
    }

    @Test
    void noKeyThatIsThereIsMissedAndFewOthersAreTakenForOne() {
        System.out.println("KeyFilterTest seed " + SEED);
        var random = new Random(SEED);
        var budget = new AtomicLong(64 << 20);
        var filter = new KeyFilter(budget);
        byte[] first = {1, 2, 3};
        assertThat(filter.add(first)).isTrue();
        assertThat(filter.knowsAbsent(new byte[] {9})).as("incomplete").isFalse();
        filter.complete();
        Set<String> added = new HashSet<>(Set.of(Arrays.toString(first)));
        int taken = 0;
        int strangers = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] key = key(random);
            if (random.nextBoolean()) {
                assertThat(filter.add(key)).isTrue();
                added.add(Arrays.toString(key));
                assertThat(filter.knowsAbsent(key)).isFalse();
            } else if (!added.contains(Arrays.toString(key))) {
                strangers++;
                if (!filter.knowsAbsent(key)) taken++;
            }
        }
        var again = new Random(SEED);
        for (int i = 0; i < 200_000; i++) {
            byte[] key = key(again);
            if (again.nextBoolean()) assertThat(filter.knowsAbsent(key)).isFalse();
        }
        assertThat(taken).as("of %d", strangers).isLessThan(strangers / 1000);
    }

    @Test
    void aFilterThatDoesNotFitSaysNothingAndGivesItsRoomBack() {
        var random = new Random(SEED);
        var budget = new AtomicLong(100_000);
        var filter = new KeyFilter(budget);
        filter.complete();
        boolean fits = true;
        for (int i = 0; i < 100_000; i++) fits &= filter.add(key(random));
        assertThat(fits).isFalse();
        assertThat(filter.knowsAbsent(key(random))).isFalse();
        assertThat(budget).hasValue(100_000);
    }
}
