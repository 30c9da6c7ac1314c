package io.craton.sql.session;

import io.craton.core.session.ForwardingSink;
import io.craton.core.session.ResultSink;
import io.craton.core.session.RowDescription;
import io.craton.core.type.ByteWriter;
import org.jspecify.annotations.Nullable;

/**
 * Writes RowDescription before the first row, so that a statement that turns out to need a thread has written nothing yet; and may keep CommandComplete until
 * the statement's transaction has committed. One statement.
 */
final class HeadedSink extends ForwardingSink {
    private @Nullable RowDescription header;
    private boolean keepsTag;
    private @Nullable String tag;

    HeadedSink(ResultSink sink, @Nullable RowDescription header) {
        super(sink);
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
    public ByteWriter beginRow(int columns) {
        head();
        return sink.beginRow(columns);
    }

    @Override
    public void commandComplete(String commandTag) {
        if (keepsTag) tag = commandTag;
        else sink.commandComplete(commandTag);
    }
}
