package io.craton.replication.raft;

import io.craton.storage.log.CommitLog;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Submits an entry and waits for what becomes of it. */
sealed interface Outcome {
    record Committed(long position) implements Outcome {}

    record Rejected(String reason) implements Outcome {}

    record Unknown(String reason) implements Outcome {}

    static CompletableFuture<Outcome> submit(CommitLog log, String payload, long term) {
        var outcome = new CompletableFuture<Outcome>();
        log.submit(payload.getBytes(StandardCharsets.UTF_8), term, into(outcome));
        return outcome;
    }

    /** As {@link #submit}; any thread may apply it. */
    static CompletableFuture<Outcome> quickly(CommitLog log, String payload, long term) {
        var outcome = new CompletableFuture<Outcome>();
        log.submit(payload.getBytes(StandardCharsets.UTF_8), term, into(outcome, true));
        return outcome;
    }

    /** As {@link #submit}, by a thread that does the log's work when it is asked to. */
    static CompletableFuture<Outcome> working(CommitLog log, String payload) {
        var outcome = new CompletableFuture<Outcome>();
        if (log.submitWorking(payload.getBytes(StandardCharsets.UTF_8), log.leaderTerm(), into(outcome))) log.work(Runnable::run);
        return outcome;
    }

    private static CommitLog.Completion into(CompletableFuture<Outcome> outcome) {
        return into(outcome, false);
    }

    private static CommitLog.Completion into(CompletableFuture<Outcome> outcome, boolean quick) {
        return new CommitLog.Completion() {
            @Override
            public boolean isQuick() {
                return quick;
            }

            @Override
            public void committed(long position) {
                complete(new Committed(position));
            }

            @Override
            public void rejected(String reason) {
                complete(new Rejected(reason));
            }

            @Override
            public void unknown(String reason) {
                complete(new Unknown(reason));
            }

            private void complete(Outcome value) {
                if (!outcome.complete(value)) throw new AssertionError("completed twice: " + value);
            }
        };
    }

    /** Null when the barrier was reached, else why not. */
    static CompletableFuture<@Nullable String> barrier(CommitLog log) {
        var ended = new CompletableFuture<@Nullable String>();
        log.readBarrier(new CommitLog.Barrier() {
            @Override
            public void reached() {
                ended.complete(null);
            }

            @Override
            public void failed(String why) {
                ended.complete(why);
            }
        });
        return ended;
    }

    static Outcome await(CommitLog log, String payload) throws Exception {
        return submit(log, payload, log.leaderTerm()).get(10, TimeUnit.SECONDS);
    }
}
