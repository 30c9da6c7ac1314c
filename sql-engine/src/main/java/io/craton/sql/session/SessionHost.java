package io.craton.sql.session;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.RowConsumer;
import io.craton.sql.exec.RunningQuery;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.function.Privileges;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.sql.plan.PhysicalPlan;
import io.craton.sql.procedure.Host;
import io.craton.sql.procedure.Plan;
import io.craton.sql.procedure.Step;
import io.craton.sql.syntax.LexerSettings;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.txn.Transaction;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The session as its routines use it. The session's thread. */
final class SessionHost implements Host {
    private record Savepoint(Transaction transaction, Transaction.Savepoint point, int settings, SessionIdentity.Acting user, Set<String> portals,
            DeferredConstraints.Mark constraints, long largeObjects) implements Mark {}

    private final Session session;
    private final StatementRunner runner;
    /** Subtransactions of exception blocks that are open. */
    private int subtransactions;

    SessionHost(Session session, StatementRunner runner) {
        this.session = session;
        this.runner = runner;
    }

    @Override
    public CatalogView names() {
        return session.names();
    }

    @Override
    public Object planningKey() {
        return session.planningSettings();
    }

    @Override
    public LexerSettings lexerSettings() {
        return session.lexerSettings();
    }

    @Override
    public PhysicalPlan plan(AnalyzedStatement.Query query, ExecContext context) {
        AccessCheck.check(query, context);
        return session.engine.planner().physicalPlan(query, context, session.settings.bool("craton.enable_optimizer"));
    }

    @Override
    public Evaluator evaluator(Scalar scalar, ExecContext context) {
        return session.engine.executor().evaluator(session.routines().inlined(scalar, context), context);
    }

    @Override
    public RunningQuery start(PhysicalPlan plan, ExecContext context) {
        if (plan.command() != null && context.transaction().readOnly()) {
            throw new PgException(SqlState.READ_ONLY_SQL_TRANSACTION,
                    "cannot execute " + plan.command().name() + " in a read-only transaction");
        }
        return session.engine.executor().start(plan, context);
    }

    @Override
    public Outcome utility(ParsedStatement parsed, AnalyzedStatement.Utility analyzed, ExecContext context) {
        RowsSink sink = new RowsSink(session.format(), session);
        runner.nested(parsed, analyzed, context, sink);
        return new Outcome(sink.processed(), sink.fields(session.names()), sink.rows());
    }

    // ---- transactions --------------------------------------------------------------------------------------------

    @Override
    public Mark savepoint() {
        Transaction transaction = java.util.Objects.requireNonNull(session.transactions.current());
        subtransactions++;
        return new Savepoint(transaction, transaction.savepoint(), session.settings.mark(), session.identity.acting(),
                new HashSet<>(session.portals.keySet()), session.constraints.mark(), session.largeObjects.mark());
    }

    @Override
    public void rollbackTo(Mark mark) {
        Savepoint savepoint = (Savepoint) mark;
        subtransactions--;
        session.portals.entrySet().removeIf(entry -> {
            if (savepoint.portals.contains(entry.getKey())) return false;
            entry.getValue().close();
            return true;
        });
        savepoint.transaction.rollbackTo(savepoint.point);
        session.settings.rollbackTo(savepoint.settings);
        session.constraints.rollbackTo(savepoint.constraints);
        session.largeObjects.rollbackTo(savepoint.largeObjects);
        session.actAs(savepoint.user);
    }

    @Override
    public void release(Mark mark) {
        Savepoint savepoint = (Savepoint) mark;
        subtransactions--;
        savepoint.transaction.release(savepoint.point);
    }

    /** An error has left all exception blocks behind. */
    void forgetSubtransactions() {
        subtransactions = 0;
    }

    @Override
    public void endTransaction(boolean commit, boolean chain) {
        if (!session.routines().mayEndTransaction()) throw new PgException(SqlState.INVALID_TRANSACTION_TERMINATION, "invalid transaction termination");
        if (subtransactions > 0) {
            throw new PgException(SqlState.INVALID_TRANSACTION_TERMINATION,
                    "cannot " + (commit ? "commit" : "roll back") + " while a subtransaction is active");
        }
        runner.endTransaction(commit, chain);
    }

    // ---- identity ------------------------------------------------------------------------------------------------

    @Override
    public Entered enter(RoutineDef routine) {
        SessionIdentity.Acting user = session.identity.acting();
        Map<String, String> before = new LinkedHashMap<>();
        for (String name : routine.settings().keySet()) before.put(name, session.settings.get(name));
        if (routine.securityDefiner()) session.actAs(new SessionIdentity.Acting(session.identity.role(routine.owner()), true, user.restricted()));
        routine.settings().forEach((name, value) -> session.assignSetting(name, value, true));
        return () -> {
            before.forEach((name, value) -> {
                if (!value.equals(session.settings.get(name))) session.assignSetting(name, value, true);
            });
            if (routine.securityDefiner()) session.actAs(user);
        };
    }

    @Override
    public void check(AnalyzedStatement.Query query, ExecContext context) {
        AccessCheck.check(query, context);
    }

    @Override
    public boolean mayExecute(RoutineDef routine) {
        return routine.acl() == null
                || Privileges.any(runner.bareContext(), session.identity.currentUserOid(), routine.owner(), routine.acl(), "X", 'f');
    }

    @Override
    public void requireExecute(RoutineDef routine) {
        if (!mayExecute(routine)) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE,
                    "permission denied for " + (routine.kind() == 'p' ? "procedure " : "function ") + routine.name());
        }
    }

    // ---- portals -------------------------------------------------------------------------------------------------

    @Override
    public String open(@Nullable String name, String text, Plan.Work.Query query, ExecContext context, @Nullable Boolean scroll) {
        return runner.cursors().open(name, text, query.parsed(), query.analyzed(), query.plan(), context, scroll);
    }

    @Override
    public boolean isOpen(String name) {
        return session.portals.containsKey(name);
    }

    @Override
    public List<Relation.Field> portalFields(String name) {
        return runner.cursors().fields(name);
    }

    @Override
    public long fetch(String name, Step.Direction direction, long count, RowConsumer rows) {
        return runner.cursors().fetch(name, direction, count, rows);
    }

    @Override
    public void closePortal(String name) {
        session.closePortal(name);
    }

}
