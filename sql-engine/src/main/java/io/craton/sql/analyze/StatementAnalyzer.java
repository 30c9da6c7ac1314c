package io.craton.sql.analyze;

import io.craton.core.error.PgException;
import io.craton.core.type.PgType;
import io.craton.sql.syntax.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Dispatches statements to their analyzers. */
final class StatementAnalyzer {
    private StatementAnalyzer() {}

    static AnalyzedStatement analyze(Statement statement, CatalogView catalog, List<@Nullable PgType> parameterTypes) {
        if (!(statement instanceof Statement.Optimizable)) return new AnalyzedStatement.Utility(statement, null, List.of());
        throw PgException.notSupported("query analysis");
    }
}
