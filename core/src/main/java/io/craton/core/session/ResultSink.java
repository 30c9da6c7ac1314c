package io.craton.core.session;

import io.craton.core.error.PgError;
import io.craton.core.type.ByteWriter;

/**
 * Where a session writes the answers of its statements. Used by one thread at a time. With {@link SqlSession.Mode#BLOCKING} the
 * row methods wait while the client is slow; nothing is buffered whole.
 */
public interface ResultSink {
    /** RowDescription. */
    void rowDescription(RowDescription columns);

    /**
     * Begins a DataRow of so many columns. The caller appends for each column a 4-byte length (-1 for null) and the value's
     * bytes to the buffer returned, then calls {@link #endRow}. The buffer holds earlier output; only append.
     */
    ByteWriter beginRow(int columns);

    void endRow();

    /** Takes back the row begun by {@link #beginRow}, after an error while encoding it. */
    void abandonRow();

    /** CommandComplete with PostgreSQL's tag ("SELECT 1", "INSERT 0 1"). */
    void commandComplete(String tag);

    void emptyQuery();

    void portalSuspended();

    /** NoticeResponse. */
    void notice(PgError notice);

    /** ParameterStatus: a reported setting changed. */
    void parameterStatus(String name, String value);

    /** NotificationResponse. */
    void notification(int processId, String channel, String payload);

    /** CopyInResponse; only with BLOCKING. Formats 0 text, 1 binary. */
    CopySource copyIn(int overallFormat, short[] columnFormats);

    /** CopyOutResponse; then {@link #copyData} for each row, then {@link #copyDone}. Only with BLOCKING. */
    void copyOut(int overallFormat, short[] columnFormats);

    /** Starts a CopyData message whose payload the caller appends; ends with {@link #endCopyData}. */
    ByteWriter beginCopyData();

    void endCopyData();

    void copyDone();
}
