package io.craton.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.storage.io.FileStore;
import io.craton.storage.io.RealFiles;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogOptions;
import io.craton.storage.log.LogRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lone node's group: commits, applies in order, replays after a restart. */
class SingleMemberTest {
    private static final LogOptions SMALL = LogOptions.DEFAULT.withSegmentBytes(64 << 10);

    @TempDir Path folder;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private final class Member implements AutoCloseable {
        private final EventLog log;
        private final LoneGroup group;

        Member(EntryConsumer consumer) throws Exception {
            FileStore files = RealFiles.at(folder);
            log = EventLog.open(files.folder("log"), SMALL, failure::set);
            try {
                group = LoneGroup.start(LoneGroupConfig.of("127.0.0.1:7001", files.folder("meta"), payload -> payload.get(0)), log, consumer, failure::set);
            } catch (IOException | RuntimeException e) {
                log.close();
                throw e;
            }
            assertThat(group.awaitLeader(Duration.ofSeconds(10))).isTrue();
        }

        CommitLog commitLog() {
            return group.commitLog();
        }

        @Override
        public void close() throws Exception {
            group.close();
            log.close();
        }
    }

    /** Cannot apply what begins with a b. */
    private static final EntryConsumer NOTHING_BAD = new EntryConsumer() {
        @Override
        public void apply(long position, long term, byte[] payload) {
            if (payload[0] == 'b') throw new IllegalStateException("bad entry");
        }

        @Override
        public void endOfRun() {}

        @Override
        public long appliedPosition() {
            return 0;
        }
    };

    @Test
    void commitsAreAppliedOnceInOrderOfSubmission() throws Exception {
        var consumer = new RecordingConsumer(0);
        List<String> sent = new ArrayList<>();
        try (var member = new Member(consumer)) {
            List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                sent.add("entry " + i);
                outcomes.add(Outcome.submit(member.commitLog(), sent.getLast(), member.commitLog().leaderTerm()));
            }
            long last = 0;
            for (var outcome : outcomes) {
                assertThat(outcome.get(10, TimeUnit.SECONDS)).isInstanceOf(Outcome.Committed.class);
                long position = ((Outcome.Committed) outcome.get()).position();
                assertThat(position).isGreaterThan(last);
                last = position;
            }
            assertThat(consumer.payloads()).isEqualTo(sent);
            assertThat(member.log.read(last).tenant()).isEqualTo('e');
        }
        assertThat(failure.get()).isNull();
    }

    @Test
    void aRestartReplaysWhatIsNotFlushed() throws Exception {
        List<RecordingConsumer.Applied> before;
        var consumer = new RecordingConsumer(0);
        try (var member = new Member(consumer)) {
            for (int i = 0; i < 300; i++) Outcome.submit(member.commitLog(), "x".repeat(i) + i, member.commitLog().leaderTerm());
            assertThat(Outcome.await(member.commitLog(), "last")).isInstanceOf(Outcome.Committed.class);
            before = consumer.applied();
        }
        var everything = new RecordingConsumer(0);
        try (var _ = new Member(everything)) {
            assertThat(everything.applied()).isEqualTo(before);
        }
        long flushed = before.get(200).position();
        var rest = new RecordingConsumer(flushed);
        try (var member = new Member(rest)) {
            assertThat(rest.applied()).isEqualTo(before.subList(201, before.size()));
            assertThat(Outcome.await(member.commitLog(), "more")).isInstanceOf(Outcome.Committed.class);
            assertThat(rest.payloads().getLast()).isEqualTo("more");
        }
        assertThat(failure.get()).isNull();
    }

    @Test
    void everyStartIsANewTermAndOldTermsAreRefused() throws Exception {
        long first;
        try (var member = new Member(new RecordingConsumer(0))) {
            first = member.commitLog().leaderTerm();
        }
        var consumer = new RecordingConsumer(0);
        try (var member = new Member(consumer)) {
            assertThat(member.commitLog().leaderTerm()).isGreaterThan(first);
            assertThat(Outcome.submit(member.commitLog(), "stale", first).get(10, TimeUnit.SECONDS)).isInstanceOf(Outcome.Rejected.class);
            assertThat(Outcome.submit(member.commitLog(), "no leader", 0).get(10, TimeUnit.SECONDS)).isInstanceOf(Outcome.Rejected.class);
            assertThat(Outcome.await(member.commitLog(), "fresh")).isInstanceOf(Outcome.Committed.class);
            assertThat(consumer.payloads()).containsExactly("fresh");
        }
    }

    @Test
    void aReadBarrierWaitsForWhatWasCommittedBefore() throws Exception {
        var consumer = new RecordingConsumer(0);
        try (var member = new Member(consumer)) {
            for (int i = 0; i < 200; i++) {
                assertThat(Outcome.await(member.commitLog(), "entry " + i)).isInstanceOf(Outcome.Committed.class);
                assertThat(Outcome.barrier(member.commitLog()).get(10, TimeUnit.SECONDS)).isNull();
                assertThat(consumer.applied()).hasSize(i + 1);
            }
        }
    }

    @Test
    void anEntryThatCannotBeAppliedStopsTheMemberAndIsNotAcknowledged() throws Exception {
        try (var member = new Member(NOTHING_BAD)) {
            assertThat(Outcome.await(member.commitLog(), "good")).isInstanceOf(Outcome.Committed.class);
            assertThat(Outcome.await(member.commitLog(), "bad")).isInstanceOf(Outcome.Unknown.class);
            assertThat(failure.get()).hasMessage("bad entry");
            assertThat(Outcome.submit(member.commitLog(), "after", 1).get(10, TimeUnit.SECONDS)).isNotInstanceOf(Outcome.Committed.class);
        }
    }

    @Test
    void aBrokenDiskLeavesTheEntryUnknownAndStopsTheMember() throws Exception {
        FileStore files = RealFiles.at(folder);
        var disk = new BreakingFiles(files.folder("log"));
        var told = new CompletableFuture<Throwable>();
        var consumer = new RecordingConsumer(0);
        try (EventLog log = EventLog.open(disk, SMALL, told::complete);
                LoneGroup group = LoneGroup.start(LoneGroupConfig.of("127.0.0.1:7001", files.folder("meta"), _ -> 1), log, consumer, failure::set)) {
            assertThat(group.awaitLeader(Duration.ofSeconds(10))).isTrue();
            assertThat(Outcome.await(group.commitLog(), "good")).isInstanceOf(Outcome.Committed.class);
            disk.breakNow();
            assertThat(Outcome.await(group.commitLog(), "bad")).isInstanceOfAny(Outcome.Unknown.class, Outcome.Rejected.class); // the latter if the log's own chores met the disk first
            assertThat(told.get(10, TimeUnit.SECONDS)).hasMessage("Input/output error");
            assertThat(Outcome.submit(group.commitLog(), "later", 1).get(10, TimeUnit.SECONDS)).isNotInstanceOf(Outcome.Committed.class);
            assertThat(consumer.payloads()).containsExactly("good");
        }
    }

    @Test
    void whatIsUnderWayWhenTheGroupClosesIsCommitted() throws Exception {
        List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
        var consumer = new RecordingConsumer(0);
        try (var member = new Member(consumer)) {
            for (int i = 0; i < 1000; i++) outcomes.add(Outcome.submit(member.commitLog(), "entry " + i, member.commitLog().leaderTerm()));
        }
        for (var outcome : outcomes) assertThat(outcome.get(10, TimeUnit.SECONDS)).isInstanceOf(Outcome.Committed.class);
        assertThat(consumer.payloads()).hasSize(1000);
    }

    @Test
    void aSlowApplierHoldsSubmittersBackAndLosesNothing() throws Exception {
        var applied = new RecordingConsumer(0);
        var slow = new EntryConsumer() {
            @Override
            public void apply(long position, long term, byte[] payload) {
                applied.apply(position, term, payload);
            }

            @Override
            public void endOfRun() {
                LockSupport.parkNanos(200_000);
            }

            @Override
            public long appliedPosition() {
                return 0;
            }
        };
        List<CompletableFuture<Outcome>> outcomes = Collections.synchronizedList(new ArrayList<>());
        try (var member = new Member(slow)) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                String name = "thread " + t + " entry ";
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 5000; i++) outcomes.add(Outcome.submit(member.commitLog(), name + i, member.commitLog().leaderTerm()));
                }));
            }
            for (Thread thread : threads) thread.join();
            for (var outcome : outcomes) assertThat(outcome.get(30, TimeUnit.SECONDS)).isInstanceOf(Outcome.Committed.class);
        }
        assertThat(applied.payloads()).hasSize(20_000).doesNotHaveDuplicates();
        for (int t = 0; t < 4; t++) {
            String name = "thread " + t + " entry ";
            List<String> own = applied.payloads().stream().filter(payload -> payload.startsWith(name)).toList();
            for (int i = 0; i < own.size(); i++) assertThat(own.get(i)).isEqualTo(name + i);
        }
    }

    @Test
    void whoeverIsToldThatAnEntryIsDurableFindsItAppliedBehindSettle() throws Exception {
        var consumer = new RecordingConsumer(0);
        List<String> missing = Collections.synchronizedList(new ArrayList<>());
        List<String> twice = Collections.synchronizedList(new ArrayList<>());
        var answered = new AtomicInteger();
        try (var member = new Member(consumer)) {
            CommitLog commitLog = member.commitLog();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                boolean works = t < 2;
                String name = "thread " + t + " entry ";
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 400; i++) {
                        String payload = name + i;
                        var durable = new CompletableFuture<Long>();
                        var ended = new CompletableFuture<Long>();
                        var completion = new CommitLog.Completion() {
                            @Override
                            public void durable(long position) {
                                if (!durable.complete(position)) twice.add(payload);
                            }

                            @Override
                            public void committed(long position) {
                                ended.complete(position);
                                durable.complete(position);
                            }

                            @Override
                            public void rejected(String reason) {
                                durable.completeExceptionally(new AssertionError(reason));
                            }

                            @Override
                            public void unknown(String reason) {
                                durable.completeExceptionally(new AssertionError(reason));
                            }
                        };
                        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
                        if (!works) commitLog.submit(bytes, commitLog.leaderTerm(), completion);
                        else if (commitLog.submitWorking(bytes, commitLog.leaderTerm(), completion)) commitLog.work(task -> Thread.ofVirtual().start(task));
                        long position = durable.join();
                        if (!commitLog.settle() || !ended.isDone() || ended.join() != position) missing.add(payload);
                        else if (consumer.applied().stream().noneMatch(each -> each.position() == position)) missing.add(payload);
                        answered.incrementAndGet();
                    }
                }));
            }
            for (Thread thread : threads) thread.join();
        }
        assertThat(missing).isEmpty();
        assertThat(twice).isEmpty();
        assertThat(answered).hasValue(1600);
        assertThat(consumer.payloads()).hasSize(1600).doesNotHaveDuplicates();
        assertThat(failure.get()).isNull();
    }

    @Test
    void whatWasAnsweredAndCannotBeAppliedIsNotReadPast() throws Exception {
        try (var member = new Member(NOTHING_BAD)) {
            assertThat(Outcome.await(member.commitLog(), "bad")).isInstanceOf(Outcome.Unknown.class);
            assertThat(member.commitLog().settle()).isFalse();
        }
    }

    /** It would take the entries from under whoever writes. */
    @Test
    void nobodyWritesBeforeTheThreadThatDoes() throws Exception {
        FileStore files = RealFiles.at(folder);
        var consumer = new RecordingConsumer(0);
        try (EventLog log = EventLog.open(files.folder("log"), SMALL, failure::set)) {
            var applier = new LoneApplier(log, consumer, failure::set);
            applier.start();
            assertThat(applier.awaitReplay(Duration.ofSeconds(10))).isTrue();
            var writer = new LoneWriter(log, 1, _ -> 1, applier, failure::set);
            assertThat(writer.submitWorking("early".getBytes(StandardCharsets.UTF_8), 1, NOBODY)).isFalse();
            writer.start();
            assertThat(Outcome.await(writer, "late")).isInstanceOf(Outcome.Committed.class);
            writer.close();
            applier.close();
        }
        assertThat(consumer.payloads()).containsExactly("early", "late");
        assertThat(failure.get()).isNull();
    }

    /** Whoever was to apply it may never come to that. */
    @Test
    void whatWasAnsweredIsAppliedWhenTheDiskBreaks() throws Exception {
        FileStore files = RealFiles.at(folder);
        var disk = new BreakingFiles(files.folder("log"));
        var consumer = new RecordingConsumer(0);
        try (EventLog log = EventLog.open(disk, SMALL, failure::set);
                LoneGroup group = LoneGroup.start(LoneGroupConfig.of("127.0.0.1:7001", files.folder("meta"), _ -> 1), log, consumer, failure::set)) {
            assertThat(group.awaitLeader(Duration.ofSeconds(10))).isTrue();
            CommitLog commitLog = group.commitLog();
            // the log's own thread writes until it has once found nothing to write
            boolean works = false;
            for (int tries = 0; tries < 5000 && !works; tries++) {
                works = commitLog.submitWorking("good".getBytes(StandardCharsets.UTF_8), commitLog.leaderTerm(), NOBODY);
                if (!works) Thread.sleep(1);
            }
            assertThat(works).isTrue();
            commitLog.work(_ -> { });
            disk.breakNow();
            assertThat(Outcome.await(commitLog, "bad")).isInstanceOfAny(Outcome.Unknown.class, Outcome.Rejected.class); // the latter if the log's own chores met the disk first
            assertThat(CompletableFuture.supplyAsync(commitLog::settle, Thread::startVirtualThread).get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(consumer.payloads()).contains("good").doesNotContain("bad");
        }
    }

    private static final CommitLog.Completion NOBODY = new CommitLog.Completion() {
        @Override
        public void committed(long position) {}

        @Override
        public void rejected(String reason) {}

        @Override
        public void unknown(String reason) {}
    };

    @Test
    void whoeverCannotTakeTheAnswerKeepsItFromNobody() throws Exception {
        var consumer = new RecordingConsumer(0);
        try (var member = new Member(consumer)) {
            member.commitLog().submit("one".getBytes(StandardCharsets.UTF_8), member.commitLog().leaderTerm(), new CommitLog.Completion() {
                @Override
                public void committed(long position) {
                    throw new IllegalStateException("nobody is there any more");
                }

                @Override
                public void rejected(String reason) {}

                @Override
                public void unknown(String reason) {}
            });
            assertThat(Outcome.submit(member.commitLog(), "two", member.commitLog().leaderTerm()).get(10, TimeUnit.SECONDS)).isInstanceOf(Outcome.Committed.class);
        }
        assertThat(failure.get()).isNull();
    }

    @Test
    void whoeverHasNothingElseToDoWritesItselfAndOthersBesideIt() throws Exception {
        var consumer = new RecordingConsumer(0);
        List<CompletableFuture<Outcome>> outcomes = Collections.synchronizedList(new ArrayList<>());
        try (var member = new Member(consumer)) {
            CommitLog commitLog = member.commitLog();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                boolean works = t < 2;
                String name = "thread " + t + " entry ";
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 500; i++) {
                        CompletableFuture<Outcome> outcome = works ? Outcome.working(commitLog, name + i) : Outcome.submit(commitLog, name + i, commitLog.leaderTerm());
                        outcomes.add(outcome);
                        outcome.join();
                    }
                }));
            }
            for (Thread thread : threads) thread.join();
            // Alone, it has ended when the call returns. The group's threads may be on their way to rest still after the last outcome is told.
            boolean ended = false;
            for (int i = 0; i < 1000 && !ended; i++) {
                CompletableFuture<Outcome> outcome = Outcome.working(commitLog, "alone " + i);
                ended = outcome.isDone();
                outcomes.add(outcome);
                outcome.join();
            }
            assertThat(ended).isTrue();
        }
        for (var outcome : outcomes) assertThat(outcome.get()).isInstanceOf(Outcome.Committed.class);
        assertThat(consumer.payloads()).hasSize(outcomes.size()).doesNotHaveDuplicates();
    }

    @Test
    void submissionsAfterTheCloseAreRejected() throws Exception {
        CommitLog commitLog;
        try (var member = new Member(new RecordingConsumer(0))) {
            commitLog = member.commitLog();
        }
        assertThat(Outcome.submit(commitLog, "late", 1).get(10, TimeUnit.SECONDS)).isInstanceOf(Outcome.Rejected.class);
    }

    @Test
    void projectionsAheadOfTheLogAreRefused() {
        assertThatThrownBy(() -> new Member(new RecordingConsumer(7))).isInstanceOf(IOException.class)
                .hasMessage("the projections are at position 7, but the log ends at 0");
    }

    @Test
    void whatWasSubmittedIsInTheLogAsItWas() throws Exception {
        try (var member = new Member(new RecordingConsumer(0))) {
            long position = ((Outcome.Committed) Outcome.await(member.commitLog(), "payload")).position();
            LogRecord record = member.log.read(position);
            assertThat(record.term()).isEqualTo(member.commitLog().leaderTerm());
            byte[] bytes = new byte[record.payload().remaining()];
            record.payload().get(bytes);
            assertThat(new String(bytes, java.nio.charset.StandardCharsets.UTF_8)).isEqualTo("payload");
        }
    }
}
