package io.craton.storage.log;

import io.craton.storage.io.BlockFile;
import io.craton.storage.io.DurableRecord;
import io.craton.storage.io.FileStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads committed entries from the folder of a log, changing nothing there, while another process may append to it, seal segments and cut off what is not
 * committed. Every frame is checked by checksum, hash and link. One thread.
 *
 * <p>What is committed it reads from the watermark beside the segments, which lags by a second at most while a server runs; entries up to there stay where they
 * are whatever happens, but for their file's name.
 */
public final class LogSource implements AutoCloseable {
    private static final int ATTEMPTS = 100;
    private static final long PAUSE_MILLIS = 10;
    private static final int STRETCH_BYTES = 1 << 20;
    private static final int PIECE_BYTES = 256 << 10;

    /**
     * Entries that lie behind one another in one segment.
     *
     * @param bytes    of them as a segment of its own: header and frames, and nothing behind
     * @param previous the hash of the entry in front of them
     * @param tip      the hash of the last
     */
    public record Extent(long first, long last, long bytes, ChainHash previous, ChainHash tip) {}

    /** @param segment the entries as a segment of its own; good until the next read */
    public record Stretch(Extent extent, ByteBuffer segment) {
        public long first() {
            return extent.first;
        }

        public long last() {
            return extent.last;
        }

        public ChainHash previous() {
            return extent.previous;
        }

        public ChainHash tip() {
            return extent.tip;
        }

        /** The same bytes, as the segment with this number. */
        public ByteBuffer numbered(long number) {
            segment.put(segment.position(), LogSource.numbered(segment.slice(), number), 0, SegmentHeader.BYTES);
            return segment.duplicate();
        }
    }

    /** Takes frames that were checked, while the window holds them. */
    private interface Sink {
        void take(ByteBuffer window, int at, int length) throws IOException;
    }

    private final FileStore store;
    private final LogFolder folder;
    private @Nullable BlockFile file;
    private String name = "";
    private long offset;
    private @Nullable FrameChain chain;
    private byte[] stretch = new byte[0];
    private @Nullable ByteBuffer piece;

    /** @param store opened for reading alone, or not */
    public LogSource(FileStore store) throws IOException {
        if (!store.exists(SegmentName.STATE)) throw new IOException("no log in " + store.describe());
        this.store = store;
        folder = new LogFolder(store);
    }

    /** Whether a folder holds a log. */
    public static boolean isLog(FileStore store) throws IOException {
        return store.exists(SegmentName.STATE);
    }

    /** Entries up to here are committed, and stay. */
    public long committed() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try (DurableRecord record = DurableRecord.open(store, SegmentName.STATE)) {
                return LogState.watermark(store, record);
            } catch (IOException e) {
                if (attempt == ATTEMPTS) throw e; // it may just be written
            }
            pause();
        }
    }

    /**
     * The last entry that a start would find, once it is on disk: what is torn behind it a start would cut. All of it is committed where nobody else has a say, in the log of a lone node; a node
     * that starts meanwhile keeps it. Where a truncation was decided, the watermark.
     *
     * @throws LogDamagedException where a start would refuse the log
     */
    public long settled() throws IOException {
        long watermark = committed();
        if (truncating()) return watermark;
        SegmentHeader newest = find(Long.MAX_VALUE).getLast();
        open(newest);
        BlockFile opened = Objects.requireNonNull(file);
        SegmentScan.Result scan = new SegmentScan(opened, new Segment(newest, name, newest.firstIndex() - 1, SegmentHeader.BYTES), SegmentScan.Depth.HASHES).run(_ -> {});
        if (scan.ending() instanceof SegmentScan.Ending.Damaged(String what)) throw new LogDamagedException(name, scan.end(), what);
        if (scan.lastIndex() < watermark) throw new LogDamagedException(name, scan.end(), "the log ends with entry " + scan.lastIndex() + ", but entries up to " + watermark + " were committed");
        opened.sync();
        close();
        return scan.lastIndex();
    }

    /** The last entry that is whole on its way from the front of the newest segment, committed or not; a write that is under way may be behind it. */
    public long written() throws IOException {
        SegmentHeader newest = find(Long.MAX_VALUE).getLast();
        open(newest);
        FrameChain here = new FrameChain(newest);
        FrameReader reader = reader();
        long at = SegmentHeader.BYTES;
        while (reader.look(at) == FrameReader.Found.FRAME && here.defectAt(reader.window(), reader.at()) == null) at += here.take(reader.window(), reader.at());
        close();
        return here.expected() - 1;
    }

    private boolean truncating() throws IOException {
        try (LogState state = LogState.open(store)) {
            return state.truncation() >= 0;
        }
    }

    /** The oldest entry there is, or will be. */
    public long firstIndex() throws IOException {
        return find(0).getFirst().firstIndex();
    }

    /** The last entry of the segment that holds this one, when that takes no more; -1 while it may grow. */
    public long segmentEnd(long index) throws IOException {
        List<SegmentHeader> found = find(index);
        return found.size() < 2 ? -1 : found.get(1).firstIndex() - 1;
    }

    /**
     * Reads on: the entries from {@code from} to {@code upTo} that lie in one segment, and no more of them than {@code bytesMax} hold, but at least one.
     *
     * @param upTo is committed
     * @throws LogDamagedException at the first frame that is not as it was written
     */
    public Stretch read(long from, long upTo, int bytesMax) throws IOException {
        int[] count = {SegmentHeader.BYTES};
        if (stretch.length == 0) stretch = new byte[STRETCH_BYTES];
        Extent extent = readOn(from, upTo, bytesMax, begin -> begin.encode().get(stretch, 0, SegmentHeader.BYTES), (window, at, length) -> {
            if (count[0] + length > stretch.length) stretch = Arrays.copyOf(stretch, Math.max(count[0] + length, (int) Math.min(4L * stretch.length, bytesMax)));
            window.get(at, stretch, count[0], length);
            count[0] += length;
        });
        return new Stretch(extent, ByteBuffer.wrap(stretch, 0, count[0]));
    }

    /** The same into an empty file, as the segment with number 0. */
    public Extent copy(long from, long upTo, int bytesMax, BlockFile to) throws IOException {
        ByteBuffer gathered = piece == null ? ByteBuffer.allocateDirect(PIECE_BYTES) : piece.clear();
        piece = gathered;
        long[] end = {0};
        Extent extent = readOn(from, upTo, bytesMax, begin -> gathered.put(begin.encode()), (window, at, length) -> {
            for (int done = 0; done < length; ) {
                if (!gathered.hasRemaining()) end[0] += write(gathered, to, end[0]);
                int count = Math.min(gathered.remaining(), length - done);
                gathered.put(gathered.position(), window, at + done, count).position(gathered.position() + count);
                done += count;
            }
        });
        write(gathered, to, end[0]);
        return extent;
    }

    private static int write(ByteBuffer gathered, BlockFile to, long at) throws IOException {
        int count = gathered.flip().remaining();
        to.write(gathered, at);
        gathered.clear();
        return count;
    }

    /** Makes a segment the one with this number. */
    public static void number(BlockFile segment, long number) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(SegmentHeader.BYTES);
        segment.read(header, 0);
        segment.write(numbered(header.flip(), number), 0);
    }

    private static ByteBuffer numbered(ByteBuffer segment, long number) {
        SegmentHeader header = Objects.requireNonNull(SegmentHeader.decode(segment));
        return new SegmentHeader(number, header.firstIndex(), header.previousTerm(), header.lastConfiguration(), header.anchor()).encode();
    }

    private Extent readOn(long from, long upTo, int bytesMax, Consumer<SegmentHeader> begin, Sink sink) throws IOException {
        FrameChain here = chain;
        if (here == null || here.expected() != from) here = seek(from);
        for (int attempt = 1; ; attempt++) {
            String defect;
            FrameReader reader = reader();
            switch (reader.look(offset)) {
                case FRAME -> defect = here.defectAt(reader.window(), reader.at());
                case DAMAGED -> defect = "the checksum of entry " + from + " does not match";
                default -> defect = "entry " + from + " is missing, but committed";
            }
            if (defect == null) {
                begin.accept(here.header(0));
                return take(here, reader, upTo, bytesMax, sink);
            }
            if (attempt >= ATTEMPTS) throw new LogDamagedException(name, offset, defect);
            if (attempt > 1) pause(); // the segment ended, or a write is under way
            here = seek(from);
        }
    }

    /** The first frame is checked. */
    private Extent take(FrameChain here, FrameReader reader, long upTo, int bytesMax, Sink sink) throws IOException {
        long first = here.expected();
        ChainHash previous = here.tip();
        long count = SegmentHeader.BYTES;
        do {
            int length = Frame.paddedBytes(Frame.length(reader.window(), reader.at()));
            if (here.expected() > first && count + length > bytesMax) break;
            sink.take(reader.window(), reader.at(), length);
            count += length;
            offset += here.take(reader.window(), reader.at());
        } while (here.expected() <= upTo && reader.look(offset) == FrameReader.Found.FRAME && here.defectAt(reader.window(), reader.at()) == null);
        return new Extent(first, here.expected() - 1, count, previous, here.tip());
    }

    private FrameReader reader() {
        BlockFile open = file;
        if (open == null) throw new IllegalStateException("no segment is open");
        return new FrameReader(open, () -> {
            try {
                return open.size();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Opens the segment that holds the entry, or will, and follows its chain up to there. */
    private FrameChain seek(long index) throws IOException {
        SegmentHeader wanted = find(index).getFirst();
        if (wanted.firstIndex() > index) {
            throw new IOException("the log in " + store.describe() + " begins with entry " + wanted.firstIndex() + "; entry " + index
                    + " is wanted (a node that was copied from another fetches what is in front while it runs)");
        }
        open(wanted);
        FrameChain fresh = new FrameChain(wanted);
        FrameReader reader = reader();
        offset = SegmentHeader.BYTES;
        while (fresh.expected() < index) {
            if (reader.look(offset) != FrameReader.Found.FRAME) throw new LogDamagedException(name, offset, "the frame of entry " + fresh.expected() + " is not as it was written");
            String defect = fresh.defectAt(reader.window(), reader.at());
            if (defect != null) throw new LogDamagedException(name, offset, defect);
            offset += fresh.take(reader.window(), reader.at());
        }
        chain = fresh;
        return fresh;
    }

    private void open(SegmentHeader wanted) throws IOException {
        close();
        for (int attempt = 1; ; attempt++) {
            for (String candidate : List.of(SegmentName.CURRENT, SegmentName.full(wanted.number()), SegmentName.sealed(wanted.number()), SegmentName.NEXT)) {
                try {
                    if (!store.exists(candidate)) continue;
                    BlockFile opened = store.open(candidate);
                    if (wanted.equals(LogFolder.headerOf(opened))) {
                        file = opened;
                        name = candidate;
                        return;
                    }
                    opened.close();
                } catch (NoSuchFileException e) {
                    continue; // it got another name meanwhile
                }
            }
            if (attempt == ATTEMPTS) throw new IOException("log segment " + SegmentName.sealed(wanted.number()) + " is missing in " + store.describe());
            pause();
        }
    }

    /** The header of the segment that holds the entry (the first one, when all begin behind it), and of the one behind that, if there is one. */
    private List<SegmentHeader> find(long index) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return findNow(index);
            } catch (NoSuchFileException | LogDamagedException e) {
                if (attempt == ATTEMPTS) throw e; // files were getting other names
            }
            pause();
        }
    }

    private List<SegmentHeader> findNow(long index) throws IOException {
        List<String> names = new ArrayList<>();
        for (String each : store.list()) if (SegmentName.number(each) >= 0) names.add(each);
        names.sort((a, b) -> Long.compare(SegmentName.number(a), SegmentName.number(b)));
        String last = store.exists(SegmentName.CURRENT) ? SegmentName.CURRENT : SegmentName.NEXT; // between two renames
        SegmentHeader newest = folder.header(last);
        if (!names.isEmpty() && newest.number() <= SegmentName.number(names.getLast()) || names.isEmpty() && newest.number() > 0 && !store.exists(SegmentName.BASE)) {
            throw new NoSuchFileException(SegmentName.CURRENT);
        }
        int low = 0;
        int high = names.size();
        while (low < high) { // the first one that begins behind the entry
            int middle = (low + high) >>> 1;
            if (folder.header(names.get(middle)).firstIndex() > index) high = middle;
            else low = middle + 1;
        }
        int holder = Math.max(0, low - 1);
        List<SegmentHeader> found = new ArrayList<>();
        for (int i = holder; i < Math.min(holder + 2, names.size()); i++) found.add(folder.header(names.get(i)));
        if (found.size() < 2) found.add(newest);
        if (found.size() == 2 && found.get(1).firstIndex() <= index) found.removeFirst();
        return found;
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        chain = null;
        if (file != null) file.close();
        file = null;
    }
}
