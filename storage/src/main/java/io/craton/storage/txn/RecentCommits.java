package io.craton.storage.txn;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Write sets of transactions that were submitted and may not be part of some serializable transaction's snapshot, in order of submission: those on
 * their way, and those applied behind the oldest snapshot of an open serializable transaction. Bounded: beyond a number of rows the oldest are forgotten, and
 * whoever would have needed them fails. Any thread.
 */
final class RecentCommits {
    private static final int ROWS_MAX = 200_000;

    /** One submitted transaction; {@code position} is 0 until it is applied. */
    static final class Submitted {
        private final WriteSet writes;
        private final int rows;
        private long position;
        private boolean ended;

        private Submitted(WriteSet writes) {
            this.writes = writes;
            rows = writes.mark() + 1;
        }
    }

    /** An open serializable transaction. */
    static final class Reader {
        private final ReadSet reads;
        private long snapshot = -1;

        private Reader(ReadSet reads) {
            this.reads = reads;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Submitted> recent = new ArrayDeque<>();
    private final Set<Reader> readers = new HashSet<>();
    private int rows;
    /** Nothing is known of what was committed at or below this position. */
    private long forgotten;

    /** Before the snapshot is taken: from here on nothing is dropped that the reader may need. */
    Reader open(ReadSet reads) {
        Reader reader = new Reader(reads);
        lock.lock();
        try {
            readers.add(reader);
        } finally {
            lock.unlock();
        }
        return reader;
    }

    void snapshot(Reader reader, long position) {
        lock.lock();
        try {
            reader.snapshot = position;
        } finally {
            lock.unlock();
        }
    }

    void close(Reader reader) {
        lock.lock();
        try {
            readers.remove(reader);
            trim();
        } finally {
            lock.unlock();
        }
    }

    /**
     * 40001 when something the reader read was changed by a transaction that is in front of it and not in its snapshot.
     * For a commit in the order of submission.
     *
     * @param during what is being done
     */
    void validate(Reader reader, String during) {
        lock.lock();
        try {
            if (reader.snapshot < forgotten) throw failure(during);
            for (Submitted each : recent) {
                boolean unseen = !each.ended || each.position > reader.snapshot;
                if (unseen && reader.reads.touchedBy(each.writes)) throw failure(during);
            }
        } finally {
            lock.unlock();
        }
    }

    private static RuntimeException failure(String during) {
        return PgError.error(SqlState.T_R_SERIALIZATION_FAILURE,
                        "could not serialize access due to read/write dependencies among transactions")
                .withDetail("Reason code: Canceled on identification as a pivot, during " + during + ".")
                .withHint("The transaction might succeed if retried.")
                .exception();
    }

    /** In the order of submission. */
    Submitted submitted(WriteSet writes) {
        Submitted submitted = new Submitted(writes);
        lock.lock();
        try {
            recent.add(submitted);
            rows += submitted.rows;
        } finally {
            lock.unlock();
        }
        return submitted;
    }

    /** Applied at this position, or 0: it never will be, or nobody knows. */
    void ended(Submitted submitted, long position) {
        lock.lock();
        try {
            submitted.ended = true;
            submitted.position = position;
            trim();
        } finally {
            lock.unlock();
        }
    }

    private void trim() {
        long oldest = Long.MAX_VALUE;
        for (Reader reader : readers) oldest = Math.min(oldest, reader.snapshot);
        while (true) {
            @Nullable Submitted first = recent.peekFirst();
            if (first == null || !first.ended) return;
            if (first.position > oldest || oldest < 0) {
                if (rows <= ROWS_MAX) return;
                forgotten = Math.max(forgotten, first.position);
            }
            recent.removeFirst();
            rows -= first.rows;
        }
    }
}
