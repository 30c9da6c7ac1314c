package io.craton.conformance.psql;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A script as psql reads it: a place in a text, in front of which the values of variables are pushed. COPY data is cut out of the text behind the line
 * that is being read.
 */
final class Script {
    private record Expansion(String variable, String text, int[] at) {}

    private final Deque<Expansion> expansions = new ArrayDeque<>();
    private String text;
    private int at;
    private int line = 1;
    private int shift;
    private int linesCut;
    private int charactersCut;
    private int cutAt = -1;

    Script(String text) {
        this.text = text;
    }

    boolean expanding() {
        return !expansions.isEmpty();
    }

    boolean expanding(String variable) {
        return expansions.stream().anyMatch(e -> e.variable().equals(variable));
    }

    void push(String variable, String value) {
        expansions.push(new Expansion(variable, value, new int[1]));
    }

    /** The place in the script as it was before COPY data was cut out. */
    int offset() {
        return at + shift;
    }

    int line() {
        return line;
    }

    /** The character {@code ahead} places on in what is being read, or -1 at its end. */
    int peek(int ahead) {
        Expansion top = expansions.peek();
        String source = top == null ? text : top.text();
        int place = (top == null ? at : top.at()[0]) + ahead;
        return place < source.length() ? source.charAt(place) : -1;
    }

    boolean startsWith(String wanted) {
        for (int i = 0; i < wanted.length(); i++) {
            if (peek(i) != wanted.charAt(i)) return false;
        }
        return true;
    }

    /** Takes the next {@code count} characters of what is being read. */
    String take(int count) {
        Expansion top = expansions.peek();
        if (top != null) {
            String taken = top.text().substring(top.at()[0], top.at()[0] + count);
            top.at()[0] += count;
            return taken;
        }
        for (int i = at; i < at + count; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                if (i == cutAt) {
                    line += linesCut;
                    shift += charactersCut;
                    linesCut = 0;
                    charactersCut = 0;
                    cutAt = -1;
                }
            }
        }
        String taken = text.substring(at, at + count);
        at += count;
        return taken;
    }

    /** Leaves the value of a variable that was read to its end; false at the end of the script itself. */
    boolean pop() {
        if (expansions.isEmpty()) return false;
        expansions.pop();
        return true;
    }

    /** Cuts out the lines behind the present one up to {@code \.}, as psql does when the server asks for COPY data. */
    String copyData() {
        int from = text.indexOf('\n', at);
        if (from < 0) return "";
        from++;
        int scan = from;
        while (scan < text.length()) {
            int end = text.indexOf('\n', scan);
            if (end < 0) end = text.length();
            String row = text.substring(scan, end);
            int next = Math.min(end + 1, text.length());
            if (row.equals("\\.") || row.equals("\\.\r")) {
                String data = text.substring(from, scan);
                cut(from, next);
                return data;
            }
            scan = next;
        }
        String data = text.substring(from);
        cut(from, text.length());
        return data;
    }

    private void cut(int from, int to) {
        linesCut += (int) text.substring(from, to).chars().filter(c -> c == '\n').count();
        charactersCut += to - from;
        cutAt = from - 1;
        text = text.substring(0, from) + text.substring(to);
    }
}
