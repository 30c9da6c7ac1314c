package io.craton.sql.plan;

import io.craton.core.type.FormatContext;
import io.craton.sql.exec.Profile;
import io.craton.sql.logical.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** EXPLAIN: plans in PostgreSQL's shape, as text or JSON, with real rows and times when a profile is given. Stateless. */
public final class PlanPrinter {
    /**
     * @param costs estimates
     * @param timing times beside real rows
     * @param workers threads that may help
     * @param widths average bytes of a field's values
     */
    public record Options(boolean costs, boolean timing, boolean verbose, int workers, ToIntFunction<Relation.Field> widths) {}

    private final Options options;

    private PlanPrinter(Options options) {
        this.options = options;
    }

    /** Lines of EXPLAIN (FORMAT TEXT), without planning and execution time. */
    public static List<String> text(PhysicalPlan plan, Options options, @Nullable Profile profile, FormatContext format) {
        List<String> lines = new ArrayList<>();
        new PlanPrinter(options).text(new ExplainTree(plan, options, profile, format).root(), "", true, lines);
        return lines;
    }

    /** The value of "Plan" in EXPLAIN (FORMAT JSON), indented by {@code indent} blanks. */
    public static String json(PhysicalPlan plan, Options options, @Nullable Profile profile, FormatContext format, int indent) {
        StringBuilder out = new StringBuilder();
        new PlanPrinter(options).json(new ExplainTree(plan, options, profile, format).root(), null, indent, out);
        return out.toString();
    }

    // ---- text ----------------------------------------------------------------------------------------------------

    private void text(ExplainNode node, String indent, boolean top, List<String> lines) {
        StringBuilder line = new StringBuilder(indent);
        if (!top) line.append("->  ");
        line.append(node.title());
        ExplainNode.Estimate estimate = node.estimate();
        if (options.costs) {
            line.append(String.format(Locale.ROOT, "  (cost=%.2f..%.2f rows=%d width=%d)", estimate.startup(), estimate.total(), Math.round(estimate.rows()),
                    estimate.width()));
        }
        if (node.actual() != null) line.append(actual(node.actual()));
        lines.add(line.toString());
        String inner = indent + (top ? "  " : "      ");
        for (ExplainNode.Fact fact : node.facts()) if (fact.text() != null) lines.add(inner + fact.label() + ": " + fact.text());
        for (ExplainNode.Place place : ExplainNode.Place.values()) {
            for (ExplainNode.Child child : node.children()) {
                if (node.place(child) != place) continue;
                if (child.name() != null) lines.add(inner + child.name());
                text(child.node(), child.name() != null ? inner + "  " : inner, false, lines);
            }
        }
    }

    private String actual(ExplainNode.Actual actual) {
        if (actual.loops() == 0) return " (never executed)";
        if (!options.timing) return String.format(Locale.ROOT, " (actual rows=%d loops=%d)", Math.round(actual.rows()), actual.loops());
        return String.format(Locale.ROOT, " (actual time=%.3f..%.3f rows=%d loops=%d)", actual.millisToFirst(), actual.millis(), Math.round(actual.rows()),
                actual.loops());
    }

    // ---- JSON ----------------------------------------------------------------------------------------------------

    private void json(ExplainNode node, ExplainNode.@Nullable Child as, int indent, StringBuilder out) {
        String pad = " ".repeat(indent + 2);
        out.append("{\n").append(pad).append("\"Node Type\": ").append(quote(node.type()));
        node.kinds().forEach((name, value) -> property(out, pad, name, value));
        if (as != null) property(out, pad, "Parent Relationship", quote(as.relationship()));
        if (as != null && as.name() != null) property(out, pad, "Subplan Name", quote(as.name()));
        if (!node.attributes().containsKey("Parallel Aware")) property(out, pad, "Parallel Aware", "false");
        node.attributes().forEach((name, value) -> property(out, pad, name, value));
        if (options.costs) {
            property(out, pad, "Startup Cost", String.format(Locale.ROOT, "%.2f", node.estimate().startup()));
            property(out, pad, "Total Cost", String.format(Locale.ROOT, "%.2f", node.estimate().total()));
            property(out, pad, "Plan Rows", Long.toString(Math.round(node.estimate().rows())));
            property(out, pad, "Plan Width", Integer.toString(node.estimate().width()));
        }
        ExplainNode.Actual actual = node.actual();
        if (actual != null) {
            if (options.timing) {
                property(out, pad, "Actual Startup Time", String.format(Locale.ROOT, "%.3f", actual.millisToFirst()));
                property(out, pad, "Actual Total Time", String.format(Locale.ROOT, "%.3f", actual.millis()));
            }
            property(out, pad, "Actual Rows", Long.toString(Math.round(actual.rows())));
            property(out, pad, "Actual Loops", Long.toString(actual.loops()));
        }
        for (ExplainNode.Fact fact : node.facts()) fact.json().forEach((name, value) -> property(out, pad, name, value));
        if (!node.children().isEmpty()) children(node, pad, indent, out);
        out.append('\n').append(" ".repeat(indent)).append('}');
    }

    private void children(ExplainNode node, String pad, int indent, StringBuilder out) {
        out.append(",\n").append(pad).append("\"Plans\": [\n");
        boolean first = true;
        for (ExplainNode.Place place : ExplainNode.Place.values()) {
            for (ExplainNode.Child child : node.children()) {
                if (node.place(child) != place) continue;
                if (!first) out.append(",\n");
                first = false;
                out.append(pad).append("  ");
                json(child.node(), child, indent + 4, out);
            }
        }
        out.append('\n').append(pad).append(']');
    }

    private static void property(StringBuilder out, String pad, String name, String value) {
        out.append(",\n").append(pad).append(quote(name)).append(": ").append(value);
    }

    static String quote(String text) {
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
}
