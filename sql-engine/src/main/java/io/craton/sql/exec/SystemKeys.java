package io.craton.sql.exec;

import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.pgcatalog.VirtualTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * What conditions want columns of a system relation to be: the rows that have it are looked up.
 *
 * @param keys the one that leaves the fewest rows first; none: all rows
 */
public record SystemKeys(VirtualTable table, List<Key> keys) {
    /** How a column is held against a value. A pattern is a key where only one text matches it. */
    public enum Form { EQUAL, LIKE, REGEX }

    /** @param column 0-based */
    public record Key(int column, Form form, Evaluator value) {}

    public SystemKeys {
        keys = List.copyOf(keys);
    }

    /** Rows that may pass the conditions of the row at hand. */
    Iterator<Object[]> rows(Scope scope, RowView row) {
        List<VirtualTable.Key> values = new ArrayList<>(keys.size());
        for (Key key : keys) {
            Object value = key.value.value(scope, row);
            if (value == null) return Collections.emptyIterator();
            if (key.form != Form.EQUAL) value = ExactPatterns.text(key.form, (String) value);
            if (value != null) values.add(new VirtualTable.Key(key.column, value));
        }
        return values.isEmpty() ? table.rows(scope.context()) : table.rows(scope.context(), values);
    }
}
