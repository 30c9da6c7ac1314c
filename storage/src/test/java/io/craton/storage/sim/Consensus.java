package io.craton.storage.sim;

import io.craton.storage.entry.EntryHeader;
import io.craton.storage.entry.EntryKind;
import io.craton.storage.io.SimFiles;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.log.EntryType;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogCursor;
import io.craton.storage.log.LogRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Raft's rules in their simplest form, for one life of a member: terms, votes for logs that are not older, entries that are committed when a majority has synced them and one of the leader's term
 * is among them. Entries come into memory first and are written in batches; what is said to be there is written.
 */
final class Consensus {
    private static final int TICK = 5;
    private static final int SILENCE_MIN = 30;
    private static final int PATIENCE = 30;
    private static final byte[] MEMBERS = {1};

    private enum Role {
        FOLLOWER, CANDIDATE, LEADER
    }

    private final Member member;
    private final Simulation simulation;
    private final EventLog log;
    private final EntryConsumer consumer;
    /** All entries from the first that the log had when this life began; the newest are perhaps not written yet. */
    private final List<LogRecord> entries = new ArrayList<>();
    private final long first;
    private final boolean restarted;

    private Role role = Role.FOLLOWER;
    private int leader = -1;
    private int voters;
    private long electionAt;
    private long committed;
    private long applied;
    private boolean ended;
    private boolean writing;
    private boolean applying;
    private int runs;
    /** What the leader waits to hear, once it is written. */
    private final List<Acknowledgement> unsaid = new ArrayList<>();
    /** The first entry of the term in which this member leads. */
    private long termStart;
    private final long[] next;
    private final long[] matches;
    private final TreeMap<Long, CommitLog.Completion> submitted = new TreeMap<>();
    private final List<Round> rounds = new ArrayList<>();

    private record Acknowledgement(int leader, long term, long index) {}

    /** Somebody who reads. */
    private static final class Round {
        final CommitLog.Barrier barrier;
        long index = Long.MAX_VALUE;
        int agreeing = 1;
        boolean over;

        Round(CommitLog.Barrier barrier) {
            this.barrier = barrier;
        }
    }

    Consensus(Member member, boolean restarted) {
        this.member = member;
        this.restarted = restarted;
        simulation = member.simulation;
        log = member.log();
        consumer = member.engine().consumer();
        next = new long[member.size];
        matches = new long[member.size];
        first = log.firstIndex();
        try (LogCursor cursor = log.cursor()) {
            for (long index = first; index <= log.lastIndex(); index++) entries.add(cursor.read(index));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        applied = member.engine().recoveryPosition();
        committed = Math.max(log.committedIndex(), applied);
        if (committed > log.lastIndex()) throw new AssertionError(member + " has applied " + committed + " of " + log.lastIndex() + " entries");
        if (!entries.isEmpty()) member.term = Math.max(member.term, entries.getLast().term());
        if (applied + 1 < first) throw new AssertionError(member + " has applied " + applied + ", and its log begins with " + first);
    }

    void begin() {
        awaitLeader();
        member.later(simulation.chance(TICK), this::tick);
        applySoon();
    }

    CommitLog commitLog() {
        return new Seat();
    }

    // ---- the log -------------------------------------------------------------------------------------------------

    long lastIndex() {
        return first - 1 + entries.size();
    }

    long applied() {
        return applied;
    }

    private @Nullable LogRecord record(long index) {
        try {
            return index >= first ? entries.get((int) (index - first)) : log.read(index);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** -1 where that is not known here. */
    private long termOf(long index) {
        try {
            if (index == 0) return 0;
            if (index == log.firstIndex() - 1) return log.termOf(index);
            LogRecord record = record(index);
            return record == null ? -1 : record.term();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void writeSoon() {
        if (writing) return;
        writing = true;
        boolean late = simulation.bug == PlantedBug.ACKNOWLEDGED_BEFORE_SYNC;
        member.later(simulation.chance(late ? 60 : 3), this::write);
    }

    private void write() {
        writing = false;
        List<LogRecord> batch = List.copyOf(entries.subList((int) (log.lastIndex() + 1 - first), entries.size()));
        if (batch.isEmpty()) return;
        try {
            member.lastBatch = batch.getFirst().index();
            log.append(batch);
        } catch (SimFiles.PowerCut e) {
            member.stop(true);
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (member.lostPower()) return;
        List<Acknowledgement> said = List.copyOf(unsaid);
        unsaid.clear();
        for (Acknowledgement each : said) say(each);
        if (role == Role.LEADER) commitMore();
        applySoon();
    }

    private boolean cutTo(long index) {
        if (index < committed) throw new AssertionError(member + " is to give up entries behind " + index + ", and " + committed + " are committed");
        simulation.note(member + " gives up entries behind " + index + " of " + lastIndex());
        while (lastIndex() > index) entries.removeLast();
        member.lastBatch = 0;
        unsaid.removeIf(each -> each.index > index);
        try {
            log.truncateSuffix(index);
        } catch (SimFiles.PowerCut e) {
            member.stop(true);
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return !member.lostPower();
    }

    // ---- who leads -----------------------------------------------------------------------------------------------

    long leaderTerm() {
        return role == Role.LEADER && applied >= termStart && !ended ? member.term : 0;
    }

    private void awaitLeader() {
        electionAt = simulation.now() + SILENCE_MIN + simulation.chance(SILENCE_MIN);
    }

    void electSoon() {
        electionAt = simulation.now();
    }

    private void tick() {
        if (role == Role.LEADER) {
            for (int to = 0; to < member.size; to++) if (to != member.number) replicate(to);
        } else if (simulation.now() >= electionAt && !member.learner) {
            stand();
        }
        member.later(TICK, this::tick);
    }

    private void stand() {
        follow(member.term + 1);
        role = Role.CANDIDATE;
        leader = -1;
        member.votedFor = member.number;
        voters = 1 << member.number;
        awaitLeader();
        long term = member.term;
        long index = lastIndex();
        long lastTerm = termOf(index);
        for (int to = 0; to < member.size; to++) {
            if (to != member.number) simulation.network.send(member.number, to, other -> other.consensus().asked(member.number, term, index, lastTerm));
        }
    }

    private void asked(int candidate, long term, long index, long lastTerm) {
        if (term > member.term) follow(term);
        long ownTerm = termOf(lastIndex());
        boolean asNew = lastTerm > ownTerm || lastTerm == ownTerm && index >= lastIndex();
        if (simulation.bug == PlantedBug.VOTE_FOR_OLDER_LOG) asNew = true;
        boolean granted = term == member.term && asNew && !member.learner && (member.votedFor == -1 || member.votedFor == candidate);
        if (granted) {
            member.votedFor = candidate;
            awaitLeader();
        }
        long newest = member.term;
        simulation.network.send(member.number, candidate, other -> other.consensus().voted(member.number, newest, term, granted));
    }

    private void voted(int from, long newest, long term, boolean granted) {
        if (newest > member.term) follow(newest);
        if (role != Role.CANDIDATE || term != member.term || !granted) return;
        voters |= 1 << from;
        if (Integer.bitCount(voters) > member.size / 2) lead();
    }

    private void lead() {
        role = Role.LEADER;
        leader = member.number;
        Arrays.fill(next, lastIndex() + 1);
        Arrays.fill(matches, 0);
        termStart = lastIndex() + 1;
        simulation.note(member + " leads in term " + member.term + " from " + termStart);
        add(EntryType.CONFIGURATION, 0, MEMBERS);
    }

    /** There is a newer term. */
    private void follow(long term) {
        if (term > member.term) {
            member.term = term;
            member.votedFor = -1;
        }
        if (role == Role.LEADER) {
            simulation.note(member + " leads no more");
            awaitLeader();
        }
        role = Role.FOLLOWER;
        orphan();
    }

    /** Nobody knows what becomes of what was submitted here. */
    private void orphan() {
        List<CommitLog.Completion> orphans = List.copyOf(submitted.values());
        submitted.clear();
        orphans.forEach(each -> each.unknown("leadership was lost"));
        List<Round> asking = List.copyOf(rounds);
        rounds.clear();
        for (Round each : asking) fail(each);
    }

    private static void fail(Round round) {
        if (round.over) return;
        round.over = true;
        round.barrier.failed("no majority answers");
    }

    void end() {
        ended = true;
        role = Role.FOLLOWER;
        orphan();
    }

    // ---- entries -------------------------------------------------------------------------------------------------

    private long add(EntryType type, int tenant, byte[] payload) {
        LogRecord record = new LogRecord(lastIndex() + 1, member.term, type, tenant, ByteBuffer.wrap(payload.clone()));
        entries.add(record);
        writeSoon();
        for (int to = 0; to < member.size; to++) if (to != member.number && simulation.random.nextBoolean()) replicate(to);
        return record.index();
    }

    private void replicate(int to) {
        long from = next[to];
        long before = termOf(from - 1);
        if (before < 0) return; // it lacks that part of its own history so far
        List<LogRecord> part = new ArrayList<>();
        for (long index = from; index <= lastIndex() && part.size() < 8; index++) {
            LogRecord record = record(index);
            if (record == null) return;
            part.add(record);
        }
        long term = member.term;
        long upTo = committed;
        long ready = committed >= termStart ? committed : Long.MAX_VALUE;
        simulation.network.send(member.number, to, other -> other.consensus().given(member.number, term, from - 1, before, part, upTo, ready));
    }

    private void given(int from, long term, long before, long beforeTerm, List<LogRecord> part, long leaderCommitted, long ready) {
        if (term < member.term) {
            refuse(from, 0);
            return;
        }
        if (term > member.term || role != Role.FOLLOWER) follow(term);
        leader = from;
        awaitLeader();
        if (before > lastIndex() || before >= first - 1 && termOf(before) != beforeTerm) {
            refuse(from, Math.min(lastIndex(), before - 1));
            return;
        }
        for (LogRecord record : part) {
            if (record.index() < first) continue;
            if (record.index() <= lastIndex()) {
                if (termOf(record.index()) == record.term() || simulation.bug == PlantedBug.CONFLICTING_SUFFIX_KEPT && record.index() > committed) continue;
                if (!cutTo(record.index() - 1)) return;
            }
            entries.add(record);
        }
        long last = before + part.size();
        committed = Math.max(committed, Math.min(leaderCommitted, last));
        if (member.learner && ready <= last) {
            simulation.note(member + " votes again");
            member.learner = false;
        }
        Acknowledgement acknowledgement = new Acknowledgement(from, term, last);
        if (log.lastIndex() >= last || simulation.bug == PlantedBug.ACKNOWLEDGED_BEFORE_SYNC) say(acknowledgement);
        else unsaid.add(acknowledgement);
        if (log.lastIndex() < lastIndex()) writeSoon();
        applySoon();
    }

    private void refuse(int to, long have) {
        long term = member.term;
        simulation.network.send(member.number, to, other -> other.consensus().refused(member.number, term, have));
    }

    private void refused(int from, long term, long have) {
        if (term > member.term) follow(term);
        else if (role == Role.LEADER && term == member.term) {
            next[from] = Math.clamp(have + 1, 1, Math.max(1, next[from] - 1));
            replicate(from);
        }
    }

    private void say(Acknowledgement what) {
        if (what.term != member.term) return;
        boolean counts = !member.learner;
        simulation.network.send(member.number, what.leader, other -> other.consensus().heard(member.number, what.term, what.index, counts));
    }

    private void heard(int from, long term, long index, boolean counts) {
        if (role != Role.LEADER || term != member.term) return;
        next[from] = Math.max(next[from], index + 1);
        if (counts) matches[from] = Math.max(matches[from], index);
        commitMore();
        if (next[from] <= lastIndex()) replicate(from);
    }

    private void commitMore() {
        matches[member.number] = log.lastIndex();
        long[] sorted = matches.clone();
        Arrays.sort(sorted);
        long most = simulation.bug == PlantedBug.ACKNOWLEDGED_BEFORE_MAJORITY ? log.lastIndex() : sorted[(member.size - 1) / 2];
        if (most <= committed || termOf(most) != member.term) return;
        committed = most;
        applySoon();
    }

    // ---- what is committed ---------------------------------------------------------------------------------------

    private void applySoon() {
        if (applying || applied >= Math.min(committed, log.lastIndex())) return;
        applying = true;
        member.later(simulation.chance(4), this::apply);
    }

    private void apply() {
        applying = false;
        long last = Math.min(Math.min(committed, log.lastIndex()), applied + 1 + simulation.chance(restarted && runs == 0 ? 40 : 8));
        boolean any = false;
        List<Long> ofRun = new ArrayList<>();
        for (long index = applied + 1; index <= last; index++) {
            LogRecord record = java.util.Objects.requireNonNull(record(index));
            CommitLog.Completion completion = submitted.get(index);
            if (completion != null) completion.replicated();
            if (record.type() == EntryType.DATA) {
                any = true;
                ofRun.add(index);
                if (simulation.bug != PlantedBug.SKIPPED || !restarted || runs > 0 || ofRun.size() > 1) consume(record);
                if (simulation.bug == PlantedBug.APPLIED_TWICE && restarted && runs == 0 && ofRun.size() == 2) consume(java.util.Objects.requireNonNull(record(ofRun.getFirst())));
            }
            if (simulation.storms() && simulation.oneIn(600)) {
                member.stop(simulation.random.nextBoolean()); // in the middle of a run
                return;
            }
        }
        if (any) {
            consumer.endOfRun();
            runs++;
        }
        long before = applied;
        applied = last;
        log.committed(last);
        if (member.lostPower()) return;
        for (long index = before + 1; index <= last; index++) {
            CommitLog.Completion completion = submitted.remove(index);
            if (completion != null) completion.committed(index);
        }
        serveRounds();
        applySoon();
    }

    private void consume(LogRecord record) {
        byte[] payload = new byte[record.payload().remaining()];
        record.payload().duplicate().get(payload);
        consumer.apply(record.index(), record.term(), payload);
    }

    // ---- readers -------------------------------------------------------------------------------------------------

    private void serveRounds() {
        for (Round round : List.copyOf(rounds)) {
            if (round.over || round.agreeing <= member.size / 2 || round.index > applied) continue;
            round.over = true;
            rounds.remove(round);
            round.barrier.reached();
        }
    }

    private Round open(CommitLog.Barrier barrier) {
        Round round = new Round(barrier);
        rounds.add(round);
        simulation.after(PATIENCE, () -> {
            if (rounds.remove(round)) fail(round);
        });
        return round;
    }

    /** A leader knows all that is committed when a majority still knew no later one after it was asked. */
    private void confirm(CommitLog.Barrier barrier) {
        Round round = open(barrier);
        round.index = committed;
        long term = member.term;
        for (int to = 0; to < member.size; to++) {
            if (to == member.number) continue;
            boolean[] answered = new boolean[1];
            simulation.network.send(member.number, to, other -> {
                boolean agrees = other.term <= term && !other.learner;
                simulation.network.send(other.number, member.number, asker -> {
                    if (!agrees || answered[0] || asker.consensus() != this) return;
                    answered[0] = true;
                    round.agreeing++;
                    serveRounds();
                });
            });
        }
        serveRounds();
    }

    /** What a follower must have applied. */
    private void ask(CommitLog.Barrier barrier) {
        Round round = open(barrier);
        if (leader < 0 || leader == member.number) return;
        simulation.network.send(member.number, leader, other -> {
            Consensus asked = other.consensus();
            if (asked.leaderTerm() == 0) return;
            asked.confirm(new CommitLog.Barrier() {
                @Override
                public void reached() {
                    long index = asked.applied;
                    simulation.network.send(other.number, member.number, asker -> {
                        if (asker.consensus() != Consensus.this) return;
                        round.index = index;
                        round.agreeing = member.size;
                        serveRounds();
                    });
                }

                @Override
                public void failed(String why) {}
            });
        });
    }

    /** What the engine's transactions see of it. */
    private final class Seat implements CommitLog {
        @Override
        public void submit(byte[] payload, long expectedTerm, Completion completion) {
            boolean leads = role == Role.LEADER && !ended;
            if (!leads || expectedTerm != member.term && simulation.bug != PlantedBug.OLD_TERM_COMMITS) {
                completion.rejected("it does not lead in term " + expectedTerm);
                return;
            }
            boolean waits = simulation.waits() && !EntryHeader.read(payload).kind().equals(EntryKind.DROP_CHUNKS);
            boolean[] over = new boolean[1];
            long index = add(EntryType.DATA, EntryHeader.tenant(payload), payload);
            submitted.put(index, waits ? new Watched(completion, over) : completion);
            if (waits) simulation.runUntil(() -> over[0]);
        }

        @Override
        public long leaderTerm() {
            return Consensus.this.leaderTerm();
        }

        @Override
        public boolean readsNeedBarrier() {
            return true;
        }

        @Override
        public void readBarrier(Barrier barrier) {
            if (ended) barrier.failed("the node stops");
            else if (leaderTerm() == 0) ask(barrier);
            else if (simulation.bug == PlantedBug.READ_WITHOUT_BARRIER) barrier.reached();
            else confirm(barrier);
        }
    }

    private record Watched(CommitLog.Completion completion, boolean[] over) implements CommitLog.Completion {
        @Override
        public void replicated() {
            completion.replicated();
        }

        @Override
        public void committed(long position) {
            completion.committed(position);
            over[0] = true;
        }

        @Override
        public void rejected(String reason) {
            completion.rejected(reason);
            over[0] = true;
        }

        @Override
        public void unknown(String reason) {
            completion.unknown(reason);
            over[0] = true;
        }
    }
}
