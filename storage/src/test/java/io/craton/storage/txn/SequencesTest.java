package io.craton.storage.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.projection.TenantProjection.SequenceValue;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Reservations arrive late, are lost, and fail; no value is given out twice, and none before it is reserved. */
class SequencesTest {
    /** A log whose answers come when the test says so. */
    private static final class SlowLog implements Sequences.Reservations {
        private record Asked(long value, boolean called, Consumer<@Nullable PgException> done) {}

        final Queue<Asked> asked = new ArrayDeque<>();
        boolean immediate = true;
        @Nullable SequenceValue stored;
        long nanos;
        int entries;

        @Override
        public @Nullable SequenceValue stored(long storage) {
            return stored;
        }

        @Override
        public void reserve(long storage, long value, boolean called, long term, Consumer<@Nullable PgException> done) {
            asked.add(new Asked(value, called, done));
            if (immediate) answerAll();
        }

        void answerAll() {
            while (!asked.isEmpty()) {
                Asked next = asked.remove();
                stored = new SequenceValue(next.value, next.called);
                entries++;
                next.done.accept(null);
            }
        }

        @Override
        public long term() {
            return 1;
        }

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public boolean waits() {
            return true;
        }
    }

    private static SequenceDef sequence(long increment, long minimum, long maximum, boolean cycle) {
        return new SequenceDef(20_000, 2200, "s", 10, 'p', 20, increment > 0 ? minimum : maximum, increment, minimum, maximum, 1, cycle, 0, 0, false, 7, null);
    }

    @Test
    void givesEveryValueOnceWhateverTheLogDoes() {
        long seed = 20261126;
        for (int run = 0; run < 200; run++) {
            var random = new Random(seed + run);
            var log = new SlowLog();
            var sequences = new Sequences(log);
            SequenceDef sequence = sequence(1 + random.nextInt(3), 1, Long.MAX_VALUE, false);
            Set<Long> given = new HashSet<>();
            for (int i = 0; i < 2_000; i++) {
                log.nanos += random.nextInt(3) * 100_000_000L;
                if (random.nextInt(20) == 0) log.answerAll();
                log.immediate = random.nextBoolean();
                Long value = sequences.next(sequence, false);
                if (value == null) {
                    log.immediate = true;
                    log.answerAll();
                    value = sequences.next(sequence, true);
                }
                assertThat(given.add(value)).as("seed %d: %d twice", seed + run, value).isTrue();
                SequenceValue stored = log.stored;
                assertThat(stored).isNotNull();
                assertThat(stored.value()).as("seed %d", seed + run).isGreaterThanOrEqualTo(value);
                if (random.nextInt(100) == 0) {
                    log.asked.clear(); // the node dies; what was on its way is lost
                    sequences = new Sequences(log);
                }
            }
        }
    }

    @Test
    void reservesMoreAtOnceWhenReservationsDoNotLast() {
        var log = new SlowLog();
        var sequences = new Sequences(log);
        SequenceDef sequence = sequence(1, 1, Long.MAX_VALUE, false);
        for (long value = 1; value <= 100_000; value++) assertThat(sequences.next(sequence, true)).isEqualTo(value);
        assertThat(log.entries).isLessThan(100);
    }

    @Test
    void endsAtItsLimitAndCycles() {
        var log = new SlowLog();
        SequenceDef ending = sequence(1, 1, 40, false);
        var sequences = new Sequences(log);
        for (long value = 1; value <= 40; value++) assertThat(sequences.next(ending, true)).isEqualTo(value);
        assertThatThrownBy(() -> sequences.next(ending, true))
                .isInstanceOfSatisfying(PgException.class, e -> assertThat(e.error().state()).isEqualTo(SqlState.SEQUENCE_GENERATOR_LIMIT_EXCEEDED));
        var again = new Sequences(new SlowLog());
        SequenceDef cycling = sequence(-2, -5, 5, true);
        for (int i = 0; i < 50; i++) {
            assertThat(again.next(cycling, true)).isEqualTo(5 - 2L * (i % 6));
        }
    }

    @Test
    void goesOnWithoutAGapAfterACleanStop() {
        var log = new SlowLog();
        var sequences = new Sequences(log);
        SequenceDef sequence = sequence(1, 1, Long.MAX_VALUE, false);
        for (int i = 0; i < 5; i++) sequences.next(sequence, true);
        sequences.giveBack();
        assertThat(new Sequences(log).next(sequence, true)).isEqualTo(6);
    }
}
