package io.craton.wire.flow;

import io.craton.core.error.PgError;
import io.craton.core.session.CopySource;
import io.craton.core.session.ResultSink;
import io.craton.core.session.RowDescription;
import io.craton.core.type.ByteWriter;

/** Answers to a function call: the one row of its result goes out as FunctionCallResponse, and nothing tells of columns or of completion. */
final class FunctionResult implements ResultSink {
    private final Answers answers;

    FunctionResult(Answers answers) {
        this.answers = answers;
    }

    @Override
    public void rowDescription(RowDescription columns) {}

    @Override
    public ByteWriter beginRow(int columns) {
        if (columns != 1) throw new IllegalStateException("a function's result has " + columns + " columns");
        return answers.beginFunctionResult();
    }

    @Override
    public void endRow() {
        answers.endRow();
    }

    @Override
    public void abandonRow() {
        answers.abandonRow();
    }

    @Override
    public void commandComplete(String tag) {
        answers.completed(tag);
    }

    @Override
    public void emptyQuery() {}

    @Override
    public void portalSuspended() {}

    @Override
    public void notice(PgError notice) {
        answers.notice(notice);
    }

    @Override
    public void parameterStatus(String name, String value) {
        answers.parameterStatus(name, value);
    }

    @Override
    public void notification(int processId, String channel, String payload) {
        answers.notification(processId, channel, payload);
    }

    @Override
    public CopySource copyIn(int overallFormat, short[] columnFormats) {
        throw noCopy();
    }

    @Override
    public void copyOut(int overallFormat, short[] columnFormats) {
        throw noCopy();
    }

    @Override
    public ByteWriter beginCopyData() {
        throw noCopy();
    }

    @Override
    public void endCopyData() {
        throw noCopy();
    }

    @Override
    public void copyDone() {
        throw noCopy();
    }

    private static IllegalStateException noCopy() {
        return new IllegalStateException("a function does not copy to or from its client");
    }
}
