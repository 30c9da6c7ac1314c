package io.craton.sql.function;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** PostgreSQL 15's key words with their categories, from {@code keywords.tsv}. */
public final class Keywords {
    private static final Map<String, Keyword> WORDS = load();

    private Keywords() {}

    /** @param category U, C, T or R as pg_get_keywords says */
    public record Keyword(String word, char category, boolean bareLabel) {
        String categoryDescription() {
            return switch (category) {
                case 'U' -> "unreserved";
                case 'C' -> "unreserved (cannot be function or type name)";
                case 'T' -> "reserved (can be function or type name)";
                default -> "reserved";
            };
        }

        String labelDescription() {
            return bareLabel ? "can be bare label" : "requires AS";
        }
    }

    public static Collection<Keyword> all() {
        return WORDS.values();
    }

    /** Whether the word, in lower case, cannot be an identifier everywhere without quotes. */
    public static boolean needsQuotes(String word) {
        Keyword keyword = WORDS.get(word);
        return keyword != null && keyword.category != 'U';
    }

    private static Map<String, Keyword> load() {
        Map<String, Keyword> words = new LinkedHashMap<>();
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(Keywords.class.getResourceAsStream("keywords.tsv"), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("#")) continue;
                String[] column = line.split("\t");
                words.put(column[0], new Keyword(column[0], column[1].charAt(0), column[2].equals("t")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return words;
    }
}
