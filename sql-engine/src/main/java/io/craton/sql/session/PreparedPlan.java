package io.craton.sql.session;

import io.craton.core.session.RowDescription;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.plan.PhysicalPlan;
import io.craton.sql.statistics.StatementTrack;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.Statement;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement, analysed and planned under one catalog version. Immutable, shared by sessions.
 *
 * @param plan null for statements that are not optimised (utility statements)
 * @param columns what it returns, in text format; null when it returns no rows
 * @param track what its runs are counted under
 * @param rowCounts rows of each table when it was planned: a plan is stale when they have changed tenfold
 */
record PreparedPlan(
        ParsedStatement parsed,
        AnalyzedStatement analyzed,
        List<PgType> parameterTypes,
        @Nullable PhysicalPlan plan,
        @Nullable RowDescription columns,
        long catalogVersion,
        List<TableRows> rowCounts,
        StatementTrack track) {

    record TableRows(TableDef table, long rows) {}

    PreparedPlan(ParsedStatement parsed, AnalyzedStatement analyzed, List<PgType> parameterTypes, @Nullable PhysicalPlan plan,
            @Nullable RowDescription columns, long catalogVersion, List<TableRows> rowCounts) {
        this(parsed, analyzed, parameterTypes, plan, columns, catalogVersion, rowCounts, new StatementTrack());
    }

    PreparedPlan {
        parameterTypes = List.copyOf(parameterTypes);
        rowCounts = List.copyOf(rowCounts);
    }

    Statement statement() {
        return parsed.statement();
    }

    /** Whether it is good for one run only. */
    boolean isMomentary() {
        return analyzed instanceof AnalyzedStatement.Query query && query.momentary();
    }

    boolean isPoint() {
        return plan != null && plan.point() != null;
    }
}
