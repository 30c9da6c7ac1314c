package io.craton.sql.analyze;

import io.craton.core.error.PgException;
import io.craton.core.type.PgType;
import io.craton.sql.logical.Relation;
import io.craton.sql.syntax.ModifyStatement;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SessionStatement;
import io.craton.sql.syntax.Statement;
import io.craton.sql.syntax.TableStatement;
import io.craton.sql.syntax.UtilityStatement;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Dispatches statements to their analyzers. Stateless. */
final class StatementAnalyzer {
    private StatementAnalyzer() {}

    static AnalyzedStatement analyze(Statement statement, CatalogView catalog, List<@Nullable PgType> parameterTypes) {
        return switch (statement) {
            case SelectStatement select when into(select) != null -> selectInto(select, catalog, parameterTypes);
            case Statement.Optimizable optimizable -> query(optimizable, catalog, parameterTypes);
            case UtilityStatement.Explain explain -> explain(explain, catalog, parameterTypes);
            case UtilityStatement.Copy copy when copy.query() != null -> utility(statement, query(copy.query(), catalog, parameterTypes));
            case SessionStatement.DeclareCursor cursor -> utility(statement, query(cursor.query(), catalog, parameterTypes));
            case TableStatement.CreateTableAs create -> create.source() instanceof Statement.Optimizable source
                    ? utility(statement, query(source, catalog, parameterTypes))
                    : new AnalyzedStatement.Utility(statement, null, List.of());
            case UtilityStatement.Copy copy when copy.query() != null -> utility(statement, query(copy.query(), catalog, parameterTypes));
            default -> new AnalyzedStatement.Utility(statement, null, List.of());
        };
    }

    private static AnalyzedStatement explain(UtilityStatement.Explain explain, CatalogView catalog, List<@Nullable PgType> types) {
        return switch (analyze(explain.statement(), catalog, types)) {
            case AnalyzedStatement.Query query -> utility(explain, query);
            case AnalyzedStatement.Utility inner -> new AnalyzedStatement.Utility(explain, inner.query(), inner.parameterTypes());
        };
    }

    private static AnalyzedStatement utility(Statement statement, AnalyzedStatement.Query query) {
        return new AnalyzedStatement.Utility(statement, query, query.parameterTypes());
    }

    private static SelectStatement.@Nullable IntoClause into(SelectStatement select) {
        SelectStatement leaf = select;
        while (leaf.body() instanceof SelectStatement.SetOperationBody set) leaf = set.left();
        return leaf.body() instanceof SelectStatement.SelectBody body ? body.into() : null;
    }

    /** SELECT INTO is CREATE TABLE AS. */
    private static AnalyzedStatement selectInto(SelectStatement select, CatalogView catalog, List<@Nullable PgType> types) {
        SelectStatement plain = withoutInto(select);
        TableStatement create = new TableStatement.CreateTableAs(into(select), plain, false, false, true);
        return utility(create, query(plain, catalog, types));
    }

    private static SelectStatement withoutInto(SelectStatement select) {
        SelectStatement.QueryBody body = switch (select.body()) {
            case SelectStatement.SelectBody b -> new SelectStatement.SelectBody(b.distinct(), b.distinctOn(), b.targets(), null, b.from(),
                    b.where(), b.groupBy(), b.having(), b.windows());
            case SelectStatement.SetOperationBody b -> new SelectStatement.SetOperationBody(b.operator(), b.all(), withoutInto(b.left()),
                    b.right());
            case SelectStatement.ValuesBody b -> b;
        };
        return new SelectStatement(select.with(), body, select.orderBy(), select.limit(), select.locking(), select.position());
    }

    static AnalyzedStatement.Query query(Statement.Optimizable statement, CatalogView catalog, List<@Nullable PgType> types) {
        return query(statement, catalog, types, null);
    }

    /** A query with what was found out about its text. */
    static Analyzer.Explored explore(SelectStatement statement, CatalogView catalog) {
        Findings[] found = new Findings[1];
        AnalyzedStatement.Query query = query(statement, catalog, List.of(), found);
        return new Analyzer.Explored(query, found[0]);
    }

    static AnalyzedStatement.Query query(Statement.Optimizable statement, CatalogView catalog, List<@Nullable PgType> types,
            Findings @Nullable [] findings) {
        BitSet systemItems = new BitSet();
        while (true) {
            try {
                if (findings != null) findings[0] = new Findings();
                return once(statement, catalog, types, systemItems, findings == null ? null : findings[0]);
            } catch (Analysis.SystemColumnsNeeded needed) {
                systemItems.set(needed.ordinal);
            }
        }
    }

    private static AnalyzedStatement.Query once(Statement.Optimizable statement, CatalogView catalog, List<@Nullable PgType> types,
            BitSet systemItems, @Nullable Findings findings) {
        Analysis analysis = new Analysis(catalog, types, systemItems);
        analysis.findings = findings;
        Scope scope = new Scope(analysis, null, null);
        AnalyzedStatement.Query query = switch (statement) {
            case SelectStatement select -> {
                Relation relation = analysis.selects.analyze(select, scope).relation();
                yield new AnalyzedStatement.Query(AnalyzedStatement.Tag.SELECT, relation, relation.fields(), true, true, List.of());
            }
            case ModifyStatement modify -> modify(modify, scope);
        };
        List<PgType> parameters = analysis.parameters.resolved();
        Relation relation = analysis.parameters.inferred() ? ParameterCheck.apply(query.relation(), parameters) : query.relation();
        return new AnalyzedStatement.Query(query.tag(), relation, query.columns(), query.returnsRows(), analysis.readOnly, parameters,
                analysis.accesses);
    }

    static AnalyzedStatement.Query modify(ModifyStatement statement, Scope scope) {
        Analysis analysis = scope.analysis;
        List<CommonTables.Entry> ctes = statement.with() == null ? List.of()
                : analysis.selects.commonTables().enter(statement.with(), scope);
        Relation.Modify modify = switch (statement) {
            case ModifyStatement.Insert insert -> new InsertAnalyzer(analysis, scope).analyze(insert);
            case ModifyStatement.Update update -> new UpdateAnalyzer(analysis, scope).analyze(update);
            case ModifyStatement.Delete delete -> new DeleteAnalyzer(analysis, scope).analyze(delete);
            case ModifyStatement.Merge merge -> throw PgException.notSupported("MERGE");
        };
        if (modify.table().persistence() != 't') analysis.readOnly = false;
        AnalyzedStatement.Tag tag = switch (modify.kind()) {
            case INSERT -> AnalyzedStatement.Tag.INSERT;
            case UPDATE -> AnalyzedStatement.Tag.UPDATE;
            case DELETE -> AnalyzedStatement.Tag.DELETE;
            case MERGE -> AnalyzedStatement.Tag.MERGE;
        };
        Relation relation = ctes.isEmpty() ? modify : analysis.selects.commonTables().wrap(ctes, modify);
        return new AnalyzedStatement.Query(tag, relation, modify.fields(), !modify.returning().isEmpty(), false, List.of());
    }
}
