package io.craton.sql.deparse;

/**
 * The text being printed: where its lines break and how deep they are indented. PostgreSQL's widths, so that the texts are the same.
 *
 * <p>One printing, one thread.
 */
final class Layout {
    /** Column at which select lists and FROM wrap; 0: after every entry, -1: never. */
    static final int NO_WRAP = -1;
    static final int STEP = 8;
    static final int JOIN = 4;
    static final int CONTINUATION = 4;
    private static final int DEEPEST = 40;

    private StringBuilder out = new StringBuilder();
    private int indent;
    final boolean lines;
    /** Fewer parentheses. */
    final boolean pretty;
    final int wrap;

    Layout(boolean pretty, boolean lines, int wrap) {
        this.pretty = pretty;
        this.lines = lines;
        this.wrap = wrap;
    }

    Layout add(String text) {
        out.append(text);
        return this;
    }

    void indent(int by) {
        indent += by;
    }

    int depth() {
        return indent;
    }

    void depth(int depth) {
        indent = depth;
    }

    /** An opening parenthesis that pretty texts leave out. */
    void open() {
        if (!pretty) out.append('(');
    }

    void close() {
        if (!pretty) out.append(')');
    }

    /** A word that begins a line when lines break: indentation changes before it, after it, and for this line only. */
    void word(String word, int before, int after, int plus) {
        if (!lines) {
            out.append(word);
            return;
        }
        indent += before;
        trim();
        out.append('\n');
        int amount;
        if (indent < DEEPEST) {
            amount = Math.max(indent, 0) + plus;
        } else {
            amount = (DEEPEST + (indent - DEEPEST) / (STEP / 2)) % DEEPEST + plus;
        }
        out.repeat(' ', amount).append(word);
        indent = Math.max(indent + after, 0);
    }

    void trim() {
        while (!out.isEmpty() && out.charAt(out.length() - 1) == ' ') out.setLength(out.length() - 1);
    }

    void back(int characters) {
        out.setLength(out.length() - characters);
    }

    /** Length of the last line so far. */
    private int column() {
        return out.length() - (out.lastIndexOf("\n") + 1);
    }

    /** Prints a part by itself. */
    String apart(Runnable part) {
        StringBuilder whole = out;
        out = new StringBuilder();
        part.run();
        String text = out.toString();
        out = whole;
        return text;
    }

    /** Appends an entry of a list, on a new line when it would be too long for this one or {@code forced}. */
    void entry(String text, boolean first, boolean forced) {
        if (lines && wrap >= 0) {
            if (text.startsWith("\n")) trim();
            else if (!first && (column() + text.length() > wrap || forced)) word("", -STEP, STEP, CONTINUATION);
        }
        out.append(text);
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
