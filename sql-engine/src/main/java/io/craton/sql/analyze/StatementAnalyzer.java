package io.craton.sql.analyze;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.logical.Relation;
import io.craton.sql.syntax.ModifyStatement;
import io.craton.sql.syntax.RoutineStatement;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SessionStatement;
import io.craton.sql.syntax.Statement;
import io.craton.sql.syntax.TableStatement;
import io.craton.sql.syntax.UtilityStatement;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Dispatches statements to their analyzers. Stateless. */
final class StatementAnalyzer {
    private StatementAnalyzer() {}

    static AnalyzedStatement analyze(Statement statement, CatalogView catalog, List<@Nullable PgType> parameterTypes) {
        return analyze(statement, catalog, parameterTypes, null);
    }

    static AnalyzedStatement analyze(Statement statement, CatalogView catalog, List<@Nullable PgType> parameterTypes,
            @Nullable Variables variables) {
        return switch (statement) {
            case SelectStatement select when into(select) != null -> selectInto(select, catalog, parameterTypes, variables);
            case Statement.Optimizable optimizable -> query(optimizable, catalog, parameterTypes, null, variables);
            case UtilityStatement.Explain explain -> explain(explain, catalog, parameterTypes, variables);
            case UtilityStatement.Copy copy when copy.query() != null ->
                    utility(statement, query(copy.query(), catalog, parameterTypes, null, variables));
            case SessionStatement.DeclareCursor cursor -> utility(statement, query(cursor.query(), catalog, parameterTypes, null, variables));
            case TableStatement.CreateTableAs create -> create.source() instanceof Statement.Optimizable source
                    ? utility(statement, query(source, catalog, parameterTypes, null, variables))
                    : new AnalyzedStatement.Utility(statement, null, List.of());
            case RoutineStatement.Call call -> call(call, catalog, parameterTypes, variables);
            default -> new AnalyzedStatement.Utility(statement, null, List.of());
        };
    }

    private static AnalyzedStatement call(RoutineStatement.Call call, CatalogView catalog, List<@Nullable PgType> parameterTypes,
            @Nullable Variables variables) {
        Analysis analysis = new Analysis(catalog, parameterTypes, new BitSet());
        analysis.variables = variables;
        ProcedureCall found = analysis.expressions.calls().procedure(call.call(), new Scope(analysis, null, null));
        return new AnalyzedStatement.Utility(call, null, found, analysis.parameters.resolved());
    }

    private static AnalyzedStatement explain(UtilityStatement.Explain explain, CatalogView catalog, List<@Nullable PgType> types,
            @Nullable Variables variables) {
        return switch (analyze(explain.statement(), catalog, types, variables)) {
            case AnalyzedStatement.Query query -> utility(explain, query);
            case AnalyzedStatement.Utility inner -> new AnalyzedStatement.Utility(new UtilityStatement.Explain(explain.options(), inner.statement()), inner.query(),
                    inner.parameterTypes());
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
    private static AnalyzedStatement selectInto(SelectStatement select, CatalogView catalog, List<@Nullable PgType> types,
            @Nullable Variables variables) {
        SelectStatement plain = withoutInto(select);
        TableStatement create = new TableStatement.CreateTableAs(into(select), plain, false, false, true);
        return utility(create, query(plain, catalog, types, null, variables));
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
        return query(statement, catalog, types, null, null);
    }

    /** A query with what was found out about its text. */
    static Analyzer.Explored explore(Statement.Optimizable statement, CatalogView catalog, @Nullable Variables variables) {
        Findings[] found = new Findings[1];
        AnalyzedStatement.Query query = query(statement, catalog, List.of(), found, variables);
        return new Analyzer.Explored(query, found[0]);
    }

    static AnalyzedStatement.Query query(Statement.Optimizable statement, CatalogView catalog, List<@Nullable PgType> types,
            Findings @Nullable [] findings, @Nullable Variables variables) {
        return withSystemColumns(systemItems -> {
            if (findings != null) findings[0] = new Findings();
            return once(statement, catalog, types, systemItems, findings == null ? null : findings[0], variables);
        });
    }

    /** An analysis, begun anew whenever it turns out that one more table's system columns are wanted. */
    static <T extends @Nullable Object> T withSystemColumns(Function<BitSet, T> analysis) {
        BitSet systemItems = new BitSet();
        while (true) {
            try {
                return analysis.apply(systemItems);
            } catch (Analysis.SystemColumnsNeeded needed) {
                systemItems.set(needed.ordinal);
            }
        }
    }

    private static AnalyzedStatement.Query once(Statement.Optimizable statement, CatalogView catalog, List<@Nullable PgType> types,
            BitSet systemItems, @Nullable Findings findings, @Nullable Variables variables) {
        Analysis analysis = new Analysis(catalog, types, systemItems);
        analysis.findings = findings;
        analysis.variables = variables;
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
                analysis.accesses, analysis.momentary);
    }

    static AnalyzedStatement.Query modify(ModifyStatement statement, Scope scope) {
        Analysis analysis = scope.analysis;
        if (statement instanceof ModifyStatement.Merge merge && merge.with() != null && merge.with().recursive()) {
            throw new PgException(SqlState.SYNTAX_ERROR, "WITH RECURSIVE is not supported for MERGE statement");
        }
        List<CommonTables.Entry> ctes = statement.with() == null ? List.of()
                : analysis.selects.commonTables().enter(statement.with(), scope);
        Relation.Modify modify = switch (statement) {
            case ModifyStatement.Insert insert -> new InsertAnalyzer(analysis, scope).analyze(insert);
            case ModifyStatement.Update update -> new UpdateAnalyzer(analysis, scope).analyze(update);
            case ModifyStatement.Delete delete -> new DeleteAnalyzer(analysis, scope).analyze(delete);
            case ModifyStatement.Merge merge -> new MergeAnalyzer(analysis, scope).analyze(merge);
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
