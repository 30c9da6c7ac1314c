package io.craton.migrations;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a database remembers of its migrations: rows that are only ever added, and what holds after all of them. */
public final class History {
    /** A row that says: versions up to this one count as applied. */
    static final String BASELINE = "baseline";
    /** A change that another tool had applied. */
    static final String IMPORTED = "imported";

    /**
     * One row of the history.
     *
     * @param finished false while a file runs that cannot be part of a transaction, and for good when its run was killed
     */
    public record Row(long rank, String kind, @Nullable Version version, String name, String file, @Nullable String checksum, OffsetDateTime at, String by, long millis,
            boolean finished, @Nullable String schemaHash) {}

    private final List<Row> rows;
    private final TreeMap<Version, Row> applied = new TreeMap<>();
    private final Map<String, Row> repeatables = new HashMap<>();
    private @Nullable Version baseline;

    History(List<Row> rows) {
        this.rows = List.copyOf(rows);
        for (Row row : rows) {
            if (!row.finished()) continue;
            Version version = row.version();
            switch (row.kind()) {
                case "versioned" -> { if (version != null) applied.put(version, row); }
                case "undo" -> { if (version != null) applied.remove(version); }
                case "repeatable" -> repeatables.put(row.file(), row);
                case BASELINE -> {
                    if (version != null && (baseline == null || baseline.compareTo(version) < 0)) baseline = version;
                }
                default -> { }
            }
        }
    }

    public List<Row> rows() {
        return rows;
    }

    /** Versioned files that are applied and not undone, in order. */
    public Collection<Row> applied() {
        return applied.values();
    }

    @Nullable Row applied(Version version) {
        return applied.get(version);
    }

    @Nullable Row repeatable(String file) {
        return repeatables.get(file);
    }

    @Nullable Version baseline() {
        return baseline;
    }

    /** The newest applied version, or the baseline. */
    public @Nullable Version latest() {
        if (applied.isEmpty()) return baseline;
        Version newest = applied.lastKey();
        return baseline == null || newest.compareTo(baseline) > 0 ? newest : baseline;
    }

    /** The newest row about a file that was begun and never ended; null when all ended. */
    @Nullable Row unfinished(String file) {
        Row found = null;
        for (Row row : rows) {
            if (row.file().equals(file)) found = row.finished() ? null : row;
        }
        return found;
    }

    /** Hash of the schema after the newest change; null when none was noted. */
    @Nullable String schemaHash() {
        for (Row row : rows.reversed()) if (row.schemaHash() != null) return row.schemaHash();
        return null;
    }

    long lastRank() {
        return rows.isEmpty() ? 0 : rows.getLast().rank();
    }

    List<Version> versions() {
        return new ArrayList<>(applied.keySet());
    }
}
