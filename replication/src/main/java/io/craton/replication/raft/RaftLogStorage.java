package io.craton.replication.raft;

import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.conf.ConfigurationManager;
import com.alipay.sofa.jraft.entity.EnumOutter;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import io.craton.storage.log.EntryType;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogCursor;
import io.craton.storage.log.LogRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * JRaft's log is our event log. What it appends is durable when the call returns; what it truncates at the front stays, for the engine
 * never deletes entries. JRaft's disk thread appends and truncates, its other threads read.
 */
final class RaftLogStorage implements LogStorage {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final EventLog log;
    private final Consumer<Throwable> onFailure;
    private final ToIntFunction<ByteBuffer> tenantOf;
    private final long configurationsFrom;
    /** Guards the cursor: readers mostly go forward, and one at a time is enough for one disk. */
    private final Object reading = new Object();
    private final LogCursor cursor;
    private final RecentEntries recent = new RecentEntries();
    private volatile Members members;
    /** Everybody who was a learner by some configuration since this opened. */
    private final Set<PeerId> learners = ConcurrentHashMap.newKeySet();

    /**
     * Over an open log.
     *
     * @param first     members of an empty log
     * @param onFailure told when an entry cannot be read: raft would wait for it for good
     */
    RaftLogStorage(EventLog log, ToIntFunction<ByteBuffer> tenantOf, long configurationsFrom, Members first, Consumer<Throwable> onFailure) throws IOException {
        this.log = log;
        this.onFailure = onFailure;
        this.tenantOf = tenantOf;
        this.configurationsFrom = configurationsFrom;
        this.cursor = log.cursor();
        this.members = newestMembers(log, first);
        learners.addAll(members.learners());
    }

    private static Members newestMembers(EventLog log, Members first) throws IOException {
        List<LogRecord> newest = log.lastIndex() == 0 ? List.of() : log.configurations(log.lastIndex());
        return newest.isEmpty() ? first : Members.decode(newest.getLast().payload());
    }

    /** By the last word of the log, committed or not, as raft wants it. */
    Members members() {
        return members;
    }

    /** Whether this member was a learner and votes by now. */
    boolean promoted(PeerId member) {
        return learners.contains(member) && members.voters().contains(member);
    }

    @Override
    public boolean init(LogStorageOptions options) {
        ConfigurationManager configurations = options.getConfigurationManager();
        try {
            for (LogRecord record : log.configurations(configurationsFrom)) configurations.add(configurationEntry(record));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return true;
    }

    static ConfigurationEntry configurationEntry(LogRecord record) {
        Members members = Members.decode(record.payload());
        return new ConfigurationEntry(new LogId(record.index(), record.term()), members.configuration(), members.oldConfiguration());
    }

    @Override
    public void shutdown() {
        synchronized (reading) {
            try {
                cursor.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public long getFirstLogIndex() {
        return log.firstIndex();
    }

    @Override
    public long getLastLogIndex() {
        return log.lastIndex();
    }

    @Override
    public @Nullable LogEntry getEntry(long index) {
        LogEntry known = recent.find(index);
        if (known != null) return known;
        if (index < log.firstIndex()) return null;
        LogRecord record;
        synchronized (reading) {
            try {
                record = cursor.read(index);
            } catch (IOException e) {
                onFailure.accept(e);
                throw new UncheckedIOException(e);
            }
        }
        return record == null ? null : entry(record);
    }

    private static LogEntry entry(LogRecord record) {
        var entry = new LogEntry(switch (record.type()) {
            case DATA -> EnumOutter.EntryType.ENTRY_TYPE_DATA;
            case CONFIGURATION -> EnumOutter.EntryType.ENTRY_TYPE_CONFIGURATION;
            case NOOP -> EnumOutter.EntryType.ENTRY_TYPE_NO_OP;
        });
        entry.setId(new LogId(record.index(), record.term()));
        if (record.type() == EntryType.CONFIGURATION) Members.decode(record.payload()).into(entry);
        else entry.setData(record.payload());
        return entry;
    }

    @Override
    @Deprecated
    public long getTerm(long index) {
        LogEntry entry = getEntry(index);
        return entry == null ? 0 : entry.getId().getTerm();
    }

    @Override
    public boolean appendEntry(LogEntry entry) {
        return appendEntries(List.of(entry)) == 1;
    }

    /** All or nothing: a failure poisons the log, and JRaft takes the short count for an error of the node. */
    @Override
    public int appendEntries(List<LogEntry> entries) {
        List<LogRecord> batch = new ArrayList<>(entries.size());
        for (LogEntry entry : entries) batch.add(record(entry));
        try {
            log.append(batch);
        } catch (IOException e) {
            return 0;
        }
        for (LogEntry entry : entries) recent.add(entry);
        for (LogRecord record : batch) {
            if (record.type() != EntryType.CONFIGURATION) continue;
            members = Members.decode(record.payload());
            learners.addAll(members.learners());
        }
        return batch.size();
    }

    private LogRecord record(LogEntry entry) {
        LogId id = entry.getId();
        return switch (entry.getType()) {
            case ENTRY_TYPE_DATA -> new LogRecord(id.getIndex(), id.getTerm(), EntryType.DATA, tenantOf.applyAsInt(entry.getData()),
                    entry.getData());
            case ENTRY_TYPE_CONFIGURATION -> new LogRecord(id.getIndex(), id.getTerm(), EntryType.CONFIGURATION, 0, Members.of(entry).encode());
            case ENTRY_TYPE_NO_OP -> new LogRecord(id.getIndex(), id.getTerm(), EntryType.NOOP, 0, EMPTY);
            case ENTRY_TYPE_UNKNOWN -> throw new IllegalStateException("raft entry " + id + " has no type");
        };
    }

    /** The engine keeps every entry. */
    @Override
    public boolean truncatePrefix(long firstIndexKept) {
        return true;
    }

    @Override
    public boolean truncateSuffix(long lastIndexKept) {
        try {
            recent.truncate(lastIndexKept);
            log.truncateSuffix(lastIndexKept);
            members = newestMembers(log, members);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Follows an installed snapshot; this version installs none, so nothing may ask for it. */
    @Override
    public boolean reset(long nextLogIndex) {
        return false;
    }
}
