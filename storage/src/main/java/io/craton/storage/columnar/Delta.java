package io.craton.storage.columnar;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Rows of a key range that changed after a position, by key, with their newest versions. The applier adds, any thread reads. */
final class Delta {
    private static final int VERSIONS_MAX = 8;
    private static final int ENTRY_BYTES = 160;

    /**
     * What a row became at a position; null: it was deleted.
     *
     * @param older null when there is none, or when {@code cut} says that it is not known any more
     */
    record Version(long position, byte @Nullable [] row, @Nullable Version older, boolean cut, int depth) {
        /** The newest version at or below a snapshot; null when there is none, or it is not known. */
        @Nullable Version at(long snapshot) {
            Version version = this;
            while (version != null && version.position > snapshot) version = version.older;
            return version;
        }

        /** Whether a snapshot may see a version that is not known any more. */
        boolean forgotten() {
            Version version = this;
            while (version.older != null) version = version.older;
            return version.cut;
        }
    }

    private final ConcurrentSkipListMap<byte[], Version> rows = new ConcurrentSkipListMap<>(Arrays::compareUnsigned);
    private volatile int size;
    private long bytes;

    /** One thread at a time. */
    void add(byte[] key, byte @Nullable [] row, long position) {
        Version before = rows.get(key);
        boolean full = before != null && before.depth == VERSIONS_MAX;
        rows.put(key, new Version(position, row, full ? null : before, full, full || before == null ? 1 : before.depth + 1));
        count(before == null, row);
    }

    private void count(boolean fresh, byte @Nullable [] row) {
        if (fresh) size++;
        bytes += (fresh ? ENTRY_BYTES : ENTRY_BYTES / 4) + (row == null ? 0 : row.length);
    }

    /** About how much memory it holds. The adding thread. */
    long bytes() {
        return bytes;
    }

    /** Rows that changed. */
    int size() {
        return size;
    }

    Iterable<Map.Entry<byte[], Version>> entries() {
        return rows.entrySet();
    }

    /** The part of a key range, without versions that everybody who may read it sees in the columns. */
    Delta part(byte @Nullable [] from, byte @Nullable [] to, long newerThan) {
        ConcurrentNavigableMap<byte[], Version> range = rows;
        if (from != null) range = range.tailMap(from, true);
        if (to != null) range = range.headMap(to, false);
        Delta part = new Delta();
        range.forEach((key, version) -> {
            if (version.position <= newerThan) return;
            part.rows.put(key, version);
            part.count(true, version.row);
        });
        return part;
    }
}
