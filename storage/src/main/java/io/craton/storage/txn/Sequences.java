package io.craton.storage.txn;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.projection.TenantProjection.SequenceValue;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Values of sequences. Values are reserved, a stretch ahead, before the first of them is given out; in another term the sequence goes on behind the reservation.
 * Gaps are allowed, repetitions never. Any thread.
 */
final class Sequences {
    private static final int AHEAD_MIN = 32;
    private static final int AHEAD_MAX = 4096;
    /** A reservation that lasts less than this was too small. */
    private static final long SHORT_LIVED_NANOS = 250_000_000;

    /** Where reservations are kept. */
    interface Reservations {
        /** What was reserved or set before; null when nothing was. */
        @Nullable SequenceValue stored(long storage);

        /** Asks that values up to this one are not given out again, whatever happens; {@code done} is told when that is certain, or why it is not. */
        void reserve(long storage, long value, boolean called, long term, Consumer<@Nullable PgException> done);

        long term();

        /** A clock for the pace of reservations. */
        long nanos();

        /** Whether {@link #reserve} takes its time. */
        boolean waits();

        /** Those of one process alone. */
        Reservations NONE = new Reservations() {
            @Override
            public @Nullable SequenceValue stored(long storage) {
                return null;
            }

            @Override
            public void reserve(long storage, long value, boolean called, long term, Consumer<@Nullable PgException> done) {
                done.accept(null);
            }

            @Override
            public long nanos() {
                return 0;
            }

            @Override
            public long term() {
                return 0;
            }

            @Override
            public boolean waits() {
                return false;
            }
        };
    }

    /** The state of one sequence in one term of leadership. */
    private static final class Counter {
        final ReentrantLock lock = new ReentrantLock();
        final long term;
        long value;
        boolean called;
        /** Values behind {@code value} that are reserved, made with this increment; the last of them. */
        int left;
        long increment;
        long reservedLast;
        /** A reservation under way that continues the one there is. */
        @Nullable Extension extension;
        int ahead = AHEAD_MIN;
        long reservedAtNanos;

        Counter(long term, long value, boolean called) {
            this.term = term;
            this.value = value;
            this.called = called;
        }
    }

    /** {@code values} more values, up to {@code last}, once the log has it. */
    private static final class Extension extends CompletableFuture<@Nullable PgException> {
        final int values;
        final long last;

        Extension(int values, long last) {
            this.values = values;
            this.last = last;
        }
    }

    private final Reservations reservations;
    private final Map<Long, Counter> counters = new ConcurrentHashMap<>();

    Sequences(Reservations reservations) {
        this.reservations = reservations;
    }

    private Counter counter(SequenceDef sequence) {
        long term = reservations.term();
        return counters.compute(sequence.storageId(), (storage, counter) -> counter != null && counter.term == term ? counter
                : load(sequence, term));
    }

    private Counter load(SequenceDef sequence, long term) {
        SequenceValue stored = reservations.stored(sequence.storageId());
        return stored == null ? new Counter(term, sequence.start(), false) : new Counter(term, stored.value(), stored.called());
    }

    /** The next value; null when it would have to wait and must not. */
    @Nullable Long next(SequenceDef sequence, boolean mayWait) {
        Counter counter = counter(sequence);
        if (mayWait) counter.lock.lock();
        else if (!counter.lock.tryLock()) return null;
        try {
            long next = counter.called ? after(sequence, counter.value) : counter.value;
            if (counter.increment != sequence.increment()) forgetReservation(counter);
            if (counter.left == 0 && !reserved(sequence, counter, next, mayWait)) return null;
            counter.left--;
            counter.value = next;
            counter.called = true;
            if (counter.left < counter.ahead / 2 && counter.extension == null) extend(sequence, counter);
            return next;
        } finally {
            counter.lock.unlock();
        }
    }

    private static void forgetReservation(Counter counter) {
        counter.left = 0;
        counter.extension = null;
    }

    /** Makes sure that the next value is reserved; false when it would have to wait and must not. */
    private boolean reserved(SequenceDef sequence, Counter counter, long next, boolean mayWait) {
        Extension extension = counter.extension;
        boolean continues = extension != null && counter.called && next == counter.reservedLast + sequence.increment();
        if (!continues) {
            if (!mayWait && reservations.waits()) return false;
            extension = request(sequence, counter, 1, next);
        } else if (!mayWait && !extension.isDone()) {
            return false;
        }
        counter.extension = null;
        PgException error = extension.join();
        if (error != null) throw error;
        counter.left = extension.values;
        counter.reservedLast = extension.last;
        counter.increment = sequence.increment();
        return true;
    }

    /** Reserves behind what is reserved before that is used up, so that nobody has to wait; more at once when it does not last. */
    private void extend(SequenceDef sequence, Counter counter) {
        if (!reservations.waits()) return;
        long first = counter.reservedLast + sequence.increment();
        boolean overflow = ((counter.reservedLast ^ first) & (sequence.increment() ^ first)) < 0;
        if (overflow || first > sequence.maximum() || first < sequence.minimum()) return;
        long now = reservations.nanos();
        if (now - counter.reservedAtNanos < SHORT_LIVED_NANOS) counter.ahead = Math.min(counter.ahead * 2, AHEAD_MAX);
        else counter.ahead = AHEAD_MIN;
        counter.extension = request(sequence, counter, 1, first);
    }

    /** Asks for {@code values} values up to {@code last} and as many more as go in one reservation. */
    private Extension request(SequenceDef sequence, Counter counter, int values, long last) {
        for (; values < counter.ahead; values++) {
            long further = last + sequence.increment();
            boolean overflow = ((last ^ further) & (sequence.increment() ^ further)) < 0;
            if (overflow || further > sequence.maximum() || further < sequence.minimum()) break;
            last = further;
        }
        var extension = new Extension(values, last);
        counter.reservedAtNanos = reservations.nanos();
        reservations.reserve(sequence.storageId(), last, true, counter.term, extension::complete);
        return extension;
    }

    private static long after(SequenceDef sequence, long value) {
        long increment = sequence.increment();
        long next = value + increment;
        boolean overflow = ((value ^ next) & (increment ^ next)) < 0;
        if (increment > 0 && (overflow || next > sequence.maximum())) {
            if (!sequence.cycle()) throw limit(sequence, "maximum", sequence.maximum());
            return sequence.minimum();
        }
        if (increment < 0 && (overflow || next < sequence.minimum())) {
            if (!sequence.cycle()) throw limit(sequence, "minimum", sequence.minimum());
            return sequence.maximum();
        }
        return next;
    }

    private static PgException limit(SequenceDef sequence, String which, long bound) {
        return new PgException(SqlState.SEQUENCE_GENERATOR_LIMIT_EXCEEDED,
                "nextval: reached " + which + " value of sequence \"" + sequence.name() + "\" (" + bound + ")");
    }

    void set(SequenceDef sequence, long value, boolean called) {
        Counter counter = counter(sequence);
        counter.lock.lock();
        try {
            write(sequence.storageId(), value, called, counter);
        } finally {
            counter.lock.unlock();
        }
    }

    private void write(long storage, long value, boolean called, Counter counter) {
        forgetReservation(counter);
        var written = new CompletableFuture<@Nullable PgException>();
        reservations.reserve(storage, value, called, counter.term, written::complete);
        PgException error = written.join();
        if (error != null) throw error;
        counter.value = value;
        counter.called = called;
    }

    /** Is there something to give back? */
    boolean holdsValues() {
        for (Counter counter : counters.values()) if (counter.left > 0 && counter.term == reservations.term()) return true;
        return false;
    }

    /** Gives back what is reserved and not used, so that a clean stop leaves no gaps. Who takes values meanwhile or later reserves them anew. */
    void giveBack() {
        counters.forEach((storage, counter) -> {
            counter.lock.lock();
            try {
                if (counter.left > 0 && counter.term == reservations.term()) write(storage, counter.value, counter.called, counter);
            } finally {
                counter.lock.unlock();
            }
        });
    }

    Transaction.SequenceState state(SequenceDef sequence) {
        Counter counter = counter(sequence);
        counter.lock.lock();
        try {
            return new Transaction.SequenceState(counter.value, counter.called);
        } finally {
            counter.lock.unlock();
        }
    }

    void forget(long storage) {
        counters.remove(storage);
    }
}
