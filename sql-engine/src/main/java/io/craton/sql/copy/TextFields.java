package io.craton.sql.copy;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** COPY's text format: fields between delimiters, backslash escapes, one line a row, {@code \.} ends. One thread. */
final class TextFields implements FieldReader {
    private enum EndOfLine { UNKNOWN, LF, CR, CRLF }

    private final CopyInput in;
    private final byte delimiter;
    private final byte[] nullText;
    private int count;
    private int[] starts = new int[32];
    private int[] ends = new int[32];
    private boolean[] nulls = new boolean[32];
    private byte[] unescaped = new byte[256];
    private boolean[] inUnescaped = new boolean[32];
    private long line;
    private int lineStart;
    private int lineEnd;
    private EndOfLine endOfLine = EndOfLine.UNKNOWN;
    private boolean finished;

    TextFields(CopyInput in, CopyOptions options) {
        this.in = in;
        this.delimiter = (byte) options.delimiter();
        this.nullText = options.nullText().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean next() {
        if (finished || !readLine()) {
            finished = true;
            return false;
        }
        if (lineEnd - lineStart == 2 && in.bytes[lineStart] == '\\' && in.bytes[lineStart + 1] == '.') {
            in.drain();
            finished = true;
            return false;
        }
        split();
        return true;
    }

    /** Finds the end of the next line; escaped line ends belong to the data. */
    private boolean readLine() {
        in.mark = in.position;
        int at = in.position;
        while (true) {
            if (at >= in.limit) {
                int offset = at - in.mark;
                if (!in.more()) {
                    if (offset == 0) return false;
                    return endLine(in.limit, in.limit);
                }
                at = in.mark + offset;
                continue;
            }
            byte b = in.bytes[at];
            if (b == '\n') {
                if (endOfLine == EndOfLine.CR || endOfLine == EndOfLine.CRLF) throw literal("newline", "\\n");
                endOfLine = EndOfLine.LF;
                return endLine(at, at + 1);
            }
            if (b == '\r') {
                if (endOfLine == EndOfLine.LF) throw literal("carriage return", "\\r");
                if (at + 1 >= in.limit && endOfLine != EndOfLine.CR) {
                    int offset = at - in.mark;
                    boolean more = in.more();
                    at = in.mark + offset;
                    if (!more) return endLine(at, at + 1);
                }
                if (at + 1 < in.limit && in.bytes[at + 1] == '\n' && endOfLine != EndOfLine.CR) {
                    endOfLine = EndOfLine.CRLF;
                    return endLine(at, at + 2);
                }
                endOfLine = EndOfLine.CR;
                return endLine(at, at + 1);
            }
            if (b == '\\') {
                at++;
                if (at >= in.limit) {
                    int offset = at - in.mark;
                    if (!in.more()) continue;
                    at = in.mark + offset;
                }
                at++;
                continue;
            }
            at++;
        }
    }

    private boolean endLine(int end, int next) {
        lineStart = in.mark;
        lineEnd = end;
        in.position = next;
        line++;
        return true;
    }

    private PgException literal(String what, String escape) {
        return io.craton.core.error.PgError.error(SqlState.BAD_COPY_FILE_FORMAT, "literal " + what + " found in data")
                .withHint("Use \"" + escape + "\" to represent " + what + ".").exception();
    }

    private void split() {
        byte[] bytes = in.bytes;
        count = 0;
        int used = 0;
        int at = lineStart;
        int start = at;
        boolean escaped = false;
        while (true) {
            if (at < lineEnd && bytes[at] != delimiter) {
                if (bytes[at] == '\\') {
                    escaped = true;
                    at += 2;
                } else {
                    at++;
                }
                continue;
            }
            int end = Math.min(at, lineEnd);
            if (count == starts.length) grow();
            nulls[count] = Arrays.equals(bytes, start, end, nullText, 0, nullText.length);
            inUnescaped[count] = escaped && !nulls[count];
            if (inUnescaped[count]) {
                if (unescaped.length < used + end - start) unescaped = Arrays.copyOf(unescaped, Math.max(unescaped.length * 2, used + end - start));
                starts[count] = used;
                used = unescape(bytes, start, end, used);
                ends[count] = used;
            } else {
                starts[count] = start;
                ends[count] = end;
            }
            count++;
            if (at >= lineEnd) return;
            at++;
            start = at;
            escaped = false;
        }
    }

    private void grow() {
        int size = starts.length * 2;
        starts = Arrays.copyOf(starts, size);
        ends = Arrays.copyOf(ends, size);
        nulls = Arrays.copyOf(nulls, size);
        inUnescaped = Arrays.copyOf(inUnescaped, size);
    }

    private int unescape(byte[] from, int start, int end, int to) {
        int out = to;
        for (int i = start; i < end; i++) {
            byte b = from[i];
            if (b != '\\' || i + 1 >= end) {
                unescaped[out++] = b;
                continue;
            }
            byte c = from[++i];
            switch (c) {
                case 'b' -> unescaped[out++] = '\b';
                case 'f' -> unescaped[out++] = '\f';
                case 'n' -> unescaped[out++] = '\n';
                case 'r' -> unescaped[out++] = '\r';
                case 't' -> unescaped[out++] = '\t';
                case 'v' -> unescaped[out++] = 11;
                case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                    int value = c - '0';
                    for (int n = 0; n < 2 && i + 1 < end && from[i + 1] >= '0' && from[i + 1] <= '7'; n++) value = value * 8 + from[++i] - '0';
                    unescaped[out++] = (byte) value;
                }
                case 'x' -> {
                    int digits = 0;
                    int value = 0;
                    while (digits < 2 && i + 1 < end && Character.digit(from[i + 1], 16) >= 0) {
                        value = value * 16 + Character.digit(from[++i], 16);
                        digits++;
                    }
                    unescaped[out++] = digits == 0 ? (byte) 'x' : (byte) value;
                }
                default -> unescaped[out++] = c;
            }
        }
        return out;
    }

    @Override
    public int fields() {
        return count;
    }

    @Override
    public boolean isNull(int field) {
        return nulls[field];
    }

    @Override
    public byte[] bytes(int field) {
        return inUnescaped[field] ? unescaped : in.bytes;
    }

    @Override
    public int start(int field) {
        return starts[field];
    }

    @Override
    public int end(int field) {
        return ends[field];
    }

    @Override
    public long line() {
        return line;
    }

    @Override
    public String lineText() {
        return new String(in.bytes, lineStart, lineEnd - lineStart, StandardCharsets.UTF_8);
    }
}
