package io.craton.sql.analyze;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The door of this package: syntax tree and catalog to analysed tree. Stateless; safe for all threads. */
public final class Analyzer {
    private Analyzer() {}

    /**
     * Analyses a statement whose parameter types may be inferred.
     *
     * @param parameterTypes types that the client declared for $1, $2, ...; null elements and missing ones are inferred
     * @throws io.craton.core.error.PgException PostgreSQL's error, with position
     */
    public static AnalyzedStatement analyze(ParsedStatement parsed, CatalogView catalog, List<@Nullable PgType> parameterTypes) {
        return analyze(parsed.statement(), catalog, parameterTypes);
    }

    /** As {@link #analyze(ParsedStatement, CatalogView, List)}, for a statement inside another. */
    public static AnalyzedStatement analyze(Statement statement, CatalogView catalog, List<@Nullable PgType> parameterTypes) {
        return StatementAnalyzer.analyze(statement, catalog, parameterTypes);
    }

    /** The name that an expression gives its column in a select list. */
    public static String resultName(Expr expression) {
        return ResultNames.of(expression);
    }

    /** A query and what its analysis found out about its text. */
    public record Explored(AnalyzedStatement.Query query, Findings findings) {
        /** For who keeps or prints the text. */
        @Override
        public Findings findings() {
            if (findings.past) throw Findings.storedPast();
            return findings;
        }

        /** The collation of each result column, where it is not its type's; 0 else. */
        public List<Integer> collations(SelectStatement statement) {
            List<Integer> collations = new ArrayList<>();
            Findings.Query found = findings.query(statement);
            for (int i = 0; i < query.columns().size(); i++) {
                boolean collatable = found != null && query.columns().get(i).type().collationOid() != 0;
                collations.add(collatable ? Collations.collation(found.targets().get(i).value()) : 0);
            }
            return collations;
        }
    }

    /** Analyses a query to print it or to learn what it depends on. */
    public static Explored explore(SelectStatement statement, CatalogView catalog) {
        return StatementAnalyzer.explore(statement, catalog, null);
    }

    /** As above, for a query inside a routine, whose arguments it sees. */
    public static Explored explore(Statement.Optimizable statement, CatalogView catalog, Variables variables) {
        return StatementAnalyzer.explore(statement, catalog, variables);
    }

    /** Why no rows can be changed through a view of this query; null when some can. */
    public static @Nullable String updateRefusal(SelectStatement query, CatalogView catalog) {
        return StatementAnalyzer.withSystemColumns(systemItems -> UpdatableView.refusal(query, new Analysis(catalog, List.of(), systemItems)));
    }

    /** Analyses a query or modification. */
    public static AnalyzedStatement.Query analyzeQuery(
            Statement.Optimizable statement, CatalogView catalog, List<@Nullable PgType> parameterTypes) {
        if (StatementAnalyzer.analyze(statement, catalog, parameterTypes) instanceof AnalyzedStatement.Query query) return query;
        throw new PgException(SqlState.SYNTAX_ERROR, "SELECT ... INTO is not allowed here");
    }
}
