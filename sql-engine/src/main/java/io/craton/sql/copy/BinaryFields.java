package io.craton.sql.copy;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** COPY's binary format: signature, flags, then counted fields. One thread. */
final class BinaryFields implements FieldReader {
    static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};

    private final CopyInput in;
    private int count;
    private int[] starts = new int[32];
    private int[] lengths = new int[32];
    private long line;
    private boolean opened;
    private boolean finished;

    BinaryFields(CopyInput in) {
        this.in = in;
    }

    @Override
    public boolean next() {
        if (finished) return false;
        if (!opened) open();
        in.mark = in.position;
        if (!in.moreUntil(2)) {
            if (in.position < in.limit) throw truncated();
            finished = true;
            return false;
        }
        count = shortAt(in.position);
        if (count == -1) {
            in.position += 2;
            if (in.available()) throw new PgException(SqlState.BAD_COPY_FILE_FORMAT, "received copy data after EOF marker");
            finished = true;
            return false;
        }
        if (count < 0) throw new PgException(SqlState.BAD_COPY_FILE_FORMAT, "invalid field count in COPY file");
        line++;
        if (count > starts.length) {
            starts = Arrays.copyOf(starts, count);
            lengths = Arrays.copyOf(lengths, count);
        }
        // Offsets from the mark: the window may move while the row is completed.
        int offset = 2;
        for (int i = 0; i < count; i++) {
            need(offset + 4);
            int length = intAt(in.mark + offset);
            offset += 4;
            if (length < -1) throw new PgException(SqlState.BAD_COPY_FILE_FORMAT, "invalid field size");
            starts[i] = offset;
            lengths[i] = length;
            if (length > 0) {
                need(offset + length);
                offset += length;
            }
        }
        in.position = in.mark + offset;
        return true;
    }

    private void need(int bytesFromMark) {
        in.position = in.mark;
        if (!in.moreUntil(bytesFromMark)) throw truncated();
    }

    private static PgException truncated() {
        return new PgException(SqlState.BAD_COPY_FILE_FORMAT, "unexpected EOF in COPY data");
    }

    private void open() {
        opened = true;
        in.mark = in.position;
        if (!in.moreUntil(19) || !Arrays.equals(in.bytes, in.position, in.position + 11, SIGNATURE, 0, 11)) {
            throw new PgException(SqlState.BAD_COPY_FILE_FORMAT, "COPY file signature not recognized");
        }
        int flags = intAt(in.position + 11);
        if ((flags & 1 << 16) != 0) throw new PgException(SqlState.BAD_COPY_FILE_FORMAT, "invalid COPY file header (WITH OIDS)");
        if ((flags & 0xffff0000) != 0) throw new PgException(SqlState.BAD_COPY_FILE_FORMAT, "unrecognized critical flags in COPY file header");
        int extension = intAt(in.position + 15);
        if (extension < 0 || !in.moreUntil(19 + extension)) {
            throw new PgException(SqlState.BAD_COPY_FILE_FORMAT, "invalid COPY file header (missing length)");
        }
        in.position += 19 + extension;
    }

    private int shortAt(int at) {
        return (short) ((in.bytes[at] & 0xff) << 8 | in.bytes[at + 1] & 0xff);
    }

    private int intAt(int at) {
        byte[] b = in.bytes;
        return (b[at] & 0xff) << 24 | (b[at + 1] & 0xff) << 16 | (b[at + 2] & 0xff) << 8 | b[at + 3] & 0xff;
    }

    @Override
    public int fields() {
        return count;
    }

    @Override
    public boolean isNull(int field) {
        return lengths[field] == -1;
    }

    @Override
    public byte[] bytes(int field) {
        return in.bytes;
    }

    @Override
    public int start(int field) {
        return in.mark + starts[field];
    }

    @Override
    public int end(int field) {
        return in.mark + starts[field] + Math.max(0, lengths[field]);
    }

    @Override
    public long line() {
        return line;
    }

    @Override
    public @Nullable String lineText() {
        return null;
    }
}
