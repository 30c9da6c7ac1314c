package io.craton.sql.testing;

import io.craton.core.error.PgError;
import io.craton.core.session.CopySource;
import io.craton.core.session.ResultSink;
import io.craton.core.session.RowDescription;
import io.craton.core.type.ByteWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what a statement answers: rows as text, tags, notices. One thread. */
public final class CollectingSink implements ResultSink {
    private final ByteWriter buffer = new ByteWriter(256);
    private int columns;
    private boolean described;
    private final List<List<@Nullable String>> rows = new ArrayList<>();
    private final List<String> tags = new ArrayList<>();
    private final List<PgError> notices = new ArrayList<>();
    private final List<String> notifications = new ArrayList<>();

    /** Rows of all statements of the message, in order. */
    public List<List<@Nullable String>> rows() {
        return rows;
    }

    public List<String> tags() {
        return tags;
    }

    public List<PgError> notices() {
        return notices;
    }

    /** Notifications as {@code channel:payload}. */
    public List<String> notifications() {
        return notifications;
    }

    /** A row description came: the statement is a query. */
    public boolean returnsRows() {
        return described;
    }

    @Override
    public void rowDescription(RowDescription description) {
        described = true;
    }

    @Override
    public ByteWriter beginRow(int count) {
        buffer.clear();
        columns = count;
        return buffer;
    }

    @Override
    public void endRow() {
        ByteBuffer bytes = ByteBuffer.wrap(buffer.array(), 0, buffer.size());
        List<@Nullable String> row = new ArrayList<>(columns);
        for (int i = 0; i < columns; i++) {
            int length = bytes.getInt();
            if (length < 0) {
                row.add(null);
                continue;
            }
            byte[] value = new byte[length];
            bytes.get(value);
            row.add(new String(value, StandardCharsets.UTF_8));
        }
        rows.add(row);
    }

    @Override
    public void abandonRow() {
        buffer.clear();
    }

    @Override
    public void commandComplete(String tag) {
        tags.add(tag);
    }

    @Override
    public void emptyQuery() {}

    @Override
    public void portalSuspended() {}

    @Override
    public void notice(PgError notice) {
        notices.add(notice);
    }

    @Override
    public void parameterStatus(String name, String value) {}

    @Override
    public void notification(int processId, String channel, String payload) {
        notifications.add(channel + ":" + payload);
    }

    @Override
    public CopySource copyIn(int overallFormat, short[] columnFormats) {
        throw new UnsupportedOperationException("COPY in a logic test");
    }

    @Override
    public void copyOut(int overallFormat, short[] columnFormats) {
        throw new UnsupportedOperationException("COPY in a logic test");
    }

    @Override
    public ByteWriter beginCopyData() {
        throw new UnsupportedOperationException("COPY in a logic test");
    }

    @Override
    public void endCopyData() {}

    @Override
    public void copyDone() {}
}
