package io.craton.sql.pgcatalog;

import io.craton.core.type.TypeOid;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Builds rows of a wide view by the names of its columns; what is not set is null. One thread. */
final class NamedRow {
    private final Shape shape;
    private final Map<String, Integer> positions = new HashMap<>();
    private final Consumer<Object[]> out;
    private Object[] row;

    NamedRow(Shape shape, Consumer<Object[]> out) {
        this.shape = shape;
        this.out = out;
        this.row = new Object[shape.attributes().size()];
        for (int i = 0; i < row.length; i++) positions.put(shape.attributes().get(i).name(), i);
    }

    /** Numbers are given as int or long, booleans as yes or no. */
    NamedRow set(String column, @Nullable Object value) {
        Integer at = positions.get(column);
        if (at == null) throw new IllegalArgumentException(shape.name() + " has no column " + column);
        row[at] = value instanceof Integer number ? (Object) (long) number
                : value instanceof Boolean flag && shape.attributes().get(at).type().oid() != TypeOid.BOOL ? flag ? "YES" : "NO" : value;
        return this;
    }

    /** Sets PREFIX_catalog, PREFIX_schema and PREFIX_name. */
    NamedRow name(String prefix, String catalog, @Nullable String schema, String name) {
        set(prefix + "_catalog", catalog);
        set(prefix + "_schema", schema);
        return set(prefix + "_name", name);
    }

    boolean has(String column) {
        return positions.containsKey(column);
    }

    /** Hands the row out and begins the next. */
    void end() {
        out.accept(row);
        row = new Object[row.length];
    }
}
