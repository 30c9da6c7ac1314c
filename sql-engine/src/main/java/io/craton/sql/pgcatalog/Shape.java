package io.craton.sql.pgcatalog;

import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What is fixed about a system relation: its row of pg_class and its rows of pg_attribute, PostgreSQL 15's own. Read from {@code relations.tsv} and
 * {@code columns.tsv}; Craton's own, whose oids are between 9000 and 9999, from the files of these names with {@code craton_} in front.
 *
 * @param kind relkind: r or v
 * @param rowType oid of its row type
 * @param arrayType oid of the type of arrays of rows
 * @param shared the same in all databases
 * @param options reloptions
 */
record Shape(int oid, String schema, String name, char kind, int rowType, int arrayType, boolean shared, boolean hasIndex, @Nullable String acl,
        Map<String, String> options, List<Attribute> attributes) {
    static final int PG_CATALOG = 11;
    static final int INFORMATION_SCHEMA = 13207;

    /** Types of information_schema are domains; values, text forms and comparisons are those of the base type. */
    private static final Map<Integer, Integer> BASE_TYPES = Map.of(13221, 23, 13224, 1043, 13226, 19, 13232, 1184, 13234, 1043);

    /** @param typeOid pg_attribute.atttypid */
    record Attribute(int number, String name, int typeOid, int typmod, boolean notNull, int collation) {
        /** The type of its datums: the base of a domain; arrays of row types, always null, as anyarray. */
        PgType type() {
            PgType type = PgTypes.find(BASE_TYPES.getOrDefault(typeOid, typeOid));
            return type != null ? type : PgTypes.get(TypeOid.ANYARRAY);
        }
    }

    Shape {
        options = Map.copyOf(options);
        attributes = List.copyOf(attributes);
    }

    int schemaOid() {
        return schema.equals("pg_catalog") ? PG_CATALOG : INFORMATION_SCHEMA;
    }

    /** Position of a column, 0-based. */
    int index(String column) {
        for (int i = 0; i < attributes.size(); i++) {
            if (attributes.get(i).name.equals(column)) return i;
        }
        throw new IllegalArgumentException(name + " has no column " + column);
    }

    private static Map<String, String> options(String text) {
        int equals = text.indexOf('=');
        return equals < 0 ? Map.of() : Map.of(text.substring(0, equals), text.substring(equals + 1));
    }

    /** PostgreSQL's, and behind them Craton's own. */
    private static List<String[]> both(String file) {
        List<String[]> lines = new ArrayList<>(Resources.lines(file));
        lines.addAll(Resources.lines("craton_" + file));
        return lines;
    }

    /** All system relations, PostgreSQL's in order of oid, then Craton's own. */
    static List<Shape> load() {
        Map<Integer, List<Attribute>> attributes = new HashMap<>();
        for (String[] c : both("columns.tsv")) {
            attributes.computeIfAbsent(Integer.valueOf(c[0]), oid -> new ArrayList<>()).add(new Attribute(Integer.parseInt(c[1]), c[2],
                    Integer.parseInt(c[3]), Integer.parseInt(c[4]), c[5].equals("t"), Integer.parseInt(c[6])));
        }
        List<Shape> shapes = new ArrayList<>();
        for (String[] c : both("relations.tsv")) {
            int oid = Integer.parseInt(c[0]);
            shapes.add(new Shape(oid, c[1], c[2], c[3].charAt(0), Integer.parseInt(c[4]), Integer.parseInt(c[8]), c[5].equals("t"),
                    c[6].equals("t"), c[7].isEmpty() ? null : c[7], options(c[9]), attributes.getOrDefault(oid, List.of())));
        }
        return List.copyOf(shapes);
    }
}
