package io.craton.sql.plan;

import io.craton.sql.exec.HashJoinOperator;
import io.craton.sql.exec.ModifySpec;
import io.craton.sql.exec.Profile;
import io.craton.sql.exec.SetCall;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.logical.Scalar;
import io.craton.sql.plan.ExplainNode.Actual;
import io.craton.sql.plan.ExplainNode.Child;
import io.craton.sql.plan.ExplainNode.Estimate;
import io.craton.sql.plan.ExplainNode.Fact;
import io.craton.sql.plan.ExplainTree.Draft;
import io.craton.sql.plan.ScalarPrinter.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What EXPLAIN says of each kind of node. Part of {@link ExplainTree}. */
final class ExplainNodes {
    private final ExplainTree tree;

    ExplainNodes(ExplainTree tree) {
        this.tree = tree;
    }

    /** @param filters conditions of filters above the node, over its fields */
    ExplainNode describe(Draft draft, List<Scalar> filters, @Nullable Names outer) {
        PlanNode node = draft.node;
        Names own = tree.fields.of(node, tree.prefix() && !scan(node), outer);
        if (node instanceof Nodes.Aggregate aggregate) {
            own = new Names(index -> tree.fields.aggregate(aggregate, index, tree.prefix(), outer, false), own.qualified(), outer);
        }
        switch (node) {
            case Nodes.TableScan scan -> tableScan(draft, scan, own, filters);
            case Nodes.VirtualScan scan -> on(draft, "Seq Scan", scan.table().name(), scan.alias());
            case Nodes.SequenceScan scan -> on(draft, "Seq Scan", scan.sequence().name(), scan.sequence().name());
            case Nodes.Values values when values.values().size() == 1 -> draft.name("Result");
            case Nodes.Values values -> aliased(draft, "Values Scan", "*VALUES*");
            case Nodes.FunctionScan scan -> functionScan(draft, scan);
            case Nodes.CteScan scan -> on(draft, "CTE Scan", tree.cte(scan.id()), scan.alias());
            case Nodes.WorkTableScan scan -> aliased(draft, "WorkTable Scan", tree.cte(scan.id()));
            case Nodes.TransitionScan scan -> draft.name("Named Tuplestore Scan");
            case Nodes.HashJoin join -> hashJoin(draft, join, outer);
            case Nodes.NestedLoop join -> nestedLoop(draft, join, outer);
            case Nodes.IndexJoin join -> indexJoin(draft, join, outer);
            case Nodes.SystemJoin join -> systemJoin(draft, join, outer);
            case Nodes.Gate gate -> {
                draft.name("Result");
                condition("One-Time Filter", gate.conditions(), own, draft);
                if (!(gate.input() instanceof Nodes.Values values && values.values().size() <= 1)) input(draft, gate.input(), outer);
            }
            case Nodes.Limit limit -> {
                draft.name("Limit");
                ExplainNode input = tree.node(limit.input(), outer, draft.threads);
                boolean same = input.title().equals("Limit") && input.children().size() == 1;
                draft.children.add(same ? input.children().getFirst() : new Child("Outer", null, input));
            }
            case Nodes.Sort sort -> {
                draft.name("Sort");
                sortKeys(draft, sort.keys(), tree.fields.of(sort.input(), tree.prefix(), outer));
                if (tree.measured()) draft.facts.add(sortMethod(sort));
                input(draft, sort.input(), outer);
            }
            case Nodes.Aggregate aggregate -> aggregate(draft, aggregate, outer);
            case Nodes.Distinct distinct -> {
                draft.title = "HashAggregate";
                draft.type = "Aggregate";
                draft.kind("Strategy", "Hashed");
                draft.kind("Partial Mode", "Simple");
                Names input = tree.fields.of(distinct.input(), tree.prefix(), outer);
                List<String> keys = new ArrayList<>();
                for (int i = 0; i < distinct.fields().size(); i++) keys.add(input.columns().apply(i));
                draft.facts.add(Fact.list("Group Key", keys));
                input(draft, distinct.input(), outer);
            }
            case Nodes.SetCompare compare -> setCompare(draft, compare, outer);
            case Nodes.RecursiveUnion union -> {
                draft.name("Recursive Union");
                input(draft, union.base(), outer);
                draft.children.add(new Child("Inner", null, tree.node(union.recursive(), outer, 1)));
            }
            case Nodes.Append append -> {
                draft.name("Append");
                for (PlanNode input : append.inputs()) draft.children.add(new Child("Member", null, tree.node(input, outer, 1)));
            }
            case Nodes.Gather gather -> {
                draft.name("Gather");
                workers(draft, gather.input());
                draft.children.add(new Child("Outer", null, tree.node(gather.input(), outer, 1 + tree.workers())));
            }
            case WindowPlanner.Window window -> window(draft, window, outer);
            case Changes.Modify modify -> modify(draft, modify, outer);
            default -> {
                draft.name(name(node));
                for (PlanNode input : node.inputs()) input(draft, input, outer);
            }
        }
        if (!(node instanceof Nodes.TableScan)) condition("Filter", filters, own, draft);
        spilled(draft);
        ExplainNode made = tree.made(draft);
        if (!(node instanceof Nodes.Sort sort) || sort.limit() == null) return made;
        Estimate estimate = made.estimate();
        return ExplainTree.part("Limit", new Estimate(estimate.startup(), estimate.total(), ExplainTree.limited(sort), estimate.width()), made.actual(), List.of(),
                made);
    }

    private static boolean scan(PlanNode node) {
        return node.inputs().isEmpty();
    }

    private static String name(PlanNode node) {
        return switch (node) {
            case Nodes.FirstOfRun unique -> "Unique";
            default -> node.getClass().getSimpleName();
        };
    }

    private void input(Draft draft, PlanNode input, @Nullable Names outer) {
        draft.children.add(new Child("Outer", null, tree.node(input, outer, draft.threads)));
    }

    private void condition(String label, List<Scalar> conditions, Names names, Draft draft) {
        if (!conditions.isEmpty()) draft.facts.add(Fact.text(label, tree.printer.conditions(conditions, names)));
    }

    private void sortKeys(Draft draft, List<Relation.SortKey> keys, Names names) {
        draft.facts.add(Fact.list("Sort Key", keys.stream().map(key -> tree.printer.key(key, names)).toList()));
    }

    private void spilled(Draft draft) {
        Profile.Counters counters = tree.counters(draft.node);
        if (counters == null || counters.spilled == 0 || draft.node instanceof Nodes.Sort) return;
        boolean groups = draft.node instanceof Nodes.Aggregate || draft.node instanceof Nodes.Distinct;
        long kilobytes = counters.spilled + 1023 >> 10;
        draft.facts.add(groups ? new Fact("Disk Usage", kilobytes + "kB", java.util.Map.of("Disk Usage", new ExplainValue.Literal(Long.toString(kilobytes))))
                : Fact.space("Storage", "Disk", "", "Maximum Storage", "Maximum Storage", counters.spilled));
    }

    private Fact sortMethod(Nodes.Sort sort) {
        Profile.Counters counters = tree.counters(sort);
        if (counters != null && counters.spilled > 0) return Fact.space("Sort Method", "external merge", "Disk", "Disk", "Sort Space Used", counters.spilled);
        return Fact.text("Sort Method", sort.limit() != null ? "top-N heapsort" : "quicksort");
    }

    // ---- scans ---------------------------------------------------------------------------------------------------

    private void on(Draft draft, String what, String table, String alias) {
        draft.title = what + " on " + tree.printer.identifier(table) + (alias.equals(table) ? "" : " " + tree.printer.identifier(alias));
        draft.type = what;
        draft.attribute(what.equals("CTE Scan") ? "CTE Name" : "Relation Name", table);
        draft.attribute("Alias", alias);
    }

    private void aliased(Draft draft, String what, String alias) {
        draft.title = what + " on " + tree.printer.identifier(alias);
        draft.type = what;
        draft.attribute("Alias", alias);
    }

    private void tableScan(Draft draft, Nodes.TableScan scan, Names own, List<Scalar> filters) {
        AccessPath path = scan.path();
        String table = scan.decoder().table().name();
        if (path.isFull() && path.index() == null && !path.reverse()) {
            on(draft, "Seq Scan", table, scan.alias());
            if (draft.threads > 1) draft.title = "Parallel " + draft.title;
        } else if (path.row() != null) {
            on(draft, "Tid Scan", table, scan.alias());
            condition("TID Cond", path.conditions(), own, draft);
        } else {
            String index = indexName(path, scan);
            draft.attribute("Scan Direction", path.reverse() ? "Backward" : "Forward");
            draft.attribute("Index Name", index);
            on(draft, "Index Scan", table, scan.alias());
            draft.title = draft.title.replaceFirst("Index Scan", "Index Scan" + (path.reverse() ? " Backward" : "") + " using "
                    + java.util.regex.Matcher.quoteReplacement(tree.printer.identifier(index)));
            condition("Index Cond", path.conditions(), own, draft);
        }
        if (scan.decoder().asOf() >= 0) draft.facts.add(Fact.text("System Time", "position " + scan.decoder().asOf()));
        List<Scalar> conditions = new ArrayList<>(scan.conditions());
        conditions.addAll(filters);
        condition("Filter", conditions, own, draft);
    }

    private static String indexName(AccessPath path, Nodes.TableScan scan) {
        return path.index() != null ? path.index().name() : scan.decoder().table().name() + "_pkey";
    }

    private void functionScan(Draft draft, Nodes.FunctionScan scan) {
        String name = scan.calls().size() == 1 && scan.calls().getFirst() instanceof SetCall.Function call ? call.info().function().name() : scan.alias();
        draft.title = "Function Scan on " + tree.printer.identifier(name) + (name.equals(scan.alias()) ? "" : " " + tree.printer.identifier(scan.alias()));
        draft.type = "Function Scan";
        draft.attribute("Function Name", name);
        draft.attribute("Alias", scan.alias());
    }

    // ---- joins ---------------------------------------------------------------------------------------------------

    private static void join(Draft draft, String inner, String other, JoinKind kind, String side) {
        String title = side + kind.name().charAt(0) + kind.name().substring(1).toLowerCase(Locale.ROOT);
        draft.title = kind == JoinKind.INNER ? inner : other + " " + title + " Join";
        draft.type = inner.equals("Hash Join") ? "Hash Join" : "Nested Loop";
        draft.attribute("Join Type", title);
    }

    private void hashJoin(Draft draft, Nodes.HashJoin join, @Nullable Names outer) {
        join(draft, "Hash Join", "Hash", join.kind(), join.tested() == HashJoinOperator.Tested.BUILD ? "Right " : "");
        PlanNode first = join.exchanged() ? join.right() : join.left();
        PlanNode second = join.exchanged() ? join.left() : join.right();
        Names both = tree.fields.of(first, second, tree.prefix(), outer);
        int width = first.fields().size();
        List<Scalar> keys = join.exchanged() ? join.keyConditions().stream().map(each -> probeFirst(each, index -> index >= width)).toList()
                : join.keyConditions().stream().map(each -> probeFirst(each, index -> index < width)).toList();
        condition("Hash Cond", keys, both, draft);
        condition("Join Filter", join.conditions(), both, draft);
        input(draft, join.left(), outer);
        ExplainNode kept = tree.node(join.right(), outer, 1);
        Estimate estimate = kept.estimate();
        draft.children.add(new Child("Inner", null, ExplainTree.part("Hash", new Estimate(estimate.total(), estimate.total(), estimate.rows(), estimate.width()),
                kept.actual() == null ? null : whole(kept.actual()), List.of(), kept)));
    }

    /** It gives nothing before it has read all. */
    private static Actual whole(Actual actual) {
        return new Actual(actual.loops(), actual.rows(), actual.millis(), actual.millis());
    }

    /** An equality with the side that asks on the left. */
    private static Scalar probeFirst(Scalar condition, java.util.function.IntPredicate asks) {
        if (!(condition instanceof Scalar.Call call) || call.arguments().size() != 2) return condition;
        boolean turned = Scalars.any(call.arguments().get(0), part -> part instanceof Scalar.Column column && !asks.test(column.index()));
        Scalar other = turned ? ScalarPrinter.commuted(condition) : null;
        return other == null ? condition : other;
    }

    private void nestedLoop(Draft draft, Nodes.NestedLoop join, @Nullable Names outer) {
        join(draft, "Nested Loop", "Nested Loop", join.kind(), "");
        condition("Join Filter", join.conditions(), tree.fields.of(join.left(), join.right(), tree.prefix(), outer), draft);
        input(draft, join.left(), outer);
        draft.children.add(new Child("Inner", null, tree.node(join.right(), join.lateral() ? tree.fields.of(join.left(), true, outer) : outer, 1)));
    }

    /** The look-ups are measured with the join: what it takes beyond its input is theirs. */
    private void indexJoin(Draft draft, Nodes.IndexJoin join, @Nullable Names outer) {
        join(draft, "Nested Loop", "Nested Loop", join.kind(), "");
        input(draft, join.left(), outer);
        Names both = both(join.left(), join.right(), outer);
        int width = join.left().fields().size();
        Draft lookup = new Draft(join.right(), join.right(), 1);
        String index = indexName(join.path(), join.right());
        lookup.attribute("Scan Direction", "Forward");
        lookup.attribute("Index Name", index);
        on(lookup, "Index Scan", join.right().decoder().table().name(), join.right().alias());
        lookup.title = lookup.title.replaceFirst("Index Scan", "Index Scan using " + java.util.regex.Matcher.quoteReplacement(tree.printer.identifier(index)));
        condition("Index Cond", join.path().conditions().stream().map(each -> probeFirst(each, at -> at >= width)).toList(), both, lookup);
        condition("Filter", join.conditions(), both, lookup);
        lookup(draft, lookup, join.left());
    }

    private void systemJoin(Draft draft, Nodes.SystemJoin join, @Nullable Names outer) {
        join(draft, "Nested Loop", "Nested Loop", join.kind(), "");
        input(draft, join.left(), outer);
        Draft lookup = new Draft(join.right(), join.right(), 1);
        on(lookup, "Seq Scan", join.right().table().name(), join.right().alias());
        condition("Filter", join.conditions(), both(join.left(), join.right(), outer), lookup);
        lookup(draft, lookup, join.left());
    }

    private Names both(PlanNode leftSide, PlanNode rightSide, @Nullable Names outer) {
        int width = leftSide.fields().size();
        Names left = tree.fields.of(leftSide, true, outer);
        Names right = tree.fields.of(rightSide, false, outer);
        return new Names(index -> index < width ? left.columns().apply(index) : right.columns().apply(index - width), left.qualified(), outer);
    }

    /** Puts the right side of a join that looks up each row of its left side under it. */
    private void lookup(Draft draft, Draft lookup, PlanNode left) {
        ExplainNode made = tree.made(lookup);
        double perRow = Math.max(1, draft.node.rows() / Math.max(1, left.rows()));
        Estimate estimate = new Estimate(0, perRow * 0.01, perRow, made.estimate().width());
        draft.children.add(new Child("Inner", null, new ExplainNode(made.title(), made.type(), made.kinds(), made.attributes(), estimate, lookups(draft, left),
                made.facts(), made.children())));
    }

    private @Nullable Actual lookups(Draft draft, PlanNode left) {
        if (!tree.measured()) return null;
        Profile.Counters all = tree.counters(draft.node);
        Profile.Counters input = tree.counters(left);
        if (all == null || input == null || input.rows == 0) return new Actual(0, 0, 0, 0);
        double millis = Math.max(0, all.nanos - input.nanos) / 1e6 / input.rows;
        return new Actual(input.rows, (double) all.rows / input.rows, millis, millis);
    }

    // ---- groups, sets, windows -----------------------------------------------------------------------------------

    private void workers(Draft draft, PlanNode shared) {
        draft.facts.add(Fact.number("Workers Planned", tree.workers()));
        Profile.Counters counters = tree.counters(shared);
        if (counters != null) draft.facts.add(Fact.number("Workers Launched", Math.max(0, counters.loops - 1)));
    }

    private void aggregate(Draft draft, Nodes.Aggregate aggregate, @Nullable Names outer) {
        boolean plain = aggregate.keyScalars().isEmpty();
        boolean several = aggregate.sets().length > 1;
        String name = plain ? "Aggregate" : several ? "MixedAggregate" : "HashAggregate";
        draft.title = aggregate.parallel() ? "Finalize " + name : name;
        draft.type = "Aggregate";
        draft.kind("Strategy", plain ? "Plain" : several ? "Mixed" : "Hashed");
        draft.kind("Partial Mode", aggregate.parallel() ? "Finalize" : "Simple");
        Names input = tree.fields.of(aggregate.input(), tree.prefix(), outer);
        List<Fact> keys = new ArrayList<>();
        for (int[] set : plain ? new int[0][] : aggregate.sets()) {
            List<String> names = new ArrayList<>();
            for (int key : set) names.add(tree.printer.print(aggregate.keyScalars().get(key), input));
            keys.add(names.isEmpty() ? Fact.text("Group Key", "()") : Fact.list(several ? "Hash Key" : "Group Key", names));
        }
        draft.facts.addAll(keys);
        if (!aggregate.parallel()) {
            input(draft, aggregate.input(), outer);
            return;
        }
        ExplainNode shared = tree.node(aggregate.input(), outer, 1 + tree.workers());
        Estimate estimate = tree.estimate(draft.whole, 1);
        Actual partial = shared.actual() == null ? null
                : new Actual(shared.actual().loops(), java.util.Objects.requireNonNull(tree.actual(draft.node)).rows(), shared.actual().millis(), shared.actual().millis());
        ExplainNode grouped = ExplainTree.part("Partial " + name, estimate, partial, keys, shared);
        Draft gather = new Draft(aggregate.input(), aggregate.input(), 1);
        workers(gather, aggregate.input());
        Actual gathered = partial == null ? null : new Actual(1, partial.rows() * partial.loops(), partial.millis(), partial.millis());
        draft.children.add(new Child("Outer", null, ExplainTree.part("Gather", estimate, gathered, gather.facts, grouped)));
    }

    private void setCompare(Draft draft, Nodes.SetCompare compare, @Nullable Names outer) {
        String command = (compare.except() ? "Except" : "Intersect") + (compare.all() ? " All" : "");
        draft.title = "HashSetOp " + command;
        draft.type = "SetOp";
        draft.kind("Strategy", "Hashed");
        draft.attribute("Command", command);
        input(draft, compare.left(), outer);
        draft.children.add(new Child("Inner", null, tree.node(compare.right(), outer, 1)));
    }

    private void window(Draft draft, WindowPlanner.Window window, @Nullable Names outer) {
        draft.name("WindowAgg");
        Names names = tree.fields.of(window.input(), tree.prefix(), outer);
        List<String> keys = new ArrayList<>();
        for (Scalar key : window.partitionBy()) keys.add(tree.printer.print(key, names));
        for (Relation.SortKey key : window.orderBy()) keys.add(tree.printer.key(key, names));
        ExplainNode input = tree.node(window.input(), outer, 1);
        Estimate estimate = input.estimate();
        ExplainNode sorted = keys.isEmpty() ? input : ExplainTree.part("Sort", new Estimate(estimate.total(), estimate.total(), estimate.rows(), estimate.width()),
                input.actual() == null ? null : whole(input.actual()), List.of(Fact.list("Sort Key", keys)), input);
        draft.children.add(new Child("Outer", null, sorted));
    }

    private void modify(Draft draft, Changes.Modify modify, @Nullable Names outer) {
        ModifySpec spec = modify.spec();
        String operation = spec.kind().name().charAt(0) + spec.kind().name().substring(1).toLowerCase(Locale.ROOT);
        on(draft, operation, spec.writer().table().name(), modify.alias());
        draft.type = "ModifyTable";
        draft.kind("Operation", operation);
        if (spec.onConflict() != null) draft.facts.add(Fact.text("Conflict Resolution", spec.onConflict().update() ? "UPDATE" : "NOTHING"));
        input(draft, modify.input(), outer);
    }
}
