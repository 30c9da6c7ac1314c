package io.craton.sql.plan;

import io.craton.core.type.FormatContext;
import io.craton.sql.exec.Profile;
import io.craton.sql.logical.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** EXPLAIN: plans in PostgreSQL's shape, as text or for programs, with real rows and times when a profile is given. Stateless. */
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

    /** The value of "Plan" in the forms for programs. */
    public static ExplainValue.Group group(PhysicalPlan plan, Options options, @Nullable Profile profile, FormatContext format) {
        return new PlanPrinter(options).group(new ExplainTree(plan, options, profile, format).root(), null);
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

    // ---- for programs --------------------------------------------------------------------------------------------

    private ExplainValue.Group group(ExplainNode node, ExplainNode.@Nullable Child as) {
        ExplainValue.Group group = new ExplainValue.Group().with("Node Type", new ExplainValue.Text(node.type()));
        node.kinds().forEach(group::with);
        if (as != null) group.with("Parent Relationship", new ExplainValue.Text(as.relationship()));
        if (as != null && as.name() != null) group.with("Subplan Name", new ExplainValue.Text(as.name()));
        node.attributes().forEach(group::with);
        if (options.costs) {
            group.with("Startup Cost", number("%.2f", node.estimate().startup())).with("Total Cost", number("%.2f", node.estimate().total()))
                    .with("Plan Rows", number("%d", Math.round(node.estimate().rows()))).with("Plan Width", number("%d", node.estimate().width()));
        }
        ExplainNode.Actual actual = node.actual();
        if (actual != null) {
            if (options.timing) {
                group.with("Actual Startup Time", number("%.3f", actual.millisToFirst())).with("Actual Total Time", number("%.3f", actual.millis()));
            }
            group.with("Actual Rows", number("%d", Math.round(actual.rows()))).with("Actual Loops", number("%d", actual.loops()));
        }
        for (ExplainNode.Fact fact : node.facts()) fact.properties().forEach(group::with);
        List<ExplainValue.Group> plans = new ArrayList<>();
        for (ExplainNode.Place place : ExplainNode.Place.values()) {
            for (ExplainNode.Child child : node.children()) if (node.place(child) == place) plans.add(group(child.node(), child));
        }
        return plans.isEmpty() ? group : group.with("Plans", new ExplainValue.Groups("Plan", plans));
    }

    /** A number as EXPLAIN writes it. */
    public static ExplainValue number(String form, Number value) {
        return new ExplainValue.Literal(String.format(Locale.ROOT, form, value));
    }
}
