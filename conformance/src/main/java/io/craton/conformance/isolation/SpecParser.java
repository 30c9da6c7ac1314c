package io.craton.conformance.isolation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the language of the specs: words, names in double quotes, blocks of SQL in braces, comments behind #. For one text. */
final class SpecParser {
    private final String text;
    private int at;

    private SpecParser(String text) {
        this.text = text;
    }

    static Spec parse(String text) throws IOException {
        return new SpecParser(text).spec();
    }

    private Spec spec() throws IOException {
        List<String> setup = new ArrayList<>();
        String teardown = null;
        List<Spec.Session> sessions = new ArrayList<>();
        List<List<Spec.Use>> permutations = new ArrayList<>();
        for (String word = word(); word != null; word = word()) {
            switch (word) {
                case "setup" -> setup.add(block());
                case "teardown" -> teardown = block();
                case "session" -> sessions.add(session());
                case "permutation" -> permutations.add(permutation());
                default -> throw new IOException("unexpected " + word);
            }
        }
        return new Spec(setup, teardown, sessions, permutations);
    }

    private Spec.Session session() throws IOException {
        String name = name();
        String setup = null;
        String teardown = null;
        Map<String, String> steps = new LinkedHashMap<>();
        while (true) {
            int before = at;
            String word = word();
            if ("setup".equals(word)) setup = block();
            else if ("teardown".equals(word)) teardown = block();
            else if ("step".equals(word)) steps.put(name(), block());
            else {
                at = before;
                return new Spec.Session(name, setup, teardown, steps);
            }
        }
    }

    private List<Spec.Use> permutation() throws IOException {
        List<Spec.Use> uses = new ArrayList<>();
        while (true) {
            int before = at;
            String word = word();
            if (word == null || List.of("permutation", "session", "setup", "teardown").contains(word)) {
                at = before;
                return uses;
            }
            boolean waits = false;
            List<String> until = new ArrayList<>();
            if (next() == '(') {
                for (at++; next() != ')'; ) {
                    if (next() == ',') {
                        at++;
                    } else if (next() == '*') {
                        at++;
                        waits = true;
                    } else {
                        String other = name();
                        int mark = at;
                        // Counts of notices only order the report.
                        if ("notices".equals(word())) word();
                        else {
                            at = mark;
                            until.add(other);
                        }
                    }
                }
                at++;
            }
            uses.add(new Spec.Use(word, waits, until));
        }
    }

    /** Skips blanks and comments; the character that follows, 0 at the end. */
    private char next() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') at = text.indexOf('\n', at) < 0 ? text.length() : text.indexOf('\n', at);
            else if (Character.isWhitespace(c)) at++;
            else return c;
        }
        return 0;
    }

    private @Nullable String word() {
        char c = next();
        if (c == 0 || c == ')' || c == '(' || c == '{') return null;
        int start = at;
        if (c == '"') {
            at = text.indexOf('"', at + 1) + 1;
            return text.substring(start + 1, at - 1);
        }
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || "_-".indexOf(text.charAt(at)) >= 0)) at++;
        if (at == start) at++;
        return text.substring(start, at);
    }

    private String name() throws IOException {
        String word = word();
        if (word == null) throw new IOException("a name is missing at " + at);
        return word;
    }

    private String block() throws IOException {
        if (next() != '{') throw new IOException("a block is missing at " + at);
        int end = text.indexOf('}', at);
        String block = text.substring(at + 1, end).strip();
        at = end + 1;
        return block;
    }
}
