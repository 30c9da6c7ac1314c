package io.craton.core.session;

import io.craton.core.error.PgError;
import io.craton.core.type.ByteWriter;

/** Hands everything on to another sink; who extends it says what is different. */
public abstract class ForwardingSink implements ResultSink {
    protected final ResultSink sink;

    protected ForwardingSink(ResultSink sink) {
        this.sink = sink;
    }

    @Override
    public void rowDescription(RowDescription columns) {
        sink.rowDescription(columns);
    }

    @Override
    public ByteWriter beginRow(int columns) {
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
    public void commandComplete(String tag) {
        sink.commandComplete(tag);
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
