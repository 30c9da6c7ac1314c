package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.ResultSink;
import io.craton.core.session.RowDescription;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.RowConsumer;
import io.craton.sql.exec.RunningQuery;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.PhysicalPlan;
import io.craton.sql.procedure.Step;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.SessionStatement;
import io.craton.sql.syntax.SessionStatement.Fetch;
import io.craton.sql.syntax.SessionStatement.FetchDirection;
import io.craton.sql.syntax.SessionStatement.Scroll;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * DECLARE, FETCH, MOVE, CLOSE. A cursor reads forward from its running query; one that may go backward, and one WITH HOLD whose transaction
 * commits, keeps its rows. The session's thread.
 */
final class CursorStatements {
    private final Session session;
    private final StatementRunner runner;
    private int unnamed;

    CursorStatements(Session session, StatementRunner runner) {
        this.session = session;
        this.runner = runner;
    }

    UtilityResult declare(SessionStatement.DeclareCursor declare, PreparedPlan prepared) {
        if (!declare.hold() && !session.transactions.inBlock() && session.singleStatement) {
            throw new PgException(SqlState.NO_ACTIVE_SQL_TRANSACTION, "DECLARE CURSOR can only be used in transaction blocks");
        }
        if (!declare.name().isEmpty() && session.portals.containsKey(declare.name())) {
            throw new PgException(SqlState.DUPLICATE_CURSOR, "cursor \"" + declare.name() + "\" already exists");
        }
        AnalyzedStatement.Query query = java.util.Objects.requireNonNull(((AnalyzedStatement.Utility) prepared.analyzed()).query());
        StatementContext context = runner.newStatement(new Object[0]);
        PhysicalPlan plan = session.engine.planner().physicalPlan(query, context, session.settings.bool("craton.enable_optimizer"));
        RowDescription columns = Planner.describe(query.columns(), context.format().types());
        short[] formats = new short[columns.columns().size()];
        if (declare.binary()) Arrays.fill(formats, (short) 1);
        PreparedPlan own = new PreparedPlan(prepared.parsed(), query, List.of(), plan, columns, prepared.catalogVersion(), List.of());
        Portal cursor = new Portal(declare.name(), null, own, new Object[0], StatementRunner.withFormats(columns, formats), formats);
        cursor.cursor = true;
        cursor.hold = declare.hold();
        cursor.binary = declare.binary();
        cursor.scroll = declare.scroll();
        cursor.createdMicros = session.statementMicros();
        cursor.context = context;
        cursor.running = session.engine.executor().start(plan, context);
        cursor.started = true;
        session.portals.put(declare.name(), cursor);
        return UtilityResult.tag("DECLARE CURSOR");
    }

    /** Opens a cursor of a routine; returns its name, which it finds itself for null. */
    String open(@Nullable String name, ParsedStatement parsed, AnalyzedStatement.Query query, PhysicalPlan plan, ExecContext context,
            @Nullable Boolean scroll) {
        String chosen = name;
        if (chosen == null) {
            do {
                chosen = "<unnamed portal " + ++unnamed + ">";
            } while (session.portals.containsKey(chosen));
        }
        RowDescription columns = Planner.describe(query.columns(), session.catalog());
        PreparedPlan own = new PreparedPlan(parsed, query, List.of(), plan, columns, session.catalog().version(), List.of());
        Portal cursor = new Portal(chosen, null, own, new Object[0], columns, new short[columns.columns().size()]);
        cursor.cursor = true;
        cursor.scroll = scroll == null ? Scroll.DEFAULT : scroll ? Scroll.SCROLL : Scroll.NO_SCROLL;
        cursor.createdMicros = session.statementMicros();
        cursor.context = context;
        cursor.running = session.engine.executor().start(plan, context);
        cursor.started = true;
        session.portals.put(chosen, cursor);
        return chosen;
    }

    /** Fields of an open cursor's rows. */
    List<Relation.Field> fields(String name) {
        Portal portal = find(name);
        if (portal.plan != null && portal.plan.analyzed() instanceof AnalyzedStatement.Query query) return query.columns();
        return java.util.Objects.requireNonNull(portal.columns).columns().stream()
                .map(column -> new Relation.Field(column.name(), session.names().requireType(column.typeOid()), column.typmod())).toList();
    }

    /** As {@link #fetch(Fetch, short[], boolean, ResultSink)}, for a routine. */
    long fetch(String name, Step.Direction direction, long count, RowConsumer rows) {
        Portal portal = find(name);
        Fetch fetch = new Fetch(false, switch (direction) {
            case FORWARD -> FetchDirection.FORWARD;
            case BACKWARD -> FetchDirection.BACKWARD;
            case ABSOLUTE -> FetchDirection.ABSOLUTE;
            case RELATIVE -> FetchDirection.RELATIVE;
        }, count, name);
        return move(fetch, portal, new Taker(portal, null, rows));
    }

    /** Where rows that a cursor passes go: to the client, to a routine, or nowhere. */
    private final class Taker {
        private final Portal portal;
        private final @Nullable ResultSink sink;
        private final @Nullable RowConsumer rows;
        private final List<PgType> types;

        Taker(Portal portal, @Nullable ResultSink sink, @Nullable RowConsumer rows) {
            this.portal = portal;
            this.sink = sink;
            this.rows = rows;
            this.types = DatumEncoder.types(java.util.Objects.requireNonNull(portal.columns), session.format());
        }

        void row(@Nullable Object[] row) {
            if (row.length == 0 && !types.isEmpty()) throw onlyForward();
            if (sink != null) DatumEncoder.row(sink, types, portal.formats, row, session.format());
            if (rows != null) rows.accept(row);
        }

        boolean run(RunningQuery running, long limit) {
            if (sink != null) return running.run(sink, portal.formats, limit);
            RowConsumer consumer = rows;
            return running.run(consumer == null ? row -> { } : consumer, limit);
        }
    }

    private long move(Fetch fetch, Portal portal, Taker taker) {
        return needsRows(fetch) ? fetchKept(fetch, portal, taker) : fetchForward(fetch.count(), portal, taker);
    }

    UtilityResult close(SessionStatement.ClosePortal close) {
        if (close.name() == null) {
            closeAll();
            return UtilityResult.tag("CLOSE CURSOR ALL");
        }
        find(close.name());
        session.closePortal(close.name());
        return UtilityResult.tag("CLOSE CURSOR");
    }

    void closeAll() {
        for (Portal portal : List.copyOf(session.portals.values())) {
            if (portal.cursor) session.closePortal(portal.name);
        }
    }

    private Portal find(String name) {
        Portal found = session.portals.get(name);
        if (found == null) throw new PgException(SqlState.UNDEFINED_CURSOR, "cursor \"" + name + "\" does not exist");
        return found;
    }

    @Nullable RowDescription columns(Fetch fetch) {
        Portal portal = session.portals.get(fetch.cursor());
        return portal == null ? null : portal.columns;
    }

    boolean mustMaterialize() {
        return session.portals.values().stream().anyMatch(portal -> portal.hold && !portal.holdMaterialized);
    }

    /** Cursors WITH HOLD keep their remaining rows before their transaction commits. */
    void beforeCommit() {
        for (Portal portal : session.portals.values()) {
            if (portal.hold && !portal.holdMaterialized) {
                keep(portal);
                portal.holdMaterialized = true;
            }
        }
    }

    /** Runs the query from where it is to the end; rows that were passed can no longer be read. */
    private static void keep(Portal portal) {
        if (portal.kept != null) return;
        long passed = portal.position;
        portal.materialize();
        List<@Nullable Object[]> rows = java.util.Objects.requireNonNull(portal.kept);
        if (passed > 0) {
            List<@Nullable Object[]> all = new ArrayList<>();
            for (long i = 0; i < passed; i++) all.add(new Object[0]);
            all.addAll(rows);
            portal.kept = all;
        }
    }

    void fetch(Fetch fetch, short[] formats, boolean describe, ResultSink sink) {
        session.transactions.forStatement();
        Portal portal = find(fetch.cursor());
        ResultSink rows = fetch.move() ? null : sink;
        if (describe && rows != null && portal.columns != null) sink.rowDescription(portal.columns);
        long count = move(fetch, portal, new Taker(portal, rows, null));
        sink.commandComplete((fetch.move() ? "MOVE " : "FETCH ") + count);
    }

    /** Backward and absolute movement works on kept rows; the first such movement keeps them. */
    private static boolean needsRows(Fetch fetch) {
        return !(fetch.direction() == FetchDirection.FORWARD && fetch.count() > 0);
    }

    private long fetchForward(long count, Portal portal, Taker sink) {
        if (portal.kept != null) {
            return fetchKept(new Fetch(false, FetchDirection.FORWARD, count, portal.name), portal, sink);
        }
        if (portal.finished) return 0;
        if (portal.scroll == Scroll.SCROLL) {
            keep(portal);
            return fetchForward(count, portal, sink);
        }
        RunningQuery running = java.util.Objects.requireNonNull(portal.running);
        long before = running.rowCount();
        long limit = count == Long.MAX_VALUE ? 0 : count;
        portal.finished = sink.run(running, limit);
        long passed = running.rowCount() - before;
        portal.position += passed;
        return passed;
    }

    private long fetchKept(Fetch fetch, Portal portal, Taker sink) {
        if (portal.kept == null) {
            if (portal.scroll == Scroll.NO_SCROLL || portal.position > 0 && !rewind(portal)) throw onlyForward();
            keep(portal);
        }
        List<@Nullable Object[]> rows = java.util.Objects.requireNonNull(portal.kept);
        long size = rows.size();
        // position p: the cursor stands on row p (1-based); 0 before the first, size + 1 after the last.
        long at = portal.finished ? size + 1 : portal.position;
        long count = fetch.count();
        return switch (fetch.direction()) {
            case FORWARD -> count > 0 ? run(portal, rows, sink, at + 1, count == Long.MAX_VALUE ? size : Math.min(size, at + count), 1,
                            count == Long.MAX_VALUE || at + count > size ? size + 1 : at + count)
                    : count == 0 ? single(portal, rows, sink, at) : backward(portal, rows, sink, at, -count);
            case BACKWARD -> count > 0 ? backward(portal, rows, sink, at, count)
                    : count == 0 ? single(portal, rows, sink, at)
                    : run(portal, rows, sink, at + 1, Math.min(size, at - count), 1, Math.min(size + 1, at - count));
            case ABSOLUTE -> single(portal, rows, sink, count >= 0 ? Math.min(count, size + 1) : Math.max(0, size + 1 + count));
            case RELATIVE -> single(portal, rows, sink, Math.max(0, Math.min(size + 1, at + count)));
        };
    }

    private long backward(Portal portal, List<@Nullable Object[]> rows, Taker sink, long at, long count) {
        long last = count == Long.MAX_VALUE ? 1 : Math.max(1, at - count);
        long next = count == Long.MAX_VALUE || at - count < 1 ? 0 : at - count;
        return run(portal, rows, sink, at - 1, last, -1, next);
    }

    private long single(Portal portal, List<@Nullable Object[]> rows, Taker sink, long row) {
        return run(portal, rows, sink, row, row, 1, row);
    }

    private long run(Portal portal, List<@Nullable Object[]> rows, Taker sink, long from, long to, int step, long end) {
        long passed = 0;
        for (long row = from; step > 0 ? row <= to : row >= to; row += step) {
            if (row < 1 || row > rows.size()) continue;
            sink.row(rows.get((int) row - 1));
            passed++;
        }
        portal.position = end;
        portal.finished = end > rows.size();
        return passed;
    }

    /** Begins the query again where nothing forbids to read it twice, as PostgreSQL does when nobody said SCROLL or NO SCROLL. */
    private boolean rewind(Portal portal) {
        if (portal.scroll != Scroll.DEFAULT || portal.plan == null || portal.running == null) return false;
        if (!(portal.plan.analyzed() instanceof AnalyzedStatement.Query query) || !query.readOnly()) return false;
        RunningQuery again = session.engine.executor().again(portal.running);
        portal.running.close();
        portal.running = again;
        long position = portal.position;
        portal.position = 0;
        keep(portal);
        portal.position = position;
        return true;
    }

    private static PgException onlyForward() {
        return PgError.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "cursor can only scan forward")
                .withHint("Declare it with SCROLL option to enable backward scan.").exception();
    }
}
