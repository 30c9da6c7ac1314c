package io.craton.bench.tpch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The texts of schema and queries, with places of the form {@code :name} for the parameters. */
final class QueryText {
    private static final Pattern PLACE = Pattern.compile(":([a-z]+[0-9]?)");

    private QueryText() {}

    static String schema() {
        return read("schema.sql");
    }

    /** Indexes on the foreign keys, which the standard allows and without which PostgreSQL has no good plan for some queries. */
    static String indexes() {
        return read("indexes.sql");
    }

    /** Query {@code number} (1 to 22) with its parameters filled in. */
    static String query(int number, Map<String, String> parameters) {
        return substitute(read("q%02d.sql".formatted(number)), parameters);
    }

    static String substitute(String template, Map<String, String> parameters) {
        Matcher places = PLACE.matcher(template);
        return places.replaceAll(place -> {
            String value = parameters.get(place.group(1));
            if (value == null) throw new IllegalArgumentException("no value for " + place.group());
            return Matcher.quoteReplacement(value);
        });
    }

    private static String read(String name) {
        try (InputStream in = QueryText.class.getResourceAsStream(name)) {
            if (in == null) throw new IllegalStateException("missing resource " + name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
