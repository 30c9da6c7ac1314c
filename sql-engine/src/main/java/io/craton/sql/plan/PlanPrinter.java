package io.craton.sql.plan;

import io.craton.core.type.FormatContext;
import io.craton.sql.exec.Profile;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** EXPLAIN: plans in PostgreSQL's shape, as text or JSON, with real rows and times when a profile is given. Stateless. */
public final class PlanPrinter {
    /**
     * @param costs estimates
     * @param timing times beside real rows
     */
    public record Options(boolean costs, boolean timing, boolean verbose) {}

    /** What is said about one node: name, facts in order, children. */
    private record Description(String name, List<Fact> facts) {}

    /** @param list several values, as JSON shows them; otherwise {@code values} has one */
    private record Fact(String label, List<String> values, boolean list) {
        static Fact of(String label, String value) {
            return new Fact(label, List.of(value), false);
        }
    }

    private final PhysicalPlan plan;
    private final Options options;
    private final @Nullable Profile profile;
    private final FormatContext format;

    private PlanPrinter(PhysicalPlan plan, Options options, @Nullable Profile profile, FormatContext format) {
        this.plan = plan;
        this.options = options;
        this.profile = profile;
        this.format = format;
    }

    /** Lines of EXPLAIN (FORMAT TEXT), without planning and execution time. */
    public static List<String> text(PhysicalPlan plan, Options options, @Nullable Profile profile, FormatContext format) {
        List<String> lines = new ArrayList<>();
        new PlanPrinter(plan, options, profile, format).text(plan.root(), "", true, lines);
        return lines;
    }

    /** The value of "Plan" in EXPLAIN (FORMAT JSON), indented by {@code indent} blanks. */
    public static String json(PhysicalPlan plan, Options options, @Nullable Profile profile, FormatContext format, int indent) {
        StringBuilder out = new StringBuilder();
        new PlanPrinter(plan, options, profile, format).json(plan.root(), null, indent, out);
        return out.toString();
    }

    // ---- text ----------------------------------------------------------------------------------------------------

    private void text(PlanNode node, String indent, boolean top, List<String> lines) {
        PlanNode shown = shown(node);
        Description description = describe(shown);
        StringBuilder line = new StringBuilder(indent);
        if (!top) line.append("->  ");
        line.append(description.name);
        if (options.costs) {
            line.append(String.format(Locale.ROOT, "  (cost=0.00..%.2f rows=%d width=%d)", cost(shown), Math.round(shown.rows()), width(shown)));
        }
        if (profile != null) line.append(actual(profile.of(shown)));
        lines.add(line.toString());
        String inner = indent + (top ? "  " : "      ");
        for (Fact fact : description.facts) {
            lines.add(inner + fact.label + ": " + String.join(", ", fact.values));
        }
        for (PlanNode input : shown.inputs()) text(input, inner, false, lines);
    }

    private String actual(Profile.@Nullable Counters counters) {
        if (counters == null || counters.loops == 0) return " (never executed)";
        long rows = Math.round((double) counters.rows / counters.loops);
        if (!options.timing) return " (actual rows=" + rows + " loops=" + counters.loops + ")";
        return String.format(Locale.ROOT, " (actual time=%.3f..%.3f rows=%d loops=%d)", counters.nanosToFirst / 1e6 / counters.loops,
                counters.nanos / 1e6 / counters.loops, rows, counters.loops);
    }

    /** Projections do not show: PostgreSQL's nodes project themselves. */
    private PlanNode shown(PlanNode node) {
        return node instanceof Nodes.Project project ? shown(project.input()) : node;
    }

    private static double cost(PlanNode node) {
        double cost = node.rows() * 0.01;
        for (PlanNode input : node.inputs()) cost += cost(input) + input.rows() * 0.01;
        return cost;
    }

    private static int width(PlanNode node) {
        return node.fields().stream().mapToInt(field -> field.type().length() > 0 ? field.type().length() : 32).sum();
    }

    // ---- JSON ----------------------------------------------------------------------------------------------------

    private void json(PlanNode node, @Nullable String relationship, int indent, StringBuilder out) {
        PlanNode shown = shown(node);
        Description description = describe(shown);
        String pad = " ".repeat(indent + 2);
        out.append("{\n").append(pad).append("\"Node Type\": ").append(quote(nodeType(shown, description.name)));
        if (relationship != null) property(out, pad, "Parent Relationship", quote(relationship));
        property(out, pad, "Parallel Aware", "false");
        property(out, pad, "Async Capable", "false");
        if (shown instanceof Nodes.TableScan scan) {
            if (scan.path().index() != null) property(out, pad, "Index Name", quote(scan.path().index().name()));
            property(out, pad, "Relation Name", quote(scan.decoder().table().name()));
            property(out, pad, "Alias", quote(scan.alias()));
        }
        JoinKind kind = joinKind(shown);
        if (kind != null) property(out, pad, "Join Type", quote(title(kind)));
        if (options.costs) {
            property(out, pad, "Startup Cost", "0.00");
            property(out, pad, "Total Cost", String.format(Locale.ROOT, "%.2f", cost(shown)));
            property(out, pad, "Plan Rows", Long.toString(Math.round(shown.rows())));
            property(out, pad, "Plan Width", Integer.toString(width(shown)));
        }
        Profile.Counters counters = profile == null ? null : profile.of(shown);
        if (profile != null) {
            long loops = counters == null ? 0 : counters.loops;
            if (options.timing) {
                property(out, pad, "Actual Startup Time", millis(counters == null ? 0 : counters.nanosToFirst, loops));
                property(out, pad, "Actual Total Time", millis(counters == null ? 0 : counters.nanos, loops));
            }
            property(out, pad, "Actual Rows", Long.toString(loops == 0 ? 0 : Math.round((double) counters.rows / loops)));
            property(out, pad, "Actual Loops", Long.toString(loops));
        }
        for (Fact fact : description.facts) {
            property(out, pad, fact.label, fact.list
                    ? fact.values.stream().map(PlanPrinter::quote).collect(Collectors.joining(", ", "[", "]"))
                    : quote(fact.values.get(0)));
        }
        if (!shown.inputs().isEmpty()) {
            out.append(",\n").append(pad).append("\"Plans\": [\n");
            for (int i = 0; i < shown.inputs().size(); i++) {
                if (i > 0) out.append(",\n");
                out.append(pad).append("  ");
                String relation = shown.inputs().size() == 1 || i == 0 ? "Outer" : "Inner";
                json(shown.inputs().get(i), relation, indent + 4, out);
            }
            out.append('\n').append(pad).append(']');
        }
        out.append('\n').append(" ".repeat(indent)).append('}');
    }

    private static String millis(long nanos, long loops) {
        return String.format(Locale.ROOT, "%.3f", loops == 0 ? 0.0 : nanos / 1e6 / loops);
    }

    private static void property(StringBuilder out, String pad, String name, String value) {
        out.append(",\n").append(pad).append(quote(name)).append(": ").append(value);
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ') out.append(String.format("\\u%04x", (int) c));
                    else out.append(c);
                }
            }
        }
        return out.append('"').toString();
    }

    private static String nodeType(PlanNode node, String name) {
        return switch (node) {
            case Nodes.HashJoin join -> "Hash Join";
            case Nodes.NestedLoop join -> "Nested Loop";
            case Nodes.IndexJoin join -> "Nested Loop";
            case Nodes.TableScan scan -> name.substring(0, name.indexOf(name.contains(" using ") ? " using " : " on "))
                    .replace(" Backward", "");
            case Changes.Modify modify -> "ModifyTable";
            case Nodes.Aggregate aggregate -> "Aggregate";
            default -> name.contains(" on ") ? name.substring(0, name.indexOf(" on ")) : name;
        };
    }

    private static @Nullable JoinKind joinKind(PlanNode node) {
        return switch (node) {
            case Nodes.HashJoin join -> join.kind();
            case Nodes.NestedLoop join -> join.kind();
            case Nodes.IndexJoin join -> join.kind();
            default -> null;
        };
    }

    private static String title(JoinKind kind) {
        return kind.name().charAt(0) + kind.name().substring(1).toLowerCase(Locale.ROOT);
    }

    // ---- nodes ---------------------------------------------------------------------------------------------------

    private static String join(String inner, String outer, JoinKind kind) {
        return kind == JoinKind.INNER ? inner : outer.replace("%", title(kind));
    }

    private Description describe(PlanNode node) {
        List<Fact> facts = new ArrayList<>();
        String name = switch (node) {
            case Nodes.TableScan scan -> tableScan(scan, facts);
            case Nodes.VirtualScan scan -> on("Seq Scan", scan.table().name(), scan.alias());
            case Nodes.SequenceScan scan -> "Seq Scan on " + scan.sequence().name();
            case Nodes.Values values -> values.values().size() == 1 ? "Result" : "Values Scan on \"*VALUES*\"";
            case Nodes.FunctionScan scan -> "Function Scan on " + scan.alias();
            case Nodes.Filter filter -> {
                condition("Filter", filter.conditions(), filter.input().fields(), facts);
                yield "Result";
            }
            case Nodes.Gate gate -> {
                condition("One-Time Filter", gate.conditions(), gate.fields(), facts);
                yield "Result";
            }
            case Nodes.ProjectSet set -> "ProjectSet";
            case Nodes.HashJoin join -> {
                List<Relation.Field> both = join.exchanged() ? both(join.right(), join.left()) : both(join.left(), join.right());
                condition("Hash Cond", join.keyConditions(), both, facts);
                condition("Join Filter", join.conditions(), both, facts);
                yield join("Hash Join", "Hash % Join", join.kind());
            }
            case Nodes.NestedLoop join -> {
                condition("Join Filter", join.conditions(), both(join.left(), join.right()), facts);
                yield join("Nested Loop", "Nested Loop % Join", join.kind());
            }
            case Nodes.IndexJoin join -> {
                List<Relation.Field> both = both(join.left(), join.right());
                facts.add(Fact.of("Inner", indexName(join.path(), join.right()) + " " + join.right().alias()));
                condition("Index Cond", join.path().conditions(), both, facts);
                condition("Join Filter", join.conditions(), both, facts);
                yield join("Nested Loop", "Nested Loop % Join", join.kind());
            }
            case Nodes.Sort sort -> {
                facts.add(new Fact("Sort Key", sort.keys().stream().map(key -> key(key, sort.fields())).toList(), true));
                yield "Sort";
            }
            case Nodes.Limit limit -> "Limit";
            case Nodes.Aggregate aggregate -> {
                if (!aggregate.keyScalars().isEmpty()) {
                    facts.add(new Fact("Group Key", aggregate.keyScalars().stream()
                            .map(key -> ScalarPrinter.print(key, aggregate.input().fields(), format)).toList(), true));
                }
                yield aggregate.keyScalars().isEmpty() ? "Aggregate" : aggregate.sets().length > 1 ? "MixedAggregate" : "HashAggregate";
            }
            case Nodes.Distinct distinct -> {
                facts.add(new Fact("Group Key", distinct.fields().stream().map(Relation.Field::name).toList(), true));
                yield "HashAggregate";
            }
            case Nodes.FirstOfRun unique -> "Unique";
            case Nodes.Append append -> "Append";
            case Nodes.SetCompare compare -> "HashSetOp " + (compare.except() ? "Except" : "Intersect") + (compare.all() ? " All" : "");
            case Nodes.With with -> "WITH " + String.join(", ", with.names());
            case Nodes.TransitionScan scan -> "Named Tuplestore Scan";
            case Nodes.CteScan scan -> "CTE Scan on " + scan.alias();
            case Nodes.RecursiveUnion union -> "Recursive Union";
            case Nodes.WorkTableScan scan -> "WorkTable Scan";
            case WindowPlanner.Window window -> "WindowAgg";
            case Changes.LockRows lock -> "LockRows";
            case Changes.Modify modify -> on(title(modify), modify.spec().writer().table().name(), modify.alias());
            default -> node.getClass().getSimpleName();
        };
        Profile.Counters counters = profile == null ? null : profile.of(node);
        if (counters != null && counters.spilled > 0) facts.add(disk(node, counters.spilled));
        return new Description(name, facts);
    }

    private static Fact disk(PlanNode node, long bytes) {
        long kilobytes = (bytes + 1023) >> 10;
        return switch (node) {
            case Nodes.Sort sort -> Fact.of("Sort Method", "external merge  Disk: " + kilobytes + "kB");
            case Nodes.Aggregate aggregate -> Fact.of("Disk Usage", kilobytes + "kB");
            case Nodes.Distinct distinct -> Fact.of("Disk Usage", kilobytes + "kB");
            default -> Fact.of("Storage", "Disk  Maximum Storage: " + kilobytes + "kB");
        };
    }

    private static String title(Changes.Modify modify) {
        String kind = modify.spec().kind().name();
        return kind.charAt(0) + kind.substring(1).toLowerCase(Locale.ROOT);
    }

    private static List<Relation.Field> both(PlanNode left, PlanNode right) {
        List<Relation.Field> fields = new ArrayList<>(left.fields());
        fields.addAll(right.fields());
        return fields;
    }

    private static String on(String what, String table, @Nullable String alias) {
        return what + " on " + table + (alias == null || alias.equals(table) ? "" : " " + alias);
    }

    private static String indexName(AccessPath path, Nodes.TableScan scan) {
        return path.index() != null ? path.index().name() : scan.decoder().table().name() + "_pkey";
    }

    private String tableScan(Nodes.TableScan scan, List<Fact> facts) {
        AccessPath path = scan.path();
        String table = scan.decoder().table().name();
        String name;
        if (path.isFull() && path.index() == null && !path.reverse()) {
            name = on("Seq Scan", table, scan.alias());
        } else {
            name = on("Index Scan" + (path.reverse() ? " Backward" : "") + " using " + indexName(path, scan), table, scan.alias());
            condition("Index Cond", path.conditions(), scan.fields(), facts);
        }
        condition("Filter", scan.conditions(), scan.fields(), facts);
        return name;
    }

    private String key(Relation.SortKey key, List<Relation.Field> fields) {
        String text = ScalarPrinter.print(key.expression(), fields, format);
        if (key.descending()) text += " DESC";
        if (key.nullsFirst() != key.descending()) text += key.nullsFirst() ? " NULLS FIRST" : " NULLS LAST";
        return text;
    }

    private void condition(String label, List<Scalar> conditions, List<Relation.Field> fields, List<Fact> facts) {
        if (!conditions.isEmpty()) facts.add(Fact.of(label, ScalarPrinter.print(conditions, fields, format)));
    }
}
