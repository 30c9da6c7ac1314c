package io.craton.storage.log;

import io.craton.storage.io.BlockFile;
import io.craton.storage.io.DurableRecord;
import io.craton.storage.io.FileStore;
import io.craton.storage.io.Syncs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
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

        /** Whether nothing is left out: entries may then be shown to {@link #reached} in any order, on any thread, and again. */
        default boolean isNone() {
            return false;
        }
    }

    private static final int PIECE_BYTES = 256 << 10;

    private final @Nullable FileStore store;
    private final Syncs syncs = new Syncs();
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
     * A stretch whose frames were checked, up to the first that is not as it was written or does not continue the one before it. What is in front of it shows when it is taken.
     */
    public static final class Checked {
        private final String name;
        private final SegmentHeader header;
        private final ByteBuffer bytes;
        /** Up to where in the bytes there is nothing wrong. */
        private final int end;
        private final @Nullable String defect;

        private Checked(String name, SegmentHeader header, ByteBuffer bytes, int end, @Nullable String defect) {
            this.name = name;
            this.header = header;
            this.bytes = bytes;
            this.end = end;
            this.defect = defect;
        }
    }

    /**
     * Checks checksums, hashes and links within a stretch, which is most of the work. On any thread.
     *
     * @param name for messages
     * @throws LogDamagedException when its header is not as it was written; all else is told when it is taken
     */
    public static Checked check(String name, ByteBuffer stretch) throws IOException {
        ByteBuffer buffer = stretch.slice();
        SegmentHeader header = header(name, buffer);
        FrameChain chain = new FrameChain(header);
        int at = SegmentHeader.BYTES;
        String defect = null;
        while (at < buffer.limit() && defect == null) {
            defect = chain.defectAt(buffer, at);
            if (defect == null) at += chain.take(buffer, at);
        }
        return new Checked(name, header, buffer, at, defect);
    }

    /** A file with a stretch, checked as {@link Checked} is. */
    public static final class CheckedFile {
        private final String name;
        private final SegmentHeader header;
        private final FrameChain chain;
        /** Up to where there is nothing wrong. */
        private final long end;
        private final @Nullable String defect;

        private CheckedFile(String name, SegmentHeader header, FrameChain chain, long end, @Nullable String defect) {
            this.name = name;
            this.header = header;
            this.chain = chain;
            this.end = end;
            this.defect = defect;
        }
    }

    /**
     * Checks a file that holds a stretch and nothing else, as {@link #check}, without having it in memory. On any thread.
     *
     * @param limit {@link Limit#isNone}, and is shown each entry
     */
    public static CheckedFile check(String name, BlockFile file, Limit limit) throws IOException {
        long size = file.size();
        SegmentHeader header = header(name, LogFolder.headerBytes(file));
        FrameChain chain = new FrameChain(header);
        FrameReader reader = new FrameReader(file, () -> size);
        long at = SegmentHeader.BYTES;
        while (at < size) {
            String defect = switch (reader.look(at)) {
                case FRAME -> chain.defectAt(reader.window(), reader.at());
                case DAMAGED -> "the checksum of entry " + chain.expected() + " does not match";
                case END -> "the frame of entry " + chain.expected() + " is cut off";
            };
            if (defect != null) return new CheckedFile(name, header, chain, at, defect);
            show(reader.window(), reader.at(), chain.expected(), limit);
            at += chain.take(reader.window(), reader.at());
        }
        return new CheckedFile(name, header, chain, at, null);
    }

    private static SegmentHeader header(String name, ByteBuffer begin) throws IOException {
        SegmentHeader header = SegmentHeader.decode(begin);
        if (header == null) throw new LogDamagedException(name, 0, "its header is not as it was written");
        if (SegmentHeader.version(begin) != SegmentHeader.VERSION) throw new IOException(name + " has the format version " + SegmentHeader.version(begin) + ", known is " + SegmentHeader.VERSION);
        return header;
    }

    private static boolean show(ByteBuffer buffer, int at, long index, Limit limit) {
        return limit.reached(index, Frame.type(buffer, at), buffer.slice(at + Frame.HEADER_BYTES, Frame.length(buffer, at) - Frame.HEADER_BYTES));
    }

    /**
     * Takes a file, which stays as it is, by a second name, where it is the next segment from its header on.
     *
     * @param last the entry that it ends with
     * @return false when it is another: it must be taken by what is in it
     */
    public boolean link(CheckedFile stretch, long last, Path file) throws IOException {
        if (store == null || !stretch.header.equals(chain.header(segments))) return false;
        if (stretch.defect != null) throw new LogDamagedException(stretch.name, stretch.end, stretch.defect);
        if (stretch.chain.expected() != last + 1) throw endsWith(stretch.name, stretch.end, stretch.chain, last);
        store.link(file, SegmentName.sealed(segments++));
        chain = stretch.chain;
        return true;
    }

    private static LogDamagedException endsWith(String name, long at, FrameChain chain, long last) {
        return new LogDamagedException(name, at, "it ends with entry " + (chain.expected() - 1) + " instead of " + last);
    }

    /** Checks and takes what is new of a stretch. */
    public void take(String name, ByteBuffer stretch, long last, Limit limit) throws IOException {
        take(check(name, stretch), last, limit, null);
    }

    /**
     * Takes what is new of a stretch.
     *
     * @param last the entry that the stretch ends with
     * @param file that holds exactly this stretch, durably, and may become a segment of the log as it is: by a second name, where it is one from its header on; null: it is written anew
     * @throws LogDamagedException when it is not as it was written, all of it, or does not continue what is here
     */
    public void take(Checked stretch, long last, Limit limit, @Nullable Path file) throws IOException {
        String name = stretch.name;
        ByteBuffer buffer = stretch.bytes;
        SegmentHeader header = stretch.header;
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
            if (at == stretch.end && stretch.defect != null) throw new LogDamagedException(name, at, stretch.defect);
            if (from >= 0 && show(buffer, at, theirs.expected(), limit)) {
                ended = true;
                break;
            }
            at += theirs.take(buffer, at);
        }
        if (!ended && theirs.expected() != last + 1) throw endsWith(name, at, theirs, last);
        if (from < 0 || at == from) return;
        if (store != null && file != null && header.equals(begin) && from == SegmentHeader.BYTES && at == buffer.limit()) store.link(file, SegmentName.sealed(begin.number()));
        else write(begin, buffer.slice(from, at - from));
        chain = theirs;
        segments++;
    }

    private void write(SegmentHeader header, ByteBuffer frames) throws IOException {
        if (store == null) return;
        String name = SegmentName.sealed(header.number());
        try (BlockFile file = store.create(name)) {
            file.write(header.encode(), 0);
            // in pieces that stay in the processor's cache on their way through memory outside the heap
            for (int at = 0; at < frames.limit(); at += PIECE_BYTES) file.write(frames.slice(at, Math.min(PIECE_BYTES, frames.limit() - at)), SegmentHeader.BYTES + at);
        }
        syncs.begin(() -> {
            try (BlockFile file = store.open(name)) {
                file.sync();
            }
        });
    }

    /** Turns the folder into a log that ends here, durably. */
    public void finish() throws IOException {
        if (store == null) throw new IllegalStateException("it only checks");
        syncs.await();
        try (DurableRecord record = DurableRecord.open(store, SegmentName.STATE)) {
            record.set(LogState.value(next() - 1, 0));
        }
        LogFolder folder = new LogFolder(store);
        folder.prepareNext(chain.header(segments)).close();
        folder.nextBecomesCurrent();
    }
}
