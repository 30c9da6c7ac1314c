package io.craton.wire.flow;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.CopySource;
import io.craton.core.session.ResultSink;
import io.craton.core.session.RowDescription;
import io.craton.core.type.ByteWriter;
import io.craton.wire.WireObserver.Effect;
import io.craton.wire.codec.BackendEncoder;
import io.craton.wire.codec.RowDescriptions;
import io.craton.wire.flow.Outlet.Patience;
import org.jspecify.annotations.Nullable;

/**
 * Answers of one session on their way out: every message is appended to one buffer, which is sent when it is {@link #CHUNK} long
 * and, by the connection, at the end of a batch of messages. Used by one thread at a time. The buffer is lent: an idle
 * connection has none.
 */
public final class Answers implements ResultSink {
    /** A buffer is sent when it has grown so long. */
    public static final int CHUNK = 32 * 1024;
    private static final ByteWriter NONE = new ByteWriter(0);

    private final Outlet outlet;
    private final RowDescriptions descriptions;
    private ByteWriter out = NONE;
    private Patience patience = Patience.NEVER;
    /** Of the statements completed since {@link #takeEffect}. */
    private Effect effect = Effect.NONE;
    /** Start of the message that is being written, -1 between messages. */
    private int messageAt = -1;
    private boolean flushWanted;
    /** What came up while a row was being written: it goes behind the row. */
    private @Nullable ByteWriter held;
    private @Nullable CopyInput copyInput;
    /** Of the COPYs before the last, since ReadyForQuery. */
    private int syncsPassedOver;

    public Answers(Outlet outlet, RowDescriptions descriptions) {
        this.outlet = outlet;
        this.descriptions = descriptions;
    }

    /** Lends a buffer; it is empty. */
    public void lend(ByteWriter buffer) {
        out = buffer;
    }

    public boolean hasBuffer() {
        return out != NONE;
    }

    /** Takes the buffer back; it must have been sent. */
    public ByteWriter takeBack() {
        ByteWriter buffer = out;
        out = NONE;
        return buffer;
    }

    public ByteWriter buffer() {
        return out;
    }

    public void patience(Patience value) {
        patience = value;
    }

    /** Does the client wait for what is in the buffer? */
    public boolean flushWanted() {
        return flushWanted;
    }

    public void wantFlush() {
        flushWanted = true;
    }

    /** Sends what is in the buffer. */
    public void send() {
        flushWanted = false;
        if (out.size() > 0) outlet.send(out, patience);
    }

    public void error(PgError error) {
        if (messageAt >= 0) abandonRow();
        BackendEncoder.error(out, error);
        flushWanted = true;
    }

    Effect takeEffect() {
        Effect taken = effect;
        effect = Effect.NONE;
        return taken;
    }

    /** Did COPY data end with a message that the protocol does not allow there? */
    boolean synchronizationLost() {
        return copyInput != null && copyInput.synchronizationLost();
    }

    /** Syncs that came among COPY data since the last call, and that nothing answers. */
    int takeSyncsPassedOver() {
        CopyInput ended = copyInput;
        if (ended == null) return syncsPassedOver;
        int all = syncsPassedOver + ended.syncsPassedOver();
        syncsPassedOver = 0;
        copyInput = null;
        return all;
    }

    @Override
    public void rowDescription(RowDescription columns) {
        descriptions.write(out, columns);
    }

    @Override
    public ByteWriter beginRow(int columns) {
        ByteWriter buffer = out;
        messageAt = buffer.size();
        buffer.ensure(7);
        buffer.putByte('D');
        buffer.putInt(0);
        buffer.putShort(columns);
        return buffer;
    }

    /** As {@link #beginRow}, of a FunctionCallResponse; ends with {@link #endRow}. */
    ByteWriter beginFunctionResult() {
        ByteWriter buffer = out;
        messageAt = buffer.size();
        buffer.ensure(5);
        buffer.putByte('V');
        buffer.putInt(0);
        return buffer;
    }

    @Override
    public void endRow() {
        endMessage();
    }

    @Override
    public void abandonRow() {
        out.truncate(messageAt);
        messageAt = -1;
        if (held != null) release();
    }

    @Override
    public ByteWriter beginCopyData() {
        messageAt = out.size();
        out.ensure(5);
        out.putByte('d');
        out.putInt(0);
        return out;
    }

    @Override
    public void endCopyData() {
        endMessage();
    }

    private void endMessage() {
        ByteWriter buffer = out;
        buffer.setInt(messageAt + 1, buffer.size() - messageAt - 1);
        messageAt = -1;
        if (held != null) release();
        if (buffer.size() >= CHUNK) outlet.send(buffer, patience);
    }

    /** Where a message goes that no statement's result holds. */
    private ByteWriter between() {
        if (messageAt < 0) return out;
        if (held == null) held = new ByteWriter(256);
        return held;
    }

    private void release() {
        ByteWriter late = held;
        held = null;
        if (late != null) out.putBytes(late.array(), 0, late.size());
    }

    /** Something was done that no CommandComplete tells. */
    void completed(String tag) {
        Effect one = Effects.of(tag);
        if (one.compareTo(effect) > 0) effect = one;
    }

    @Override
    public void commandComplete(String tag) {
        completed(tag);
        BackendEncoder.commandComplete(out, tag);
    }

    @Override
    public void emptyQuery() {
        BackendEncoder.emptyQuery(out);
    }

    @Override
    public void portalSuspended() {
        BackendEncoder.portalSuspended(out);
    }

    @Override
    public void notice(PgError notice) {
        BackendEncoder.notice(between(), notice);
        if (messageAt < 0 && patience == Patience.WHILE_CLIENT_IS_SLOW) send();
    }

    @Override
    public void parameterStatus(String name, String value) {
        BackendEncoder.parameterStatus(between(), name, value);
    }

    @Override
    public void notification(int processId, String channel, String payload) {
        BackendEncoder.notification(between(), processId, channel, payload);
        flushWanted = true;
    }

    @Override
    public CopySource copyIn(int overallFormat, short[] columnFormats) {
        requireThread();
        BackendEncoder.copyResponse(out, 'G', overallFormat, columnFormats);
        send();
        if (copyInput != null) syncsPassedOver += copyInput.syncsPassedOver();
        CopyInput input = outlet.copyInput();
        copyInput = input;
        return input;
    }

    @Override
    public void copyOut(int overallFormat, short[] columnFormats) {
        requireThread();
        BackendEncoder.copyResponse(out, 'H', overallFormat, columnFormats);
    }

    @Override
    public void copyDone() {
        BackendEncoder.copyDone(out);
    }

    private void requireThread() {
        if (patience == Patience.NEVER) throw new PgException(SqlState.INTERNAL_ERROR, "COPY was started on an event loop");
    }
}
