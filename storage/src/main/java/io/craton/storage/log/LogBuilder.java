package io.craton.storage.log;

import io.craton.storage.io.BlockFile;
import io.craton.storage.io.DurableRecord;
import io.craton.storage.io.FileStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Makes a log of stretches of another's ({@link LogSource.Stretch}), checking every checksum, hash and link. The folder becomes a log with {@link #finish}: a server started
 * before finds none. One thread.
 */
public final class LogBuilder {
    /** Decides where to stop. */
    public interface Limit {
        /** Whether this entry and all behind it are left out. The payload is read from its position to its limit. */
        boolean reached(long index, EntryType type, ByteBuffer payload);
    }

    private final @Nullable FileStore store;
    /** Brings what is written to the disk beside what comes next: a disk that only begins at the end keeps everybody waiting. */
    private final List<Future<Void>> syncs = new ArrayList<>();
    private FrameChain chain = new FrameChain(new SegmentHeader(0, 1, 0, 0, ChainHash.GENESIS));
    private long segments;
    private boolean ended;

    /** In a folder without files. */
    public LogBuilder(FileStore store) {
        this.store = store;
    }

    private LogBuilder() {
        store = null;
    }

    /** One that only checks. */
    public static LogBuilder checking() {
        return new LogBuilder();
    }

    /** One that only checks, from where this stretch begins. */
    public static LogBuilder checkingFrom(String name, ByteBuffer stretch) throws IOException {
        SegmentHeader header = SegmentHeader.decode(stretch.slice());
        if (header == null) throw new LogDamagedException(name, 0, "its header is not as it was written");
        LogBuilder builder = new LogBuilder();
        builder.chain = new FrameChain(header);
        return builder;
    }

    /** The entry that is wanted next. */
    public long next() {
        return chain.expected();
    }

    /** The hash of the last entry. */
    public ChainHash tip() {
        return chain.tip();
    }

    /** A limit was reached. */
    public boolean ended() {
        return ended;
    }

    /**
     * Takes what is new of a stretch.
     *
     * @param name for messages
     * @param last the entry that the stretch ends with
     * @throws LogDamagedException when it is not as it was written, all of it, or does not continue what is here
     */
    public void take(String name, ByteBuffer stretch, long last, Limit limit) throws IOException {
        ByteBuffer buffer = stretch.slice();
        SegmentHeader header = SegmentHeader.decode(buffer);
        if (header == null) throw new LogDamagedException(name, 0, "its header is not as it was written");
        if (SegmentHeader.version(buffer) != SegmentHeader.VERSION) throw new IOException(name + " has the format version " + SegmentHeader.version(buffer) + ", known is " + SegmentHeader.VERSION);
        if (header.firstIndex() > next()) throw new LogDamagedException(name, 0, "entry " + next() + " expected, it begins with " + header.firstIndex());
        FrameChain theirs = new FrameChain(header);
        SegmentHeader begin = chain.header(segments);
        int from = -1;
        int at = SegmentHeader.BYTES;
        while (at < buffer.limit()) {
            if (theirs.expected() == begin.firstIndex()) {
                if (!theirs.tip().equals(begin.anchor())) throw new LogDamagedException(name, at, "entry " + theirs.expected() + " does not continue the hash chain of what is in front of it");
                from = at;
            }
            String defect = theirs.defectAt(buffer, at);
            if (defect != null) throw new LogDamagedException(name, at, defect);
            if (from >= 0 && limit.reached(theirs.expected(), Frame.type(buffer, at), buffer.slice(at + Frame.HEADER_BYTES, Frame.length(buffer, at) - Frame.HEADER_BYTES))) {
                ended = true;
                break;
            }
            at += theirs.take(buffer, at);
        }
        if (!ended && theirs.expected() != last + 1) throw new LogDamagedException(name, at, "it ends with entry " + (theirs.expected() - 1) + " instead of " + last);
        if (from < 0 || at == from) return;
        write(begin, buffer.slice(from, at - from));
        chain = theirs;
        segments++;
    }

    private void write(SegmentHeader header, ByteBuffer frames) throws IOException {
        if (store == null) return;
        try (BlockFile file = store.create(SegmentName.sealed(header.number()))) {
            file.write(header.encode(), 0);
            file.write(frames, SegmentHeader.BYTES);
        }
        String name = SegmentName.sealed(header.number());
        FutureTask<Void> sync = new FutureTask<>(() -> {
            try (BlockFile file = store.open(name)) {
                file.sync();
            }
            return null;
        });
        syncs.add(sync);
        Thread.startVirtualThread(sync);
    }

    private void awaitSyncs() throws IOException {
        try {
            for (Future<Void> each : syncs) each.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) throw failure;
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    /** Turns the folder into a log that ends here, durably. */
    public void finish() throws IOException {
        if (store == null) throw new IllegalStateException("it only checks");
        awaitSyncs();
        try (DurableRecord record = DurableRecord.open(store, SegmentName.STATE)) {
            record.set(LogState.value(next() - 1, 0));
        }
        LogFolder folder = new LogFolder(store);
        folder.prepareNext(chain.header(segments)).close();
        folder.nextBecomesCurrent();
    }
}
