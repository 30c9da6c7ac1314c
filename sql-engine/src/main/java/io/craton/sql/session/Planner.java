package io.craton.sql.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.craton.core.memory.MemoryPool;
import io.craton.core.session.RowDescription;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeResolver;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.analyze.Analyzer;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.QueryExecutor;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.PhysicalPlan;
import io.craton.sql.plan.TableLock;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.TableStatement;
import io.craton.sql.syntax.UtilityStatement;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.Transaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * From text to plan: analysis, optimizer, physical plan, and the cache in front of them. One for the engine, any thread.
 *
 * <p>A plan is found under everything it depends on: database, statement text, declared parameter types, catalog version and the settings that matter
 * (as one key that the session computes). A plan whose tables have since grown or shrunk tenfold is made again.
 */
final class Planner {
    /** Makes a better tree of the same meaning, or returns the one it was given. */
    @FunctionalInterface
    interface Optimizer {
        Relation optimize(Relation relation, ExecContext context);
    }

    /** @param settings everything of the session that can change a plan: search path, user, text formats, planner switches */
    record Key(int databaseOid, String sql, List<Integer> parameterTypes, long catalogVersion, PlanningSettings settings) {}

    /** Settings by their values, with the hash computed once. */
    static final class PlanningSettings {
        private final List<Object> values;
        private final int hash;

        PlanningSettings(List<Object> values) {
            this.values = values;
            this.hash = values.hashCode();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other || other instanceof PlanningSettings that && hash == that.hash && values.equals(that.values);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** Of a kilobyte of text, which says how large its plan is; longer ones count for several. */
    private static final int STATEMENTS_MAX = 4096;

    private final QueryExecutor executor;
    private final Optimizer optimizer;
    private final MemoryPool memory;
    private final Cache<Key, PreparedPlan> cache = Caffeine.newBuilder().maximumWeight(STATEMENTS_MAX)
            .<Key, PreparedPlan>weigher((key, plan) -> 1 + (key.sql().length() >> 10)).build();

    Planner(QueryExecutor executor, Optimizer optimizer, MemoryPool memory) {
        this.memory = memory;
        this.executor = executor;
        this.optimizer = optimizer;
    }

    @Nullable PreparedPlan cached(Key key, Transaction transaction) {
        PreparedPlan plan = cache.getIfPresent(key);
        return plan == null || stale(plan, transaction) ? null : plan;
    }

    void remember(Key key, PreparedPlan plan) {
        if (memory.pressed()) cache.invalidateAll();
        else cache.put(key, plan);
    }

    static boolean stale(PreparedPlan plan, Transaction transaction) {
        for (PreparedPlan.TableRows then : plan.rowCounts()) {
            long now = transaction.rowCount(then.table());
            if (now > 10 * then.rows() + 1000 || then.rows() > 10 * now + 1000) return true;
        }
        return false;
    }

    /** Analyses and plans one statement. */
    PreparedPlan prepare(ParsedStatement parsed, List<@Nullable PgType> declaredTypes, CatalogView view, ExecContext context,
            boolean optimize) {
        return prepare(parsed, Analyzer.analyze(parsed, view, declaredTypes), context, optimize);
    }

    /** Plans an analysed statement. */
    PreparedPlan prepare(ParsedStatement parsed, AnalyzedStatement analyzed, ExecContext context, boolean optimize) {
        return switch (analyzed) {
            case AnalyzedStatement.Query query -> {
                AccessCheck.check(query, context);
                yield plan(parsed, query, context, optimize);
            }
            case AnalyzedStatement.Utility utility -> checked(utility, context, new PreparedPlan(parsed, utility, utility.parameterTypes(), null, null,
                    context.catalog().version(), List.of()));
        };
    }

    private static PreparedPlan checked(AnalyzedStatement.Utility utility, ExecContext context, PreparedPlan plan) {
        if (utility.query() == null) return plan;
        boolean runs = switch (plan.parsed().statement()) {
            case TableStatement.CreateTableAs create -> create.withData();
            case UtilityStatement.Explain explain -> ExplainStatement.runs(explain);
            default -> true;
        };
        if (runs) AccessCheck.check(utility.query(), context);
        else AccessCheck.checkRights(utility.query(), context);
        return plan;
    }

    private PreparedPlan plan(ParsedStatement parsed, AnalyzedStatement.Query query, ExecContext context, boolean optimize) {
        PhysicalPlan plan = physicalPlan(query, context, optimize);
        RowDescription columns = query.returnsRows() ? describe(query.columns(), context.format().types()) : null;
        return new PreparedPlan(parsed, query, query.parameterTypes(), plan, columns, context.catalog().version(),
                plan.point() != null ? List.of() : rowCounts(query.relation(), context));
    }

    /** Plans an analysed query; one that is found by key skips the optimizer. */
    PhysicalPlan physicalPlan(AnalyzedStatement.Query query, ExecContext context, boolean optimize) {
        AnalyzedStatement.Query inlined = context.routines().inlined(query, context);
        PhysicalPlan quick = executor.plan(inlined.relation(), context);
        PhysicalPlan plan = quick.point() != null || !optimize ? quick
                : executor.plan(optimizer.optimize(executor.folded(inlined.relation(), context), context), context);
        return plan.withLocks(TableLock.of(inlined));
    }

    /** What clients are told of a result: of a domain they see the type below it. */
    static RowDescription describe(List<Relation.Field> fields, TypeResolver types) {
        List<RowDescription.Column> columns = new ArrayList<>(fields.size());
        for (Relation.Field field : fields) {
            PgType type = field.type();
            int typmod = field.typmod();
            while (type.kind() == 'd') {
                typmod = type.baseTypmod();
                type = Objects.requireNonNull(types.type(type.baseTypeOid()));
            }
            columns.add(new RowDescription.Column(field.name(), field.tableOid(), field.attributeNumber(), type.oid(), type.length(), typmod, 0));
        }
        return new RowDescription(columns);
    }

    private static List<PreparedPlan.TableRows> rowCounts(Relation relation, ExecContext context) {
        List<PreparedPlan.TableRows> counts = new ArrayList<>();
        collect(relation, context, counts);
        return counts;
    }

    private static void collect(Relation relation, ExecContext context, List<PreparedPlan.TableRows> counts) {
        switch (relation) {
            case Relation.TableScan scan -> add(scan.table(), context, counts);
            case Relation.Filter r -> collect(r.input(), context, counts);
            case Relation.Project r -> collect(r.input(), context, counts);
            case Relation.ProjectSet r -> collect(r.input(), context, counts);
            case Relation.Join r -> {
                collect(r.left(), context, counts);
                collect(r.right(), context, counts);
            }
            case Relation.Aggregate r -> collect(r.input(), context, counts);
            case Relation.Window r -> collect(r.input(), context, counts);
            case Relation.SetOperation r -> {
                collect(r.left(), context, counts);
                collect(r.right(), context, counts);
            }
            case Relation.DistinctRows r -> collect(r.input(), context, counts);
            case Relation.DistinctOn r -> collect(r.input(), context, counts);
            case Relation.Sort r -> collect(r.input(), context, counts);
            case Relation.Limit r -> collect(r.input(), context, counts);
            case Relation.With r -> {
                r.ctes().forEach(cte -> collect(cte.relation(), context, counts));
                collect(r.body(), context, counts);
            }
            case Relation.RecursiveUnion r -> {
                collect(r.base(), context, counts);
                collect(r.recursive(), context, counts);
            }
            case Relation.LockRows r -> collect(r.input(), context, counts);
            case Relation.Modify r -> collect(r.input(), context, counts);
            case Relation.VirtualScan r -> { }
            case Relation.SequenceScan r -> { }
            case Relation.Values r -> { }
            case Relation.FunctionScan r -> { }
            case Relation.CteScan r -> { }
            case Relation.TransitionScan r -> { }
            case Relation.WorkTableScan r -> { }
        }
    }

    private static void add(TableDef table, ExecContext context, List<PreparedPlan.TableRows> counts) {
        counts.add(new PreparedPlan.TableRows(table, context.transaction().rowCount(table)));
    }

    static List<Integer> oids(List<@Nullable PgType> types) {
        if (types.isEmpty()) return List.of();
        return Arrays.asList(types.stream().map(type -> type == null ? Integer.valueOf(0) : Integer.valueOf(type.oid())).toArray(Integer[]::new));
    }

    /** Whether readers of the one can read the other: where columns come from may have changed. */
    static boolean sameColumns(@Nullable RowDescription left, @Nullable RowDescription right) {
        if (left == null || right == null) return left == right;
        if (left.columns().size() != right.columns().size()) return false;
        for (int i = 0; i < left.columns().size(); i++) {
            RowDescription.Column a = left.columns().get(i);
            RowDescription.Column b = right.columns().get(i);
            if (!a.name().equals(b.name()) || a.typeOid() != b.typeOid() || a.typmod() != b.typmod()) return false;
        }
        return true;
    }
}
