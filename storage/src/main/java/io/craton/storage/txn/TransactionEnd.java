package io.craton.storage.txn;

import io.craton.core.audit.AuditClass;
import io.craton.core.audit.AuditRecord;
import io.craton.core.error.Invariant;
import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.entry.EntryWriter;
import io.craton.storage.projection.Schema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of a transaction: what its entry says beside the rows, how the entry is submitted, and when locks, snapshots and the session's own writes are let go.
 * The transaction's thread, but for what follows the submission.
 */
final class TransactionEnd {
    /** What an entry of rows alone says besides them: header, role, tag. */
    private static final int ORIGIN_BYTES_MAX = 512;
    /** What one takes in memory besides its texts. */
    private static final int NOTIFICATION_OBJECT_BYTES = 160;
    /** What an entry says of a notification besides its texts. */
    private static final int NOTIFICATION_BYTES = 16;
    /** Of a char. */
    private static final int UTF8_BYTES_MAX = 3;

    private final LocalTransaction transaction;
    private final TransactionManager manager;
    private final LockOwner owner;
    private final TemporarySpace temporary;
    private final TransactionLocks locks;
    private final List<String> exported = new ArrayList<>(0);
    /** Each once, in order; null while there are none. */
    private @Nullable SequencedSet<EntryWriter.Notification> notifications;
    /** In order; null while there are none. */
    private @Nullable List<AuditRecord> audits;
    private String role = "";
    private String tag = "";
    /** Texts of statements that changed definitions; null while there are none. */
    private @Nullable List<String> statements;
    private boolean ended;
    /** Memory of {@link #notifications}. */
    private long notificationBytes;
    /** Null where nobody wants to know. */
    private @Nullable CommitTimes times;

    TransactionEnd(LocalTransaction transaction, TransactionManager manager, LockOwner owner, TemporarySpace temporary, TransactionLocks locks) {
        this.transaction = transaction;
        this.manager = manager;
        this.owner = owner;
        this.temporary = temporary;
        this.locks = locks;
    }

    boolean hasEnded() {
        return ended;
    }

    /** A snapshot that others may take over as long as the transaction lasts. */
    void exports(String snapshot) {
        exported.add(snapshot);
    }

    void notify(String channel, String payload) {
        if (notifications == null) notifications = new LinkedHashSet<>();
        if (!notifications.add(new EntryWriter.Notification(channel, payload))) return;
        notificationBytes += bytesOf(notifications.getLast());
        transaction.rows.retainedMore();
    }

    private static int bytesOf(EntryWriter.Notification notification) {
        return NOTIFICATION_OBJECT_BYTES + notification.channel().length() + notification.payload().length();
    }

    /** What it keeps beside its rows. */
    long retained() {
        return notificationBytes;
    }

    /** How many there are: a place to go back to. */
    int notified() {
        return notifications == null ? 0 : notifications.size();
    }

    void forgetNotifications(int behind) {
        while (notifications != null && notifications.size() > behind) notificationBytes -= bytesOf(notifications.removeLast());
    }

    boolean notifies() {
        return notifications != null;
    }

    private List<EntryWriter.Notification> notifications() {
        return notifications == null ? List.of() : List.copyOf(notifications);
    }

    void timed(CommitTimes wanted) {
        times = wanted;
    }

    void audit(AuditRecord record) {
        if (audits == null) audits = new ArrayList<>(1);
        audits.add(record);
    }

    /** Whether a record needs an entry of its own; those of definitions that nobody else sees do not. */
    private boolean mustAudit() {
        return audits != null && audits.stream().anyMatch(record -> record.kind() != AuditClass.DDL);
    }

    /** How many there are: a place to go back to. */
    int audited() {
        return audits == null ? 0 : audits.size();
    }

    void forgetAudits(int behind) {
        if (audits != null) audits.subList(Math.min(behind, audits.size()), audits.size()).clear();
    }

    /** They travel in the transaction's own entry; out of another group's log the first one's gets them by itself. */
    private List<AuditRecord> audits() {
        return audits == null ? List.of() : audits;
    }

    void describe(String roleName, String commandTag, @Nullable String ddlText) {
        role = roleName;
        if (!commandTag.isEmpty()) tag = commandTag;
        if (ddlText == null || statements != null && !statements.isEmpty() && ddlText.equals(statements.getLast())) return;
        if (statements == null) statements = new ArrayList<>(1);
        statements.add(ddlText);
    }

    /** How many statements changed definitions: a place to go back to. */
    int described() {
        return statements == null ? 0 : statements.size();
    }

    void forgetDescribed(int behind) {
        if (statements != null) statements.subList(Math.min(behind, statements.size()), statements.size()).clear();
    }

    private @Nullable String ddl() {
        return statements == null || statements.isEmpty() ? null : String.join(";\n", statements);
    }

    private void dropLarge() {
        LargeWrites large = transaction.large();
        if (large != null) large.drop();
    }

    /** What a transaction leaves: to the log and to the session. */
    private final class Effects {
        final Schema before = temporary.over(manager.projection.state().schema());
        final Schema after = transaction.changes().isEmpty() ? before : transaction.changes().over(before);
        final List<CatalogChange> loggedChanges = transaction.changes().effective(before.catalog(), transaction.changes().mark());
        final List<CatalogChange> ownChanges = temporary.takeOwn(loggedChanges);

        boolean mustLog() {
            return !transaction.rows.logged.isEmpty() || !loggedChanges.isEmpty() || notifications != null || mustAudit();
        }

        /** Roles or databases change, where that needs more than the transaction's entry. */
        boolean changesCluster() {
            return manager.cluster != null && loggedChanges.stream().anyMatch(change -> Catalog.clusterWide(change.object()));
        }

        boolean keepsOwn() {
            return transaction.rows.ownWrites() != null || !ownChanges.isEmpty();
        }

        void keepOwn() {
            if (keepsOwn()) temporary.commit(transaction.rows.ownWrites(), ownChanges, before, after);
        }
    }

    void commit() {
        manager.statistics.commits.increment();
        if (!transaction.hasWrites()) {
            giveUp();
            return;
        }
        Effects effects = new Effects();
        if (transaction.home().group() != 0 && effects.changesCluster()) {
            commitElsewhere(effects);
        } else if (effects.mustLog()) {
            CommitPipeline.Ending ending = new CommitPipeline.Ending();
            start(effects, null, ending);
            PgException error = ending.await();
            if (error != null) {
                endOwn();
                throw error;
            }
        } else {
            end();
        }
        effects.keepOwn();
    }

    /** Roles and databases are the first group's: this transaction changes them there, and nothing here. */
    private void commitElsewhere(Effects effects) {
        ClusterChanges cluster = Objects.requireNonNull(manager.cluster);
        boolean mixed = !transaction.rows.logged.isEmpty() || notifications != null || effects.keepsOwn() || transaction.large() != null
                || !effects.loggedChanges.stream().allMatch(change -> Catalog.clusterWide(change.object()));
        if (mixed) {
            rollback();
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "changes of roles or databases together with other changes in one transaction are not supported in a database of group "
                    + transaction.home().group()).withHint("Change roles and databases in a transaction of its own, or in one in database \"postgres\".").exception();
        }
        byte[] payload = new EntryWriter(256).beginCommit(0, 0, 0, new EntryWriter.Origin(owner.processId, role, tag, ddl()), effects.loggedChanges,
                audits == null ? List.of() : audits, List.of()).finish();
        audits = null;
        ended = true;
        owner.transactionId = 0;
        exported.forEach(manager.exports::remove);
        PgException failure;
        try {
            failure = cluster.commit(payload, transaction.clusterBase());
        } finally {
            free();
        }
        if (failure != null) throw failure;
    }

    void commitAsync(@Nullable Executor lingers, Consumer<@Nullable PgException> done) {
        if (mayBeLarge() || transaction.rows.ownWrites() != null
                || manager.isLeaving() || transaction.home().group() != 0 && !transaction.changes().isEmpty()) {
            Thread.startVirtualThread(() -> {
                PgException failure = null;
                try {
                    commit();
                } catch (RuntimeException | Error e) {
                    failure = PgException.of(e);
                }
                done.accept(failure);
            });
            return;
        }
        manager.statistics.commits.increment();
        if (!transaction.hasWrites()) {
            giveUp();
            done.accept(null);
            return;
        }
        Effects effects = new Effects();
        if (effects.mustLog()) {
            start(effects, lingers, effects.keepsOwn() ? error -> {
                if (error == null) effects.keepOwn();
                done.accept(error);
            } : done);
            return;
        }
        end();
        effects.keepOwn();
        done.accept(null);
    }

    /** Whether it may be too much for one entry, with what else the entry says. */
    private boolean mayBeLarge() {
        if (transaction.large() != null) return true;
        if (transaction.rows.logged.isEmpty()) return false;
        if (!transaction.changes().isEmpty() || audits != null || statements != null) return true;
        long besides = ORIGIN_BYTES_MAX;
        for (EntryWriter.Notification each : notifications()) besides += NOTIFICATION_BYTES + (long) UTF8_BYTES_MAX * (each.channel().length() + each.payload().length());
        return transaction.rows.logged.bytes() + besides > manager.limits.payloadBytesMax();
    }

    /** Submits what is to be logged. Locks are released when the entry has ended. */
    private void start(Effects effects, @Nullable Executor lingers, Consumer<@Nullable PgException> done) {
        Invariant.check(!ended, "one end of a transaction");
        byte[] payload;
        try {
            payload = encode(effects.loggedChanges);
        } catch (RuntimeException e) {
            rollback();
            throw e;
        }
        ended = true;
        owner.transactionId = 0;
        exported.forEach(manager.exports::remove);
        boolean submitted = false;
        try {
            Submission submission = new Submission(done, answersEarly(effects), manager.cluster != null && effects.changesCluster() ? manager.cluster : null);
            if (times != null) times.submitted();
            boolean moveable = !effects.changesCluster() && transaction.large() == null;
            manager.submit(payload, transaction.home(), transaction.term(), moveable, submission::validate, lingers, submission);
            submitted = true;
        } finally {
            if (!submitted) {
                dropLarge();
                free();
                endOwn();
            }
        }
    }

    /** Rows alone are answered when they are durable: whoever comes next waits until they can be read. The rest has effects of its own where it is applied. */
    private boolean answersEarly(Effects effects) {
        return times == null && notifications == null && audits == null && effects.loggedChanges.isEmpty() && !effects.keepsOwn() && transaction.large() == null;
    }

    /** From submission to the end: locks stay until what was written can be read. */
    private final class Submission implements CommitPipeline.Outcome, TransactionManager.HomeOutcome {
        private Home home = transaction.home();
        private final Consumer<@Nullable PgException> done;
        private final boolean answersEarly;
        private boolean answered;
        /** Null where roles and databases stay, or there is one group. */
        private final @Nullable ClusterChanges cluster;
        private RecentCommits.@Nullable Submitted recent;
        private boolean begunCluster;

        Submission(Consumer<@Nullable PgException> done, boolean answersEarly, @Nullable ClusterChanges cluster) {
            this.done = done;
            this.answersEarly = answersEarly;
            this.cluster = cluster;
        }

        @Override
        public CommitPipeline.Outcome in(Home place) {
            home = place;
            return this;
        }

        /** In the order of submission. */
        void validate() {
            RecentCommits.Reader reader = transaction.reader();
            if (reader != null) manager.recent.validate(reader, "commit attempt");
            if (cluster != null) {
                cluster.begin(transaction.clusterBase(), false);
                begunCluster = true;
            }
            recent = manager.recent.submitted(transaction.rows.logged);
        }

        /** Rows alone, of a tenant that never waits for another group's entries. */
        @Override
        public boolean isQuick() {
            return answersEarly && manager.cluster == null;
        }

        @Override
        public void replicated() {
            if (times != null) times.replicated();
        }

        @Override
        public void durable() {
            if (!answersEarly) return;
            answered = true;
            done.accept(null);
        }

        @Override
        public void ended(long position, @Nullable PgException error) {
            if (times != null && error == null) times.applied();
            if (recent != null) manager.recent.ended(recent, position + home.shift());
            if (cluster != null && begunCluster) cluster.end(false);
            free();
            if (!answered) done.accept(error);
        }
    }

    /** The entry that ends the transaction; chunks in front of it, when it is large, are in the log by then. */
    private byte[] encode(List<CatalogChange> effective) {
        EntryWriter entry = new EntryWriter(256);
        EntryWriter.Origin origin = new EntryWriter.Origin(owner.processId, role, tag, ddl());
        int tenant = manager.projection.tenant();
        entry.beginCommit(tenant, transaction.id(), 0, origin, effective, audits(), notifications());
        boolean fits = transaction.rows.logged.isEmpty() || entry.size() + transaction.rows.logged.bytes() <= manager.limits.payloadBytesMax();
        if (transaction.large() != null || !fits) {
            LargeWrites all = transaction.largeWrites();
            transaction.forgetSavepoints();
            if (transaction.rows.logged.mark() > transaction.rows.logged.spilledMark()) all.spill(List.of(), transaction.changes().mark(), locks.mark());
            return entry.beginCommit(tenant, transaction.id(), all.finish(), origin, effective, audits(), notifications()).finish();
        }
        transaction.rows.logged.each(transaction.schema(), row -> LargeWrites.put(entry, row, row.newestImage()));
        return entry.finish();
    }

    void rollback() {
        if (ended) return;
        manager.statistics.rollbacks.increment();
        giveUp();
    }

    private void giveUp() {
        if (ended) return;
        dropLarge();
        end();
        endOwn();
    }

    /** What was written to the session's own tables is given up. */
    private void endOwn() {
        WriteSet ownWrites = transaction.rows.ownWrites();
        if (ownWrites != null) temporary.ended(ownWrites, temporary.over(manager.projection.state().schema()));
    }

    private void end() {
        ended = true;
        owner.transactionId = 0;
        exported.forEach(manager.exports::remove);
        free();
    }

    /** Nothing keeps others from what was written any more. */
    private void free() {
        RecentCommits.Reader reader = transaction.reader();
        if (reader != null) manager.recent.close(reader);
        LargeWrites large = transaction.large();
        if (large != null) large.close();
        transaction.rows.giveMemoryBack();
        locks.releaseTo(0);
    }
}
