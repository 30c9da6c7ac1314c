package io.craton.sql.plan;

import io.craton.sql.exec.HashJoinOperator;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.sql.plan.ScalarPrinter.Names;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a node's fields are called by the nodes above it: columns by their table's alias and name, what is computed below by its expression in parentheses. Nodes do not
 * keep names; they are followed down to where they come from. One EXPLAIN.
 */
final class FieldNames {
    private final ScalarPrinter printer;

    FieldNames(ScalarPrinter printer) {
        this.printer = printer;
    }

    /** Names of all fields of a node, for expressions over its rows. */
    Names of(PlanNode node, boolean qualified, @Nullable Names outer) {
        return new Names(index -> name(node, index, qualified, outer), index -> name(node, index, true, outer), outer);
    }

    /** Names over the rows of two nodes side by side. */
    Names of(PlanNode left, PlanNode right, boolean qualified, @Nullable Names outer) {
        return new Names(index -> side(left, right, index, qualified, outer), index -> side(left, right, index, true, outer), outer);
    }

    private String name(PlanNode node, int index, boolean qualified, @Nullable Names outer) {
        if (index >= node.fields().size()) return "?column?";
        String plain = node.fields().get(index).name();
        return switch (node) {
            case Nodes.TableScan scan -> prefix(scan.alias(), qualified) + printer.identifier(plain);
            case Nodes.VirtualScan scan -> prefix(scan.alias(), qualified) + printer.identifier(plain);
            case Nodes.FunctionScan scan -> prefix(scan.alias(), qualified) + printer.identifier(plain);
            case Nodes.CteScan scan -> prefix(scan.alias(), qualified) + printer.identifier(plain);
            case Nodes.Values values -> prefix("*VALUES*", qualified) + "column" + (index + 1);
            case Nodes.Project project -> project.scalars().get(index) instanceof Scalar.Column column
                    ? name(project.input(), column.index(), qualified, outer)
                    : "(" + printer.print(project.scalars().get(index), of(project.input(), qualified, outer)) + ")";
            case Nodes.Aggregate aggregate -> aggregate(aggregate, index, qualified, outer, true);
            case WindowPlanner.Window window -> index < window.input().fields().size() ? name(window.input(), index, qualified, outer)
                    : "(" + call(window, index - window.input().fields().size(), qualified, outer) + ")";
            case Nodes.HashJoin join -> join.tested() == HashJoinOperator.Tested.BUILD ? name(join.right(), index, qualified, outer)
                    : side(join.left(), join.right(), index, qualified, outer);
            case Nodes.NestedLoop join -> side(join.left(), join.right(), index, qualified, outer);
            case Nodes.SystemJoin join -> side(join.left(), join.right(), index, qualified, outer);
            case Nodes.IndexJoin join -> side(join.left(), join.right(), index, qualified, outer);
            case Nodes.Append append -> name(append.inputs().getFirst(), index, qualified, outer);
            case Nodes.SetCompare compare -> name(compare.left(), index, qualified, outer);
            case Nodes.With with -> name(with.body(), index, qualified, outer);
            case Nodes.Filter n -> name(n.input(), index, qualified, outer);
            case Nodes.Gate n -> name(n.input(), index, qualified, outer);
            case Nodes.Sort n -> name(n.input(), index, qualified, outer);
            case Nodes.Limit n -> name(n.input(), index, qualified, outer);
            case Nodes.Gather n -> name(n.input(), index, qualified, outer);
            case Nodes.Materialize n -> name(n.input(), index, qualified, outer);
            case Nodes.Distinct n -> name(n.input(), index, qualified, outer);
            case Nodes.FirstOfRun n -> name(n.input(), index, qualified, outer);
            case Changes.LockRows n -> name(n.input(), index, qualified, outer);
            default -> plain;
        };
    }

    private String side(PlanNode left, PlanNode right, int index, boolean qualified, @Nullable Names outer) {
        int width = left.fields().size();
        return index < width ? name(left, index, qualified, outer) : name(right, index - width, qualified, outer);
    }

    /** A field of an aggregate. @param above a node above it speaks of it, not its own condition */
    String aggregate(Nodes.Aggregate node, int index, boolean qualified, @Nullable Names outer, boolean above) {
        Names input = of(node.input(), qualified, outer);
        int keys = node.keyScalars().size();
        if (index < keys) {
            Scalar key = node.keyScalars().get(index);
            String text = printer.print(key, input);
            return key instanceof Scalar.Column || !above ? text : "(" + text + ")";
        }
        if (index - keys >= node.calls().size()) return "(GROUPING(" + printer.list(node.keyScalars(), input) + "))";
        String text = printer.aggregate(node.calls().get(index - keys), input);
        return above ? "(" + text + ")" : text;
    }

    private String call(WindowPlanner.Window window, int index, boolean qualified, @Nullable Names outer) {
        if (index >= window.calls().size()) return "?column?";
        Relation.WindowCall call = window.calls().get(index);
        return call.function().name() + "(" + printer.list(call.arguments(), of(window.input(), qualified, outer)) + ") OVER (?)";
    }

    private String prefix(String alias, boolean qualified) {
        return qualified ? printer.identifier(alias) + "." : "";
    }

    /** Bytes of a row, of fields that somebody reads. */
    static int width(PlanNode node, ToIntFunction<Relation.Field> widths) {
        int sum = 0;
        for (int i = 0; i < node.fields().size(); i++) if (used(node, i)) sum += widths.applyAsInt(node.fields().get(i));
        return sum;
    }

    private static boolean used(PlanNode node, int index) {
        return switch (node) {
            case Nodes.TableScan scan -> scan.needed().get(index);
            case Nodes.Project project -> !(project.scalars().get(index) instanceof Scalar.Constant constant && constant.value() == null);
            case Nodes.HashJoin join -> join.tested() == HashJoinOperator.Tested.BUILD ? used(join.right(), index) : used(join.left(), join.right(), index);
            case Nodes.NestedLoop join -> used(join.left(), join.right(), index);
            case Nodes.SystemJoin join -> used(join.left(), join.right(), index);
            case Nodes.IndexJoin join -> used(join.left(), join.right(), index);
            case Nodes.Filter n -> used(n.input(), index);
            case Nodes.Gate n -> used(n.input(), index);
            case Nodes.Sort n -> used(n.input(), index);
            case Nodes.Limit n -> used(n.input(), index);
            case Nodes.Gather n -> used(n.input(), index);
            case Nodes.Materialize n -> used(n.input(), index);
            default -> true;
        };
    }

    private static boolean used(PlanNode left, PlanNode right, int index) {
        int width = left.fields().size();
        return index < width ? used(left, index) : used(right, index - width);
    }
}
