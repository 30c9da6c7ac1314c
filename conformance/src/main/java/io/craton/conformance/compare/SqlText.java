package io.craton.conformance.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The little that has to be known about a statement's text: its words outside quotes and comments, with the depth of parentheses. */
final class SqlText {
    private static final Pattern TOKEN = Pattern.compile("(?s)--[^\\n]*|/\\*.*?\\*/|'[^']*'|\"[^\"]*\"|\\$(\\w*)\\$.*?\\$\\1\\$|[A-Za-z_][\\w$]*|[()]");
    private static final Set<String> KINDS = Set.of("table", "view", "sequence", "index", "function", "procedure", "aggregate", "type", "domain", "schema",
            "trigger", "role", "user", "group", "rule", "policy", "collation", "extension", "into", "from");
    private static final Set<String> MODIFIERS = Set.of("or", "replace", "temp", "temporary", "unlogged", "unique", "recursive", "materialized", "constraint",
            "global", "local", "foreign", "only");
    private static final Set<String> FILLERS = Set.of("if", "not", "exists", "only", "concurrently");

    private SqlText() {}

    static boolean begins(String sql, String word) {
        List<String> words = words(sql, 0);
        return !words.isEmpty() && words.getFirst().equals(word);
    }

    /** Whether the order of the rows is the statement's own wish: ORDER BY outside all parentheses. */
    static boolean ordered(String sql) {
        List<String> words = words(sql, 0);
        for (int i = 0; i + 1 < words.size(); i++) {
            if (words.get(i).equals("order") && words.get(i + 1).equals("by")) return true;
        }
        return false;
    }

    /** Lower-case words; quoted identifiers without their quotes. */
    static List<String> words(String sql, int depthMax) {
        List<String> words = new ArrayList<>();
        int depth = 0;
        Matcher matcher = TOKEN.matcher(sql);
        while (matcher.find()) {
            char first = matcher.group().charAt(0);
            if (first == '(') depth++;
            else if (first == ')') depth--;
            else if (depth <= depthMax && (Character.isLetter(first) || first == '_')) words.add(matcher.group().toLowerCase(Locale.ROOT));
            else if (depth <= depthMax && first == '"') words.add(matcher.group().substring(1, matcher.group().length() - 1));
        }
        return words;
    }

    /** The name of the object that a CREATE, ALTER, INSERT, UPDATE, DELETE, COPY or TRUNCATE is about; empty when none is seen. */
    static String target(String sql) {
        List<String> words = words(sql, 0);
        if (words.isEmpty()) return "";
        int at = 1;
        while (at < words.size() && MODIFIERS.contains(words.get(at))) at++;
        boolean named = at < words.size() && KINDS.contains(words.get(at));
        switch (words.getFirst()) {
            case "create", "alter", "insert", "delete" -> {
                if (!named) return "";
                at++;
            }
            case "update", "copy" -> {}
            case "truncate" -> {
                if (named) at++;
            }
            default -> {
                return "";
            }
        }
        while (at + 1 < words.size() && FILLERS.contains(words.get(at))) at++;
        return at < words.size() ? words.get(at) : "";
    }
}
