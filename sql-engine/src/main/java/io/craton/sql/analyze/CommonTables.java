package io.craton.sql.analyze;

import io.craton.sql.logical.Relation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** WITH queries in sight, the nearest first. Belongs to one analysis; {@code references} counts uses. */
final class CommonTables {
    static final class Entry {
        final int id;
        final String name;
        List<Relation.Field> fields = List.of();
        @Nullable Relation relation;
        Relation.Materialization materialization = Relation.Materialization.DEFAULT;
        boolean modifies;
        /** A data-modifying statement without RETURNING: no rows to read. */
        boolean returnsRows = true;
        int references;
        /** While its own recursive side is analysed: references read the work table. */
        boolean recursing;
        /** Where its recursive side read it. */
        @Nullable RangeItem self;
        /** Columns behind its own that SEARCH and CYCLE add. */
        List<Relation.Field> added = List.of();
        /** The query whose WITH declares it. */
        @Nullable Scope level;
        /** Declared further down in a WITH that is not recursive: named for the hint only. */
        boolean future;

        Entry(int id, String name) {
            this.id = id;
            this.name = name;
        }
    }

    final Entry entry;
    final @Nullable CommonTables outer;

    CommonTables(Entry entry, @Nullable CommonTables outer) {
        this.entry = entry;
        this.outer = outer;
    }

    static @Nullable Entry find(@Nullable CommonTables tables, String name) {
        for (CommonTables at = tables; at != null; at = at.outer) if (at.entry.name.equals(name)) return at.entry;
        return null;
    }
}
