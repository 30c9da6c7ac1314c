package io.craton.storage.log;

import java.util.concurrent.Executor;

/**
 * The seam between transactions and replication: an ordered, durable log of entries. Implemented by replication over JRaft, and by
 * a single-process log for unit tests and simulation.
 */
public interface CommitLog {
    /** How a submitted entry ended. Called exactly once, from any thread; must not block. */
    interface Completion {
        /** Applying the entry takes microseconds and waits for nothing: any thread may do it, an event loop too. */
        default boolean isQuick() {
            return false;
        }

        /** Durable on a quorum, and about to be applied on this node. */
        default void replicated() {}

        /**
         * Durable where it has to be, at this position, and nothing else can become of it: its submitter may be answered. {@link #committed} follows, or {@link #unknown}
         * when this node fails. Not every log says so.
         */
        default void durable(long position) {}

        /** Durable on a quorum and applied on this node, at this position. */
        void committed(long position);

        /** It is not in the log and never will be (not leader, refused, term changed before it was appended). */
        void rejected(String reason);

        /** As {@link #rejected}, for want of disk space; reads go on, and so do writes when there is room again. */
        default void noSpace(String reason) {
            rejected(reason);
        }

        /** Nobody knows yet: leadership was lost while it was on its way. */
        void unknown(String reason);
    }

    /**
     * Appends one entry. Calls from one thread keep their order. The entry is refused when the raft term is no longer {@code expectedTerm}.
     *
     * @param payload encoded entry; owned by the log from here on
     */
    void submit(byte[] payload, long expectedTerm, Completion completion);

    /**
     * As {@link #submit}, by a thread that nobody else waits for. True: the log wants it to call {@link #work} next, without holding anything that other submitters
     * need, and nothing becomes of the entry before.
     */
    default boolean submitWorking(byte[] payload, long expectedTerm, Completion completion) {
        submit(payload, expectedTerm, completion);
        return false;
    }

    /**
     * Writes what was submitted; waits for the disk. Only after a {@link #submitWorking} that wanted it.
     *
     * @param afterwards runs what can wait until those are answered whose entries are durable
     */
    default void work(Executor afterwards) {}

    /** Makes everything readable that was told to be {@link Completion#durable}; false when this node has failed. Usually there is nothing to do. */
    default boolean settle() {
        return true;
    }

    /** The term in which this node leads, or 0 when it does not. */
    long leaderTerm();

    /** Whether another node may lead without this one knowing yet, so that what is read here is the newest only behind {@link #readBarrier}. */
    default boolean readsNeedBarrier() {
        return false;
    }

    /** Somebody who reads next. Called once, from any thread, maybe from within the call that asks; must not block. */
    interface Barrier {
        void reached();

        void failed(String why);
    }

    /** Tells when everything committed before this call is applied here; for linearizable reads, on any member. */
    default void readBarrier(Barrier barrier) {
        barrier.reached();
    }

    /** A {@link System#nanoTime} such that everything committed before it is applied here, as far as is known without asking anybody. */
    default long freshNanos() {
        return System.nanoTime();
    }
}
