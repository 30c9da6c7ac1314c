package io.craton.sql.session;

import io.craton.sql.statistics.StatementKey;
import io.craton.sql.syntax.NormalisedText;
import io.craton.sql.syntax.SessionStatement;
import io.craton.storage.catalog.CatalogObject.ExtensionDef;
import java.util.function.BooleanSupplier;

/** Measures the statements of clients for pg_stat_statements, in databases that have it. The session's thread. */
final class StatementMeter {
    static final String EXTENSION = "pg_stat_statements";

    private final Session session;
    private final BooleanSupplier wanted = this::wanted;

    StatementMeter(Session session) {
        this.session = session;
    }

    /** When the statement began; 0 where nobody wants to know. */
    long begin(PreparedPlan plan) {
        return plan.track().on(wanted) && !isFrame(plan) ? System.nanoTime() : 0;
    }

    private boolean wanted() {
        for (ExtensionDef extension : session.catalog().all(ExtensionDef.class)) if (extension.name().equals(EXTENSION)) return true;
        return false;
    }

    /** EXECUTE is counted as the statement that it runs. */
    private static boolean isFrame(PreparedPlan plan) {
        return plan.statement() instanceof SessionStatement.Execute || plan.statement() instanceof SessionStatement.Prepare
                || plan.statement() instanceof SessionStatement.Deallocate;
    }

    /** @param begin what {@link #begin} said; source the text that the plan was parsed from */
    void end(PreparedPlan plan, String source, long begin, long rows) {
        if (begin != 0) add(plan, source, System.nanoTime() - begin, rows);
    }

    void add(PreparedPlan plan, String source, long nanos, long rows) {
        plan.track().add(nanos, rows, () -> {
            int begin = Math.min(plan.parsed().startOffset(), source.length());
            int end = plan.parsed().endOffset() <= begin ? source.length() : Math.min(plan.parsed().endOffset(), source.length());
            NormalisedText text = NormalisedText.of(source.substring(begin, end), session.lexerSettings(), plan.parsed().parameterCount(), plan.plan() != null);
            return session.engine.statementStatistics().counters(new StatementKey(session.identity.acting().role().oid(), session.identity.databaseOid(), text.number()),
                    text.text());
        });
    }
}
