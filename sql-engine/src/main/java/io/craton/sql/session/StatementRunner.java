package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.BoundParameters;
import io.craton.core.session.ResultSink;
import io.craton.core.session.RowDescription;
import io.craton.core.session.SqlSession.Mode;
import io.craton.core.session.SqlSession.Progress;
import io.craton.core.session.StatementDescription;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.QueryExecutor;
import io.craton.sql.exec.RunningQuery;
import io.craton.sql.plan.PhysicalPlan;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.RoutineStatement;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SessionStatement;
import io.craton.sql.syntax.Statement;
import io.craton.sql.syntax.TableStatement;
import io.craton.sql.syntax.UtilityStatement;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.Transaction;
import io.craton.storage.txn.WouldBlockException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds and runs the statements of one session, whose plans {@link StatementPlans} has. The session's thread. */
final class StatementRunner {
    private static final short[] TEXT = {};
    private static final @Nullable Object[] NO_PARAMETERS = {};

    private final Session session;
    private final SessionStatements sessionStatements;
    private final StatementMeter meter;
    private final ProcedureStatements procedures;
    private final Snapshots snapshots;
    private final StatementPlans plans;

    /** As {@link QueryExecutor#NEEDS_THREAD}: run again when what is newest is known. */
    private static final long NEEDS_READS = -2;

    StatementRunner(Session session) {
        this.session = session;
        this.sessionStatements = new SessionStatements(session, this);
        this.procedures = new ProcedureStatements(session, this, sessionStatements);
        this.snapshots = new Snapshots(session.store, session.reads);
        this.plans = new StatementPlans(session, sessionStatements, snapshots);
        this.meter = new StatementMeter(session);
    }

    ConstraintStatement constraints() {
        return sessionStatements.constraints();
    }

    CursorStatements cursors() {
        return sessionStatements.cursors();
    }

    SettingStatements settingStatements() {
        return sessionStatements.settings();
    }

    Snapshots snapshots() {
        return snapshots;
    }

    StatementPlans plans() {
        return plans;
    }

    // ---- binding -------------------------------------------------------------------------------------------------

    StatementDescription describe(PreparedStatement prepared) {
        if (prepared.parsed == null) return new StatementDescription(new int[0], null);
        if (session.transactions.isOver() && !isTransactionExit(prepared.parsed.statement())) {
            throw session.transactions.refusal();
        }
        PreparedPlan plan = plans.plan(prepared);
        return new StatementDescription(plan.parameterTypes().stream().mapToInt(PgType::oid).toArray(), plan.columns());
    }

    /** Null when it would have to wait for a lock and may not. */
    @Nullable Portal bind(String name, PreparedStatement prepared, BoundParameters bound, short[] resultFormats, Mode mode) {
        if (prepared.parsed == null) return new Portal(name, prepared, null, new Object[0], null, TEXT);
        if (session.transactions.isOver() && !isTransactionExit(prepared.parsed.statement())) {
            throw session.transactions.refusal();
        }
        PreparedPlan plan = session.transactions.isOver() && prepared.current != null ? prepared.current : plans.plan(prepared);
        if (!session.transactions.isOver()) {
            if (mode == Mode.INLINE) {
                if (!plans.lockedInline(plan)) return null;
            } else {
                while (!plans.locked(plan)) plan = plans.plan(prepared);
            }
        }
        if (bound.formats().length > 1 && bound.formats().length != bound.count()) {
            throw new PgException(SqlState.PROTOCOL_VIOLATION, "bind message has " + bound.formats().length
                    + " parameter formats but " + bound.count() + " parameters");
        }
        if (bound.count() != plan.parameterTypes().size()) {
            throw new PgException(SqlState.PROTOCOL_VIOLATION, "bind message supplies " + bound.count()
                    + " parameters, but prepared statement \"" + prepared.name + "\" requires " + plan.parameterTypes().size());
        }
        @Nullable Object[] values = bound.count() == 0 ? new Object[0]
                : DatumEncoder.parameters(bound, plan.parameterTypes(), session.format());
        if (plan.isMomentary() && !session.transactions.isOver()) plan = plans.plan(prepared, plan, values);
        prepared.executions++;
        RowDescription columns = plan.columns();
        short[] formats = columns == null ? TEXT : formats(columns.columns().size(), resultFormats);
        return new Portal(name, prepared, plan, values, columns == null ? null : withFormats(columns, formats), formats);
    }

    private static short[] formats(int columns, short[] requested) {
        short[] formats = new short[columns];
        if (requested.length == 1) java.util.Arrays.fill(formats, requested[0]);
        else if (requested.length == columns) System.arraycopy(requested, 0, formats, 0, columns);
        else if (requested.length != 0) {
            throw new PgException(SqlState.PROTOCOL_VIOLATION,
                    "bind message has " + requested.length + " result formats but query has " + columns + " columns");
        }
        for (short format : formats) {
            if (format != 0 && format != 1) {
                throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "unsupported format code: " + format);
            }
        }
        return formats;
    }

    static RowDescription withFormats(RowDescription columns, short[] formats) {
        boolean allText = true;
        for (short format : formats) allText &= format == 0;
        if (allText) return columns;
        List<RowDescription.Column> changed = new ArrayList<>(formats.length);
        for (int i = 0; i < formats.length; i++) {
            RowDescription.Column column = columns.columns().get(i);
            changed.add(new RowDescription.Column(column.name(), column.tableOid(), column.attributeNumber(), column.typeOid(),
                    column.typeLength(), column.typmod(), formats[i]));
        }
        return new RowDescription(changed);
    }

    // ---- running -------------------------------------------------------------------------------------------------

    /** Whether the portal's statement may be tried without a thread of its own. */
    boolean canRunInline(Portal portal) {
        PreparedPlan plan = portal.plan;
        if (plan == null) return true;
        if (portal.started) return false;
        return plan.isPoint() || sessionStatements.runsInline(plan.statement());
    }

    Progress execute(Portal portal, int maxRows, ResultSink sink, Mode mode) {
        PreparedPlan plan = portal.plan;
        if (plan == null) {
            sink.emptyQuery();
            return Progress.DONE;
        }
        Statement statement = plan.statement();
        if (session.transactions.isOver() && !isTransactionExit(statement)) {
            throw session.transactions.refusal();
        }
        if (plan.plan() == null) {
            if (portal.finished) throw cannotRunAgain(portal);
            portal.active = true;
            long begin = meter.begin(plan);
            Progress progress;
            try {
                progress = utility(plan, portal.parameters, portal.formats, false, sink, mode);
            } finally {
                portal.active = false;
            }
            if (progress == Progress.DONE) meter.end(plan, portal.source(), begin, 0);
            portal.finished = true;
            return progress;
        }
        if (plan.isPoint() && !portal.started && (maxRows == 0 || plan.plan().command() == null || plan.columns() == null)) {
            long begin = meter.begin(plan);
            long rows = runPoint(plan, portal.parameters, portal.formats, sink, mode);
            if (rows < 0) return notYet(rows);
            meter.end(plan, portal.source(), begin, rows);
            portal.started = true;
            portal.finished = true;
            sink.commandComplete(CommandTags.of(plan.plan().command(), rows));
            return Progress.DONE;
        }
        if (mode == Mode.INLINE) return Progress.NEEDS_THREAD;
        portal.requireSound();
        long begin = meter.begin(plan);
        try {
            if (!portal.started) start(portal, maxRows);
            fetch(portal, maxRows, sink);
            if (begin != 0) {
                portal.nanos += System.nanoTime() - begin;
                if (portal.finished) meter.add(plan, portal.source(), portal.nanos, plan.plan().command() == null ? portal.position : portal.affected());
            }
        } catch (RuntimeException e) {
            portal.breaks();
            throw e;
        }
        return Progress.DONE;
    }

    private static PgException cannotRunAgain(Portal portal) {
        return new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "portal \"" + portal.name + "\" cannot be run");
    }

    /** 25006 for a plan that writes or locks rows in a read-only transaction. */
    private static void checkWritable(PreparedPlan plan, Transaction transaction) {
        if (!transaction.readOnly() || !(plan.analyzed() instanceof AnalyzedStatement.Query query) || query.readOnly()) return;
        String command = query.tag().name();
        if (plan.statement() instanceof SelectStatement select && !select.locking().isEmpty()) {
            command += " FOR " + select.locking().getFirst().strength().name().replace('_', ' ');
        }
        throw new PgException(SqlState.READ_ONLY_SQL_TRANSACTION, "cannot execute " + command + " in a read-only transaction");
    }

    /** Starts a portal's query in a statement of its own. */
    void start(Portal portal, int maxRows) {
        PreparedPlan plan = java.util.Objects.requireNonNull(portal.plan);
        checkWritable(plan, session.transactions.forStatement());
        StatementContext context = newStatement(portal.parameters, provedByCommit(plan));
        portal.start(session.engine.executor().start(java.util.Objects.requireNonNull(plan.plan()), context));
        // A modifying statement runs to its end at once, whatever the client fetches.
        if (maxRows > 0 && plan.plan().command() != null && plan.columns() != null) {
            portal.keep(sessionStatements.cursors().newRows(portal));
            portal.readAll();
        }
    }

    /** A context for the next statement of the current (or a new implicit) transaction, with a fresh snapshot. */
    StatementContext newStatement(@Nullable Object[] parameters) {
        return newStatement(parameters, false);
    }

    private StatementContext newStatement(@Nullable Object[] parameters, boolean proved) {
        Transaction transaction = session.transactions.forStatement();
        StatementContext context = new StatementContext(session, transaction, parameters);
        transaction.interrupts(context);
        transaction.waiting(Transaction.Waiting.ALLOWED);
        snapshots.take(transaction, proved);
        session.transactions.queryRan();
        return context;
    }

    /** Does the client see nothing of what the plan has read before the commit says that it was the newest? How many rows were changed it does see in a block. */
    private boolean provedByCommit(PreparedPlan plan) {
        return java.util.Objects.requireNonNull(plan.plan()).command() != null && (plan.columns() == null || !session.transactions.inBlock());
    }

    private void fetch(Portal portal, int maxRows, ResultSink sink) {
        PreparedPlan plan = java.util.Objects.requireNonNull(portal.plan);
        long rows;
        if (portal.keepsRows()) {
            PortalOutput output = PortalOutput.of(portal, sink, portal.formats, session.format());
            for (rows = 0; (maxRows == 0 || rows < maxRows) && portal.has(portal.position + 1); rows++) output.row(portal.row(++portal.position));
            portal.finished = maxRows == 0 || rows < maxRows;
        } else {
            PortalOutput output = portal.columns == null ? null : PortalOutput.of(portal, sink, portal.formats, session.format());
            rows = portal.stream(output, maxRows);
        }
        if (!portal.finished) {
            sink.portalSuspended();
            return;
        }
        sink.commandComplete(CommandTags.of(plan.plan().command(), plan.plan().command() == null ? rows : portal.affected()));
    }

    private static Progress notYet(long rows) {
        if (rows == NEEDS_READS) return Progress.NEEDS_READS;
        return rows == QueryExecutor.NEEDS_LOCK ? Progress.NEEDS_LOCK : Progress.NEEDS_THREAD;
    }

    /** Runs a point plan; the number of rows, or NEEDS_THREAD, NEEDS_LOCK or NEEDS_READS when nothing has happened yet. */
    private long runPoint(PreparedPlan plan, @Nullable Object[] parameters, short[] formats, ResultSink sink, Mode mode) {
        PhysicalPlan physical = java.util.Objects.requireNonNull(plan.plan());
        Transaction transaction = session.transactions.forStatement();
        checkWritable(plan, transaction);
        StatementContext context = new StatementContext(session, transaction, parameters);
        transaction.interrupts(context);
        transaction.waiting(mode == Mode.INLINE ? Transaction.Waiting.NEVER : Transaction.Waiting.ALLOWED);
        try {
            session.reads.confirmed(); // throws what this statement failed with, if it is being run again for that
            boolean proved = provedByCommit(plan);
            if (snapshots.mustWait(transaction, proved)) {
                if (proved && transaction.led() && transaction.isolation() == IsolationLevel.READ_COMMITTED) {
                    return writePoint(physical, context, formats, sink, mode);
                }
                if (mode == Mode.INLINE) return NEEDS_READS;
            }
            snapshots.take(transaction, proved);
            session.transactions.queryRan();
            long rows = session.engine.executor().runPoint(physical, context, sink, formats, mode);
            transaction.requireSettled();
            return rows;
        } catch (WouldBlockException e) {
            return QueryExecutor.NEEDS_THREAD;
        } finally {
            transaction.waiting(Transaction.Waiting.ALLOWED);
        }
    }

    /**
     * A point plan that writes, without asking first whether this node still leads: its commit would be refused if it does not. Only when nothing was written
     * is there no such proof of what was read, and it is asked for.
     */
    private long writePoint(PhysicalPlan plan, StatementContext context, short[] formats, ResultSink sink, Mode mode) {
        Transaction transaction = context.transaction();
        QueryExecutor executor = session.engine.executor();
        transaction.beginStatement();
        session.transactions.queryRan();
        long rows;
        try {
            rows = executor.runPoint(plan, context, sink, formats, mode);
        } catch (PgException e) {
            if (mode == Mode.INLINE) {
                session.reads.failsWhenConfirmed(e);
                return NEEDS_READS;
            }
            session.store.awaitReads();
            throw e;
        }
        if (rows != 0 || transaction.hasWrites()) return rows;
        if (mode == Mode.INLINE) return NEEDS_READS;
        snapshots.take(transaction);
        return executor.runPoint(plan, context, sink, formats, mode);
    }

    // ---- simple protocol -----------------------------------------------------------------------------------------

    /** A simple query that may not wait: one statement whose plan is known and that needs only memory. */
    Progress simpleInline(String sql, ResultSink sink) {
        if (session.transactions.isOver()) return Progress.NEEDS_THREAD;
        QuickTexts.Quick quick = QuickTexts.of(sql);
        if (quick != null) return sessionStatements.quick(quick, sink);
        LiftedPlans.Known known = plans.known(sql);
        if (known == null || !known.plan().isPoint() || !plans.lockedInline(known.plan())) return Progress.NEEDS_THREAD;
        session.statements.remove("");
        session.closePortal("");
        return runKnown(known, sql, sink, Mode.INLINE);
    }

    /** Runs a text whose point plan is known, without parsing it; false when nothing has happened. */
    boolean simpleKnown(String sql, ResultSink sink) {
        if (session.transactions.isOver()) return false;
        LiftedPlans.Known known = plans.known(sql);
        if (known == null || !known.plan().isPoint() || !plans.locked(known.plan())) return false;
        runKnown(known, sql, sink, Mode.BLOCKING);
        return true;
    }

    private Progress runKnown(LiftedPlans.Known known, String sql, ResultSink sink, Mode mode) {
        PreparedPlan plan = known.plan();
        long begin = meter.begin(plan);
        HeadedSink headed = new HeadedSink(sink, plan.columns());
        long rows = runPoint(plan, known.parameters(), TEXT, headed, mode);
        if (rows < 0) return notYet(rows);
        meter.end(plan, sql, begin, rows);
        headed.head();
        String tag = CommandTags.of(java.util.Objects.requireNonNull(plan.plan()).command(), rows);
        return session.endBatch(sink, mode, () -> sink.commandComplete(tag));
    }

    /** @param wholeText the text, when it is this statement alone and the plan may be cached under it */
    void simple(ParsedStatement parsed, @Nullable String wholeText, ResultSink sink, boolean last) {
        parsed.notices().forEach(session::notice);
        Statement statement = parsed.statement();
        if (session.transactions.isOver() && !isTransactionExit(statement)) {
            throw session.transactions.refusal();
        }
        PreparedPlan plan = plans.planOf(parsed, wholeText, List.of());
        while (!plans.locked(plan)) plan = plans.planOf(parsed, wholeText, List.of());
        if (plan.parameterTypes().size() > 0) {
            throw PgError.error(SqlState.UNDEFINED_PARAMETER, "there is no parameter $1").exception();
        }
        if (plan.plan() == null) {
            session.singleStatement = wholeText != null;
            long begun = meter.begin(plan);
            String source = session.activity().query();
            if (!last) {
                utility(plan, NO_PARAMETERS, TEXT, true, sink, Mode.BLOCKING);
                meter.end(plan, source, begun, 0);
                return;
            }
            HeadedSink completing = HeadedSink.keepingTag(sink);
            utility(plan, NO_PARAMETERS, TEXT, true, completing, Mode.BLOCKING);
            meter.end(plan, source, begun, 0);
            session.endBatch(sink, Mode.BLOCKING, completing::complete);
            return;
        }
        if (plan.columns() != null) sink.rowDescription(plan.columns());
        short[] formats = new short[plan.columns() == null ? 0 : plan.columns().columns().size()];
        long rows;
        long begin = meter.begin(plan);
        if (plan.isPoint()) {
            rows = runPoint(plan, new Object[0], formats, sink, Mode.BLOCKING);
        } else {
            checkWritable(plan, session.transactions.forStatement());
            StatementContext context = newStatement(new Object[0], provedByCommit(plan));
            try (RunningQuery query = session.engine.executor().start(plan.plan(), context)) {
                query.run(sink, formats, 0);
                rows = query.rowCount();
            }
        }
        meter.end(plan, session.activity().query(), begin, rows);
        String tag = CommandTags.of(plan.plan().command(), rows);
        if (last) session.endBatch(sink, Mode.BLOCKING, () -> sink.commandComplete(tag));
        else sink.commandComplete(tag);
    }

    /** Runs a statement that has no plan. {@code describe}: rows are preceded by RowDescription, as the simple protocol wants. */
    private Progress utility(PreparedPlan plan, @Nullable Object[] parameters, short[] formats, boolean describe, ResultSink sink, Mode mode) {
        AnalyzedStatement.Utility analyzed = (AnalyzedStatement.Utility) plan.analyzed();
        if (!(plan.statement() instanceof SessionStatement) && !readsOnly(plan.statement())) session.reads.requireLeader(session.transactions, CommandName.of(plan.statement()));
        if (plan.statement() instanceof RoutineStatement.Call || plan.statement() instanceof RoutineStatement.Do) {
            procedures.run(plan, analyzed, parameters, formats, describe, sink);
            return Progress.DONE;
        }
        if (plan.statement() instanceof SessionStatement statement) {
            return sessionStatements.run(statement, new UtilityCall(plan, parameters, false), formats, describe, sink, mode);
        }
        if (plan.statement() instanceof io.craton.sql.syntax.UtilityStatement.Explain explain) {
            answer(sessionStatements.explain(explain, new UtilityCall(plan, parameters, false)), formats, describe, sink);
            return Progress.DONE;
        }
        @Nullable Object[] values = new Object[0];
        if (plan.statement() instanceof TableStatement.CreateTableAs create && create.source() instanceof SessionStatement.Execute execute) {
            Portal portal = sessionStatements.prepared().bind(execute);
            if (!(portal.plan != null && portal.plan.analyzed() instanceof AnalyzedStatement.Query query && query.tag() == AnalyzedStatement.Tag.SELECT)) {
                throw new PgException(SqlState.WRONG_OBJECT_TYPE, "prepared statement is not a SELECT");
            }
            analyzed = new AnalyzedStatement.Utility(create, query, List.of());
            values = portal.parameters;
        }
        StatementContext context = newStatement(values);
        requireWritable(plan.statement(), context);
        session.audit.runs(plan.parsed(), session.activity().query(), false, context.transaction());
        StatementScope scope = new StatementScope(session, this, context, plan.parsed(), false);
        String tag = session.engine.dataStatements().run(plan.parsed(), analyzed, scope, sink);
        describeChange(plan.parsed(), session.activity().query(), scope.context().transaction());
        sink.commandComplete(tag);
        return Progress.DONE;
    }

    /** Tells the log what statement changed definitions. */
    void describeChange(ParsedStatement parsed, String text, Transaction transaction) {
        Statement statement = parsed.statement();
        boolean changes = CommandName.changes(statement)
                || statement instanceof UtilityStatement && !(statement instanceof UtilityStatement.Copy) && transaction.changesCatalog();
        if (!changes) return;
        boolean part = parsed.endOffset() <= text.length() && parsed.startOffset() < parsed.endOffset();
        transaction.describe(session.identity.currentUser(), CommandName.of(statement),
                HiddenPasswords.in(part ? text.substring(parsed.startOffset(), parsed.endOffset()) : text));
    }

    private static boolean readsOnly(Statement statement) {
        return statement instanceof io.craton.sql.syntax.UtilityStatement.Explain
                || statement instanceof io.craton.sql.syntax.UtilityStatement.Copy copy && !copy.from();
    }

    /** 25006 for a statement that changes definitions in a read-only transaction. */
    static void requireWritable(Statement statement, ExecContext context) {
        if (!context.transaction().readOnly() || !CommandName.changes(statement)) return;
        throw new PgException(SqlState.READ_ONLY_SQL_TRANSACTION, "cannot execute " + CommandName.of(statement) + " in a read-only transaction");
    }

    /** A statement without a plan that stands in a routine: it runs in the routine's context. */
    void nested(ParsedStatement parsed, AnalyzedStatement.Utility analyzed, ExecContext context, ResultSink sink) {
        Statement statement = parsed.statement();
        if (statement instanceof RoutineStatement.Do block) {
            session.routines().nested(context, ProcedureStatements.body(block, context));
            return;
        }
        if (statement instanceof SessionStatement || statement instanceof io.craton.sql.syntax.UtilityStatement.Explain) {
            RowDescription columns = sessionStatements.describe(statement, analyzed);
            PreparedPlan plan = new PreparedPlan(parsed, analyzed, analyzed.parameterTypes(), null, columns, session.catalog().version(), List.of());
            UtilityCall call = new UtilityCall(plan, UtilityCall.parameters(analyzed, context), true);
            if (statement instanceof SessionStatement each) sessionStatements.run(each, call, TEXT, true, sink, Mode.BLOCKING);
            else answer(sessionStatements.explain((io.craton.sql.syntax.UtilityStatement.Explain) statement, call), TEXT, true, sink);
            return;
        }
        requireWritable(statement, context);
        session.audit.runs(parsed, session.activity().query(), true, context.transaction());
        StatementScope scope = new StatementScope(session, this, context, parsed, true);
        String tag = session.engine.dataStatements().run(parsed, analyzed, scope, sink);
        if (CommandName.changes(statement)) {
            context.transaction().describe(session.identity.currentUser(), CommandName.of(statement), HiddenPasswords.in(session.activity().query()));
        }
        sink.commandComplete(tag);
    }

    /** A context for questions that have nothing to do with rows. */
    StatementContext bareContext() {
        return new StatementContext(session, session.transactions.forStatement(), NO_PARAMETERS);
    }

    /** COMMIT or ROLLBACK of a procedure: the transaction ends, and its statement goes on in the next. */
    void endTransaction(boolean commit, boolean chain) {
        procedures.endTransaction(commit, chain);
    }

    /** Writes rows and tag of a utility statement. */
    void answer(UtilityResult result, short[] formats, boolean describe, ResultSink sink) {
        RowDescription columns = result.columns();
        if (columns != null) {
            if (describe) sink.rowDescription(columns);
            List<PgType> types = DatumEncoder.types(columns, session.format());
            for (@Nullable Object[] row : result.rows()) DatumEncoder.row(sink, types, formats, row, session.format());
        }
        sink.commandComplete(result.tag());
    }

    static boolean isTransactionExit(Statement statement) {
        return statement instanceof SessionStatement.Commit || statement instanceof SessionStatement.Rollback
                || statement instanceof SessionStatement.RollbackToSavepoint || statement instanceof SessionStatement.PrepareTransaction;
    }

    /** Runs an analysed query inside the current statement. */
    long query(AnalyzedStatement.Query query, ExecContext context, io.craton.sql.exec.RowConsumer consumer) {
        PhysicalPlan plan = session.engine.planner().physicalPlan(query, context, session.settings.bool("craton.enable_optimizer"));
        return session.engine.executor().run(plan, context, consumer);
    }
}
