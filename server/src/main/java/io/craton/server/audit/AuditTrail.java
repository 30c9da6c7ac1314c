package io.craton.server.audit;

import io.craton.core.audit.AuditClass;
import io.craton.core.audit.AuditLog;
import io.craton.core.audit.AuditRecord;
import io.craton.core.audit.AuditRecord.Actor;
import io.craton.core.error.PgError;
import io.craton.server.config.ConfigKey;
import io.craton.server.config.Configuration;
import io.craton.storage.engine.StorageEngine;
import io.craton.storage.entry.AuditCodec;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of audit records into the log. They are submitted at once and nobody waits for them: what a client does after its login is behind the login in the log.
 * Where this node does not lead they go to the leader; while there is none they are kept, up to a bound, and what was lost is counted in a record of its own.
 */
public final class AuditTrail implements AuditLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final long EPOCH_SECONDS = 946_684_800L;
    private static final int KEPT_MAX = 10_000;
    private static final int ENTRY_RECORDS_MAX = 200;
    private static final long RETRY_MILLIS = 500;
    private static final long CLOSING_MILLIS = 1000;
    /** Less than another node waits for the answer. */
    private static final long TAKING_MILLIS = 900;

    /** Sends records to the leader; false when they may not have got there. May wait. */
    public interface Leader {
        boolean send(byte[] records);
    }

    private final StorageEngine storage;
    private final @Nullable Leader leader;
    private final int node;
    private final InstantSource clock;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("craton-audit").factory());
    /** Guards what follows. */
    private final ReentrantLock guard = new ReentrantLock();
    private final Condition ended = guard.newCondition();
    private final Repeats repeats = new Repeats();
    private final Deque<AuditRecord> waiting = new ArrayDeque<>();
    private int submitted;
    private int lost;
    private boolean minuteRuns;
    private boolean retryRuns;
    private boolean closed;

    private volatile Set<AuditClass> wanted = Set.of();
    private volatile int mostDifferent;

    /** @param leader where records go that this node cannot write; null where it is alone */
    public AuditTrail(StorageEngine storage, @Nullable Leader leader, int node, InstantSource clock, Configuration configuration) {
        this.storage = storage;
        this.leader = leader;
        this.node = node;
        this.clock = clock;
        configure(configuration);
    }

    public void configure(Configuration configuration) {
        Set<AuditClass> classes = EnumSet.noneOf(AuditClass.class);
        for (String name : Objects.requireNonNullElse(configuration.find(ConfigKey.AUDIT_EVENTS), "").split(",")) {
            AuditClass kind = AuditClass.named(name);
            if (kind != null) classes.add(kind);
        }
        wanted = classes;
        mostDifferent = (int) configuration.number(ConfigKey.AUDIT_RECORDS_PER_MINUTE);
    }

    @Override
    public boolean wants(AuditClass kind) {
        return wanted.contains(kind);
    }

    /** A client was not let in. */
    public void refused(String user, String database, @Nullable InetSocketAddress remote, PgError why) {
        if (!wants(AuditClass.FAILED_LOGIN)) return;
        String address = remote == null || remote.getAddress() == null ? null : remote.getAddress().getHostAddress().replaceFirst("%.*", "");
        record(new AuditRecord(AuditClass.FAILED_LOGIN, nowMicros(), 1, new Actor(user, null, database, address, 0, "", node), "login", why.message(), why.state().code));
    }

    /** The node itself, or whoever has its machine, did something. */
    public void administered(String action, @Nullable String detail) {
        if (wants(AuditClass.ADMIN)) record(new AuditRecord(AuditClass.ADMIN, nowMicros(), 1, Actor.node(node), action, detail, null));
    }

    /** Writes down that the node went on without its cluster, whatever is wanted otherwise, and waits until it is in the log; false when it may not be there. */
    public boolean recovered(String what) {
        CompletableFuture<Boolean> written = new CompletableFuture<>();
        storage.recovered(new AuditRecord(AuditClass.ADMIN, nowMicros(), 1, Actor.node(node), "force recover", what, null), error -> written.complete(error == null));
        return written.join();
    }

    private long nowMicros() {
        Instant now = clock.instant();
        return (now.getEpochSecond() - EPOCH_SECONDS) * 1_000_000 + now.getNano() / 1_000;
    }

    @Override
    public void record(AuditRecord record) {
        Actor from = record.actor();
        AuditRecord here = from.node() != 0 ? record : new AuditRecord(record.kind(), record.micros(), record.count(),
                new Actor(from.role(), from.actingAs(), from.database(), from.address(), from.processId(), from.application(), node), record.action(), record.detail(),
                record.sqlState());
        guard.lock();
        try {
            if (closed) return;
            if (Repeats.bounds(here.kind())) {
                if (!minuteRuns) {
                    minuteRuns = true;
                    timer.schedule(this::endMinute, 1, TimeUnit.MINUTES);
                }
                if (!repeats.take(here, mostDifferent)) return;
            }
            keep(here);
        } finally {
            guard.unlock();
        }
        submit();
    }

    /** Records of another node, which leads no more or never did; false when they may not be in the log. Waits. */
    public boolean take(byte[] bytes) {
        List<AuditRecord> records;
        try {
            records = AuditCodec.listFromBytes(bytes);
        } catch (RuntimeException e) {
            LOG.warn("audit records of another node cannot be read: {}", e.toString());
            return false;
        }
        CompletableFuture<Boolean> written = new CompletableFuture<>();
        storage.audit(records, error -> written.complete(error == null));
        try {
            return written.get(TAKING_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void keep(AuditRecord record) {
        if (waiting.size() < KEPT_MAX) waiting.add(record);
        else lost++;
    }

    private void endMinute() {
        guard.lock();
        try {
            minuteRuns = false;
            repeats.endMinute().forEach(this::keep);
        } finally {
            guard.unlock();
        }
        submit();
    }

    private List<AuditRecord> next() {
        guard.lock();
        try {
            List<AuditRecord> records = new ArrayList<>();
            if (lost > 0 && waiting.size() < KEPT_MAX) {
                records.add(new AuditRecord(AuditClass.ADMIN, nowMicros(), lost, Actor.node(node), "audit records lost", "there was nowhere to write them", null));
                lost = 0;
            }
            while (records.size() < ENTRY_RECORDS_MAX && !waiting.isEmpty()) records.add(waiting.poll());
            if (!records.isEmpty()) submitted++;
            return records;
        } finally {
            guard.unlock();
        }
    }

    private void submit() {
        for (List<AuditRecord> records = next(); !records.isEmpty(); records = next()) {
            List<AuditRecord> batch = records;
            storage.audit(batch, error -> ended(batch, error == null));
            if (retryRuns()) return;
        }
    }

    private boolean retryRuns() {
        guard.lock();
        try {
            return retryRuns;
        } finally {
            guard.unlock();
        }
    }

    /** What may not be in the log is written again: twice is better than never. */
    private void ended(List<AuditRecord> batch, boolean good) {
        guard.lock();
        try {
            submitted--;
            ended.signalAll();
            if (good) return;
            for (AuditRecord record : batch.reversed()) {
                if (waiting.size() < KEPT_MAX) waiting.addFirst(record);
                else lost += record.count();
            }
            if (retryRuns || closed) return;
            retryRuns = true;
            timer.schedule(() -> Thread.startVirtualThread(this::retry), leader == null ? RETRY_MILLIS : 1, TimeUnit.MILLISECONDS);
        } finally {
            guard.unlock();
        }
    }

    /** Asks the leader first: this node has just been found not to be it, or has no room. */
    private void retry() {
        boolean taken = true;
        while (leader != null && taken) {
            List<AuditRecord> records = next();
            if (records.isEmpty()) break;
            taken = leader.send(AuditCodec.toBytes(records));
            sent(records, taken);
        }
        guard.lock();
        try {
            retryRuns = false;
            if (waiting.isEmpty() || closed) return;
            retryRuns = true;
            timer.schedule(() -> {
                guard.lock();
                try {
                    retryRuns = false;
                } finally {
                    guard.unlock();
                }
                submit();
            }, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } finally {
            guard.unlock();
        }
    }

    private void sent(List<AuditRecord> records, boolean taken) {
        guard.lock();
        try {
            submitted--;
            ended.signalAll();
            if (!taken) records.reversed().forEach(waiting::addFirst);
        } finally {
            guard.unlock();
        }
    }

    /** Writes down what is left, where that is possible soon. */
    @Override
    public void close() {
        endMinute();
        guard.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(CLOSING_MILLIS);
            while (submitted > 0 && nanos > 0) nanos = ended.awaitNanos(nanos);
            closed = true;
            if (!waiting.isEmpty()) LOG.warn("{} audit records could not be written down", waiting.size() + lost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            guard.unlock();
        }
        timer.shutdownNow();
    }
}
