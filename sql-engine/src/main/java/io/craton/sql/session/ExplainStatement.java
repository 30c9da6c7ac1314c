package io.craton.sql.session;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.exec.Profile;
import io.craton.sql.exec.RowConsumer;
import io.craton.sql.exec.RunningQuery;
import io.craton.sql.plan.Estimates;
import io.craton.sql.plan.ExplainFormat;
import io.craton.sql.plan.ExplainValue;
import io.craton.sql.plan.PhysicalPlan;
import io.craton.sql.plan.PlanPrinter;
import io.craton.sql.syntax.Option;
import io.craton.sql.syntax.SessionStatement;
import io.craton.sql.syntax.TableStatement;
import io.craton.sql.syntax.UtilityStatement;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** EXPLAIN. The session's thread. */
final class ExplainStatement {
    private final Session session;
    private final StatementRunner runner;
    private final PreparedStatements prepared;

    ExplainStatement(Session session, StatementRunner runner, PreparedStatements prepared) {
        this.session = session;
        this.runner = runner;
        this.prepared = prepared;
    }

    static PgType resultType(UtilityStatement.Explain explain) {
        return switch (format(explain)) {
            case JSON -> PgTypes.JSON;
            case XML -> PgTypes.get(TypeOid.XML);
            case YAML -> PgTypes.TEXT;
            case null -> PgTypes.TEXT;
        };
    }

    /** Null: lines of text. */
    private static @Nullable ExplainFormat format(UtilityStatement.Explain explain) {
        ExplainFormat format = null;
        for (Option option : explain.options()) {
            if (!option.name().equals("format")) continue;
            String name = option.value() instanceof Option.TextValue text ? text.value() : "";
            format = ExplainFormat.of(name);
            if (format == null && !name.equals("text")) {
                throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "unrecognized value for EXPLAIN option \"format\": \"" + name + "\"").at(option.position());
            }
        }
        return format;
    }

    /** Whether the statement itself is run. */
    static boolean runs(UtilityStatement.Explain explain) {
        boolean analyze = false;
        for (Option option : explain.options()) if (option.name().equals("analyze")) analyze = flag(option);
        return analyze;
    }

    UtilityResult run(UtilityStatement.Explain explain, UtilityCall call) {
        boolean analyze = false;
        boolean verbose = false;
        boolean costs = true;
        boolean timing = true;
        boolean timingGiven = false;
        boolean wal = false;
        boolean summary = false;
        boolean summaryGiven = false;
        for (Option option : explain.options()) {
            switch (option.name()) {
                case "analyze" -> analyze = flag(option);
                case "verbose" -> verbose = flag(option);
                case "costs" -> costs = flag(option);
                case "timing" -> {
                    timing = flag(option);
                    timingGiven = true;
                }
                case "summary" -> {
                    summary = flag(option);
                    summaryGiven = true;
                }
                case "format" -> { }
                case "wal" -> wal = flag(option);
                case "buffers", "settings" -> flag(option);
                default -> throw new PgException(SqlState.SYNTAX_ERROR, "unrecognized EXPLAIN option \"" + option.name() + "\"")
                        .at(option.position());
            }
        }
        if (wal && !analyze) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "EXPLAIN option WAL requires ANALYZE");
        if (timingGiven && timing && !analyze) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "EXPLAIN option TIMING requires ANALYZE");
        ExplainFormat format = format(explain);
        @Nullable Object[] parameters = call.parameters();
        StatementContext context;
        PhysicalPlan physical;
        long planningStart = System.nanoTime();
        AnalyzedStatement.Utility analyzed = (AnalyzedStatement.Utility) call.plan().analyzed();
        TableStatement.CreateTableAs create = ((UtilityStatement.Explain) analyzed.statement()).statement() instanceof TableStatement.CreateTableAs made ? made : null;
        if (create != null && session.engine.dataStatements().exists(create, scope(call, runner.newStatement(parameters)))) return nothing(create, format, explain);
        AnalyzedStatement.Query query = analyzed.query();
        if (explain.statement() instanceof SessionStatement.Execute || create != null && create.source() instanceof SessionStatement.Execute) {
            Portal portal = prepared.bind((SessionStatement.Execute) (create != null ? create.source() : explain.statement()));
            PreparedPlan plan = java.util.Objects.requireNonNull(portal.plan);
            if (create != null) query = plan.analyzed() instanceof AnalyzedStatement.Query source && source.tag() == AnalyzedStatement.Tag.SELECT ? source : null;
            if (create != null && query == null) throw new PgException(SqlState.WRONG_OBJECT_TYPE, "prepared statement is not a SELECT");
            parameters = portal.parameters;
            physical = java.util.Objects.requireNonNull(plan.plan());
            context = runner.newStatement(parameters);
        } else {
            if (query == null) throw PgException.notSupported("EXPLAIN of this statement");
            context = runner.newStatement(parameters);
            physical = session.engine.planner().physicalPlan(query, context, session.settings.bool("craton.enable_optimizer"));
        }
        physical = session.engine.executor().chosen(physical, context);
        double planningMillis = (System.nanoTime() - planningStart) / 1e6;
        double executionMillis = 0;
        Profile profile = analyze ? new Profile(System::nanoTime) : null;
        RowConsumer rowsOf = row -> { };
        if (profile != null && create != null) {
            StatementRunner.requireWritable(create, context);
            TableDef table = session.engine.dataStatements().make(create, java.util.Objects.requireNonNull(query), scope(call, context));
            runner.describeChange(call.plan().parsed(), session.activity().query(), context.transaction());
            context.transaction().nextCommand();
            rowsOf = row -> context.transaction().insert(table, row);
        }
        if (profile != null && (create == null || create.withData())) {
            RowConsumer into = rowsOf;
            long start = System.nanoTime();
            try (RunningQuery ran = session.engine.executor().start(physical, context, profile)) {
                ran.run(into, 0);
            }
            executionMillis = (System.nanoTime() - start) / 1e6;
        }
        PlanPrinter.Options options = new PlanPrinter.Options(costs, timing && analyze, verbose, session.settings.parallelWorkers(),
                new Estimates(context)::width);
        boolean summarize = summaryGiven ? summary : analyze;
        List<@Nullable Object[]> rows = new ArrayList<>();
        if (format != null) {
            ExplainValue.Group plan = PlanPrinter.group(physical, options, profile, session.format());
            rows.add(new Object[] {format.document(query(plan, profile, summarize, planningMillis, executionMillis))});
        } else {
            for (String line : PlanPrinter.text(physical, options, profile, session.format())) rows.add(new Object[] {line});
            if (summarize) {
                rows.add(new Object[] {String.format(Locale.ROOT, "Planning Time: %.3f ms", planningMillis)});
                if (analyze) rows.add(new Object[] {String.format(Locale.ROOT, "Execution Time: %.3f ms", executionMillis)});
            }
        }
        return new UtilityResult("EXPLAIN", UtilityResult.columns(List.of("QUERY PLAN"), resultType(explain)), rows);
    }

    private StatementScope scope(UtilityCall call, StatementContext context) {
        return new StatementScope(session, runner, context, call.plan().parsed(), call.nested());
    }

    /** Where the table is there already, nothing is planned. */
    private static UtilityResult nothing(TableStatement.CreateTableAs create, @Nullable ExplainFormat format, UtilityStatement.Explain explain) {
        String name = create.materializedView() ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS";
        List<@Nullable Object[]> rows = format == null ? List.of() : List.<@Nullable Object[]>of(new Object[] {format.named(name)});
        return new UtilityResult("EXPLAIN", UtilityResult.columns(List.of("QUERY PLAN"), resultType(explain)), rows);
    }

    private static ExplainValue.Group query(ExplainValue.Group plan, @Nullable Profile profile, boolean summarize, double planningMillis, double executionMillis) {
        ExplainValue.Group query = new ExplainValue.Group().with("Plan", plan);
        if (summarize) query.with("Planning Time", PlanPrinter.number("%.3f", planningMillis));
        if (profile != null) query.with("Triggers", new ExplainValue.Groups("Trigger", List.of()));
        if (summarize && profile != null) query.with("Execution Time", PlanPrinter.number("%.3f", executionMillis));
        return query;
    }

    private static boolean flag(Option option) {
        if (option.value() == null) return true;
        String text = switch (option.value()) {
            case Option.TextValue value -> value.value();
            case Option.BooleanValue value -> Boolean.toString(value.value());
            case Option.IntegerValue value -> Long.toString(value.value());
            default -> "";
        };
        switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "on", "1" -> {
                return true;
            }
            case "false", "off", "0" -> {
                return false;
            }
            default -> throw new PgException(SqlState.SYNTAX_ERROR, option.name() + " requires a Boolean value");
        }
    }
}
