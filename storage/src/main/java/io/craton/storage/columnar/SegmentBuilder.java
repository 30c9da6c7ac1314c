package io.craton.storage.columnar;

import io.craton.storage.projection.RowSource;
import io.craton.storage.row.RowCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads rows of a key range into columns. One use, one thread. */
final class SegmentBuilder {
    private static final int DECODE_ROWS = 1024;

    private final ColumnCache cache;
    private final ColumnTable table;
    private final StoredTable rows;
    private final int[] columns;
    private final Runnable interrupts;

    /** @param interrupts called now and then; may throw */
    SegmentBuilder(ColumnCache cache, ColumnTable table, StoredTable rows, int[] columns, Runnable interrupts) {
        this.cache = cache;
        this.table = table;
        this.rows = rows;
        this.columns = columns;
        this.interrupts = interrupts;
    }

    /** Columns of one segment. */
    private record Columns(SegmentKeys keys, Chunk[] chunks) {}

    /**
     * New segments for a range; without an upper bound at most one. False when they cannot be made now: another thread builds, or a change is on its way.
     *
     * @param from null: from the first key on
     */
    boolean build(byte @Nullable [] from, byte @Nullable [] to) {
        ColumnTable.Building range = table.begin(from, to);
        if (range == null) return false;
        try {
            long validFrom = rows.lastChange();
            long base = rows.published();
            return base >= validFrom && read(range, validFrom, base);
        } finally {
            table.abandon(range);
        }
    }

    private boolean read(ColumnTable.Building range, long validFrom, long base) {
        List<ColumnTable.Read> read = new ArrayList<>();
        List<Columns> decoded = new ArrayList<>();
        byte[] start = range.from;
        try (RowSource source = rows.scan(range.from, range.to, base)) {
            boolean more = source.next();
            do {
                Decoder decoder = new Decoder();
                while (more && decoder.total < cache.segmentRows) {
                    decoder.add(source);
                    more = source.next();
                }
                byte[] end = more ? source.key() : range.to;
                decoded.add(decoder.finish());
                read.add(new ColumnTable.Read(start, end, decoder.total));
                start = end;
            } while (more && range.to != null);
        }
        List<Segment> fresh = table.install(range, read, validFrom, base);
        if (fresh == null) return false;
        for (int i = 0; i < fresh.size(); i++) put(fresh.get(i), decoded.get(i));
        return true;
    }

    private void put(Segment segment, Columns decoded) {
        cache.put(segment, ColumnCache.KEYS, decoded.keys);
        for (int i = 0; i < columns.length; i++) cache.put(segment, columns[i], decoded.chunks[i]);
    }

    /** The columns of a segment that the cache lacks; null when the rows are no longer what they were. */
    Chunk @Nullable [] missing(Segment segment) {
        Decoder decoder = new Decoder();
        try (RowSource source = rows.scan(segment.from, segment.to, segment.base)) {
            while (source.next()) decoder.add(source);
        }
        if (decoder.total != segment.rows) return null;
        Columns decoded = decoder.finish();
        put(segment, decoded);
        return decoded.chunks;
    }

    /** Vectors of some row images, as the segments have them. */
    static io.craton.core.batch.Vector[] vectors(RowCodec codec, int[] columns, byte[][] images, int count) {
        io.craton.core.batch.Vector[] vectors = new io.craton.core.batch.Vector[columns.length];
        for (int i = 0; i < columns.length; i++) {
            ChunkBuilder builder = ChunkBuilder.of(codec, columns[i]);
            builder.add(images, count);
            vectors[i] = builder.build();
        }
        return vectors;
    }

    private final class Decoder {
        private final ChunkBuilder[] builders = Arrays.stream(columns).mapToObj(column -> ChunkBuilder.of(rows.codec(), column)).toArray(ChunkBuilder[]::new);
        private final SegmentKeys.Builder keys = new SegmentKeys.Builder();
        private final byte[][] images = new byte[DECODE_ROWS][];
        private int count;
        private int total;

        void add(RowSource source) {
            keys.add(source.key());
            images[count++] = source.row();
            total++;
            if (count == DECODE_ROWS) flush();
        }

        private void flush() {
            interrupts.run();
            for (ChunkBuilder builder : builders) builder.add(images, count);
            count = 0;
        }

        Columns finish() {
            flush();
            Chunk[] chunks = new Chunk[builders.length];
            for (int i = 0; i < chunks.length; i++) chunks[i] = Chunk.of(builders[i].build());
            return new Columns(keys.build(), chunks);
        }
    }
}
