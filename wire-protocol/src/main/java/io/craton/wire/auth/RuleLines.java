package io.craton.wire.auth;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines of pg_hba.conf and pg_ident.conf: fields separated by blanks, each a list separated by commas; double quotes keep blanks, commas and keywords;
 * {@code #} begins a comment, a backslash at the end of a line joins the next.
 */
final class RuleLines {
    /** @param quoted so it is a name, whatever it says */
    record Token(String text, boolean quoted) {
        boolean keyword(String word) {
            return !quoted && text.equals(word);
        }
    }

    record Line(int number, List<List<Token>> fields) {
        /** A field that is no list. */
        String only(int field) throws RuleError {
            List<Token> tokens = fields.get(field);
            if (tokens.size() > 1) throw new RuleError(number, "multiple values specified where there is one: " + tokens.getFirst().text() + ", ...");
            return tokens.getFirst().text();
        }
    }

    /** One line that cannot be used. */
    static final class RuleError extends Exception {
        private static final long serialVersionUID = 1L;

        RuleError(int line, String message) {
            super("line " + line + ": " + message);
        }
    }

    private RuleLines() {}

    static List<Line> of(String text) throws RuleError {
        List<Line> lines = new ArrayList<>();
        String[] raw = text.split("\n", -1);
        for (int i = 0; i < raw.length; i++) {
            int number = i + 1;
            StringBuilder whole = new StringBuilder(raw[i].stripTrailing());
            while (!whole.isEmpty() && whole.charAt(whole.length() - 1) == '\\' && i + 1 < raw.length) {
                whole.setLength(whole.length() - 1);
                whole.append(raw[++i].stripTrailing());
            }
            List<List<Token>> fields = fields(whole.toString(), number);
            if (!fields.isEmpty()) lines.add(new Line(number, fields));
        }
        return lines;
    }

    private static List<List<Token>> fields(String line, int number) throws RuleError {
        List<List<Token>> fields = new ArrayList<>();
        List<Token> field = new ArrayList<>();
        StringBuilder token = new StringBuilder();
        boolean quoted = false;
        boolean begun = false;
        boolean open = false;
        boolean comma = false;
        for (int i = 0; i <= line.length(); i++) {
            char c = i == line.length() ? '\n' : line.charAt(i);
            if (open && i < line.length()) {
                if (c != '"') token.append(c);
                else if (i + 1 < line.length() && line.charAt(i + 1) == '"') token.append(line.charAt(++i));
                else open = false;
                continue;
            }
            if (open) throw new RuleError(number, "a quotation mark is not closed");
            boolean comment = c == '#';
            if (c == ',' || c == '\n' || comment || Character.isWhitespace(c)) {
                if (begun) {
                    field.add(new Token(token.toString(), quoted));
                    token.setLength(0);
                    begun = quoted = false;
                    comma = false;
                }
                if (c == ',') comma = true;
                // A comma goes on with the field behind blanks.
                if (!comma && !field.isEmpty() && c != ',') {
                    fields.add(field);
                    field = new ArrayList<>();
                }
                if (comment) break;
            } else if (c == '"') {
                quoted = begun = open = true;
            } else {
                begun = true;
                token.append(c);
            }
        }
        if (!field.isEmpty()) fields.add(field);
        return fields;
    }
}
