package io.craton.storage.log;

import io.craton.storage.io.BlockFile;
import io.craton.storage.io.FileStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of a log and the few moves they make. Every move leaves a folder from which {@link LogRecovery} finds its way. */
final class LogFolder {
    private static final int CHUNK_BYTES = 1 << 20;

    private final FileStore store;

    LogFolder(FileStore store) {
        this.store = store;
    }

    FileStore store() {
        return store;
    }

    /** Headers of the numbered segments in order of their numbers, with last indexes as far as the next header tells them. */
    List<Segment> numberedSegments() throws IOException {
        List<String> names = new ArrayList<>();
        for (String name : store.list()) if (SegmentName.number(name) >= 0) names.add(name);
        names.sort((a, b) -> Long.compare(SegmentName.number(a), SegmentName.number(b)));
        List<Segment> segments = new ArrayList<>();
        for (String name : names) {
            SegmentHeader header = header(name);
            if (header.number() != SegmentName.number(name)) {
                throw new LogDamagedException(name, 0, "its header is that of segment " + header.number());
            }
            if (!segments.isEmpty()) {
                Segment before = segments.getLast();
                if (header.number() != before.header().number() + 1) throw missing(before.header().number() + 1);
                if (SegmentName.isFull(before.name()) && SegmentName.isSealed(name)) {
                    throw new IOException("log segment " + name + " is sealed but " + before.name() + " before it is not, in " + store.describe());
                }
                follow(before, header, name);
            }
            segments.add(new Segment(header, name, header.firstIndex() - 1, SegmentHeader.BYTES));
        }
        return segments;
    }

    private IOException missing(long number) {
        return new IOException("log segment " + SegmentName.sealed(number) + " is missing in " + store.describe());
    }

    /** Whether the newest segment, by its header, continues the numbered ones, and they go back as far as they must. */
    void requireNoGap(List<Segment> numbered, SegmentHeader newest, @Nullable LogBase base) throws IOException {
        if (!numbered.isEmpty() && newest.number() != numbered.getLast().header().number() + 1) throw missing(numbered.getLast().header().number() + 1);
        SegmentHeader first = numbered.isEmpty() ? newest : numbered.getFirst().header();
        if (base == null) {
            if (first.number() != 0) throw missing(0);
            return;
        }
        int known = base.segments().size();
        if (first.number() > known) throw missing(first.number() - 1);
        SegmentHeader expected = first.number() == known ? base.continuation() : base.segments().get((int) first.number());
        if (!first.equals(expected)) throw new LogDamagedException(SegmentName.BASE, 0, "segment " + first.number() + " is not the one it describes");
    }

    /** The number that follows these segments. */
    static long nextNumber(List<Segment> numbered) {
        return numbered.isEmpty() ? 0 : numbered.getLast().header().number() + 1;
    }

    /** Where this log goes on from another's whose entries are still to come; null when it has its beginning. */
    @Nullable LogBase base() throws IOException {
        if (!store.exists(SegmentName.BASE)) return null;
        try (BlockFile file = store.open(SegmentName.BASE)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(bytes, 0);
            return LogBase.decode(bytes.array());
        }
    }

    /** Turns the folder of a log without entries into one that goes on from here; the last rename decides. */
    void begin(LogBase base) throws IOException {
        if (store.exists(SegmentName.BASE_UNFINISHED)) store.delete(SegmentName.BASE_UNFINISHED);
        try (BlockFile file = store.create(SegmentName.BASE_UNFINISHED)) {
            file.write(ByteBuffer.wrap(base.encode()), 0);
            file.sync();
        }
        store.rename(SegmentName.BASE_UNFINISHED, SegmentName.BASE);
        store.syncFolder();
        prepareNext(base.continuation()).close();
        nextBecomesCurrent();
    }

    void deleteBase() throws IOException {
        store.delete(SegmentName.BASE);
        store.syncFolder();
    }

    BlockFile createArriving() throws IOException {
        deleteArriving();
        return store.create(SegmentName.ARRIVING);
    }

    void arrivingBecomes(String sealed) throws IOException {
        store.rename(SegmentName.ARRIVING, sealed);
        store.syncFolder();
    }

    void deleteArriving() throws IOException {
        if (store.exists(SegmentName.ARRIVING)) store.delete(SegmentName.ARRIVING);
    }

    /** The header of the next segment tells where the one before it ends. */
    void follow(Segment before, SegmentHeader next, String nextName) throws IOException {
        if (next.firstIndex() <= before.firstIndex()) {
            throw new LogDamagedException(nextName, 0, "it starts at entry " + next.firstIndex() + ", " + before.name() + " before it at "
                    + before.firstIndex());
        }
        before.extend(next.firstIndex() - 1, SegmentHeader.BYTES);
    }

    /** Whether the next segment was already made ready to be the one with this number. */
    boolean nextIsReadyAs(long number) throws IOException {
        if (!hasNext()) return false;
        try (BlockFile file = store.open(SegmentName.NEXT)) {
            SegmentHeader header = SegmentHeader.decode(headerBytes(file));
            return header != null && header.number() == number;
        }
    }

    /** Null when the file does not begin with a header as it was written. */
    static @Nullable SegmentHeader headerOf(BlockFile file) throws IOException {
        return SegmentHeader.decode(headerBytes(file));
    }

    /** What is there of it. */
    static ByteBuffer headerBytes(BlockFile file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
        file.read(bytes, 0);
        return bytes.flip();
    }

    SegmentHeader header(String name) throws IOException {
        try (BlockFile file = store.open(name)) {
            ByteBuffer bytes = headerBytes(file);
            SegmentHeader header = SegmentHeader.decode(bytes);
            if (header == null) throw new LogDamagedException(name, 0, "its header is not as it was written");
            if (SegmentHeader.version(bytes) != SegmentHeader.VERSION) {
                throw new IOException("log segment " + name + " has the format version " + SegmentHeader.version(bytes) + ", known is "
                        + SegmentHeader.VERSION);
            }
            return header;
        }
    }

    /** Writes zeros over a range, in pieces, and syncs after each so that nobody else's sync has to carry them. */
    static void zero(BlockFile file, long from, long to) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, Math.max(0, to - from)));
        for (long at = from; at < to; at += zeros.capacity()) {
            file.write(zeros.clear().limit((int) Math.min(zeros.capacity(), to - at)), at);
            file.sync();
        }
    }

    /** Allocates the segment that will be current after the present one. Its blocks are written, so appends change no metadata. */
    void allocateUnfinished(long bytes) throws IOException {
        deleteUnfinished();
        try (BlockFile file = store.create(SegmentName.NEXT_UNFINISHED)) {
            zero(file, 0, bytes);
        }
    }

    void unfinishedBecomesNext() throws IOException {
        store.rename(SegmentName.NEXT_UNFINISHED, SegmentName.NEXT);
        store.syncFolder();
    }

    void deleteUnfinished() throws IOException {
        if (store.exists(SegmentName.NEXT_UNFINISHED)) store.delete(SegmentName.NEXT_UNFINISHED);
    }

    boolean hasNext() throws IOException {
        return store.exists(SegmentName.NEXT);
    }

    /** Makes the next segment, allocated or not, ready to become current. */
    BlockFile prepareNext(SegmentHeader header) throws IOException {
        BlockFile file = hasNext() ? store.open(SegmentName.NEXT) : store.create(SegmentName.NEXT);
        file.write(header.encode(), 0);
        file.sync();
        store.syncFolder();
        return file;
    }

    void nextBecomesCurrent() throws IOException {
        store.rename(SegmentName.NEXT, SegmentName.CURRENT);
        store.syncFolder();
    }

    void currentBecomesFull(long number) throws IOException {
        store.rename(SegmentName.CURRENT, SegmentName.full(number));
        store.syncFolder();
    }

    void fullBecomesCurrent(Segment full) throws IOException {
        store.rename(full.name(), SegmentName.CURRENT);
        store.syncFolder();
        full.renamed(SegmentName.CURRENT);
    }

    void deleteCurrent() throws IOException {
        store.delete(SegmentName.CURRENT);
        store.syncFolder();
    }

    void seal(Segment full) throws IOException {
        String sealed = SegmentName.sealed(full.header().number());
        store.rename(full.name(), sealed);
        full.renamed(sealed);
        store.syncFolder();
    }
}
