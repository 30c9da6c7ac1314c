package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.session.CopySource;
import io.craton.core.session.ResultSink;
import io.craton.core.session.RowDescription;
import io.craton.core.type.ByteWriter;
import org.jspecify.annotations.Nullable;

/**
 * Writes RowDescription before the first row, so that a statement that turns out to need a thread has written nothing yet; and may keep CommandComplete until
 * the statement's transaction has committed. One statement.
 */
final class HeadedSink implements ResultSink {
    private final ResultSink sink;
    private @Nullable RowDescription header;
    private boolean keepsTag;
    private @Nullable String tag;

    HeadedSink(ResultSink sink, @Nullable RowDescription header) {
        this.sink = sink;
        this.header = header;
    }

    static HeadedSink keepingTag(ResultSink sink) {
        HeadedSink kept = new HeadedSink(sink, null);
        kept.keepsTag = true;
        return kept;
    }

    /** Writes CommandComplete if it was kept. */
    void complete() {
        if (tag != null) sink.commandComplete(tag);
        tag = null;
    }

    /** Writes the header unless that has happened. */
    void head() {
        if (header != null) {
            sink.rowDescription(header);
            header = null;
        }
    }

    @Override
    public void rowDescription(RowDescription columns) {
        sink.rowDescription(columns);
    }

    @Override
    public ByteWriter beginRow(int columns) {
        head();
        return sink.beginRow(columns);
    }

    @Override
    public void endRow() {
        sink.endRow();
    }

    @Override
    public void abandonRow() {
        sink.abandonRow();
    }

    @Override
    public void commandComplete(String commandTag) {
        if (keepsTag) tag = commandTag;
        else sink.commandComplete(commandTag);
    }

    @Override
    public void emptyQuery() {
        sink.emptyQuery();
    }

    @Override
    public void portalSuspended() {
        sink.portalSuspended();
    }

    @Override
    public void notice(PgError notice) {
        sink.notice(notice);
    }

    @Override
    public void parameterStatus(String name, String value) {
        sink.parameterStatus(name, value);
    }

    @Override
    public void notification(int processId, String channel, String payload) {
        sink.notification(processId, channel, payload);
    }

    @Override
    public CopySource copyIn(int overallFormat, short[] columnFormats) {
        return sink.copyIn(overallFormat, columnFormats);
    }

    @Override
    public void copyOut(int overallFormat, short[] columnFormats) {
        sink.copyOut(overallFormat, columnFormats);
    }

    @Override
    public ByteWriter beginCopyData() {
        return sink.beginCopyData();
    }

    @Override
    public void endCopyData() {
        sink.endCopyData();
    }

    @Override
    public void copyDone() {
        sink.copyDone();
    }
}
