package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.CopySource;
import io.craton.core.session.ResultSink;
import io.craton.core.session.RowDescription;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeCodecs;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.logical.Relation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes what a statement inside a routine would send to the client: rows become datums again, the tag tells how many rows it processed. */
final class RowsSink implements ResultSink {
    private final FormatContext format;
    private final Session session;
    private final ByteWriter out = new ByteWriter(256);
    private final List<@Nullable Object[]> rows = new ArrayList<>();
    private @Nullable RowDescription columns;
    private int width;
    private int rowStart;
    private String tag = "";

    RowsSink(FormatContext format, Session session) {
        this.format = format;
        this.session = session;
    }

    List<@Nullable Object[]> rows() {
        return rows;
    }

    /** Empty when there are no rows. */
    List<Relation.Field> fields(CatalogView names) {
        if (columns == null) return List.of();
        return columns.columns().stream()
                .map(column -> new Relation.Field(column.name(), names.requireType(column.typeOid()), column.typmod())).toList();
    }

    /** The number at the end of the tag. */
    long processed() {
        int digits = tag.length();
        while (digits > 0 && Character.isDigit(tag.charAt(digits - 1))) digits--;
        return digits == tag.length() ? 0 : Long.parseLong(tag.substring(digits));
    }

    @Override
    public void rowDescription(RowDescription description) {
        columns = description;
    }

    @Override
    public ByteWriter beginRow(int count) {
        width = count;
        rowStart = out.size();
        return out;
    }

    @Override
    public void endRow() {
        @Nullable Object[] row = new Object[width];
        byte[] bytes = out.array();
        int at = rowStart;
        for (int i = 0; i < width; i++) {
            int length = (bytes[at] & 0xff) << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
            at += 4;
            if (length < 0) continue;
            PgType type = java.util.Objects.requireNonNull(format.types().type(java.util.Objects.requireNonNull(columns).columns().get(i).typeOid()));
            row[i] = TypeCodecs.fromText(type, new String(bytes, at, length, StandardCharsets.UTF_8), -1, format);
            at += length;
        }
        out.truncate(rowStart);
        rows.add(row);
    }

    @Override
    public void abandonRow() {
        out.truncate(rowStart);
    }

    @Override
    public void commandComplete(String value) {
        tag = value;
    }

    @Override
    public void emptyQuery() {}

    @Override
    public void portalSuspended() {}

    @Override
    public void notice(PgError notice) {
        session.notice(notice);
    }

    @Override
    public void parameterStatus(String name, String value) {}

    @Override
    public void notification(int processId, String channel, String payload) {}

    private static PgException copy() {
        return new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot COPY to/from client in a routine");
    }

    @Override
    public CopySource copyIn(int overallFormat, short[] columnFormats) {
        throw copy();
    }

    @Override
    public void copyOut(int overallFormat, short[] columnFormats) {
        throw copy();
    }

    @Override
    public ByteWriter beginCopyData() {
        throw copy();
    }

    @Override
    public void endCopyData() {
        throw copy();
    }

    @Override
    public void copyDone() {
        throw copy();
    }
}
