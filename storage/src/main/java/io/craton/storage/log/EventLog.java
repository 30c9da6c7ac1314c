package io.craton.storage.log;

import io.craton.core.metric.Latencies;
import io.craton.storage.io.BlockFile;
import io.craton.storage.io.FileStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The event log of one group: an append-only, hash-chained sequence of entries in segment files (docs/formats/log.md). It is raft's
 * log, and the only truth: written once, synced once.
 *
 * <ul>
 * <li>{@code append}: one write and one sync per batch, a batch never spans segments. Durable when it returns (fsync mode).
 * <li>Indexes have no gaps; {@code tip} is the hash of the entry at {@code lastIndex}.
 * <li>A failed write or sync poisons the log: nothing is retried, every later call fails, the owner is told once.
 * <li>Entries up to the commit watermark are never truncated; a segment is sealed when it is full and wholly below it.
 * </ul>
 *
 * One appender at a time (guarded by {@code writing}), readers on any thread, housekeeping on a thread of its own.
 */
public final class EventLog implements AutoCloseable {
    private static final int STAGING_BYTES_KEPT = 4 << 20;
    private static final long WATERMARK_EVERY = 4096;
    private static final int OPEN_ATTEMPTS = 50;
    private static final long OPEN_PAUSE_NANOS = 1_000_000;

    private final LogFolder folder;
    private final LogOptions options;
    private final LogState state;
    private final LogKeeper keeper;
    private final Consumer<Throwable> onFailure;
    private final MessageDigest digest = ChainHash.digest();
    private final CRC32C crc = new CRC32C();
    private final LogCursor shared = new LogCursor(this);
    private final AtomicBoolean housekeepingDue = new AtomicBoolean();

    /** Guards everything that writes: the fields below up to the volatile ones, and the moves of files. */
    private final ReentrantLock writing = new ReentrantLock();
    private SegmentTail tail;
    private ChainHash tip;
    private long lastConfiguration;
    private ByteBuffer staging = ByteBuffer.allocate(64 << 10);
    private boolean closed;

    private final LongAdder entriesWritten = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();
    private final Latencies syncTimes = new Latencies();

    private volatile List<Segment> segments;
    private volatile @Nullable LogBase base;
    private volatile long lastIndex;
    private volatile long lastTerm;
    private volatile long durableIndex;
    private volatile long committedIndex;
    private volatile long truncations;
    private volatile boolean nextReady;
    private volatile @Nullable String allocationFailure;
    private volatile @Nullable String shortage;
    private volatile @Nullable Throwable failure;

    private EventLog(LogFolder folder, LogOptions options, LogState state, LogKeeper keeper, Consumer<Throwable> onFailure,
            LogRecovery.Recovered recovered) throws IOException {
        this.folder = folder;
        this.options = options;
        this.state = state;
        this.keeper = keeper;
        this.onFailure = onFailure;
        this.segments = List.copyOf(recovered.segments());
        this.base = recovered.base();
        this.tail = SegmentTail.of(folder.store(), SegmentName.CURRENT, recovered.current(), options.syncMode());
        this.tip = recovered.scan().tip();
        this.lastIndex = recovered.scan().lastIndex();
        this.lastTerm = recovered.scan().lastTerm();
        this.lastConfiguration = recovered.scan().lastConfiguration();
        this.durableIndex = lastIndex;
        this.committedIndex = Math.max(state.watermark(), firstIndex() - 1);
        this.nextReady = folder.hasNext();
    }

    /**
     * Opens the log in this folder, creating it if the folder is empty, and recovers it.
     *
     * @param onFailure told once, from any thread, when the log can take no more entries; the node must stop
     * @throws LogDamagedException when something that was durable is not as it was written
     */
    public static EventLog open(FileStore store, LogOptions options, Consumer<Throwable> onFailure) throws IOException {
        return open(store, options, onFailure, LogKeeper.background());
    }

    static EventLog open(FileStore store, LogOptions options, Consumer<Throwable> onFailure, LogKeeper keeper) throws IOException {
        LogState state = null;
        try {
            state = LogState.open(store);
            var folder = new LogFolder(store);
            var log = new EventLog(folder, options, state, keeper, onFailure, new LogRecovery(folder, state, options).run());
            log.scheduleHousekeeping();
            log.everySecond();
            return log;
        } catch (IOException | RuntimeException e) {
            keeper.close();
            if (state != null) state.close();
            throw e;
        }
    }

    /** Turns a log that is closed and has no entries into one that goes on from another node's; its {@link #history} is still to come. */
    public static void begin(FileStore store, LogBase base) throws IOException {
        new LogFolder(store).begin(base);
    }

    /** What this log lacks in front of its first entry. */
    public LogHistory history() {
        return new LogHistory(this);
    }

    @Nullable LogBase base() {
        return base;
    }

    LogFolder folder() {
        return folder;
    }

    Segment firstSegment() {
        return segments.getFirst();
    }

    /** A segment of the history is there, whole and checked. */
    void prepend(Segment segment) throws IOException {
        writing.lock();
        try {
            requireUsable();
            folder.arrivingBecomes(segment.name());
            List<Segment> extended = new ArrayList<>(segments.size() + 1);
            extended.add(segment);
            extended.addAll(segments);
            segments = List.copyOf(extended);
            if (segment.header().number() > 0) return;
            folder.deleteBase();
            base = null;
        } finally {
            writing.unlock();
        }
    }

    /** What another log needs to go on behind this entry, which is committed. Null while this log lacks its own beginning, or no members are known there. */
    public @Nullable LogBase baseAt(long position) throws IOException {
        if (base != null || position < 1 || position > lastIndex) return null;
        List<LogRecord> configurations = configurations(position);
        if (configurations.isEmpty() || configurations.getFirst().index() > position) return null;
        List<SegmentHeader> headers = new ArrayList<>();
        for (Segment segment : segments) if (segment.firstIndex() <= position) headers.add(segment.header());
        try (LogCursor cursor = cursor()) {
            LogRecord record = cursor.read(position);
            if (record == null) return null;
            return new LogBase(position, record.term(), cursor.lastHash(), configurations.getFirst(), headers);
        }
    }

    /** The term of an entry that is there, or is the last one in front of those that are. */
    public long termOf(long index) throws IOException {
        if (index == firstIndex() - 1) return firstSegment().header().previousTerm();
        LogRecord record = read(index);
        if (record == null) throw new IllegalArgumentException("entry " + index + " is not in the log");
        return record.term();
    }

    /** The oldest entry there is. */
    public long firstIndex() {
        return segments.getFirst().firstIndex();
    }

    /** The newest entry there is; 0 while the log is empty. */
    public long lastIndex() {
        return lastIndex;
    }

    public long lastTerm() {
        return lastTerm;
    }

    /** The newest entry that the disk has for certain. */
    public long durableIndex() {
        return durableIndex;
    }

    /** The newest entry known to be committed. What is on disk of it lags, but never lies. */
    public long committedIndex() {
        return committedIndex;
    }

    /** The hash of the newest entry. */
    public ChainHash tip() {
        writing.lock();
        try {
            return tip;
        } finally {
            writing.unlock();
        }
    }

    /** Appends a batch whose indexes continue the log and whose terms do not fall. Nothing of it is kept. */
    public void append(List<LogRecord> batch) throws IOException {
        if (batch.isEmpty()) return;
        writing.lock();
        try {
            requireUsable();
            int bytes = requireContinuation(batch);
            Segment current = segments.getLast();
            if (current.end() + bytes > options.segmentBytes() && current.end() > SegmentHeader.BYTES) current = roll(current);
            write(current, batch, bytes);
        } catch (IOException | RuntimeException e) {
            fail(e);
            throw e;
        } finally {
            writing.unlock();
        }
        if (options.syncMode() == SyncMode.ASYNC) scheduleHousekeeping();
    }

    private int requireContinuation(List<LogRecord> batch) {
        long index = lastIndex;
        long term = lastTerm;
        long bytes = 0;
        for (LogRecord record : batch) {
            if (record.index() != ++index) throw new IllegalStateException("entry " + index + " expected, got " + record.index());
            if (record.term() < term) throw new IllegalStateException("the term falls from " + term + " to " + record.term());
            term = record.term();
            bytes += Frame.paddedBytes(record.payload());
        }
        if (bytes > Frame.LENGTH_MAX) throw new IllegalStateException("a batch of " + bytes + " bytes");
        return (int) bytes;
    }

    private void write(Segment current, List<LogRecord> batch, int bytes) throws IOException {
        ByteBuffer buffer = staging;
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocate(Math.max(bytes, Math.min(2 * buffer.capacity(), STAGING_BYTES_KEPT)));
            if (buffer.capacity() <= STAGING_BYTES_KEPT) staging = buffer;
        }
        buffer.clear();
        long start = current.end();
        long durable = durableIndex;
        ChainHash hash = tip;
        for (LogRecord record : batch) {
            current.note(record.index(), start + buffer.position());
            hash = Frame.encode(record, hash, Math.toIntExact(record.index() - 1 - durable), digest, crc, buffer);
            if (record.type() == EntryType.CONFIGURATION) lastConfiguration = record.index();
        }
        buffer.flip();
        LogRecord last = batch.getLast();
        if (options.syncMode() == SyncMode.FSYNC) {
            long from = System.nanoTime();
            tail.appendDurably(buffer, start);
            syncTimes.record(System.nanoTime() - from);
            durableIndex = last.index();
        } else {
            tail.append(buffer, start);
        }
        tip = hash;
        current.extend(last.index(), start + bytes);
        lastTerm = last.term();
        lastIndex = last.index();
        entriesWritten.add(batch.size());
        bytesWritten.add(bytes);
    }

    /** Entries appended since the log was opened. */
    public long entriesWritten() {
        return entriesWritten.sum();
    }

    /** Bytes of them, as they are on disk. */
    public long bytesWritten() {
        return bytesWritten.sum();
    }

    /** How long the disk took for each batch; in fsync mode. */
    public Latencies syncTimes() {
        return syncTimes;
    }

    /** Starts the next segment. The chain goes on from the header, so a segment can be checked without the ones before it. */
    private Segment roll(Segment full) throws IOException {
        if (durableIndex < lastIndex) syncCurrent();
        var header = new SegmentHeader(full.header().number() + 1, lastIndex + 1, lastTerm, lastConfiguration, tip);
        BlockFile file = folder.prepareNext(header);
        folder.currentBecomesFull(full.header().number());
        full.renamed(SegmentName.full(full.header().number()));
        folder.nextBecomesCurrent();
        tail.close();
        tail = SegmentTail.of(folder.store(), SegmentName.CURRENT, file, options.syncMode());
        nextReady = false;
        var next = new Segment(header, SegmentName.CURRENT, lastIndex, SegmentHeader.BYTES);
        List<Segment> extended = new ArrayList<>(segments);
        extended.add(next);
        segments = List.copyOf(extended);
        scheduleHousekeeping();
        return next;
    }

    private void syncCurrent() throws IOException {
        long upTo = lastIndex;
        tail.file().sync();
        durableIndex = upTo;
    }

    /** Makes everything appended so far durable; at once in fsync mode, where it is. */
    public void sync() throws IOException {
        writing.lock();
        try {
            requireUsable();
            if (durableIndex < lastIndex) syncCurrent();
        } catch (IOException e) {
            fail(e);
            throw e;
        } finally {
            writing.unlock();
        }
    }

    /** The entry at this index, or null if the log does not have it. For many in order take a {@link #cursor}. */
    public @Nullable LogRecord read(long index) throws IOException {
        synchronized (shared) {
            return shared.read(index);
        }
    }

    public LogCursor cursor() {
        return new LogCursor(this);
    }

    /**
     * The configuration entries above this index, and the newest one at or below it, in order. Reads only segments that hold one.
     */
    public List<LogRecord> configurations(long index) throws IOException {
        List<LogRecord> found = new ArrayList<>();
        List<Segment> all = segments;
        long newest;
        writing.lock();
        try {
            newest = lastConfiguration;
        } finally {
            writing.unlock();
        }
        try (LogCursor cursor = cursor()) {
            for (int i = all.size() - 1; i >= 0 && newest > 0; i--) {
                Segment segment = all.get(i);
                if (newest < segment.firstIndex()) continue;
                List<LogRecord> here = new ArrayList<>();
                for (long at = segment.firstIndex(); at <= newest; at++) {
                    LogRecord record = cursor.read(at);
                    if (record != null && record.type() == EntryType.CONFIGURATION) here.add(record);
                }
                found.addAll(0, here);
                if (!here.isEmpty() && here.getFirst().index() <= index) break;
                newest = segment.header().lastConfiguration();
            }
        }
        LogBase before = base;
        if (before != null && before.configuration().index() == newest && newest < firstIndex()) found.addFirst(before.configuration());
        while (found.size() > 1 && found.get(1).index() <= index) found.removeFirst();
        return found;
    }

    /** Removes all entries above {@code lastKept}; none of them may be committed. Durable when it returns. */
    public void truncateSuffix(long lastKept) throws IOException {
        writing.lock();
        try {
            requireUsable();
            if (lastKept >= lastIndex) return;
            if (lastKept < committedIndex) {
                throw new IllegalStateException("entries up to " + committedIndex + " are committed, cannot truncate to " + lastKept);
            }
            state.beginTruncation(lastKept);
            truncations++;
            Segment current = dropSegmentsAbove(lastKept);
            cutCurrent(current, lastKept);
            state.endTruncation();
            truncations++;
        } catch (IOException | RuntimeException e) {
            fail(e);
            throw e;
        } finally {
            writing.unlock();
        }
    }

    private Segment dropSegmentsAbove(long lastKept) throws IOException {
        List<Segment> kept = new ArrayList<>(segments);
        while (kept.size() > 1 && kept.getLast().firstIndex() > lastKept + 1) {
            tail.close();
            folder.deleteCurrent();
            kept.removeLast();
            folder.fullBecomesCurrent(kept.getLast());
            tail = SegmentTail.of(folder.store(), SegmentName.CURRENT, folder.store().open(SegmentName.CURRENT), options.syncMode());
        }
        segments = List.copyOf(kept);
        return kept.getLast();
    }

    private void cutCurrent(Segment current, long lastKept) throws IOException {
        BlockFile file = tail.file();
        tail.changed();
        long size = file.size();
        var reader = new FrameReader(file, () -> size);
        ChainHash hash = current.header().anchor();
        long term = current.header().previousTerm();
        long cut = SegmentHeader.BYTES;
        if (lastKept >= current.firstIndex()) {
            long offset = current.offsetOf(lastKept, reader);
            if (reader.look(offset) != FrameReader.Found.FRAME) {
                throw new LogDamagedException(current.name(), offset, "entry " + lastKept + " is not as it was written");
            }
            hash = Frame.hash(reader.window(), reader.at());
            term = Frame.term(reader.window(), reader.at());
            cut = offset + Frame.paddedBytes(Frame.length(reader.window(), reader.at()));
        }
        LogFolder.zero(file, cut, current.end());
        file.sync();
        lastIndex = lastKept;
        lastTerm = term;
        durableIndex = lastKept;
        tip = hash;
        current.shorten(lastKept, cut);
        lastConfiguration = newestConfiguration(current, lastKept);
    }

    private long newestConfiguration(Segment current, long lastKept) throws IOException {
        if (lastConfiguration <= lastKept) return lastConfiguration;
        long size = tail.file().size();
        var reader = new FrameReader(tail.file(), () -> size);
        long found = current.header().lastConfiguration();
        long offset = SegmentHeader.BYTES;
        for (long index = current.firstIndex(); index <= lastKept; index++) {
            if (reader.look(offset) != FrameReader.Found.FRAME) throw new LogDamagedException(current.name(), offset, "entry " + index);
            if (Frame.type(reader.window(), reader.at()) == EntryType.CONFIGURATION) found = index;
            offset += Frame.paddedBytes(Frame.length(reader.window(), reader.at()));
        }
        return found;
    }

    /** Everything at or below this index is committed. Cheap; what is written of it lags. Called by one thread. */
    public void committed(long index) {
        if (index <= committedIndex) return;
        committedIndex = index;
        List<Segment> all = segments;
        boolean sealable = all.size() > 1 && SegmentName.isFull(all.get(all.size() - 2).name());
        if (sealable || index - state.watermark() >= WATERMARK_EVERY) scheduleHousekeeping();
    }

    private void everySecond() {
        if (options.reserveBytes() > 0) watchSpace();
        freshenWatermark();
        keeper.later(this::everySecond);
    }

    /** What reads the folder beside this process (a backup) sees what is committed within a second, also where little is written. */
    private void freshenWatermark() {
        if (failure != null) return;
        try {
            state.raiseWatermark(Math.min(committedIndex, durableIndex));
        } catch (IOException e) {
            fail(e);
        }
    }

    /** Looks whether the reserve of disk space is still there. */
    private void watchSpace() {
        try {
            long usable = folder.store().usableBytes();
            shortage = usable >= options.reserveBytes() ? null : "No space left on device (" + (usable >> 20) + " MB are free, "
                    + (options.reserveBytes() >> 20) + " MB are kept in reserve)";
        } catch (IOException e) {
            shortage = null; // a disk that does not answer shows in the next append
        }
    }

    /** Why new entries should be refused for now, or null: the disk has no room for the next segment. */
    public @Nullable String refusal() {
        String low = shortage;
        if (low != null) return low;
        String reason = allocationFailure;
        if (reason == null || segments.getLast().end() < options.segmentBytes() - options.segmentBytes() / 4) return null;
        return reason;
    }

    /** Null while the log works. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Tries again to allocate the next segment, if that failed; done by itself every second. */
    void retryAllocation() {
        if (allocationFailure != null) scheduleHousekeeping();
    }

    private void scheduleHousekeeping() {
        if (housekeepingDue.compareAndSet(false, true)) keeper.soon(this::housekeep);
    }

    /** Syncs (async mode), seals, writes the watermark, allocates the next segment. */
    private void housekeep() {
        housekeepingDue.set(false);
        if (failure != null) return;
        try {
            if (durableIndex < lastIndex) syncBeside();
            keepWatermark();
        } catch (IOException | RuntimeException e) {
            fail(e);
            return;
        }
        if (!nextReady) allocate();
    }

    /** The sync of async mode: through a handle of its own, so that appends go on beside it. */
    private void syncBeside() throws IOException {
        Segment segment;
        long upTo;
        long seen;
        writing.lock();
        try {
            segment = segments.getLast();
            upTo = lastIndex;
            seen = truncations;
        } finally {
            writing.unlock();
        }
        try (BlockFile file = openForReading(segment)) {
            file.sync();
        }
        writing.lock();
        try {
            if (seen == truncations) durableIndex = Math.max(durableIndex, upTo);
        } finally {
            writing.unlock();
        }
    }

    private void keepWatermark() throws IOException {
        long safe = Math.min(committedIndex, durableIndex);
        List<Segment> sealable = new ArrayList<>();
        for (Segment segment : segments.reversed()) {
            if (SegmentName.isSealed(segment.name())) break;
            if (SegmentName.isFull(segment.name()) && segment.lastIndex() <= safe) sealable.addFirst(segment);
        }
        if (sealable.isEmpty() && safe - state.watermark() < WATERMARK_EVERY) return;
        state.raiseWatermark(safe);
        for (Segment segment : sealable) folder.seal(segment);
    }

    private void allocate() {
        try {
            folder.allocateUnfinished(options.segmentBytes());
            writing.lock();
            try {
                folder.unfinishedBecomesNext();
                nextReady = true;
            } finally {
                writing.unlock();
            }
            allocationFailure = null;
        } catch (IOException e) {
            allocationFailure = "could not allocate the next log segment: " + e.getMessage();
            keeper.later(this::retryAllocation);
        }
    }

    long truncations() {
        return truncations;
    }

    @Nullable Segment segmentOf(long index) {
        List<Segment> all = segments;
        int low = 0;
        int high = all.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Segment segment = all.get(middle);
            if (index < segment.firstIndex()) high = middle - 1;
            else if (index > segment.lastIndex()) low = middle + 1;
            else return segment;
        }
        return null;
    }

    /** Opens a segment under the name it has at this moment. While it gets another one, its file is under neither for as long as a folder takes to sync. */
    BlockFile openForReading(Segment segment) throws IOException {
        for (int attempt = 0; ; attempt++) {
            String name = segment.name();
            try {
                return folder.store().open(name);
            } catch (IOException e) {
                if (attempt == OPEN_ATTEMPTS || name.equals(segment.name()) && folder.store().exists(name)) throw e;
            }
            writing.lock(); // a segment that is being filled is renamed behind it
            writing.unlock();
            if (attempt > 1) LockSupport.parkNanos(OPEN_PAUSE_NANOS);
        }
    }

    private void requireUsable() throws IOException {
        Throwable cause = failure;
        if (cause != null) throw new LogFailedException("the log failed earlier and takes no more entries: " + cause.getMessage(), cause);
        if (closed) throw new IllegalStateException("the log is closed");
    }

    private void fail(Throwable cause) {
        writing.lock();
        try {
            if (failure != null || closed) return;
            failure = cause;
        } finally {
            writing.unlock();
        }
        onFailure.accept(cause);
    }

    @Override
    public void close() throws IOException {
        keeper.close();
        writing.lock();
        try {
            if (closed) return;
            try {
                if (failure == null) {
                    if (durableIndex < lastIndex) syncCurrent();
                    state.raiseWatermark(Math.min(committedIndex, durableIndex));
                }
            } finally {
                closed = true;
                tail.close();
                state.close();
                synchronized (shared) {
                    shared.close();
                }
            }
        } finally {
            writing.unlock();
        }
    }
}
