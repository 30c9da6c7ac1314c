package io.craton.sql.pgcatalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Rows that can be looked up by the value of any column; the look-up table of a column is made when it is first used. Any thread. */
final class IndexedRows {
    private final List<Object[]> rows;
    private final Map<Integer, Map<Object, List<Object[]>>> byColumn = new ConcurrentHashMap<>();

    IndexedRows(List<Object[]> rows) {
        this.rows = rows;
    }

    List<Object[]> all() {
        return rows;
    }

    List<Object[]> find(int column, Object value) {
        if (rows.isEmpty()) return rows;
        return byColumn.computeIfAbsent(column, this::index).getOrDefault(value, List.of());
    }

    /** How many values a column has. */
    int distinct(int column) {
        return rows.isEmpty() ? 0 : byColumn.computeIfAbsent(column, this::index).size();
    }

    private Map<Object, List<Object[]>> index(int column) {
        Map<Object, List<Object[]>> index = new HashMap<>();
        for (Object[] row : rows) {
            if (row[column] != null) index.computeIfAbsent(row[column], value -> new ArrayList<>(1)).add(row);
        }
        return index;
    }
}
