package io.craton.sql.copy;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** COPY's csv format: quoted fields may hold delimiters, line ends and doubled quotes. One thread. */
final class CsvFields implements FieldReader {
    private final CopyInput in;
    private final byte delimiter;
    private final byte quote;
    private final byte escape;
    private final byte[] nullText;
    private int count;
    private int[] starts = new int[32];
    private int[] ends = new int[32];
    private boolean[] quoted = new boolean[32];
    private byte[] row = new byte[1024];
    private int used;
    private long line;
    private long rowLine;
    private boolean finished;
    private boolean unterminated;

    CsvFields(CopyInput in, CopyOptions options) {
        this.in = in;
        this.delimiter = (byte) options.delimiter();
        this.quote = (byte) options.quote();
        this.escape = (byte) options.escape();
        this.nullText = options.nullText().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean next() {
        if (finished) return false;
        in.mark = in.position;
        if (!in.available()) {
            finished = true;
            return false;
        }
        line++;
        rowLine = line;
        count = 0;
        used = 0;
        if (endMark()) {
            in.drain();
            finished = true;
            return false;
        }
        while (field()) { }
        return true;
    }

    /** {@code \.} alone on a line. */
    private boolean endMark() {
        if (in.bytes[in.position] != '\\' || !in.moreUntil(2) || in.bytes[in.position + 1] != '.') return false;
        if (!in.moreUntil(3)) return true;
        byte after = in.bytes[in.position + 2];
        return after == '\n' || after == '\r';
    }

    /** Reads one field into the row buffer; true when another follows on the line. */
    private boolean field() {
        if (count == starts.length) grow();
        starts[count] = used;
        quoted[count] = false;
        boolean inQuotes = false;
        while (true) {
            if (!in.available()) {
                if (inQuotes) {
                    unterminated = true;
                    throw new PgException(SqlState.BAD_COPY_FILE_FORMAT, "unterminated CSV quoted field");
                }
                ends[count++] = used;
                return false;
            }
            byte b = in.bytes[in.position++];
            if (inQuotes) {
                if (b == escape && in.available() && (in.bytes[in.position] == quote || in.bytes[in.position] == escape)) {
                    append(in.bytes[in.position++]);
                } else if (b == quote) {
                    inQuotes = false;
                } else {
                    if (b == '\n') line++;
                    append(b);
                }
            } else if (b == quote) {
                inQuotes = true;
                quoted[count] = true;
            } else if (b == delimiter) {
                ends[count++] = used;
                return true;
            } else if (b == '\n') {
                ends[count++] = used;
                return false;
            } else if (b == '\r') {
                if (in.available() && in.bytes[in.position] == '\n') in.position++;
                ends[count++] = used;
                return false;
            } else {
                append(b);
            }
        }
    }

    private void append(byte b) {
        if (used == row.length) row = Arrays.copyOf(row, used * 2);
        row[used++] = b;
    }

    private void grow() {
        int size = starts.length * 2;
        starts = Arrays.copyOf(starts, size);
        ends = Arrays.copyOf(ends, size);
        quoted = Arrays.copyOf(quoted, size);
    }

    @Override
    public int fields() {
        return count;
    }

    @Override
    public boolean isNull(int field) {
        return !quoted[field] && isNullText(field);
    }

    /** Whether the field's text is the null text, quoted or not: for FORCE_NULL. */
    boolean isNullText(int field) {
        return Arrays.equals(row, starts[field], ends[field], nullText, 0, nullText.length);
    }

    @Override
    public byte[] bytes(int field) {
        return row;
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
        return rowLine;
    }

    @Override
    public String lineText() {
        int end = in.position;
        if (!unterminated) {
            if (end > in.mark && in.bytes[end - 1] == '\n') end--;
            if (end > in.mark && in.bytes[end - 1] == '\r') end--;
        }
        return new String(in.bytes, in.mark, end - in.mark, StandardCharsets.UTF_8);
    }
}
