package io.craton.sql.session;

import io.craton.core.session.RowDescription;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.RunningQuery;
import io.craton.sql.syntax.SessionStatement.Scroll;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement with its parameters, on its way: made by Bind, DECLARE CURSOR or EXECUTE. Rows come from {@link #running}, or, when they had to be
 * kept (WITH HOLD, SCROLL, rows of a modifying statement that is fetched in parts), from {@link #kept}. One session's thread.
 */
final class Portal implements AutoCloseable {
    final String name;
    final @Nullable PreparedStatement statement;
    final @Nullable PreparedPlan plan;
    final @Nullable Object[] parameters;
    /** Columns with the formats the client asked for; null when no rows. */
    final @Nullable RowDescription columns;
    final short[] formats;
    @Nullable RunningQuery running;
    @Nullable ExecContext context;
    @Nullable List<@Nullable Object[]> kept;
    /** Rows that a modifying statement changed, when its rows are {@link #kept}. */
    long affected;
    /** Rows already passed: 0 before the first. */
    long position;
    boolean finished;
    boolean started;
    /** Its statement runs and may end the transaction (CALL, DO). */
    boolean active;

    // DECLARE CURSOR
    boolean cursor;
    boolean hold;
    boolean holdMaterialized;
    boolean binary;
    Scroll scroll = Scroll.DEFAULT;
    String declaration = "";
    long createdMicros;

    Portal(String name, @Nullable PreparedStatement statement, @Nullable PreparedPlan plan, @Nullable Object[] parameters,
            @Nullable RowDescription columns, short[] formats) {
        this.name = name;
        this.statement = statement;
        this.plan = plan;
        this.parameters = parameters;
        this.columns = columns;
        this.formats = formats;
    }

    /** Runs the rest of the query and keeps its rows. */
    void materialize() {
        if (kept != null || running == null) return;
        List<@Nullable Object[]> rows = new ArrayList<>();
        running.run(row -> {
            if (context != null && !context.charge(64L + 32L * row.length)) throw StatementContext.outOfMemory();
            rows.add(row);
        }, 0);
        kept = rows;
        affected = running.rowCount();
        running.close();
        running = null;
    }

    @Override
    public void close() {
        if (running != null) {
            running.close();
            running = null;
        }
        kept = null;
    }
}
