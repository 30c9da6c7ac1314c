package io.craton.sql.session;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.analyze.Analyzer;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.Variables;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.RowConsumer;
import io.craton.sql.exec.TransitionTable;
import io.craton.sql.procedure.CallerContext;
import io.craton.sql.session.TransactionBlock.Event;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.SelectStatement.OnCommit;
import io.craton.sql.syntax.SqlParser;
import io.craton.sql.syntax.Statement;
import io.craton.storage.engine.TenantSession;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The session as a utility statement may use it. One statement. */
final class StatementScope implements DataStatements.Scope {
    private final Session session;
    private final StatementRunner runner;
    private final @Nullable ParsedStatement parsed;
    private final boolean inRoutine;
    private ExecContext context;

    /**
     * @param parsed what runs; null for the session's own business
     * @param inRoutine the statement stands in a function: it may not end the transaction
     */
    StatementScope(Session session, StatementRunner runner, ExecContext context, @Nullable ParsedStatement parsed, boolean inRoutine) {
        this.parsed = parsed;
        this.session = session;
        this.runner = runner;
        this.context = context;
        this.inRoutine = inRoutine;
    }

    @Override
    public ExecContext context() {
        return context;
    }

    @Override
    public CatalogView names() {
        return session.names();
    }

    @Override
    public int creationSchema() {
        int oid = SearchPath.creationSchema(session.settings.get("search_path"), session.catalog(), session.identity.currentUser(),
                session.schemas());
        if (oid == SearchPath.TEMPORARY) return session.store.temporarySchema();
        if (oid == 0) throw new PgException(SqlState.UNDEFINED_SCHEMA, "no schema has been selected to create in");
        return oid;
    }

    @Override
    public int temporarySchema() {
        return session.makeTemporarySchema();
    }

    @Override
    public int temporarySchemaIfAny() {
        return session.store.temporarySchema();
    }

    @Override
    public void onCommit(int tableOid, OnCommit action) {
        session.onCommit.register(tableOid, action);
    }

    @Override
    public long query(AnalyzedStatement.Query query, RowConsumer consumer) {
        context.transaction().nextCommand();
        return runner.query(query, context, consumer);
    }

    @Override
    public void truncate(List<TableDef> tables, Runnable work) {
        session.engine.executor().truncate(tables, context, work);
    }

    @Override
    public AnalyzedStatement.Query analyze(String sql) {
        ParsedStatement parsed = SqlParser.parseOwn(sql).getFirst();
        if (Analyzer.analyze(parsed, session.names(), List.of()) instanceof AnalyzedStatement.Query query) return query;
        throw new PgException(SqlState.INTERNAL_ERROR, "not a query: " + sql);
    }

    @Override
    public AnalyzedStatement.Query analyze(String sql, TableDef rows) {
        if (!(SqlParser.parseOwn(sql).getFirst().statement() instanceof Statement.Optimizable statement)) throw new PgException(SqlState.INTERNAL_ERROR, "not a query: " + sql);
        return Analyzer.explore(statement, session.names(), new RowsByName(rows)).query();
    }

    @Override
    public long query(AnalyzedStatement.Query query, TransitionTable rows, RowConsumer consumer) {
        context.transaction().nextCommand();
        return runner.query(query, new RowsContext(context, rows), consumer);
    }

    /** Nothing but the rows has a name. */
    private record RowsByName(TableDef table) implements Variables {
        @Override
        public @Nullable TableDef transitionTable(String name) {
            return name.equals(table.name()) ? table : null;
        }
    }

    private record RowsContext(ExecContext caller, TransitionTable rows) implements CallerContext {
        @Override
        public TransitionTable transitionTable(String name) {
            return rows;
        }
    }

    @Override
    public List<@org.jspecify.annotations.Nullable Object[]> rows(String sql) {
        List<@org.jspecify.annotations.Nullable Object[]> rows = new java.util.ArrayList<>();
        query(analyze(sql), rows::add);
        return rows;
    }

    @Override
    public void inSchema(String schema, Runnable work) {
        String before = session.settings.get("search_path");
        session.assignSetting("search_path", io.craton.sql.syntax.Identifiers.quote(schema) + ", " + before, true);
        try {
            work.run();
        } finally {
            session.assignSetting("search_path", before, true);
        }
    }

    @Override
    public <T> T asOwner(int role, java.util.function.Supplier<T> work) {
        SessionIdentity.Acting before = session.identity.acting();
        int settings = session.settings.mark();
        session.actAs(new SessionIdentity.Acting(session.identity.role(role), true, true));
        try {
            return work.get();
        } finally {
            session.settings.rollbackTo(settings);
            session.actAs(before);
        }
    }

    @Override
    public void requireRights(AnalyzedStatement.Query query) {
        AccessCheck.check(query, context);
    }

    @Override
    public void requireUnrestricted(String what) {
        session.identity.requireUnrestricted(what);
    }

    @Override
    public int newTenantNumber() {
        return session.engine.storage().newTenantNumber();
    }

    @Override
    public int groupForNewDatabase() {
        return session.engine.storage().groupForNew();
    }

    @Override
    public TenantSession openTenant(int number) {
        return session.engine.storage().openSession(number, session.identity.processId());
    }

    @Override
    public boolean mayHaveContents(int number) {
        return session.engine.storage().hasEntries(number);
    }

    @Override
    public void checkpoint() {
        session.engine.storage().checkpoint();
    }

    @Override
    public Regions regions() {
        return session.regions;
    }

    @Override
    public void commitAndRestart() {
        if (parsed != null) runner.describeChange(parsed, session.activity().query(), context.transaction());
        session.transactions.commit(Event.END_OF_BATCH);
        context = runner.newStatement(new Object[0]);
    }

    @Override
    public void preventInBlock(String command) {
        if (inRoutine) throw new PgException(SqlState.ACTIVE_SQL_TRANSACTION, command + " cannot be executed from a function");
        if (session.transactions.inBlock() || !session.singleStatement) {
            throw new PgException(SqlState.ACTIVE_SQL_TRANSACTION, command + " cannot run inside a transaction block");
        }
    }
}
