package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.ResultSink;
import io.craton.core.session.RowDescription;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.KeptRows;
import io.craton.sql.exec.RowConsumer;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.BackwardScan;
import io.craton.sql.plan.PhysicalPlan;
import io.craton.sql.procedure.Step;
import io.craton.sql.syntax.ModifyStatement;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.SessionStatement;
import io.craton.sql.syntax.SessionStatement.Fetch;
import io.craton.sql.syntax.SessionStatement.FetchDirection;
import io.craton.sql.syntax.SessionStatement.Scroll;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * DECLARE, FETCH, MOVE, CLOSE. A cursor reads forward from its running query; one that may go backward, and one WITH HOLD whose transaction
 * commits, keeps its rows. The session's thread.
 */
final class CursorStatements {
    private static final int ROUTINE_PLANS_MAX = 64;

    private final Session session;
    private final StatementRunner runner;
    private int unnamed;
    /** Of routines' queries, by the plans they have otherwise: a routine opens its cursors again and again. */
    private final Map<PhysicalPlan, CursorPlan> ofRoutines = new IdentityHashMap<>();

    CursorStatements(Session session, StatementRunner runner) {
        this.session = session;
        this.runner = runner;
    }

    UtilityResult declare(SessionStatement.DeclareCursor declare, UtilityCall call) {
        PreparedPlan prepared = call.plan();
        if (!declare.hold() && !call.nested() && !session.transactions.inBlock() && session.singleStatement) {
            throw new PgException(SqlState.NO_ACTIVE_SQL_TRANSACTION, "DECLARE CURSOR can only be used in transaction blocks");
        }
        if (declare.name().isEmpty()) throw noName();
        if (session.portals.containsKey(declare.name())) {
            throw new PgException(SqlState.DUPLICATE_CURSOR, "cursor \"" + declare.name() + "\" already exists");
        }
        if (declare.hold()) session.identity.requireUnrestricted("create a cursor WITH HOLD");
        checkLocking(declare);
        if (declare.query().with() != null && declare.query().with().tables().stream().anyMatch(cte -> cte.query() instanceof ModifyStatement)) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "DECLARE CURSOR must not contain data-modifying statements in WITH");
        }
        AnalyzedStatement.Query query = java.util.Objects.requireNonNull(((AnalyzedStatement.Utility) prepared.analyzed()).query());
        StatementContext context = runner.newStatement(call.parameters());
        CursorPlan planned = CursorPlan.of(query, session.engine.planner(), context, session.settings.bool("craton.enable_optimizer"));
        PhysicalPlan plan = planned.plan();
        RowDescription columns = Planner.describe(query.columns(), context.format().types());
        short[] formats = new short[columns.columns().size()];
        if (declare.binary()) Arrays.fill(formats, (short) 1);
        PreparedPlan own = new PreparedPlan(prepared.parsed(), query, List.of(), plan, columns, prepared.catalogVersion(), List.of());
        Portal cursor = new Portal(declare.name(), null, own, call.parameters(), StatementRunner.withFormats(columns, formats), formats);
        cursor.cursor = true;
        cursor.cursorPlan = planned;
        cursor.hold = declare.hold();
        cursor.binary = declare.binary();
        cursor.scroll = declare.scroll();
        if (declare.scroll() == Scroll.DEFAULT) {
            boolean backward = declare.query().locking().isEmpty() && BackwardScan.supports(plan.root());
            cursor.scroll = backward ? Scroll.DEFAULT : Scroll.NO_SCROLL;
        }
        cursor.declaration = session.activity().query();
        cursor.createdMicros = session.statementMicros();
        cursor.level = session.transactions.level();
        cursor.start(session.engine.executor().start(plan, context));
        session.portals.put(declare.name(), cursor);
        return UtilityResult.tag("DECLARE CURSOR");
    }

    /** Rows that are locked as they are read must be read once, and in the transaction. */
    private static void checkLocking(SessionStatement.DeclareCursor declare) {
        if (declare.query().locking().isEmpty()) return;
        String strength = "FOR " + declare.query().locking().getFirst().strength().name().replace('_', ' ');
        if (declare.hold()) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "DECLARE CURSOR WITH HOLD ... " + strength + " is not supported")
                    .withDetail("Holdable cursors must be READ ONLY.").exception();
        }
        if (declare.scroll() == Scroll.SCROLL) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "DECLARE SCROLL CURSOR ... " + strength + " is not supported")
                    .withDetail("Scrollable cursors must be READ ONLY.").exception();
        }
        if (declare.sensitivity() == SessionStatement.Sensitivity.INSENSITIVE) {
            throw PgError.error(SqlState.INVALID_CURSOR_DEFINITION, "DECLARE INSENSITIVE CURSOR ... " + strength + " is not valid")
                    .withDetail("Insensitive cursors must be READ ONLY.").exception();
        }
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

    private static PgException noName() {
        return new PgException(SqlState.INVALID_CURSOR_NAME, "invalid cursor name: must not be empty");
    }

    private Portal find(String name) {
        if (name.isEmpty()) throw noName();
        Portal found = session.portals.get(name);
        if (found == null) throw new PgException(SqlState.UNDEFINED_CURSOR, "cursor \"" + name + "\" does not exist");
        return found;
    }

    @Nullable RowDescription columns(Fetch fetch) {
        Portal portal = session.portals.get(fetch.cursor());
        return portal == null ? null : portal.columns;
    }

    boolean mustMaterialize() {
        for (Portal portal : session.portals.values()) if (portal.hold && !portal.holdMaterialized) return true;
        return false;
    }

    /** Cursors WITH HOLD keep their rows before their transaction commits: all that they may be asked for. */
    void beforeCommit() {
        for (Portal portal : session.portals.values()) {
            if (!portal.hold || portal.holdMaterialized) continue;
            if (!portal.keepsRows()) {
                if (portal.scroll == Scroll.NO_SCROLL) portal.keep(newRows(portal));
                else keepFromStart(portal);
            }
            portal.readAll();
            portal.holdMaterialized = true;
        }
    }

    KeptRows newRows(Portal portal) {
        List<PgType> types = new ArrayList<>(DatumEncoder.types(java.util.Objects.requireNonNull(portal.columns), session.format()));
        int width = portal.query().plan().root().fields().size();
        while (types.size() < width) types.add(portal.query().plan().root().fields().get(types.size()).type());
        return new KeptRows(types, session.format(), session.spillFolder(), session.memory.account());
    }

    /** Rows that were passed without being kept are read again: the query runs anew with the view it had. */
    private void keepFromStart(Portal portal) {
        if (portal.position == 0 && !portal.finished) {
            portal.keep(newRows(portal));
            return;
        }
        portal.keepAgain(session.engine.executor().again(portal.query()), newRows(portal));
    }

    /** @param formats of the rows, when the client gave some */
    void fetch(Fetch fetch, short[] formats, boolean describe, ResultSink sink) {
        session.transactions.forStatement();
        Portal portal = find(fetch.cursor());
        PortalOutput output = null;
        if (!fetch.move() && portal.columns != null) {
            if (describe) sink.rowDescription(portal.columns);
            output = PortalOutput.of(portal, sink, describe ? portal.formats : formats, session.format());
        }
        long count = move(portal, fetch, output);
        sink.commandComplete((fetch.move() ? "MOVE " : "FETCH ") + count);
    }

    private long move(Portal portal, Fetch fetch, @Nullable PortalOutput output) {
        portal.requireSound();
        try {
            return new CursorMoves(portal, this::keepFromStart, output).run(fetch);
        } catch (RuntimeException e) {
            portal.breaks();
            throw e;
        }
    }

    // ---- cursors of routines ---------------------------------------------------------------------------------------

    /** Opens a cursor of a routine; returns its name, which it finds itself for null. */
    String open(@Nullable String name, String text, ParsedStatement parsed, AnalyzedStatement.Query query, PhysicalPlan ordinary, ExecContext context,
            @Nullable Boolean scroll) {
        String chosen = name;
        if (chosen == null) {
            do {
                chosen = "<unnamed portal " + ++unnamed + ">";
            } while (session.portals.containsKey(chosen));
        }
        RowDescription columns = Planner.describe(query.columns(), session.catalog());
        if (ofRoutines.size() >= ROUTINE_PLANS_MAX) ofRoutines.clear();
        CursorPlan planned = ofRoutines.computeIfAbsent(ordinary,
                key -> CursorPlan.of(query, session.engine.planner(), context, session.settings.bool("craton.enable_optimizer")));
        PhysicalPlan plan = planned.plan();
        PreparedPlan own = new PreparedPlan(parsed, query, List.of(), plan, columns, session.catalog().version(), List.of());
        Portal cursor = new Portal(chosen, null, own, new Object[0], columns, new short[columns.columns().size()]);
        cursor.cursor = true;
        cursor.cursorPlan = planned;
        cursor.scroll = scroll != null ? scroll ? Scroll.SCROLL : Scroll.NO_SCROLL
                : query.readOnly() && BackwardScan.supports(plan.root()) ? Scroll.DEFAULT : Scroll.NO_SCROLL;
        cursor.declaration = text;
        cursor.createdMicros = session.statementMicros();
        cursor.level = session.transactions.level();
        cursor.start(session.engine.executor().start(plan, context));
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
        Fetch fetch = new Fetch(false, switch (direction) {
            case FORWARD -> FetchDirection.FORWARD;
            case BACKWARD -> FetchDirection.BACKWARD;
            case ABSOLUTE -> FetchDirection.ABSOLUTE;
            case RELATIVE -> FetchDirection.RELATIVE;
        }, count, name);
        Portal portal = find(name);
        return move(portal, fetch, PortalOutput.of(portal, rows, session.format()));
    }
}
