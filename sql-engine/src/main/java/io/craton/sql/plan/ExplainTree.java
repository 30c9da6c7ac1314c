package io.craton.sql.plan;

import io.craton.core.type.FormatContext;
import io.craton.sql.exec.Profile;
import io.craton.sql.exec.WithOperators;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.sql.plan.ExplainNode.Actual;
import io.craton.sql.plan.ExplainNode.Child;
import io.craton.sql.plan.ExplainNode.Estimate;
import io.craton.sql.plan.ExplainNode.Fact;
import io.craton.sql.plan.ScalarPrinter.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A plan in the shape that PostgreSQL would show: projections and filters belong to the node below them, what one operator of ours does is two nodes there (a hash join
 * and its Hash, a lookup join and its Index Scan, a sort with a limit, an aggregate on several threads), and plans of CTEs and expressions are named children. One EXPLAIN.
 */
final class ExplainTree {
    private static final double ROW_COST = 0.01;
    private static final ExplainValue NO = new ExplainValue.Literal("false");

    /** A node in the making. */
    static final class Draft {
        final PlanNode node;
        /** With the projections and filters above it. */
        final PlanNode whole;
        /** Threads that share its rows. */
        final int threads;
        String title = "";
        String type = "";
        final Map<String, ExplainValue> kinds = new LinkedHashMap<>();
        final Map<String, ExplainValue> attributes = new LinkedHashMap<>();
        final List<Fact> facts = new ArrayList<>();
        final List<Child> children = new ArrayList<>();

        Draft(PlanNode node, PlanNode whole, int threads) {
            this.node = node;
            this.whole = whole;
            this.threads = threads;
        }

        void name(String name) {
            title = name;
            type = name;
        }

        void kind(String name, String value) {
            kinds.put(name, new ExplainValue.Text(value));
        }

        void attribute(String name, String value) {
            attributes.put(name, new ExplainValue.Text(value));
        }
    }

    private final PhysicalPlan plan;
    private final PlanPrinter.Options options;
    private final @Nullable Profile profile;
    final ScalarPrinter printer;
    final FieldNames fields;
    private final ExplainNodes nodes;
    private final Map<Integer, String> ctes = new HashMap<>();
    private final Map<Relation, String> subqueries = new IdentityHashMap<>();
    private int subqueryCount;
    private int resultCount;
    private @Nullable Draft current;
    private final boolean prefix;

    ExplainTree(PhysicalPlan plan, PlanPrinter.Options options, @Nullable Profile profile, FormatContext format) {
        this.plan = plan;
        this.options = options;
        this.profile = profile;
        this.printer = new ScalarPrinter(format, this::subquery);
        this.fields = new FieldNames(printer);
        this.nodes = new ExplainNodes(this);
        int tables = tables(plan.root()) + plan.subplans().values().stream().mapToInt(ExplainTree::tables).sum();
        this.prefix = options.verbose() || tables > 1;
    }

    /** PostgreSQL names the tables of columns when there are several. */
    private static int tables(PlanNode node) {
        int count = node.inputs().isEmpty() || node instanceof Nodes.IndexJoin || node instanceof Nodes.SystemJoin ? 1 : 0;
        for (PlanNode input : node.inputs()) count += tables(input);
        return count;
    }

    ExplainNode root() {
        return node(plan.root(), null, 1);
    }

    /** Whether columns are named with their tables. */
    boolean prefix() {
        return prefix;
    }

    int workers() {
        return options.workers();
    }

    boolean measured() {
        return profile != null;
    }

    Profile.@Nullable Counters counters(PlanNode node) {
        return profile == null ? null : profile.of(node);
    }

    String cte(int id) {
        return ctes.getOrDefault(id, "?");
    }

    // ---- nodes ---------------------------------------------------------------------------------------------------

    ExplainNode node(PlanNode whole, @Nullable Names outer, int threads) {
        PlanNode node = whole;
        List<Scalar> filters = new ArrayList<>();
        while (node instanceof Nodes.Project || node instanceof Nodes.Filter || node instanceof Nodes.Materialize) {
            if (node instanceof Nodes.Filter filter) filters.addAll(ownTerms(filter));
            if (node instanceof Nodes.Materialize) break;
            node = node.inputs().getFirst();
        }
        if (node instanceof Nodes.With with) return with(with, outer);
        Draft around = current;
        Draft draft = new Draft(node, whole, threads);
        current = draft;
        ExplainNode made = nodes.describe(draft, filters, outer);
        current = around;
        return made;
    }

    /** A filter's conditions over the fields of the node that they are shown at. */
    private static List<Scalar> ownTerms(Nodes.Filter filter) {
        List<Scalar> conditions = filter.conditions();
        for (PlanNode below = filter.input(); below instanceof Nodes.Project || below instanceof Nodes.Filter; below = below.inputs().getFirst()) {
            if (!(below instanceof Nodes.Project project)) continue;
            conditions = conditions.stream().map(condition -> Scalars.map(condition,
                    part -> part instanceof Scalar.Column column ? project.scalars().get(column.index()) : part)).toList();
        }
        return conditions;
    }

    private ExplainNode with(Nodes.With with, @Nullable Names outer) {
        List<WithOperators.Definition> definitions = with.definitions();
        for (int i = 0; i < definitions.size(); i++) ctes.put(definitions.get(i).id(), with.names().get(i));
        List<Child> plans = new ArrayList<>();
        for (int i = 0; i < definitions.size(); i++) {
            plans.add(new Child("InitPlan", "CTE " + with.names().get(i), node(definitions.get(i).plan(), outer, 1)));
        }
        return node(with.body(), outer, 1).with(plans);
    }

    /** The name of a subquery in an expression; its plan becomes a child of the node whose expression it is. */
    private String subquery(Scalar scalar, Names names) {
        Relation relation = java.util.Objects.requireNonNull(Scalars.subquery(scalar));
        String known = subqueries.get(relation);
        if (known != null) return known;
        boolean correlated = Scalars.refersTo(relation, 1);
        boolean compared = scalar instanceof Scalar.QuantifiedSubquery;
        int number = ++subqueryCount;
        String text = correlated ? "(SubPlan " + number + ")" : compared ? "(hashed SubPlan " + number + ")" : "$" + resultCount;
        String name = correlated || compared ? "SubPlan " + number : "InitPlan " + number + " (returns $" + resultCount++ + ")";
        subqueries.put(relation, text);
        PlanNode node = plan.subplans().get(relation);
        Draft draft = current;
        if (node != null && draft != null) {
            draft.children.add(new Child(correlated || compared ? "SubPlan" : "InitPlan", name, node(node, new Names(names.qualified(), names.qualified(), names.outer()), 1)));
        }
        return text;
    }

    // ---- figures -------------------------------------------------------------------------------------------------

    ExplainNode made(Draft draft) {
        return new ExplainNode(draft.title, draft.type, draft.kinds, attributes(draft), estimate(draft.whole, draft.threads), actual(draft.whole), draft.facts,
                draft.children);
    }

    private static Map<String, ExplainValue> attributes(Draft draft) {
        Map<String, ExplainValue> all = new LinkedHashMap<>();
        all.put("Parallel Aware", new ExplainValue.Literal(Boolean.toString(draft.threads > 1 && draft.node instanceof Nodes.TableScan)));
        all.put("Async Capable", NO);
        all.putAll(draft.attributes);
        return all;
    }

    private static Map<String, ExplainValue> alone() {
        Map<String, ExplainValue> all = new LinkedHashMap<>();
        all.put("Parallel Aware", NO);
        all.put("Async Capable", NO);
        return all;
    }

    /** A node of PostgreSQL's that is a part of one of ours. */
    static ExplainNode part(String name, Estimate estimate, @Nullable Actual actual, List<Fact> facts, ExplainNode input) {
        return new ExplainNode(name, name.replace("Partial HashAggregate", "Aggregate").replace("Partial Aggregate", "Aggregate"), Map.of(),
                alone(), estimate, actual, facts, List.of(new Child("Outer", null, input)));
    }

    Estimate estimate(PlanNode node, int threads) {
        double rows = Math.max(node.rows() > 0 ? 1 : 0, node.rows() / threads);
        return new Estimate(startup(node), cost(node), rows, FieldNames.width(node, options.widths()));
    }

    @Nullable Actual actual(PlanNode node) {
        if (profile == null) return null;
        Profile.Counters counters = profile.of(node);
        if (counters == null || counters.loops == 0) return new Actual(0, 0, 0, 0);
        double loops = counters.loops;
        return new Actual(counters.loops, counters.rows / loops, counters.nanosToFirst / 1e6 / loops, counters.nanos / 1e6 / loops);
    }

    static double cost(PlanNode node) {
        double cost = node.rows() * ROW_COST;
        for (PlanNode input : node.inputs()) cost += cost(input) + input.rows() * ROW_COST;
        return cost;
    }

    /** What must be done before the first row. */
    private static double startup(PlanNode node) {
        return switch (node) {
            case Nodes.Sort sort -> cost(sort.input());
            case Nodes.Aggregate aggregate -> cost(aggregate.input());
            case Nodes.Distinct distinct -> startup(distinct.input());
            case Nodes.HashJoin join -> cost(join.right());
            case WindowPlanner.Window window -> cost(window.input());
            case Nodes.SetCompare compare -> cost(compare.right());
            default -> node.inputs().isEmpty() ? 0 : startup(node.inputs().getFirst());
        };
    }

    static double limited(Nodes.Sort sort) {
        Evaluator limit = java.util.Objects.requireNonNull(sort.limit());
        return limit.constant() != null && limit.constant().value() instanceof Long bound ? Math.min(bound, sort.rows()) : sort.rows();
    }
}
