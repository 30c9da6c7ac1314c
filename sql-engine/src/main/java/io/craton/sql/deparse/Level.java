package io.craton.sql.deparse;

import io.craton.sql.analyze.RangeItem;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.WindowSpecification;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One query level of a text being printed: the names by which its entries in FROM are called there, unique among those of the levels around it, and its
 * windows. Made by {@link #of}.
 */
final class Level {
    private final @Nullable Level parent;
    private final Map<RangeItem, String> names = new IdentityHashMap<>();
    private final List<String> commonTables;
    private final boolean qualified;
    private @Nullable ColumnNames columns;
    private List<WindowSpecification> windows = List.of();

    private Level(@Nullable Level parent, List<String> commonTables, boolean qualified) {
        this.parent = parent;
        this.commonTables = commonTables;
        this.qualified = qualified;
    }

    /** The row of one table: of a check, a default, an index. */
    static Level ofTable(List<RangeItem> items) {
        Level level = new Level(null, List.of(), items.size() > 1);
        for (RangeItem item : items) level.names.put(item, item.name());
        return level;
    }

    /**
     * @param with of the statement
     * @param items entries in order of analysis
     * @param entries how many entries PostgreSQL's range table would have
     */
    static Level of(@Nullable Level parent, SelectStatement.@Nullable WithClause with, List<RangeItem> items, int entries) {
        Level level = new Level(parent, tables(with), parent != null || entries != 1);
        Map<String, Integer> counters = taken(parent);
        for (RangeItem item : items) {
            if (item.kind() == RangeItem.Kind.JOIN && !item.aliased()) continue;
            level.names.put(item, unique(item.relationOid() != 0 && !item.aliased() ? item.relationName() : item.name(), counters));
        }
        return level;
    }

    /** INSERT: the entries of one table are its rows as they were and as they come, under one name; what is in conflict is another. */
    static Level ofInsert(@Nullable Level parent, SelectStatement.@Nullable WithClause with, List<RangeItem> items) {
        Level level = new Level(parent, tables(with), true);
        Map<String, Integer> counters = taken(parent);
        Map<String, String> given = new HashMap<>();
        for (RangeItem item : items) {
            String name = item.aliased() ? item.name() : item.relationName();
            String known = given.get(name);
            if (known == null) {
                known = unique(name, counters);
                given.put(name, known);
            }
            level.names.put(item, known);
        }
        return level;
    }

    private static List<String> tables(SelectStatement.@Nullable WithClause with) {
        return with == null ? List.of() : with.tables().stream().map(SelectStatement.CommonTable::name).toList();
    }

    private static Map<String, Integer> taken(@Nullable Level parent) {
        Map<String, Integer> counters = new HashMap<>();
        for (Level at = parent; at != null; at = at.parent) for (String name : at.names.values()) counters.put(name, 0);
        return counters;
    }

    private static String unique(String name, Map<String, Integer> counters) {
        Integer counter = counters.putIfAbsent(name, 0);
        if (counter == null) return name;
        String changed;
        int number = counter;
        do {
            number++;
            changed = numbered(name, number);
        } while (counters.containsKey(changed));
        counters.put(name, number);
        counters.put(changed, 0);
        return changed;
    }

    /** {@code name_2}, cut so that it stays an identifier. */
    static String numbered(String name, int number) {
        String suffix = "_" + number;
        String stem = name;
        while ((stem + suffix).getBytes(java.nio.charset.StandardCharsets.UTF_8).length > 63) {
            stem = stem.substring(0, stem.offsetByCodePoints(stem.length(), -1));
        }
        return stem + suffix;
    }

    void nameColumns(List<RangeItem> items, List<FromItem> from, PrintSource source) {
        columns = new ColumnNames(items, from, source);
    }

    void windows(List<WindowSpecification> definitions) {
        windows = definitions;
    }

    List<WindowSpecification> windows() {
        return windows;
    }

    @Nullable Level parent() {
        return parent;
    }

    List<String> commonTables() {
        return commonTables;
    }

    /** Columns are written with the name of their entry. */
    boolean qualified() {
        return qualified;
    }

    /** Here or in a level around it stands a FROM clause. */
    boolean hasEntries() {
        return !names.isEmpty() || parent != null && parent.hasEntries();
    }

    boolean has(RangeItem item) {
        return names.containsKey(item);
    }

    /** The level outwards that an entry belongs to. */
    Level of(int level) {
        Level found = this;
        for (int i = 0; i < level && found.parent != null; i++) found = found.parent;
        return found;
    }

    /** What the entry is called; null for a join without a name. */
    @Nullable String name(RangeItem item) {
        return names.get(item);
    }

    ColumnNames columns() {
        return java.util.Objects.requireNonNull(columns);
    }

    String column(RangeItem item, int index) {
        return columns == null ? item.fields().get(index).name() : columns.name(item, index);
    }
}
