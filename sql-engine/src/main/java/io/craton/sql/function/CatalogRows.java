package io.craton.sql.function;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads the tab-separated tables beside this class; lines that begin with # are comments. */
final class CatalogRows {
    private static final int PG_CATALOG = 11;

    private CatalogRows() {}

    static <T> List<T> read(String file, Function<String[], T> row) {
        List<T> rows = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(CatalogRows.class.getResourceAsStream(file), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.startsWith("# ")) rows.add(row.apply(line.split("\t", -1)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(rows);
    }

    static FunctionDef function(String[] c) {
        return new FunctionDef(oid(c[0]), c[1], c.length > 20 ? oid(c[20]) : PG_CATALOG, c[2].charAt(0), flag(c[3]), c[4].charAt(0), flag(c[5]), oid(c[6]),
                oid(c[7]), oids(c[8]), oids(c[9]), c[10], names(c[11]), defaults(c[12]), c[13], c[14], c[15].charAt(0),
                Double.parseDouble(c[16]), Double.parseDouble(c[17]), flag(c[18]), flag(c[19]));
    }

    static OperatorDef operator(String[] c) {
        return new OperatorDef(oid(c[0]), c[1], c[2].charAt(0), oid(c[3]), oid(c[4]), oid(c[5]), oid(c[6]), oid(c[7]), oid(c[8]),
                c[9], c[10], flag(c[11]), flag(c[12]));
    }

    static CastRow cast(String[] c) {
        return new CastRow(oid(c[0]), oid(c[1]), oid(c[2]), oid(c[3]), c[4].charAt(0), c[5].charAt(0));
    }

    static AggregateRow aggregate(String[] c) {
        return new AggregateRow(oid(c[0]), c[1].charAt(0), oid(c[2]), c[3], c[4], c[5], oid(c[6]), oid(c[7]), c[8]);
    }

    static OperatorClass operatorClass(String[] c) {
        return new OperatorClass(oid(c[0]), c[1], c[2], oid(c[3]), oid(c[4]), flag(c[5]), oid(c[6]));
    }

    static int oid(String text) {
        return Integer.parseInt(text);
    }

    private static boolean flag(String text) {
        return text.equals("t");
    }

    private static List<Integer> oids(String text) {
        if (text.isEmpty()) return List.of();
        List<Integer> oids = new ArrayList<>();
        for (String part : text.split(" ")) oids.add(Integer.valueOf(part));
        return oids;
    }

    private static List<String> names(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(",", -1));
    }

    /** Splits {@code '{}'::text[], 0, true} at commas outside quotes and brackets. */
    private static List<String> defaults(String text) {
        if (text.isEmpty()) return List.of();
        List<String> parts = new ArrayList<>();
        int start = 0;
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\'') quoted = !quoted;
            else if (quoted) continue;
            else if (c == '(' || c == '[') depth++;
            else if (c == ')' || c == ']') depth--;
            else if (c == ',' && depth == 0) {
                parts.add(text.substring(start, i).trim());
                start = i + 1;
            }
        }
        parts.add(text.substring(start).trim());
        return parts;
    }
}
