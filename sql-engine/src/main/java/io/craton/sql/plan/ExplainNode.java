package io.craton.sql.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node as EXPLAIN shows it. Immutable.
 *
 * @param title the first line of the text form, without figures
 * @param type "Node Type"
 * @param kinds what the forms for programs say before "Parent Relationship": strategy, operation
 * @param attributes what they say of the node's place and objects
 * @param actual null when nothing was measured
 */
record ExplainNode(String title, String type, Map<String, ExplainValue> kinds, Map<String, ExplainValue> attributes, Estimate estimate, @Nullable Actual actual,
        List<Fact> facts, List<Child> children) {
    /** @param startup cost before the first row */
    record Estimate(double startup, double total, double rows, int width) {}

    /** Figures of one loop. No loops: it never ran. */
    record Actual(long loops, double rows, double millisToFirst, double millis) {}

    /**
     * What is said of a node.
     *
     * @param text null: only the forms for programs say it
     * @param properties what these say
     */
    record Fact(String label, @Nullable String text, Map<String, ExplainValue> properties) {
        static Fact text(String label, String value) {
            return new Fact(label, value, Map.of(label, new ExplainValue.Text(value)));
        }

        static Fact list(String label, List<String> values) {
            return new Fact(label, String.join(", ", values), Map.of(label, new ExplainValue.Items(values)));
        }

        static Fact number(String label, long value) {
            return new Fact(label, Long.toString(value), Map.of(label, new ExplainValue.Literal(Long.toString(value))));
        }

        /** Room that something took, in bytes. */
        static Fact space(String label, String what, String kind, String textLabel, String property, long bytes) {
            String kilobytes = Long.toString(bytes + 1023 >> 10);
            Map<String, ExplainValue> properties = new LinkedHashMap<>();
            properties.put(label, new ExplainValue.Text(what));
            properties.put(property, new ExplainValue.Literal(kilobytes));
            if (!kind.isEmpty()) properties.put("Sort Space Type", new ExplainValue.Text(kind));
            return new Fact(label, what + "  " + textLabel + ": " + kilobytes + "kB", properties);
        }
    }

    ExplainNode with(List<Child> more) {
        List<Child> all = new ArrayList<>(more);
        all.addAll(children);
        return new ExplainNode(title, type, kinds, attributes, estimate, actual, facts, all);
    }

    /**
     * @param relationship to its parent: Outer, Inner, Member, InitPlan, SubPlan
     * @param name of an InitPlan or SubPlan, shown above it
     */
    record Child(String relationship, @Nullable String name, ExplainNode node) {}

    /** Plans of expressions and CTEs stand in front of the inputs, those that run for each row behind them. */
    enum Place { BEFORE, INPUT, BEHIND }

    Place place(Child child) {
        return child.relationship.equals("InitPlan") ? Place.BEFORE : child.relationship.equals("SubPlan") ? Place.BEHIND : Place.INPUT;
    }
}
