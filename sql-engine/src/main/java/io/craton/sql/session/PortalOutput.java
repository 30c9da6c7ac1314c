package io.craton.sql.session;

import io.craton.core.session.ResultSink;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.sql.exec.RowConsumer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where rows of a portal go: to the client in these formats, or to a routine as they are.
 *
 * <p>Fields behind those of {@code types} are not handed on.
 *
 * @param sink null: to {@code rows}
 */
record PortalOutput(@Nullable ResultSink sink, short[] formats, List<PgType> types, FormatContext context, @Nullable RowConsumer rows) {
    static PortalOutput of(Portal portal, ResultSink sink, short[] formats, FormatContext context) {
        return new PortalOutput(sink, formats, DatumEncoder.types(java.util.Objects.requireNonNull(portal.columns), context), context, null);
    }

    static PortalOutput of(Portal portal, RowConsumer rows, FormatContext context) {
        return new PortalOutput(null, new short[0], DatumEncoder.types(java.util.Objects.requireNonNull(portal.columns), context), context, rows);
    }

    boolean isWire() {
        return sink != null;
    }

    ResultSink wire() {
        return java.util.Objects.requireNonNull(sink);
    }

    void row(@Nullable Object[] row) {
        if (sink != null) DatumEncoder.row(sink, types, formats, row, context);
        if (rows != null) rows.accept(row.length == types.size() ? row : Arrays.copyOf(row, types.size()));
    }
}
