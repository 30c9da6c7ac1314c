package io.craton.sql.plan;

import io.craton.core.error.PgException;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.exec.AggregateSpec;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.RowDecoder;
import io.craton.sql.exec.ScanFilter;
import io.craton.sql.exec.SetCall;
import io.craton.sql.exec.Profile;
import io.craton.sql.exec.SortOrder;
import io.craton.sql.exec.TableExpressions;
import io.craton.sql.exec.WithOperators;
import io.craton.sql.expr.DatumEquality;
import io.craton.sql.expr.DatumOrder;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.ExpressionCompiler;
import io.craton.sql.expr.Relations;
import io.craton.sql.expr.Scalars;
import io.craton.sql.expr.Subquery;
import io.craton.sql.function.AggregateKernel;
import io.craton.sql.function.CallInfo;
import io.craton.sql.function.Kernels;
import io.craton.sql.function.SetKernel;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.row.RowCodec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Relations to plan nodes. Conditions travel down to where they can first be tested; scans take the best access path; equi-joins hash. Works on any analysed
 * tree; an optimizer that ran before only makes it a better one. One planning, one thread.
 */
public final class PhysicalPlanner {
    private final ExpressionCompiler compiler;
    private final ExecContext context;
    private final Kernels kernels;
    private final TableExpressions expressions;
    private final Estimates estimates;
    private final IndexExpressions indexExpressions;
    private final AccessPaths paths;
    private final SystemScans systems;
    private final JoinPlanner joins;
    private final ModifyPlanner modifies;
    private final ParallelPlans parallel;
    /** Inside what runs often, and not inside what is kept there. */
    private boolean keeping;
    private final Map<Integer, Double> cteRows = new HashMap<>();
    private final Map<Relation, PlanNode> subplans = new IdentityHashMap<>();

    /** Writers for tables that foreign keys' actions reach while a plan runs. */
    public static io.craton.sql.exec.CascadePlans.Source cascades(Kernels kernels, TableExpressions expressions) {
        return new ModifyPlanner.Cascades(kernels, expressions);
    }

    /** A statement's plan, and another one where that depends on parameters' patterns. */
    public static PhysicalPlan plan(Relation relation, Kernels kernels, ExecContext context, TableExpressions expressions) {
        PhysicalPlanner planner = new PhysicalPlanner(kernels, context, expressions);
        PhysicalPlan plan = planner.statement(relation);
        if (plan.point() != null || planner.paths.patterns().isEmpty()) return plan;
        PhysicalPlanner other = new PhysicalPlanner(kernels, context, expressions, AccessPaths.Patterns.TOGETHER);
        PhysicalPlan prefixed = other.statement(relation);
        return other.paths.patterns().isEmpty() ? plan : plan.withPrefixed(new PhysicalPlan.Prefixed(other.paths.patterns(), prefixed));
    }

    public PhysicalPlanner(Kernels kernels, ExecContext context, TableExpressions expressions) {
        this(kernels, context, expressions, AccessPaths.Patterns.ANYWHERE);
    }

    private PhysicalPlanner(Kernels kernels, ExecContext context, TableExpressions expressions, AccessPaths.Patterns unknown) {
        this.kernels = kernels;
        this.expressions = expressions;
        this.context = context;
        this.compiler = new ExpressionCompiler(kernels, context, this::subquery);
        this.estimates = new Estimates(context);
        this.parallel = new ParallelPlans(estimates, context);
        this.indexExpressions = new IndexExpressions(kernels, context, expressions);
        this.paths = new AccessPaths(compiler, estimates, indexExpressions, unknown);
        this.systems = new SystemScans(compiler, estimates);
        this.joins = new JoinPlanner(this);
        this.modifies = new ModifyPlanner(this);
    }

    /** A query inside an expression. One that looks at the row around it runs for each. */
    public Subquery subquery(Relation relation) {
        PlanNode node = Scalars.refersTo(relation, 1) ? often(() -> plan(relation, null)) : parallel.gathered(plan(relation, null));
        subplans.put(relation, node);
        return scope -> Profile.start(node, scope);
    }

    /** Plans what may run more than once. What is the same each time is kept. */
    PlanNode often(Supplier<PlanNode> planning) {
        boolean before = keeping;
        keeping = true;
        try {
            return parallel.alone(planning);
        } finally {
            keeping = before;
        }
    }

    ParallelPlans parallel() {
        return parallel;
    }

    ExpressionCompiler compiler() {
        return compiler;
    }

    TableExpressions expressions() {
        return expressions;
    }

    Estimates estimates() {
        return estimates;
    }

    SystemScans systems() {
        return systems;
    }

    AccessPaths paths() {
        return paths;
    }

    ExecContext context() {
        return context;
    }

    /** The whole statement. */
    public PhysicalPlan statement(Relation relation) {
        Relation top = relation;
        while (top instanceof Relation.With with) top = with.body();
        modifies.top(relation);
        parallel.begin(relation);
        PlanNode root = parallel.gathered(plan(relation, null));
        boolean routines = Relations.any(relation, part -> part instanceof Scalar.Call call && call.function().routine());
        if (top instanceof Relation.Modify modify) {
            return new PhysicalPlan(root, modify.kind(), modify.fields(), PointPlans.of(modify, root, relation == top), routines, relation, subplans);
        }
        return new PhysicalPlan(root, null, relation.fields(), PointPlans.of(root), routines, relation, subplans);
    }

    /** @param needed fields that the parent reads; null for all */
    PlanNode plan(Relation relation, @Nullable BitSet needed) {
        return plan(relation, List.of(), needed);
    }

    static BitSet all(int count) {
        BitSet set = new BitSet();
        set.set(0, count);
        return set;
    }

    /** Plans a relation under conditions over its fields. */
    PlanNode plan(Relation relation, List<Scalar> conditions, @Nullable BitSet needed) {
        if (!keeping || !Sameness.of(relation, conditions)) return fresh(relation, conditions, needed);
        keeping = false;
        try {
            PlanNode node = fresh(relation, conditions, needed);
            return Sameness.worthKeeping(node) ? new Nodes.Materialize(node) : node;
        } finally {
            keeping = true;
        }
    }

    private PlanNode fresh(Relation relation, List<Scalar> conditions, @Nullable BitSet needed) {
        return switch (relation) {
            case Relation.Filter filter -> {
                List<Scalar> both = new ArrayList<>(Scalars.conjuncts(filter.condition()));
                both.addAll(conditions);
                yield filtered(filter.input(), both, needed);
            }
            case Relation.Project project -> project(project, conditions, needed);
            case Relation.Join join -> joins.plan(join, conditions, needed);
            case Relation.TableScan scan -> tableScan(scan, conditions, needed);
            case Relation.VirtualScan scan -> virtualScan(scan, conditions, needed);
            case Relation.SetOperation set when set.kind() == Relation.SetKind.UNION && set.all() ->
                new Nodes.Append(appended(set, conditions, new ArrayList<>()), set.fields());
            default -> filter(planBare(relation, needed(relation, conditions, needed)), conditions);
        };
    }

    /** Steady conditions are tested once, before the input runs. */
    private PlanNode filtered(Relation input, List<Scalar> conditions, @Nullable BitSet needed) {
        List<Scalar> steady = new ArrayList<>();
        List<Scalar> others = new ArrayList<>();
        for (Scalar condition : conditions) {
            if (condition instanceof Scalar.Constant constant && Boolean.TRUE.equals(constant.value())) continue;
            (Scalars.steady(condition) ? steady : others).add(condition);
        }
        boolean never = steady.stream().anyMatch(Scalar.Constant.class::isInstance);
        PlanNode node = never ? new Nodes.Values(List.of(), input.fields()) : plan(input, others, needed);
        return steady.isEmpty() ? node : new Nodes.Gate(node, compiler.compile(Scalars.and(steady)), steady);
    }

    private static @Nullable BitSet needed(Relation relation, List<Scalar> conditions, @Nullable BitSet needed) {
        if (needed == null) return null;
        BitSet all = (BitSet) needed.clone();
        for (Scalar condition : conditions) Scalars.columns(condition, all);
        return all;
    }

    PlanNode filter(PlanNode input, List<Scalar> conditions) {
        Scalar condition = Scalars.and(conditions);
        if (condition == null) return input;
        return new Nodes.Filter(input, compiler.compile(condition), conditions,
                Math.max(1, input.rows() * estimates.selectivity(conditions, input.fields())));
    }

    private List<PlanNode> appended(Relation relation, List<Scalar> conditions, List<PlanNode> parts) {
        if (relation instanceof Relation.SetOperation set && set.kind() == Relation.SetKind.UNION && set.all()) {
            appended(set.left(), conditions, parts);
            appended(set.right(), conditions, parts);
        } else {
            parts.add(parallel.gathered(plan(relation, conditions, null)));
        }
        return parts;
    }

    private PlanNode planBare(Relation relation, @Nullable BitSet needed) {
        return switch (relation) {
            case Relation.SequenceScan scan -> new Nodes.SequenceScan(scan.sequence(), scan.fields());
            case Relation.Values values -> new Nodes.Values(
                    values.rows().stream().map(compiler::compile).toList(), values.fields());
            case Relation.FunctionScan scan -> functionScan(scan);
            case Relation.ProjectSet project -> projectSet(project);
            case Relation.Aggregate aggregate -> aggregate(aggregate);
            case Relation.Window window -> WindowPlanner.plan(this, kernels, window);
            case Relation.SetOperation set -> setOperation(set);
            case Relation.DistinctRows distinct -> distinct(plan(distinct.input(), null), distinct.equalities());
            case Relation.DistinctOn distinct -> distinctOn(distinct);
            case Relation.Sort sort -> sort(sort, needed, null, null);
            case Relation.Limit limit -> limit(limit, needed);
            case Relation.With with -> with(with);
            case Relation.TransitionScan scan -> new Nodes.TransitionScan(scan.name(), scan.fields(), 1000);
            case Relation.CteScan scan ->
                new Nodes.CteScan(scan.id(), scan.alias(), scan.fields(), cteRows.getOrDefault(scan.id(), 100.0));
            case Relation.RecursiveUnion union -> recursive(union);
            case Relation.WorkTableScan scan -> new Nodes.WorkTableScan(scan.id(), scan.fields(), 100);
            case Relation.LockRows lock -> modifies.lockRows(lock);
            case Relation.Modify modify -> modifies.modify(modify);
            case Relation.Filter f -> throw new IllegalStateException();
            case Relation.Project p -> throw new IllegalStateException();
            case Relation.Join j -> throw new IllegalStateException();
            case Relation.TableScan s -> throw new IllegalStateException();
            case Relation.VirtualScan s -> throw new IllegalStateException();
        };
    }

    // ---- scans ---------------------------------------------------------------------------------------------------

    /** The catalog that the scan's table is of. */
    Catalog catalogOf(Relation.TableScan scan) {
        return scan.asOfPosition() < 0 ? context.catalog() : context.transaction().catalogAt(scan.asOfPosition());
    }

    /** The scan with what is left of its conditions. */
    Nodes.TableScan filtered(Nodes.TableScan scan, List<Scalar> rest) {
        return new Nodes.TableScan(scan.decoder(), scan.alias(), scan.fields(), scan.path(), ScanFilters.of(rest, scan.fields(), compiler, estimates), scan.whole(),
                scan.needed(), rest, scan.rows(), scan.origin(), scan.ordered(), scan.identity());
    }

    Nodes.TableScan tableScan(Relation.TableScan scan, List<Scalar> conditions, @Nullable BitSet needed) {
        Catalog catalog = catalogOf(scan);
        int[] columns = RowDecoder.visibleColumns(scan.table());
        AccessPaths.Choice choice = paths.choose(scan.table(), catalog, conditions, columns, List.of(), Scalars::steady);
        RowDecoder decoder = new RowDecoder(scan.table(), RowCodec.of(scan.table(), catalog), scan.fields(), scan.asOfPosition());
        ScanFilter filter = ScanFilters.of(choice.rest(), scan.fields(), compiler, estimates);
        ScanFilter whole = choice.rest().size() == conditions.size() ? filter : ScanFilters.of(conditions, scan.fields(), compiler, estimates);
        return new Nodes.TableScan(decoder, scan.alias(), scan.fields(), choice.path(), filter, whole,
                needed == null ? all(scan.fields().size()) : needed, choice.rest(), choice.rows(), scan, false, new Object());
    }

    private PlanNode virtualScan(Relation.VirtualScan scan, List<Scalar> conditions, @Nullable BitSet needed) {
        Nodes.VirtualScan node = systems.scan(scan, conditions, 0, Scalars::steady, needed);
        Scalar condition = Scalars.and(conditions);
        if (condition == null) return node;
        double passing = Math.max(1, Math.min(node.rows(), estimates.rows(scan) * estimates.selectivity(conditions, scan.fields())));
        return new Nodes.Filter(node, compiler.compile(condition), conditions, passing);
    }

    private PlanNode functionScan(Relation.FunctionScan scan) {
        double rows = 1;
        List<SetCall> calls = new ArrayList<>();
        boolean[] records = new boolean[scan.calls().size()];
        int at = 0;
        for (int i = 0; i < scan.calls().size(); i++) {
            records[i] = record(scan.calls().get(i).type());
            int width = scan.widths().get(i);
            List<Relation.Field> named = scan.fields().subList(at, at + width);
            Scalar call = described(scan.calls().get(i), named);
            at += width;
            boolean spread = call instanceof Scalar.Call function ? call != scan.calls().get(i) && !function.function().returnsSet()
                    : call.type().oid() == TypeOid.RECORD;
            calls.add(!spread ? setCall(call) : new SetCall.Spread(compiler.compile(call), named.stream().map(Relation.Field::type).toList()));
            if (call instanceof Scalar.Call function) rows = Math.max(rows, function.function().rows());
        }
        return new Nodes.FunctionScan(calls, scan.widths().stream().mapToInt(Integer::intValue).toArray(), records, scan.ordinality(),
                scan.alias(), scan.fields(), rows);
    }

    /** Whether values of the type are rows. */
    private boolean record(PgType type) {
        PgType base = type;
        while (base != null && base.kind() == 'd') base = context.format().types().type(base.baseTypeOid());
        return base != null && (base.kind() == 'c' || base.oid() == TypeOid.RECORD);
    }

    /** A call that gives a bare record learns the columns that its definition list names. */
    private static Scalar described(Scalar scalar, List<Relation.Field> fields) {
        if (!(scalar instanceof Scalar.Call call) || call.type().oid() != TypeOid.RECORD || !call.type().fields().isEmpty()) return scalar;
        PgType type = PgTypes.RECORD.withFields(
                fields.stream().map(field -> new PgType.Field(field.name(), field.type().oid(), field.typmod())).toList());
        return new Scalar.Call(call.function(), call.arguments(), type, call.typmod(), call.collation(), call.position(), call.variadicArray());
    }

    private SetCall setCall(Scalar scalar) {
        if (!(scalar instanceof Scalar.Call call) || !call.function().returnsSet()) return new SetCall.Single(compiler.compile(scalar));
        SetKernel kernel = kernels.set(call.function());
        if (kernel == null) throw SetCall.unknown(call.function().name());
        CallInfo info = new CallInfo(call.function(), call.arguments().stream().map(Scalar::type).toList(), call.type(), call.collation());
        return new SetCall.Function(kernel, info, List.of(compiler.compile(call.arguments())));
    }

    // ---- rows ----------------------------------------------------------------------------------------------------

    private PlanNode project(Relation.Project project, List<Scalar> conditions, @Nullable BitSet needed) {
        List<Scalar> below = new ArrayList<>();
        List<Scalar> above = new ArrayList<>();
        for (Scalar condition : conditions) {
            Scalar moved = below(condition, project.expressions());
            if (moved != null) below.add(moved);
            else above.add(condition);
        }
        BitSet inputNeeded = new BitSet();
        BitSet used = needed(project, above, needed);
        List<Scalar> expressions = new ArrayList<>(project.expressions());
        int effects = 0;
        Evaluator[] evaluators = new Evaluator[expressions.size()];
        int[] columns = new int[evaluators.length];
        boolean identity = expressions.size() == project.input().fields().size();
        for (int i = 0; i < evaluators.length; i++) {
            Scalar expression = expressions.get(i);
            boolean isVolatile = Scalars.isVolatile(expression);
            if (used != null && !used.get(i) && !isVolatile) expression = new Scalar.Constant(null, expression.type(), -1);
            expressions.set(i, expression);
            Scalars.columns(expression, inputNeeded);
            evaluators[i] = compiler.compile(expression);
            columns[i] = expression instanceof Scalar.Column column ? column.index() : -1;
            identity &= columns[i] == i;
            if (isVolatile) effects++;
        }
        PlanNode input = below.isEmpty() ? plan(project.input(), inputNeeded) : filtered(project.input(), below, inputNeeded);
        if (identity && above.isEmpty()) return input;
        return filter(new Nodes.Project(input, List.copyOf(expressions), evaluators, columns, effects, project.fields()), above);
    }

    /** The condition over a projection's input; null when it must stay above. */
    private static @Nullable Scalar below(Scalar condition, List<Scalar> expressions) {
        if (Scalars.hasSubquery(condition) || Scalars.isVolatile(condition)) return null;
        BitSet used = new BitSet();
        Scalars.columns(condition, used);
        for (int i = used.nextSetBit(0); i >= 0; i = used.nextSetBit(i + 1)) {
            Scalar expression = expressions.get(i);
            if (Scalars.isVolatile(expression) || Scalars.hasSubquery(expression)) return null;
        }
        return Scalars.map(condition, part -> part instanceof Scalar.Column column ? expressions.get(column.index()) : part);
    }

    private PlanNode projectSet(Relation.ProjectSet nested) {
        Relation.ProjectSet project = NestedSets.flat(nested);
        PlanNode input = plan(project.input(), null);
        int width = input.fields().size();
        List<SetCall> calls = new ArrayList<>();
        Evaluator[] evaluators = new Evaluator[project.expressions().size()];
        List<Scalar> lifted = new ArrayList<>();
        for (int i = 0; i < evaluators.length; i++) {
            Scalar expression = lift(project.expressions().get(i), width, lifted);
            evaluators[i] = compiler.compile(expression);
        }
        double rows = 1;
        for (Scalar call : lifted) {
            calls.add(setCall(call));
            rows = Math.max(rows, ((Scalar.Call) call).function().rows());
        }
        return new Nodes.ProjectSet(input, calls, evaluators, project.fields(), input.rows() * rows);
    }

    /** Set-returning calls become columns behind the input's. */
    private static Scalar lift(Scalar scalar, int width, List<Scalar> lifted) {
        return Scalars.map(scalar, part -> {
            if (!(part instanceof Scalar.Call call) || !call.function().returnsSet()) return part;
            lifted.add(call);
            return new Scalar.Column(width + lifted.size() - 1, call.type(), call.typmod());
        });
    }

    SortOrder order(List<Relation.SortKey> keys) {
        int count = keys.size();
        Evaluator[] expressions = new Evaluator[count];
        boolean[] descending = new boolean[count];
        boolean[] nullsFirst = new boolean[count];
        DatumOrder[] orders = new DatumOrder[count];
        for (int i = 0; i < count; i++) {
            Relation.SortKey key = keys.get(i);
            expressions[i] = compiler.compile(key.expression());
            descending[i] = key.descending();
            nullsFirst[i] = key.nullsFirst();
            orders[i] = compiler.order(key.expression().type(), key.less(), key.equal(), key.collation());
        }
        return new SortOrder(expressions, descending, nullsFirst, orders);
    }

    private PlanNode sort(Relation.Sort sort, @Nullable BitSet needed, @Nullable Evaluator limit, @Nullable Evaluator offset) {
        BitSet used = needed == null ? null : (BitSet) needed.clone();
        if (used != null) for (Relation.SortKey key : sort.keys()) Scalars.columns(key.expression(), used);
        PlanNode input = plan(sort.input(), used);
        PlanNode ordered = new KeyOrder(this, indexExpressions, limit != null).inOrder(input, sort.keys());
        if (ordered != null) return ordered;
        if (limit != null && parallel.divisible(input)) {
            input = new Nodes.Gather(new Nodes.Sort(input, order(sort.keys()), sort.keys(), limit, offset));
        } else {
            input = parallel.gathered(input);
        }
        return new Nodes.Sort(input, order(sort.keys()), sort.keys(), limit, offset);
    }

    private PlanNode limit(Relation.Limit limit, @Nullable BitSet needed) {
        Evaluator offset = limit.offset() == null ? null : compiler.compile(limit.offset());
        Evaluator count = limit.count() == null ? null : compiler.compile(limit.count());
        BitSet used = needed == null ? null : (BitSet) needed.clone();
        if (used != null) for (Relation.SortKey key : limit.tieKeys()) Scalars.columns(key.expression(), used);
        PlanNode input = limitedInput(limit, used, limit.withTies() ? null : count, offset);
        SortOrder ties = order(limit.withTies() ? limit.tieKeys() : List.of());
        double rows = input.rows();
        if (count != null && count.constant() != null && count.constant().value() instanceof Long bound) rows = Math.min(rows, bound);
        return new Nodes.Limit(input, offset, count, ties.expressions(), ties.orders(), rows);
    }

    /** A sort right below the limit (perhaps under a projection) need only keep the first rows. */
    private PlanNode limitedInput(Relation.Limit limit, @Nullable BitSet needed, @Nullable Evaluator count, @Nullable Evaluator offset) {
        boolean steady = count != null && (limit.count() == null || Scalars.steady(limit.count()))
                && (limit.offset() == null || Scalars.steady(limit.offset()));
        if (steady && limit.input() instanceof Relation.Sort sort) return sort(sort, needed, count, offset);
        if (steady && limit.input() instanceof Relation.Project project && project.input() instanceof Relation.Sort sort
                && project.expressions().stream().noneMatch(Scalars::isVolatile)) {
            BitSet used = new BitSet();
            for (Scalar expression : project.expressions()) Scalars.columns(expression, used);
            Evaluator[] evaluators = compiler.compile(project.expressions());
            return new Nodes.Project(sort(sort, used, count, offset), project.expressions(), evaluators, columns(project.expressions()), 0, project.fields());
        }
        return plan(limit.input(), needed);
    }

    static int[] columns(List<Scalar> expressions) {
        return expressions.stream().mapToInt(each -> each instanceof Scalar.Column column ? column.index() : -1).toArray();
    }

    // ---- groups and sets -----------------------------------------------------------------------------------------

    private PlanNode aggregate(Relation.Aggregate aggregate) {
        BitSet used = new BitSet();
        for (Scalar expression : io.craton.sql.expr.Relations.expressions(aggregate)) Scalars.columns(expression, used);
        PlanNode input = plan(aggregate.input(), used);
        for (int i = 0; i < aggregate.keys().size(); i++) requireHashable(aggregate.equalities().get(i));
        AggregateSpec[] specs = aggregate.calls().stream().map(call -> spec(call, aggregate.keys())).toArray(AggregateSpec[]::new);
        boolean masks = !aggregate.groupingSets().isEmpty();
        int[][] sets = masks
                ? aggregate.groupingSets().stream().map(set -> set.stream().mapToInt(Integer::intValue).toArray()).toArray(int[][]::new)
                : new int[][] {java.util.stream.IntStream.range(0, aggregate.keys().size()).toArray()};
        double rows = aggregate.keys().isEmpty() ? 1 : estimates.groups(aggregate.keys(), input.fields(), input.rows());
        boolean divided = parallel.groups(input, aggregate.keys(), aggregate.calls(), specs);
        return new Nodes.Aggregate(divided ? input : parallel.gathered(input), compiler.compile(aggregate.keys()), aggregate.keys(), sets, masks, specs,
                aggregate.calls(), divided, aggregate.fields(), rows);
    }

    static void requireHashable(io.craton.sql.function.FunctionDef equality) {
        if (!DatumEquality.hashable(equality)) throw PgException.notSupported("grouping by operator function " + equality.name());
    }

    /** Direct arguments are functions of the group keys and are evaluated over them. */
    private static Scalar overKeys(Scalar direct, List<Scalar> keys) {
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).equals(direct)) return new Scalar.Column(i, direct.type(), direct.typmod());
        }
        return Scalars.map(direct, part -> {
            for (int i = 0; i < keys.size(); i++) {
                if (part instanceof Scalar.Column && keys.get(i) instanceof Scalar.Column key && key.index() == ((Scalar.Column) part).index()) {
                    return new Scalar.Column(i, part.type(), part.typmod());
                }
            }
            return part;
        });
    }

    private AggregateSpec spec(Relation.AggregateCall call, List<Scalar> keys) {
        List<io.craton.core.type.PgType> types = new ArrayList<>(call.directArguments().stream().map(Scalar::type).toList());
        types.addAll(call.arguments().stream().map(Scalar::type).toList());
        CallInfo info = new CallInfo(call.function(), types, call.type(), call.collation());
        boolean hot = call.directArguments().isEmpty() && AggregateSpec.hot(info, call.distinct(), !call.orderBy().isEmpty());
        AggregateKernel kernel = hot ? null : kernels.aggregate(call.function());
        if (!hot && kernel == null) {
            if (AggregateSpec.hot(info, false, false)) kernel = io.craton.sql.exec.HotAggregateKernel.of(info);
            else throw PgException.notSupported("aggregate function " + call.function().name());
        }
        return new AggregateSpec(info, kernel, compiler.compile(call.arguments()), compiler.compile(call.directArguments().stream().map(direct -> overKeys(direct, keys)).toList()),
                call.distinct(), call.orderBy().isEmpty() ? null : order(call.orderBy()),
                call.filter() == null ? null : compiler.compile(call.filter()));
    }

    private PlanNode distinct(PlanNode input, List<io.craton.sql.function.FunctionDef> equalities) {
        equalities.forEach(PhysicalPlanner::requireHashable);
        double rows = Math.max(1, input.rows() / 2);
        PlanNode divided = parallel.divisible(input) ? new Nodes.Gather(new Nodes.Distinct(input, rows)) : input;
        return new Nodes.Distinct(divided, rows);
    }

    private PlanNode distinctOn(Relation.DistinctOn distinct) {
        PlanNode input = plan(distinct.input(), null);
        DatumEquality[] equalities = new DatumEquality[distinct.keys().size()];
        for (int i = 0; i < equalities.length; i++) {
            equalities[i] = compiler.equality(distinct.equalities().get(i), distinct.keys().get(i).type(), distinct.keys().get(i).type());
        }
        return new Nodes.FirstOfRun(input, compiler.compile(distinct.keys()), equalities, Math.max(1, input.rows() / 2));
    }

    private PlanNode setOperation(Relation.SetOperation set) {
        if (set.kind() == Relation.SetKind.UNION) {
            List<PlanNode> parts = new ArrayList<>();
            parts.add(parallel.gathered(plan(set.left(), null)));
            parts.add(parallel.gathered(plan(set.right(), null)));
            return distinct(new Nodes.Append(parts, set.fields()), set.equalities());
        }
        set.equalities().forEach(PhysicalPlanner::requireHashable);
        return new Nodes.SetCompare(parallel.gathered(plan(set.left(), null)), parallel.gathered(plan(set.right(), null)), set.kind() == Relation.SetKind.EXCEPT, set.all(),
                set.fields());
    }

    // ---- WITH ----------------------------------------------------------------------------------------------------

    private PlanNode with(Relation.With with) {
        List<WithOperators.Definition> definitions = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Relation.Cte cte : with.ctes()) {
            PlanNode node = parallel.gathered(plan(cte.relation(), null));
            cteRows.put(cte.id(), node.rows());
            if (cte.references() == 0 && !cte.modifies()) continue;
            definitions.add(new WithOperators.Definition(cte.id(), node, cte.modifies()));
            names.add(cte.name());
        }
        PlanNode body = plan(with.body(), null);
        return definitions.isEmpty() ? body : new Nodes.With(definitions, names, body);
    }

    private PlanNode recursive(Relation.RecursiveUnion union) {
        if (!union.all()) union.equalities().forEach(PhysicalPlanner::requireHashable);
        PlanNode base = plan(union.base(), null);
        return new Nodes.RecursiveUnion(union.id(), union.all(), base, often(() -> plan(union.recursive(), null)), union.fields(), base.rows() * 10);
    }
}
