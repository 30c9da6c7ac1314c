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
import io.craton.sql.plan.TableLock;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.RoutineStatement;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SessionStatement;
import io.craton.sql.syntax.SqlParser;
import io.craton.sql.syntax.Statement;
import io.craton.sql.syntax.StatementFingerprint;
import io.craton.sql.syntax.TableStatement;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.Transaction;
import io.craton.storage.txn.WaitPolicy;
import io.craton.storage.txn.WouldBlockException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prepares, binds and runs the statements of one session. The session's thread. */
final class StatementRunner {
    private static final short[] TEXT = {};
    private static final @Nullable Object[] NO_PARAMETERS = {};

    private final Session session;
    private final SessionStatements sessionStatements;
    private final ProcedureStatements procedures;

    StatementRunner(Session session) {
        this.session = session;
        this.sessionStatements = new SessionStatements(session, this);
        this.procedures = new ProcedureStatements(session, this, sessionStatements);
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

    // ---- preparing -----------------------------------------------------------------------------------------------

    private Planner.Key key(String sql, List<@Nullable PgType> declared) {
        return new Planner.Key(session.identity.databaseOid(), sql, Planner.oids(declared), session.catalog().version(),
                session.planningSettings());
    }

    /** Whether this text can be prepared without analysis and planning. */
    boolean isPlanned(String sql, List<@Nullable PgType> declared) {
        if (session.transactions.isOver()) return false;
        Transaction transaction = session.transactions.forStatement();
        return session.engine.planner().cached(key(sql, declared), transaction) != null;
    }

    PreparedStatement prepare(String name, String sql, List<@Nullable PgType> declared) {
        if (!session.transactions.isOver()) {
            Transaction transaction = session.transactions.forStatement();
            PreparedPlan known = session.engine.planner().cached(key(sql, declared), transaction);
            if (known != null) {
                PreparedStatement prepared = new PreparedStatement(name, sql, known.parsed(), declared, false, session.statementMicros());
                prepared.current = known;
                prepared.settings = session.planningSettings();
                return prepared;
            }
        }
        List<ParsedStatement> parsed = SqlParser.parse(sql, session.lexerSettings());
        if (parsed.size() > 1) {
            throw new PgException(SqlState.SYNTAX_ERROR, "cannot insert multiple commands into a prepared statement");
        }
        PreparedStatement prepared = new PreparedStatement(name, sql, parsed.isEmpty() ? null : parsed.getFirst(), declared, false,
                session.statementMicros());
        if (!parsed.isEmpty()) {
            parsed.getFirst().notices().forEach(session::notice);
            if (session.transactions.isOver()) {
                if (!isTransactionExit(parsed.getFirst().statement())) throw session.transactions.refusal();
            } else {
                session.transactions.forStatement();
            }
            plan(prepared);
        }
        return prepared;
    }

    /** The statement's plan for the catalog and settings as they are now. */
    PreparedPlan plan(PreparedStatement prepared) {
        PreparedPlan current = prepared.current;
        if (current != null && isCurrent(prepared)) return current;
        ParsedStatement parsed = java.util.Objects.requireNonNull(prepared.parsed);
        PreparedPlan next = planOf(parsed, prepared.fromSql ? null : prepared.sql, prepared.declaredTypes);
        PreparedStatement.Shape before = prepared.shape();
        if (before != null && (!Planner.sameColumns(before.columns(), next.columns()) || !before.parameterTypes().equals(next.parameterTypes()))) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cached plan must not change result type");
        }
        prepared.current = next;
        prepared.settings = session.planningSettings();
        return next;
    }

    boolean isCurrent(PreparedStatement prepared) {
        PreparedPlan plan = prepared.current;
        if (plan == null) return prepared.parsed == null;
        if (plan.plan() == null) return true;
        if (session.transactions.isOver()) return true;
        Transaction transaction = session.transactions.forStatement();
        return plan.catalogVersion() == transaction.catalog().version() && session.planningSettings().equals(prepared.settings)
                && !Planner.stale(plan, transaction);
    }

    /** @param sql text under which the plan may be cached; null: do not cache */
    private PreparedPlan planOf(ParsedStatement parsed, @Nullable String sql, List<@Nullable PgType> declared) {
        if (parsed.statement() instanceof SessionStatement) {
            AnalyzedStatement.Utility utility = analyzeUtility(parsed);
            return new PreparedPlan(parsed, utility, utility.parameterTypes(), null, sessionStatements.describe(parsed.statement(), utility),
                    session.catalog().version(), List.of());
        }
        Transaction transaction = session.transactions.forStatement();
        Planner planner = session.engine.planner();
        Planner.Key key = sql == null ? null : key(sql, declared);
        PreparedPlan known = key == null ? null : planner.cached(key, transaction);
        if (known != null) return known;
        look(transaction);
        StatementContext context = new StatementContext(session, transaction, new Object[0]);
        PreparedPlan plan = planner.prepare(parsed, declared, session.names(), context, session.settings.bool("craton.enable_optimizer"));
        if (plan.plan() == null) {
            plan = new PreparedPlan(parsed, plan.analyzed(), plan.parameterTypes(), null,
                    sessionStatements.describe(parsed.statement(), (AnalyzedStatement.Utility) plan.analyzed()), plan.catalogVersion(), List.of());
        } else if (key != null && !transaction.hasWrites() && parsed.notices().isEmpty()) {
            if (!plan.isPoint() || sql == null || !declared.isEmpty() || !share(parsed, sql, plan, context)) planner.remember(key, plan);
        }
        return plan;
    }

    /**
     * Takes the locks that a plan needs; false when a definition has changed before they were held: the statement is to be analysed again.
     * Throws {@link WouldBlockException} where it may not wait.
     */
    private boolean lockTables(List<TableLock> locks, Transaction transaction) {
        boolean holds = true;
        for (int i = 0; i < locks.size(); i++) transaction.lockTable(locks.get(i).table().oid(), locks.get(i).mode(), WaitPolicy.WAIT);
        for (int i = 0; i < locks.size(); i++) holds &= transaction.definitionHolds(locks.get(i).table());
        if (!holds) look(transaction);
        return holds;
    }

    private static List<TableLock> locks(PreparedPlan plan) {
        if (plan.plan() != null) return plan.plan().locks();
        return plan.analyzed() instanceof AnalyzedStatement.Utility utility && utility.query() != null ? TableLock.of(utility.query()) : List.of();
    }

    /** Takes a plan's locks; false when it is not to be used. May wait. */
    boolean locked(PreparedPlan plan) {
        List<TableLock> locks = locks(plan);
        if (locks.isEmpty()) return true;
        Transaction transaction = session.transactions.forStatement();
        transaction.interrupts(bareContext());
        transaction.waiting(Transaction.Waiting.ALLOWED);
        return lockTables(locks, transaction);
    }

    /** As {@link #locked}; false too when it would have to wait. */
    private boolean lockedInline(PreparedPlan plan) {
        List<TableLock> locks = locks(plan);
        if (locks.isEmpty()) return true;
        Transaction transaction = session.transactions.forStatement();
        if (transaction.isolation() != IsolationLevel.READ_COMMITTED && snapshotWaits(transaction)) return false;
        transaction.waiting(Transaction.Waiting.NEVER);
        try {
            return lockTables(locks, transaction);
        } catch (WouldBlockException e) {
            return false;
        } finally {
            transaction.waiting(Transaction.Waiting.ALLOWED);
        }
    }

    /** Makes the plan that texts with other literals can share with this one; false when there is none. */
    private boolean share(ParsedStatement parsed, String sql, PreparedPlan plain, StatementContext context) {
        StatementFingerprint fingerprint = parsed.parameterCount() > 0 ? null : LiftedPlans.fingerprint(sql, session.lexerSettings());
        LiftedPlans shared = session.engine.liftedPlans();
        if (fingerprint == null || !shared.isNew(fingerprint, this::textKey)) return false;
        LiteralLifter.Lifted lifted = LiteralLifter.lift(parsed.statement(), fingerprint);
        PreparedPlan plan = lifted == null ? null : lifted(parsed, lifted, context);
        if (plan == null || !plan.isPoint() || !Planner.sameColumns(plain.columns(), plan.columns()) || !LiftedPlans.mayLift(plan.parameterTypes())) {
            shared.rememberAlone(fingerprint, this::textKey);
            return false;
        }
        shared.remember(fingerprint, this::textKey, lifted, plan);
        return true;
    }

    private @Nullable PreparedPlan lifted(ParsedStatement parsed, LiteralLifter.Lifted lifted, StatementContext context) {
        ParsedStatement changed = new ParsedStatement(lifted.statement(), parsed.startOffset(), parsed.endOffset(), parsed.span(),
                lifted.literals().size(), List.of());
        try {
            return session.engine.planner().prepare(changed, lifted.types(), session.names(), context, false);
        } catch (PgException e) {
            return null; // a literal says more than a parameter can: such texts are planned one by one
        }
    }

    private AnalyzedStatement.Utility analyzeUtility(ParsedStatement parsed) {
        if (parsed.statement() instanceof SessionStatement.DeclareCursor declare) {
            session.transactions.forStatement();
            return new AnalyzedStatement.Utility(declare,
                    io.craton.sql.analyze.Analyzer.analyzeQuery(declare.query(), session.names(), List.of()), List.of());
        }
        return new AnalyzedStatement.Utility(parsed.statement(), null, List.of());
    }

    StatementDescription describe(PreparedStatement prepared) {
        if (prepared.parsed == null) return new StatementDescription(new int[0], null);
        if (session.transactions.isOver() && !isTransactionExit(prepared.parsed.statement())) {
            throw session.transactions.refusal();
        }
        PreparedPlan plan = plan(prepared);
        return new StatementDescription(plan.parameterTypes().stream().mapToInt(PgType::oid).toArray(), plan.columns());
    }

    /** Null when it would have to wait for a lock and may not. */
    @Nullable Portal bind(String name, PreparedStatement prepared, BoundParameters bound, short[] resultFormats, Mode mode) {
        if (prepared.parsed == null) return new Portal(name, prepared, null, new Object[0], null, TEXT);
        if (session.transactions.isOver() && !isTransactionExit(prepared.parsed.statement())) {
            throw session.transactions.refusal();
        }
        PreparedPlan plan = session.transactions.isOver() && prepared.current != null ? prepared.current : plan(prepared);
        if (!session.transactions.isOver()) {
            if (mode == Mode.INLINE) {
                if (!lockedInline(plan)) return null;
            } else {
                while (!locked(plan)) plan = plan(prepared);
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
            Progress progress;
            try {
                progress = utility(plan, portal.parameters, portal.formats, false, sink, mode);
            } finally {
                portal.active = false;
            }
            portal.finished = true;
            return progress;
        }
        if (plan.isPoint() && !portal.started && (maxRows == 0 || plan.plan().command() == null || plan.columns() == null)) {
            long rows = runPoint(plan, portal.parameters, portal.formats, sink, mode);
            if (rows == QueryExecutor.NEEDS_THREAD) return Progress.NEEDS_THREAD;
            portal.started = true;
            portal.finished = true;
            sink.commandComplete(CommandTags.of(plan.plan().command(), rows));
            return Progress.DONE;
        }
        if (mode == Mode.INLINE) return Progress.NEEDS_THREAD;
        portal.requireSound();
        try {
            if (!portal.started) start(portal, maxRows);
            fetch(portal, maxRows, sink);
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
        StatementContext context = newStatement(portal.parameters);
        portal.start(session.engine.executor().start(java.util.Objects.requireNonNull(plan.plan()), context));
        // A modifying statement runs to its end at once, whatever the client fetches.
        if (maxRows > 0 && plan.plan().command() != null && plan.columns() != null) {
            portal.keep(sessionStatements.cursors().newRows(portal));
            portal.readAll();
        }
    }

    /** A context for the next statement of the current (or a new implicit) transaction, with a fresh snapshot. */
    StatementContext newStatement(@Nullable Object[] parameters) {
        Transaction transaction = session.transactions.forStatement();
        StatementContext context = new StatementContext(session, transaction, parameters);
        transaction.interrupts(context);
        transaction.waiting(Transaction.Waiting.ALLOWED);
        takeSnapshot(transaction);
        session.transactions.queryRan();
        return context;
    }

    /** The one place where a client's statement takes its snapshot: everything that was committed before now is in it. */
    private void takeSnapshot(Transaction transaction) {
        if (snapshotWaits(transaction)) session.store.awaitReads();
        transaction.beginStatement();
    }

    /** A snapshot to look at definitions; the statement's own comes later, but where the transaction has one for all. */
    private void look(Transaction transaction) {
        if (transaction.isolation() == IsolationLevel.READ_COMMITTED) transaction.beginStatement();
        else takeSnapshot(transaction);
    }

    /** Must the statement wait before its snapshot? */
    private boolean snapshotWaits(Transaction transaction) {
        return transaction.takesSnapshot() && session.store.readsWait();
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

    /** Runs a point plan; the number of rows, or NEEDS_THREAD when nothing has happened yet. */
    private long runPoint(PreparedPlan plan, @Nullable Object[] parameters, short[] formats, ResultSink sink, Mode mode) {
        PhysicalPlan physical = java.util.Objects.requireNonNull(plan.plan());
        Transaction transaction = session.transactions.forStatement();
        checkWritable(plan, transaction);
        StatementContext context = new StatementContext(session, transaction, parameters);
        transaction.interrupts(context);
        transaction.waiting(mode == Mode.INLINE ? Transaction.Waiting.NEVER : Transaction.Waiting.ALLOWED);
        try {
            if (mode == Mode.INLINE && snapshotWaits(transaction)) return QueryExecutor.NEEDS_THREAD;
            takeSnapshot(transaction);
            session.transactions.queryRan();
            return session.engine.executor().runPoint(physical, context, sink, formats, mode);
        } catch (WouldBlockException e) {
            return QueryExecutor.NEEDS_THREAD;
        } finally {
            transaction.waiting(Transaction.Waiting.ALLOWED);
        }
    }

    // ---- simple protocol -----------------------------------------------------------------------------------------

    /** A simple query that may not wait: one statement whose plan is known and that needs only memory. */
    Progress simpleInline(String sql, ResultSink sink) {
        if (session.transactions.isOver()) return Progress.NEEDS_THREAD;
        QuickTexts.Quick quick = QuickTexts.of(sql);
        if (quick != null) return sessionStatements.quick(quick, sink);
        LiftedPlans.Known known = known(sql);
        if (known == null || !known.plan().isPoint() || !lockedInline(known.plan())) return Progress.NEEDS_THREAD;
        session.statements.remove("");
        session.closePortal("");
        return runKnown(known, sink, Mode.INLINE);
    }

    /** Runs a text whose point plan is known, without parsing it; false when nothing has happened. */
    boolean simpleKnown(String sql, ResultSink sink) {
        if (session.transactions.isOver()) return false;
        LiftedPlans.Known known = known(sql);
        if (known == null || !known.plan().isPoint() || !locked(known.plan())) return false;
        runKnown(known, sink, Mode.BLOCKING);
        return true;
    }

    private LiftedPlans.@Nullable Known known(String sql) {
        Transaction transaction = session.transactions.forStatement();
        StatementFingerprint fingerprint = LiftedPlans.fingerprint(sql, session.lexerSettings());
        if (fingerprint != null) {
            LiftedPlans.Known known = session.engine.liftedPlans().find(fingerprint, this::textKey, transaction, session.format());
            if (known != null) return known;
        }
        PreparedPlan plan = session.engine.planner().cached(key(sql, List.of()), transaction);
        return plan == null ? null : new LiftedPlans.Known(plan, NO_PARAMETERS);
    }

    private Planner.Key textKey(String text, List<Integer> parameterTypes) {
        return new Planner.Key(session.identity.databaseOid(), text, parameterTypes, session.catalog().version(), session.planningSettings());
    }

    private Progress runKnown(LiftedPlans.Known known, ResultSink sink, Mode mode) {
        PreparedPlan plan = known.plan();
        HeadedSink headed = new HeadedSink(sink, plan.columns());
        long rows = runPoint(plan, known.parameters(), TEXT, headed, mode);
        if (rows == QueryExecutor.NEEDS_THREAD) return Progress.NEEDS_THREAD;
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
        PreparedPlan plan = planOf(parsed, wholeText, List.of());
        while (!locked(plan)) plan = planOf(parsed, wholeText, List.of());
        if (plan.parameterTypes().size() > 0) {
            throw PgError.error(SqlState.UNDEFINED_PARAMETER, "there is no parameter $1").exception();
        }
        if (plan.plan() == null) {
            session.singleStatement = wholeText != null;
            if (!last) {
                utility(plan, NO_PARAMETERS, TEXT, true, sink, Mode.BLOCKING);
                return;
            }
            HeadedSink completing = HeadedSink.keepingTag(sink);
            utility(plan, NO_PARAMETERS, TEXT, true, completing, Mode.BLOCKING);
            session.endBatch(sink, Mode.BLOCKING, completing::complete);
            return;
        }
        if (plan.columns() != null) sink.rowDescription(plan.columns());
        short[] formats = new short[plan.columns() == null ? 0 : plan.columns().columns().size()];
        long rows;
        if (plan.isPoint()) {
            rows = runPoint(plan, new Object[0], formats, sink, Mode.BLOCKING);
        } else {
            checkWritable(plan, session.transactions.forStatement());
            StatementContext context = newStatement(new Object[0]);
            try (RunningQuery query = session.engine.executor().start(plan.plan(), context)) {
                query.run(sink, formats, 0);
                rows = query.rowCount();
            }
        }
        String tag = CommandTags.of(plan.plan().command(), rows);
        if (last) session.endBatch(sink, Mode.BLOCKING, () -> sink.commandComplete(tag));
        else sink.commandComplete(tag);
    }

    /** Runs a statement that has no plan. {@code describe}: rows are preceded by RowDescription, as the simple protocol wants. */
    private Progress utility(PreparedPlan plan, @Nullable Object[] parameters, short[] formats, boolean describe, ResultSink sink, Mode mode) {
        AnalyzedStatement.Utility analyzed = (AnalyzedStatement.Utility) plan.analyzed();
        if (plan.statement() instanceof RoutineStatement.Call || plan.statement() instanceof RoutineStatement.Do) {
            procedures.run(plan, analyzed, parameters, formats, describe, sink);
            return Progress.DONE;
        }
        if (plan.statement() instanceof SessionStatement statement) {
            return sessionStatements.run(statement, plan, formats, describe, sink, mode);
        }
        if (plan.statement() instanceof io.craton.sql.syntax.UtilityStatement.Explain explain) {
            answer(sessionStatements.explain(explain, plan), formats, describe, sink);
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
        StatementScope scope = new StatementScope(session, this, context, false);
        String tag = session.engine.dataStatements().run(plan.parsed(), analyzed, scope, sink);
        sink.commandComplete(tag);
        return Progress.DONE;
    }

    /** 25006 for a statement that changes definitions in a read-only transaction. */
    private static void requireWritable(Statement statement, ExecContext context) {
        if (!context.transaction().readOnly() || !CommandName.changes(statement)) return;
        throw new PgException(SqlState.READ_ONLY_SQL_TRANSACTION, "cannot execute " + CommandName.of(statement) + " in a read-only transaction");
    }

    /** A statement without a plan that stands in a routine: it runs in the routine's context. */
    void nested(ParsedStatement parsed, AnalyzedStatement.Utility analyzed, ExecContext context, ResultSink sink) {
        Statement statement = parsed.statement();
        if (statement instanceof RoutineStatement.Do block) {
            session.routines().nested(context, ProcedureStatements.body(block));
            return;
        }
        if (statement instanceof SessionStatement || statement instanceof io.craton.sql.syntax.UtilityStatement.Explain) {
            RowDescription columns = sessionStatements.describe(statement, analyzed);
            PreparedPlan plan = new PreparedPlan(parsed, analyzed, analyzed.parameterTypes(), null, columns, session.catalog().version(), List.of());
            if (statement instanceof SessionStatement each) sessionStatements.run(each, plan, TEXT, true, sink, Mode.BLOCKING);
            else answer(sessionStatements.explain((io.craton.sql.syntax.UtilityStatement.Explain) statement, plan), TEXT, true, sink);
            return;
        }
        requireWritable(statement, context);
        StatementScope scope = new StatementScope(session, this, context, true);
        sink.commandComplete(session.engine.dataStatements().run(parsed, analyzed, scope, sink));
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
