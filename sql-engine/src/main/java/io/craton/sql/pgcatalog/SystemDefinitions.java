package io.craton.sql.pgcatalog;

import io.craton.sql.function.Quoting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Indexes and keys of the system catalogs as SQL; null for oids of others. */
public final class SystemDefinitions {
    private record Definition(BuiltinIndex index, String table, List<String> columns) {}

    private static final Map<Integer, Definition> BY_INDEX = new HashMap<>();
    private static final Map<Integer, Definition> BY_CONSTRAINT = new HashMap<>();

    static {
        Map<Integer, Shape> shapes = new HashMap<>();
        for (Shape shape : Shape.load()) shapes.put(shape.oid(), shape);
        for (BuiltinIndex index : BuiltinIndex.all()) {
            Shape shape = shapes.get(index.tableOid());
            List<String> columns = new ArrayList<>();
            for (int column : index.columns()) columns.add(Quoting.identifier(shape.attributes().get(column - 1).name()));
            Definition definition = new Definition(index, shape.name(), columns);
            BY_INDEX.put(index.oid(), definition);
            if (index.constraintOid() != 0) BY_CONSTRAINT.put(index.constraintOid(), definition);
        }
    }

    private SystemDefinitions() {}

    public static @Nullable String index(int oid) {
        Definition found = BY_INDEX.get(oid);
        return found == null ? null : "CREATE " + (found.index.unique() ? "UNIQUE " : "") + "INDEX " + found.index.name() + " ON pg_catalog."
                + found.table + " USING btree (" + String.join(", ", found.columns) + ")";
    }

    /** @param number 1-based; "" beyond the last */
    public static @Nullable String indexColumn(int oid, int number) {
        Definition found = BY_INDEX.get(oid);
        if (found == null) return null;
        return number >= 1 && number <= found.columns.size() ? found.columns.get(number - 1) : "";
    }

    public static @Nullable String constraint(int oid) {
        Definition found = BY_CONSTRAINT.get(oid);
        return found == null ? null : (found.index.primary() ? "PRIMARY KEY (" : "UNIQUE (") + String.join(", ", found.columns) + ")";
    }
}
