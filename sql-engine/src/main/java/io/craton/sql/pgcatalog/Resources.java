package io.craton.sql.pgcatalog;

import io.craton.core.type.FormatContext;
import io.craton.core.type.TypeCodecs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The tab-separated tables beside this class; lines that begin with "# " are comments. */
final class Resources {
    private Resources() {}

    static List<String[]> lines(String file) {
        return lines(Resources.class, file);
    }

    static List<String[]> lines(Class<?> beside, String file) {
        List<String[]> rows = new ArrayList<>();
        InputStream stream = beside.getResourceAsStream(file);
        if (stream == null) throw new IllegalStateException("resource " + file + " is missing");
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.startsWith("# ")) rows.add(line.split("\t", -1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    /** Rows of a catalog that never change, in COPY's text form: {@code NAME.tsv} has all columns of the shape; {@code \N} is null. */
    static List<Object[]> rows(Shape shape) {
        List<Object[]> rows = new ArrayList<>();
        for (String[] fields : lines(shape.name() + ".tsv")) {
            Object[] row = new Object[fields.length];
            for (int i = 0; i < fields.length; i++) {
                if (fields[i].equals("\\N")) continue;
                row[i] = TypeCodecs.fromText(shape.attributes().get(i).type(), fields[i], -1, FormatContext.DEFAULT);
            }
            rows.add(row);
        }
        return rows;
    }
}
