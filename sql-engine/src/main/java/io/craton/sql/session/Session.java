package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.session.BoundParameters;
import io.craton.core.session.ClientLink;
import io.craton.core.session.ResultSink;
import io.craton.core.session.RowDescription;
import io.craton.core.session.SessionState;
import io.craton.core.session.SqlSession;
import io.craton.core.session.StatementDescription;
import io.craton.core.session.TransactionStatus;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.largeobject.Descriptors;
import io.craton.sql.session.TransactionBlock.Event;
import io.craton.sql.settings.SessionSettings;
import io.craton.sql.syntax.LexerSettings;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.SqlParser;
import io.craton.sql.procedure.Routines;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.engine.TenantSession;
import io.craton.storage.txn.Transaction;
import io.craton.storage.io.TemporaryFolder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One client's session: what the protocol's messages do. Holds the session's state (settings, transaction, prepared statements, portals) and leaves
 * running statements to {@link StatementRunner}. One thread at a time, but for {@link #cancel}, {@link #terminate} and {@link #close}.
 */
final class Session implements SqlSession {
    private static final short[] ALL_TEXT = {};

    final SqlEngine engine;
    final TenantSession store;
    final SessionSettings settings;
    final SessionIdentity identity;
    final LocalReads reads;
    final TransactionControl transactions;
    final SessionMoments moments = new SessionMoments(this);
    final DeferredConstraints constraints;
    final io.craton.sql.exec.RunningQueries queries = new io.craton.sql.exec.RunningQueries();
    final SessionMemory memory;
    final Listener listener;
    final SessionRegions regions;
    final OnCommitActions onCommit = new OnCommitActions(this);
    final Descriptors largeObjects = new Descriptors();
    final NamedStatements statements = new NamedStatements();
    final Map<String, Portal> portals = new LinkedHashMap<>();
    final SessionAudit audit;
    final SessionTraces traces;
    private final SessionViews views;
    private final StatementRunner runner;
    private final SessionHost host;
    private final Routines routines;
    private final SessionFacts view;
    private final SessionMove move = new SessionMove(this);

    private volatile @Nullable ClientLink link;
    private Resume resume = failure -> { };
    /** Of the event loop, while it may wait for commits of this session. */
    private @Nullable Executor lingers;
    private volatile boolean cancelRequested;
    private volatile boolean vanished;
    private volatile boolean terminated;
    private final Activity activity = new Activity();
    private boolean closed;
    private long statementMicros;
    private long deadlineNanos;
    private @Nullable ResultSink sink;
    private final List<PgError> heldNotices = new ArrayList<>();
    /** The statement at work is alone in its message: it may commit on its own. */
    boolean singleStatement = true;

    Session(SqlEngine engine, TenantSession store, SessionSettings settings, SessionIdentity identity) {
        this.engine = engine;
        this.store = store;
        this.settings = settings;
        this.identity = identity;
        this.memory = new SessionMemory(engine.storage().memory(identity.tenantNumber()), queries);
        this.audit = new SessionAudit(this, engine.audit());
        this.traces = new SessionTraces(this, engine.traces());
        this.views = new SessionViews(this);
        this.constraints = new DeferredConstraints(identity);
        settings.whenIdentityIsPutBack(this::settingsWentBack);
        this.view = new SessionFacts(this);
        this.listener = new Listener(engine.notifications(), identity.tenantNumber());
        this.regions = new SessionRegions(engine);
        this.reads = new LocalReads(settings, store);
        this.runner = new StatementRunner(this);
        this.transactions = new TransactionControl(settings, constraints, listener, largeObjects,
                (isolation, readOnly) -> {
                    Transaction begun = reads.begin(isolation, readOnly);
                    begun.describe(identity.currentUser(), "", null);
                    if (settings.showsPast()) moments.enter(begun);
                    traces.begun(begun);
                    return begun;
                },
                new CommitWork(this, runner), this::settingsWentBack, this::transactionEnded);
        this.host = new SessionHost(this, runner);
        this.routines = new Routines(host);
    }

    // ---- simple query --------------------------------------------------------------------------------------------

    @Override
    public Progress simpleQuery(String sql, ResultSink out, Mode mode) {
        Progress progress;
        try {
            progress = runSimple(sql, out, mode);
        } catch (PgException e) {
            throw reads.orLeader(transactions, e);
        }
        if (progress == Progress.DONE) {
            activity.ended(engine.nowMicros());
            settled();
        }
        return progress;
    }

    /** A message after which the session may be at rest has ended. */
    private void settled() {
        reads.ran();
        if (!reads.wanted() || transactions.inBlock()) return;
        reads.atRest();
        statements.forget();
    }

    private Progress runSimple(String sql, ResultSink out, Mode mode) {
        beginMessage(out, sql);
        if (QuickTexts.of(sql) == null && !reads.ready(transactions, mode)) return Progress.NEEDS_READS;
        if (reads.wanted()) statements.keep();
        if (mode == Mode.INLINE) return runner.simpleInline(sql, out);
        // As in PostgreSQL, the unnamed statement and portal do not survive a simple query.
        statements.remove("");
        closePortal("");
        if (runner.simpleKnown(sql, out)) {
            report(out);
            return Progress.DONE;
        }
        List<ParsedStatement> parsed = SqlParser.parse(sql, lexerSettings());
        if (parsed.isEmpty()) {
            out.emptyQuery();
            return Progress.DONE;
        }
        for (int i = 0; i < parsed.size(); i++) {
            if (i > 0) startClock();
            runner.simple(parsed.get(i), parsed.size() == 1 ? sql : null, out, i == parsed.size() - 1);
            memory.settle();
        }
        report(out);
        return Progress.DONE;
    }

    // ---- extended query ------------------------------------------------------------------------------------------

    @Override
    public Progress parse(String name, String sql, int[] parameterTypes, Mode mode) {
        beginMessage(null, sql);
        if (!reads.ready(transactions, mode)) return Progress.NEEDS_READS;
        if (reads.wanted()) statements.keep();
        List<@Nullable PgType> declared = new ArrayList<>(parameterTypes.length);
        for (int oid : parameterTypes) declared.add(oid == 0 ? null : declaredType(oid));
        if (!name.isEmpty() && statements.has(name)) {
            throw new PgException(SqlState.DUPLICATE_PSTATEMENT, "prepared statement \"" + name + "\" already exists");
        }
        if (mode == Mode.INLINE && !runner.plans().isPlanned(sql, declared)) return Progress.NEEDS_THREAD;
        if (name.isEmpty()) statements.remove("");
        statements.put(runner.plans().prepare(name, sql, declared));
        return Progress.DONE;
    }

    private PgType declaredType(int oid) {
        PgType type = catalog().type(oid);
        if (type == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "type with OID " + oid + " does not exist");
        return type;
    }

    @Override
    public Progress bind(String portal, String statement, BoundParameters parameters, short[] resultFormats, Mode mode) {
        PreparedStatement prepared = statement(statement);
        beginMessage(null, prepared.sql);
        if (!reads.ready(transactions, mode)) return Progress.NEEDS_READS;
        if (mode == Mode.INLINE && !runner.plans().isCurrent(prepared)) return Progress.NEEDS_THREAD;
        if (!portal.isEmpty() && portals.containsKey(portal)) {
            throw new PgException(SqlState.DUPLICATE_CURSOR, "cursor \"" + portal + "\" already exists");
        }
        closePortal(portal);
        Portal bound = runner.bind(portal, prepared, parameters, resultFormats, mode);
        if (bound == null) return Progress.NEEDS_THREAD;
        bound.level = transactions.level();
        bound.createdMicros = statementMicros;
        portals.put(portal, bound);
        return Progress.DONE;
    }

    @Override
    public StatementDescription describeStatement(String name) {
        return runner.describe(statement(name));
    }

    @Override
    public @Nullable RowDescription describePortal(String name) {
        return portal(name).columns;
    }

    @Override
    public Progress execute(String name, int maxRows, ResultSink out, Mode mode) {
        Portal portal = portal(name);
        beginMessage(out, portal.text());
        if (mode == Mode.INLINE && !runner.canRunInline(portal)) return Progress.NEEDS_THREAD;
        if (!reads.ready(transactions, mode)) return Progress.NEEDS_READS;
        Progress progress;
        try {
            progress = runner.execute(portal, maxRows, out, mode);
            memory.settle();
        } catch (PgException e) {
            throw reads.orLeader(transactions, e);
        }
        if (progress == Progress.DONE) {
            report(out);
            reads.ran();
        }
        return progress;
    }

    @Override
    public void closeStatement(String name) {
        if (reads.wanted()) statements.keep();
        statements.remove(name);
    }

    @Override
    public void closePortal(String name) {
        Portal portal = portals.remove(name);
        if (portal != null) portal.close();
    }

    @Override
    public Progress functionCall(int function, BoundParameters arguments, short resultFormat, ResultSink out, Mode mode) {
        if (mode == Mode.INLINE) return Progress.NEEDS_THREAD;
        FunctionCalls.run(this, function, arguments, resultFormat, out);
        return sync(out, mode);
    }

    @Override
    public Progress sync(ResultSink out, Mode mode) {
        sink = out;
        Progress progress = endBatch(out, mode, () -> { });
        memory.settle();
        if (progress == Progress.DONE) {
            activity.ended(engine.nowMicros());
            report(out);
            settled();
        }
        return progress;
    }

    /** Ends an implicit transaction, if there is one. {@code after} runs when it has committed. */
    Progress endBatch(ResultSink out, Mode mode, Runnable after) {
        if (transactions.block() != TransactionBlock.IMPLICIT) {
            after.run();
            return Progress.DONE;
        }
        return commit(Event.END_OF_BATCH, out, mode, after);
    }

    /** Commits an open or implicit transaction; without waiting when it has writes and the mode is INLINE. */
    Progress commit(Event event, ResultSink out, Mode mode, Runnable after) {
        Transaction open = transactions.current();
        if (open != null && open.hasWrites()) reads.wrote();
        if (mode == Mode.INLINE && open != null && (open.hasWrites() || transactions.hasWorkBeforeCommit())) {
            transactions.commitAsync(event, lingers, failure -> {
                if (failure == null) {
                    after.run();
                    report(out);
                }
                activity.ended(engine.nowMicros());
                resume.resumed(failure);
            });
            return Progress.PENDING;
        }
        transactions.commit(event);
        after.run();
        return Progress.DONE;
    }

    @Override
    public void lingers(@Nullable Executor value) {
        lingers = value;
    }

    @Override
    public void onResume(Resume value) {
        resume = value;
    }

    @Override
    public void attach(ClientLink clientLink) {
        link = clientLink;
        listener.attach(clientLink);
    }

    @Override
    public void deliverNotifications(ResultSink out) {
        if (transactions.block() == TransactionBlock.IDLE) listener.deliver(out);
    }

    @Override
    public void requestEnded(long nanos) {
        traces.ended("craton.query", nanos);
        slow(nanos);
    }

    @Override
    public void writeEnded(long nanos) {
        traces.ended("craton.write", nanos);
        slow(nanos);
    }

    private void slow(long nanos) {
        if (nanos >= settings.logMinDurationNanos()) SlowStatements.log(identity, settings, activity.query(), nanos);
    }

    @Override
    public TransactionStatus transactionStatus() {
        return transactions.status();
    }

    @Override
    public void failed(PgError error) {
        audit.failed(error);
        reads.ran();
        activity.ended(engine.nowMicros());
        host.forgetSubtransactions();
        transactions.failed();
        // What a savepoint protects stays; outside a block nothing of the transaction is left.
        closePortals(portal -> !portal.holdMaterialized && portal.level >= transactions.level());
        memory.settle();
    }

    /** Closes those that began behind a savepoint with so many in front of it. */
    void closePortalsBehind(int level) {
        closePortals(portal -> !portal.holdMaterialized && portal.level > level);
    }

    /** Those behind a released savepoint belong to what is around it. */
    void levelPortals(int level) {
        for (Portal portal : portals.values()) portal.level = Math.min(portal.level, level);
    }

    private void closePortals(Predicate<Portal> which) {
        portals.values().removeIf(portal -> {
            if (!which.test(portal)) return false;
            portal.close();
            return true;
        });
    }

    // ---- state for others ----------------------------------------------------------------------------------------

    private void beginMessage(@Nullable ResultSink out, String sql) {
        if (out != null) {
            sink = out;
            for (PgError held : heldNotices) out.notice(held);
            heldNotices.clear();
        }
        statementMicros = engine.nowMicros();
        if (!activity.running()) {
            cancelRequested = false;
            activity.started(statementMicros);
        }
        activity.query(sql, statementMicros);
        startClock();
        if (vanished) throw new PgException(SqlState.CONNECTION_FAILURE, "connection to client lost");
        if (terminated) {
            throw PgError.of(Severity.FATAL, SqlState.ADMIN_SHUTDOWN, "terminating connection due to administrator command").exception();
        }
    }

    /** Each statement of a message has the time that the setting gives it when it starts. */
    private void startClock() {
        long timeout = settings.statementTimeoutMillis();
        deadlineNanos = timeout == 0 ? 0 : System.nanoTime() + timeout * 1_000_000L;
    }

    /** Tells the client of changed settings, and that this message is done. */
    void report(ResultSink out) {
        for (Map.Entry<String, String> changed : settings.takeReported().entrySet()) {
            out.parameterStatus(changed.getKey(), changed.getValue());
        }
    }

    /** Drops objects of the session's own, and what depends on them. */
    void dropQuietly(List<CatalogObject> objects) {
        StatementContext context = runner.newStatement(new Object[0]);
        engine.dataStatements().drop(objects, new StatementScope(this, runner, context, null, false));
    }

    private void transactionEnded(boolean committed) {
        listener.ended(committed);
        regions.ended(committed);
        largeObjects.closeAll();
        closePortals(portal -> !(portal.hold && committed || portal.holdMaterialized || portal.active));
    }

    PreparedStatement statement(String name) {
        PreparedStatement found = statements.get(name);
        if (found == null) {
            throw new PgException(SqlState.INVALID_SQL_STATEMENT_NAME,
                    name.isEmpty() ? "unnamed prepared statement does not exist" : "prepared statement \"" + name + "\" does not exist");
        }
        return found;
    }

    Portal portal(String name) {
        Portal found = portals.get(name);
        if (found == null) throw new PgException(SqlState.INVALID_CURSOR_NAME, "portal \"" + name + "\" does not exist");
        return found;
    }

    /** Catalog as the current transaction sees it, or the newest. */
    Catalog catalog() {
        Transaction open = transactions.current();
        return open == null ? store.catalog() : open.catalog();
    }

    CatalogView names() {
        return views.names(catalog());
    }

    List<Integer> searchPath() {
        return views.searchPath(catalog());
    }

    List<Integer> searchPath(Catalog catalog) {
        return views.searchPath(catalog);
    }

    FormatContext format() {
        Transaction open = transactions.current();
        return views.format(catalog(), open == null ? statementMicros : open.startMicros());
    }

    Planner.PlanningSettings planningSettings() {
        return views.planningSettings();
    }

    LexerSettings lexerSettings() {
        return views.lexerSettings();
    }

    Predicate<SchemaDef> schemas() {
        return views.schemas(catalog());
    }

    /** Oid of the session's temporary schema, made when it is not there. */
    int makeTemporarySchema() {
        int before = store.temporarySchema();
        int schema = store.makeTemporarySchema("pg_temp_" + identity.processId(), identity.currentUserOid());
        if (before == 0) views.forget();
        return schema;
    }

    /** SET, set_config and the like. */
    void assignSetting(String name, @Nullable String value, boolean local) {
        runner.settingStatements().assign(name, value, local);
    }

    Routines routines() {
        return routines;
    }

    /** Rights of another role from here on. */
    void actAs(SessionIdentity.Acting acting) {
        boolean other = identity.currentUserOid() != acting.role().oid();
        identity.actAs(acting);
        if (other) views.forget();
    }

    SessionFacts view() {
        return view;
    }

    long statementMicros() {
        return statementMicros;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    long lockTimeoutNanos() {
        return settings.lockTimeoutMillis() * 1_000_000L;
    }

    long statementMemory() {
        return settings.statementMemoryBytes();
    }

    @Nullable TemporaryFolder spillFolder() {
        return engine.spillFolder();
    }

    boolean cancelRequested() {
        return cancelRequested || vanished;
    }

    boolean terminated() {
        return terminated;
    }

    /** Sends a notice to the client, now or with the next message that has a sink. */
    void notice(PgError notice) {
        if (!settings.showsNotice(notice.severity())) return;
        if (sink != null) sink.notice(notice);
        else heldNotices.add(notice);
    }

    Activity activity() {
        return activity;
    }

    // ---- life ----------------------------------------------------------------------------------------------------

    @Override
    public Map<String, String> reportedParameters() {
        Map<String, String> reported = new LinkedHashMap<>();
        for (String name : List.of("application_name", "client_encoding", "DateStyle", "default_transaction_read_only", "in_hot_standby",
                "integer_datetimes", "IntervalStyle", "is_superuser", "server_encoding", "server_version", "session_authorization",
                "standard_conforming_strings", "TimeZone")) {
            reported.put(name, settings.get(name));
        }
        settings.told(reported);
        return reported;
    }

    @Override
    public void vanished() {
        vanished = true;
    }

    @Override
    public void cancel() {
        if (activity.running()) cancelRequested = true;
    }

    // ---- moving to another node ----------------------------------------------------------------------------------

    @Override
    public long stateVersion(SessionState.Part part) {
        return move.version(part);
    }

    @Override
    public byte[] state(SessionState.Part part) {
        return move.write(part);
    }

    void restore(SessionState state) {
        move.restore(state);
    }

    @Override
    public List<String> transactionEnds() {
        List<String> names = new ArrayList<>();
        for (PreparedStatement statement : statements.all()) {
            if (statement.parsed != null && StatementRunner.isTransactionExit(statement.parsed.statement())) names.add(statement.name);
        }
        return names;
    }

    @Override
    public @Nullable String boundBy() {
        if (store.holdsSessionLocks()) return "session-level advisory locks";
        if (store.hasTemporaryObjects()) return "temporary objects";
        if (listener.isListening()) return "channels that it listens to";
        for (Portal portal : portals.values()) {
            if (portal.hold) return "a cursor WITH HOLD";
        }
        return null;
    }

    @Override
    public void confirmReads(Runnable done) {
        reads.confirm(done);
    }

    @Override
    public boolean whenLocked(Runnable call) {
        Transaction transaction = transactions.current();
        return transaction != null && transaction.whenGranted(call);
    }

    @Override
    public boolean readsHere() {
        return reads.wanted() && boundBy() == null;
    }

    @Override
    public boolean goesHome() {
        return reads.goesHome() && transactions.block() == TransactionBlock.IDLE && boundBy() == null;
    }

    @Override
    public boolean inFollowersBlock() {
        return reads.inBlock(transactions);
    }

    @Override
    public void leaveBatch() {
        failed(PgError.error(SqlState.READ_ONLY_SQL_TRANSACTION, "asked again at the leader"));
        statements.takeBack();
    }

    @Override
    public void catchUp() {
        store.awaitFollowerReads();
    }

    @Override
    public void standby(boolean standby) {
        settings.preset("in_hot_standby", standby ? "on" : "off");
    }

    @Override
    public void doomBlock(PgError error) {
        transactions.doom(error);
    }

    /** Settings may have gone back to earlier values; some stand for more than a value. */
    private void settingsWentBack() {
        if (identity.follow(settings)) views.forget();
    }

    /** pg_terminate_backend: the next check of the session ends it. */
    void terminate() {
        terminated = true;
        ClientLink to = link;
        if (to != null) {
            to.terminate(PgError.of(Severity.FATAL, SqlState.ADMIN_SHUTDOWN, "terminating connection due to administrator command"));
        }
    }

    @Override
    public long idleTimeoutMillis() {
        return switch (transactions.status()) {
            case IDLE -> settings.integer("idle_session_timeout");
            case IN_TRANSACTION, FAILED -> settings.integer("idle_in_transaction_session_timeout");
        };
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        try {
            portals.values().forEach(Portal::close);
            portals.clear();
            if (transactions.current() != null || transactions.inBlock()) transactions.rollback();
        } finally {
            memory.close();
            listener.close();
            store.close();
            engine.closed(this);
        }
    }
}
