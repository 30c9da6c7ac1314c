package io.craton.sql.session;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.RowDescription;
import io.craton.sql.exec.KeptRows;
import io.craton.sql.exec.RowConsumer;
import io.craton.sql.exec.RunningQuery;
import io.craton.sql.syntax.SessionStatement.Scroll;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A statement with its parameters, on its way: made by Bind, DECLARE CURSOR or EXECUTE. Rows come from its query, or,
 * when they may be asked for again (WITH HOLD, SCROLL, rows of a modifying statement that is fetched in parts), from {@code kept}. One session's thread.
 *
 * <ul>
 *   <li>{@code position} is the row the portal stands on, from 1; 0 in front of the first. Behind the last ({@code finished}) it is the number of rows.
 *   <li>{@code kept} has the rows from {@code keptFirst} (from 0) on, as far as they have been read.
 * </ul>
 */
final class Portal implements AutoCloseable {
    final String name;
    final @Nullable PreparedStatement statement;
    final @Nullable PreparedPlan plan;
    final @Nullable Object[] parameters;
    /** Columns with the formats the client asked for; null when no rows. */
    final @Nullable RowDescription columns;
    final short[] formats;
    /** Its query; not {@code ended} yet, or over. */
    private @Nullable RunningQuery query;
    private boolean ended;
    private @Nullable KeptRows kept;
    private long keptFirst;
    private boolean broken;
    long position;
    boolean finished;
    boolean started;
    /** How long its query has run. */
    long nanos;
    /** Its statement runs and may end the transaction (CALL, DO). */
    boolean active;
    /** Savepoints that were open when it was made: it ends with the innermost of them. */
    int level;

    // DECLARE CURSOR
    boolean cursor;
    boolean hold;
    boolean holdMaterialized;
    boolean binary;
    /** Where its rows have keys; null when it was not made by DECLARE or OPEN. */
    @Nullable CursorPlan cursorPlan;
    Scroll scroll = Scroll.DEFAULT;
    /** Text of what declared it. */
    String declaration = "";
    long createdMicros;

    /** The text that its plan was parsed from. */
    String source() {
        return statement == null ? declaration : statement.sql;
    }

    Portal(String name, @Nullable PreparedStatement statement, @Nullable PreparedPlan plan, @Nullable Object[] parameters,
            @Nullable RowDescription columns, short[] formats) {
        this.name = name;
        this.statement = statement;
        this.plan = plan;
        this.parameters = parameters;
        this.columns = columns;
        this.formats = formats;
    }

    /** Text of the statement that made it. */
    String text() {
        return cursor || statement == null ? declaration : statement.sql;
    }

    /** Its query runs from here on. */
    void start(RunningQuery running) {
        query = running;
        started = true;
    }

    /** Its query, which may be over. */
    RunningQuery query() {
        return java.util.Objects.requireNonNull(query);
    }

    /** Rows changed so far by a modifying statement. */
    long affected() {
        return query().rowCount();
    }

    boolean onRow() {
        return position > 0 && !finished;
    }

    /** A field of the row it stands on, also one behind those that are shown; null when it is not known any more. */
    @Nullable Object current(int field) {
        if (kept == null) return query().last(field);
        @Nullable Object[] row = row(position);
        return row == null ? null : row[field];
    }

    boolean keepsRows() {
        return kept != null;
    }

    /** An error came in the middle of it. */
    void breaks() {
        broken = true;
    }

    /** 55000 when it broke. */
    void requireSound() {
        if (broken) throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "portal \"" + name + "\" cannot be run");
    }

    private interface Reading {
        boolean run(RunningQuery running);
    }

    /** Reads on; closes the query behind its last row. */
    private void read(Reading reading) {
        RunningQuery running = query;
        if (running != null && !ended && reading.run(running)) endQuery();
    }

    private void endQuery() {
        ended = true;
        if (query != null) query.close();
    }

    /** Passes up to so many rows (0: all) that are not kept; answers how many. Null output: without sending them. */
    long stream(@Nullable PortalOutput output, long rowsMax) {
        if (finished) return 0;
        long[] passed = new long[1];
        read(running -> {
            long before = running.produced();
            boolean end;
            if (output == null) end = running.run(row -> { }, rowsMax);
            else if (output.isWire() && Arrays.equals(output.formats(), formats)) end = running.run(output.wire(), formats, rowsMax);
            else end = running.run(output::row, rowsMax);
            passed[0] = running.produced() - before;
            return end;
        });
        position += passed[0];
        finished = ended;
        return passed[0];
    }

    /** From here on rows are kept as they are read. */
    void keep(KeptRows rows) {
        kept = rows;
        keptFirst = position;
    }

    /** The query again from its start: rows up to where the portal stands are kept, and it goes on from there. */
    void keepAgain(RunningQuery again, KeptRows rows) {
        boolean toTheEnd = ended;
        query().close();
        query = again;
        ended = false;
        kept = rows;
        keptFirst = 0;
        if (toTheEnd) readAll();
        else has(position);
    }

    /** Whether there is a row with this number, from 1; it is read if need be. Kept rows only. */
    boolean has(long row) {
        KeptRows rows = java.util.Objects.requireNonNull(kept);
        long missing = row - keptFirst - rows.rows();
        if (missing > 0) {
            RowConsumer keep = rows::add;
            read(running -> running.run(keep, missing));
        }
        return row <= keptFirst + rows.rows();
    }

    /** Reads to the end, and keeps it. */
    void readAll() {
        RowConsumer keep = java.util.Objects.requireNonNull(kept)::add;
        read(running -> running.run(keep, 0));
        endQuery();
    }

    /** The number of rows, all of which are kept or passed. */
    long size() {
        readAll();
        return keptFirst + java.util.Objects.requireNonNull(kept).rows();
    }

    /** A row that {@link #has} knows; null when it was passed before rows were kept. */
    @Nullable Object @Nullable [] row(long row) {
        return row <= keptFirst ? null : java.util.Objects.requireNonNull(kept).row(row - keptFirst - 1);
    }

    @Override
    public void close() {
        endQuery();
        if (kept != null) {
            kept.close();
            kept = null;
        }
    }
}
