package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.plan.TableLock;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.SessionStatement;
import io.craton.sql.syntax.SqlParser;
import io.craton.sql.syntax.StatementFingerprint;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.Transaction;
import io.craton.storage.txn.WaitPolicy;
import io.craton.storage.txn.WouldBlockException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From a session's texts to plans: known ones are found without parsing, others are made, kept where they may be, and hold as long as catalog, settings and
 * definitions do. A plan is run under the locks of its tables. The session's thread.
 */
final class StatementPlans {
    private final Session session;
    private final SessionStatements sessionStatements;
    private final Snapshots snapshots;

    StatementPlans(Session session, SessionStatements sessionStatements, Snapshots snapshots) {
        this.session = session;
        this.sessionStatements = sessionStatements;
        this.snapshots = snapshots;
    }

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
                if (!StatementRunner.isTransactionExit(parsed.getFirst().statement())) throw session.transactions.refusal();
            } else {
                session.transactions.forStatement();
            }
            plan(prepared);
        }
        return prepared;
    }

    /** The plan for these values of the parameters: another one only where a parameter names a moment. */
    PreparedPlan plan(PreparedStatement prepared, PreparedPlan plan, @Nullable Object[] values) {
        if (!plan.isMomentary() || values.length == 0) return plan;
        return session.moments.with(values, () -> {
            PreparedPlan made = plan(prepared);
            while (!locked(made)) made = plan(prepared);
            return made;
        });
    }

    /** The statement's plan for the catalog and settings as they are now. */
    PreparedPlan plan(PreparedStatement prepared) {
        PreparedPlan current = prepared.current;
        if (current != null && isCurrent(prepared)) return current;
        ParsedStatement parsed = java.util.Objects.requireNonNull(prepared.parsed);
        PreparedPlan next = planOf(parsed, prepared.fromSql ? null : prepared.sql, prepared.declaredTypes);
        PreparedStatement.Shape before = prepared.shape();
        boolean described = before != null && !(next.isMomentary() && prepared.name.isEmpty());
        if (described && (!Planner.sameColumns(before.columns(), next.columns()) || !before.parameterTypes().equals(next.parameterTypes()))) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "cached plan must not change result type").withRoutine("RevalidateCachedQuery").exception(); // drivers prepare anew by that
        }
        prepared.current = next;
        prepared.settings = session.planningSettings();
        return next;
    }

    boolean isCurrent(PreparedStatement prepared) {
        PreparedPlan plan = prepared.current;
        if (plan == null) return prepared.parsed == null;
        if (plan.isMomentary()) return false;
        if (plan.plan() == null) return true;
        if (session.transactions.isOver()) return true;
        Transaction transaction = session.transactions.forStatement();
        return plan.catalogVersion() == transaction.catalog().version() && session.planningSettings().equals(prepared.settings)
                && !Planner.stale(plan, transaction);
    }

    /** @param sql text under which the plan may be cached; null: do not cache */
    PreparedPlan planOf(ParsedStatement parsed, @Nullable String sql, List<@Nullable PgType> declared) {
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
        snapshots.look(transaction);
        StatementContext context = new StatementContext(session, transaction, new Object[0]);
        PreparedPlan plan = planner.prepare(parsed, declared, session.names(), context, session.settings.bool("craton.enable_optimizer"));
        if (plan.plan() == null) {
            plan = new PreparedPlan(parsed, plan.analyzed(), plan.parameterTypes(), null,
                    sessionStatements.describe(parsed.statement(), (AnalyzedStatement.Utility) plan.analyzed()), plan.catalogVersion(), List.of());
        } else if (key != null && !transaction.changesCatalog() && parsed.notices().isEmpty() && !plan.isMomentary()) {
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
        if (!holds) snapshots.look(transaction);
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
        transaction.interrupts(new StatementContext(session, transaction, new Object[0]));
        transaction.waiting(Transaction.Waiting.ALLOWED);
        return lockTables(locks, transaction);
    }

    /** As {@link #locked}; false too when it would have to wait. */
    boolean lockedInline(PreparedPlan plan) {
        List<TableLock> locks = locks(plan);
        if (locks.isEmpty()) return true;
        Transaction transaction = session.transactions.forStatement();
        if (transaction.isolation() != IsolationLevel.READ_COMMITTED && snapshots.mustWait(transaction, false)) return false;
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

    /** The plan of a text that need not be parsed for it; null when there is none. */
    LiftedPlans.@Nullable Known known(String sql) {
        Transaction transaction = session.transactions.forStatement();
        StatementFingerprint fingerprint = LiftedPlans.fingerprint(sql, session.lexerSettings());
        if (fingerprint != null) {
            LiftedPlans.Known known = session.engine.liftedPlans().find(fingerprint, this::textKey, transaction, session.format());
            if (known != null) return known;
        }
        PreparedPlan plan = session.engine.planner().cached(key(sql, List.of()), transaction);
        return plan == null ? null : new LiftedPlans.Known(plan, new Object[0]);
    }

    private Planner.Key textKey(String text, List<Integer> parameterTypes) {
        return new Planner.Key(session.identity.databaseOid(), text, parameterTypes, session.catalog().version(), session.planningSettings());
    }
}
