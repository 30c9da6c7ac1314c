package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.ResultSink;
import io.craton.core.session.RowDescription;
import io.craton.core.session.SqlSession.Mode;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.analyze.ExpressionKind;
import io.craton.sql.analyze.TableExpressions;
import io.craton.sql.analyze.TypeResolution;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.SessionStatement;
import io.craton.sql.syntax.TypeName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** PREPARE, EXECUTE, DEALLOCATE: prepared statements of SQL. The session's thread. */
final class PreparedStatements {
    private final Session session;
    private final StatementRunner runner;

    PreparedStatements(Session session, StatementRunner runner) {
        this.session = session;
        this.runner = runner;
    }

    UtilityResult prepare(SessionStatement.Prepare prepare, ParsedStatement parsed) {
        if (session.statements.has(prepare.name())) {
            throw new PgException(SqlState.DUPLICATE_PSTATEMENT, "prepared statement \"" + prepare.name() + "\" already exists");
        }
        List<@Nullable PgType> types = new ArrayList<>();
        for (TypeName name : prepare.types()) types.add(new TypeResolution(session.names()).resolve(name).type());
        PreparedStatement statement = new PreparedStatement(prepare.name(), session.activity().query(), inner(prepare, parsed), types, true,
                session.statementMicros());
        runner.plans().plan(statement);
        session.statements.put(statement);
        return UtilityResult.tag("PREPARE");
    }

    /** The statement that a PREPARE names. */
    static ParsedStatement inner(SessionStatement.Prepare prepare, ParsedStatement parsed) {
        return new ParsedStatement(prepare.statement(), parsed.startOffset(), parsed.endOffset(), parsed.span(), parsed.parameterCount(), List.of());
    }

    UtilityResult deallocate(SessionStatement.Deallocate deallocate) {
        if (deallocate.name() == null) {
            session.statements.removeNamed();
            return UtilityResult.tag("DEALLOCATE ALL");
        }
        session.statement(deallocate.name());
        session.statements.remove(deallocate.name());
        return UtilityResult.tag("DEALLOCATE");
    }

    @Nullable RowDescription columns(SessionStatement.Execute execute) {
        return runner.plans().plan(session.statement(execute.name())).columns();
    }

    /** The statement's plan and the values of its parameters, for EXECUTE and EXPLAIN EXECUTE. */
    Portal bind(SessionStatement.Execute execute) {
        PreparedStatement statement = session.statement(execute.name());
        PreparedPlan plan = runner.plans().plan(statement);
        while (!runner.plans().locked(plan)) plan = runner.plans().plan(statement);
        if (execute.arguments().size() != plan.parameterTypes().size()) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "wrong number of parameters for prepared statement \"" + execute.name() + "\"")
                    .withDetail("Expected " + plan.parameterTypes().size() + " parameters but got " + execute.arguments().size() + ".")
                    .exception();
        }
        @Nullable Object[] values = values(execute.arguments(), plan.parameterTypes());
        plan = runner.plans().plan(statement, plan, values);
        RowDescription columns = plan.columns();
        statement.executions++;
        return new Portal("", statement, plan, values, columns,
                new short[columns == null ? 0 : columns.columns().size()]);
    }

    /** Evaluates arguments as INSERT would assign them. */
    private @Nullable Object[] values(List<Expr> arguments, List<PgType> types) {
        if (arguments.isEmpty()) return new Object[0];
        List<Scalar> scalars = new ArrayList<>();
        List<Relation.Field> fields = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            PgType type = types.get(i);
            scalars.add(TableExpressions.compile(arguments.get(i), null, ExpressionKind.EXECUTE_PARAMETER, type, -1, "parameter $" + (i + 1),
                    session.names()));
            fields.add(new Relation.Field("parameter", type, -1));
        }
        AnalyzedStatement.Query query = new AnalyzedStatement.Query(AnalyzedStatement.Tag.SELECT, new Relation.Values(List.of(scalars), fields),
                fields, true, true, List.of());
        List<@Nullable Object[]> rows = new ArrayList<>();
        runner.query(query, runner.newStatement(new Object[0]), rows::add);
        return rows.getFirst();
    }

    void execute(SessionStatement.Execute execute, short[] formats, boolean describe, ResultSink sink) {
        session.transactions.forStatement();
        Portal portal = bind(execute);
        if (formats.length == portal.formats.length) System.arraycopy(formats, 0, portal.formats, 0, formats.length);
        if (describe && portal.columns != null) sink.rowDescription(portal.columns);
        try (portal) {
            runner.execute(portal, 0, sink, Mode.BLOCKING);
        }
    }
}
