package io.craton.storage.txn;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.projection.TenantProjection.SequenceValue;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Values of sequences. Values are reserved, a stretch ahead, before the first of them is given out; in another term the sequence goes on behind the reservation.
 * Gaps are allowed, repetitions never. Any thread.
 */
final class Sequences {
    private static final int AHEAD = 32;

    /** Where reservations are kept. */
    interface Reservations {
        /** What was reserved or set before; null when nothing was. */
        @Nullable SequenceValue stored(long storage);

        /** Values up to this one will not be given out again, whatever happens; returns when that is certain. */
        void reserve(long storage, long value, boolean called, long term);

        long term();

        /** Whether {@link #reserve} waits. */
        boolean waits();

        /** Those of one process alone. */
        Reservations NONE = new Reservations() {
            @Override
            public @Nullable SequenceValue stored(long storage) {
                return null;
            }

            @Override
            public void reserve(long storage, long value, boolean called, long term) {}

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
        /** Values still covered by the reservation, which was made with this increment. */
        int left;
        long increment;

        Counter(long term, long value, boolean called) {
            this.term = term;
            this.value = value;
            this.called = called;
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
            if (counter.left == 0 || counter.increment != sequence.increment()) {
                if (!mayWait && reservations.waits()) return null;
                long last = next;
                int values = 1;
                for (; values < AHEAD; values++) {
                    long further = last + sequence.increment();
                    boolean overflow = ((last ^ further) & (sequence.increment() ^ further)) < 0;
                    if (overflow || further > sequence.maximum() || further < sequence.minimum()) break;
                    last = further;
                }
                reservations.reserve(sequence.storageId(), last, true, counter.term);
                counter.left = values;
                counter.increment = sequence.increment();
            }
            counter.left--;
            counter.value = next;
            counter.called = true;
            return next;
        } finally {
            counter.lock.unlock();
        }
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
            reservations.reserve(sequence.storageId(), value, called, counter.term);
            counter.value = value;
            counter.called = called;
            counter.left = 0;
        } finally {
            counter.lock.unlock();
        }
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
