package io.craton.storage.engine;

import io.craton.core.audit.AuditRecord;
import io.craton.core.error.PgException;
import io.craton.storage.entry.EntryReader;
import io.craton.storage.entry.EntryWriter;
import io.craton.storage.log.LogArchive;
import io.craton.storage.txn.ClusterChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of audit records into the first group's log, where all of them are kept, from the entries of other groups that they came with. The leader of a group reads them out of its own log and
 * tells them in order, in entries that say how far the first group had them and has them now; an entry that does not continue what was told before counts for nothing. So whoever leads, dies and
 * is started again, each record is told once. Any thread.
 */
final class GroupAudits {
    private static final Logger LOG = LoggerFactory.getLogger(GroupAudits.class);
    private static final int ENTRIES_MAX = 64;
    private static final int RECORDS_MAX = 200;
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int ATTEMPTS = 25;

    private final @Nullable ClusterChanges changes;
    /** By group: position in its log up to which the first group has its records. The first group's applier writes. */
    private final AtomicLongArray told;
    /** By group: 1 while somebody tells. */
    private final AtomicIntegerArray telling;
    private volatile boolean stopped;

    /** @param changes null where there is one group */
    GroupAudits(int groups, @Nullable ClusterChanges changes) {
        this.changes = changes;
        told = new AtomicLongArray(groups);
        telling = new AtomicIntegerArray(groups);
    }

    /** What the projection has, before anything is applied. */
    void begin(Tenant system) {
        for (int group = 1; group < told.length(); group++) told.set(group, system.projection.auditsTold(group));
    }

    /** Position in a group's log up to which its records are told. */
    long told(int group) {
        return told.get(group);
    }

    /** Whether an entry of the first group's log continues what was told before it; then it counts. The first group's applier. */
    boolean takes(EntryReader.Told entry) {
        if (entry.group() >= told.length()) return true; // this node has fewer groups, for now
        if (told.get(entry.group()) != entry.after()) return false;
        told.set(entry.group(), entry.upTo());
        return true;
    }

    /** Tells what is untold of a group that this node leads. Does not wait. */
    void tellIfLed(GroupState group) {
        if (changes == null || group.number == 0 || group.pipeline.term() == 0 || group.untold.first() == Long.MAX_VALUE || !changes.takeAudits()) return;
        if (telling.compareAndSet(group.number, 0, 1)) Thread.startVirtualThread(() -> tellAll(group));
    }

    private void tellAll(GroupState group) {
        try {
            int failures = 0;
            while (!stopped && group.pipeline.term() != 0 && group.untold.first() != Long.MAX_VALUE) {
                PgException failure = tell(group);
                if (failure == null) {
                    failures = 0;
                    continue;
                }
                if (++failures == ATTEMPTS) {
                    LOG.warn("audit records of group {} wait in its log, for the first group does not take them: {}", group.number, failure.getMessage());
                    return; // somebody will come again
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
        } catch (RuntimeException e) {
            if (!stopped) LOG.warn("audit records of group {} wait in its log: {}", group.number, e.toString());
        } finally {
            telling.set(group.number, 0);
        }
    }

    /** Null, or what went wrong. */
    private @Nullable PgException tell(GroupState group) {
        long after = told.get(group.number);
        long upTo = after;
        List<AuditRecord> records = new ArrayList<>();
        try (LogArchive.Reader log = group.pipeline.archive().open()) {
            for (long position : group.untold.next(ENTRIES_MAX)) {
                if (position <= after) continue; // told meanwhile
                LogArchive.Entry entry = log.read(position);
                byte[] payload = Objects.requireNonNull(Objects.requireNonNull(entry, "an applied entry").payload(), "an entry with records");
                records.addAll(new EntryReader(group.sealer.open(payload, position)).audits());
                upTo = position;
                if (records.size() >= RECORDS_MAX) break;
            }
        }
        if (upTo == after) {
            group.untold.told(after);
            return null;
        }
        return Objects.requireNonNull(changes).tellAudits(EntryWriter.audits(Birth.SYSTEM_TENANT, group.number, after, upTo, records));
    }

    void stop() {
        stopped = true;
    }
}
