package io.craton.sql.plan;

/**
 * Whether a cursor that was declared with neither SCROLL nor NO SCROLL may move backward: as in PostgreSQL, when its plan is nothing but a scan, sorted, limited, filtered
 * or projected. We could go backward through any; programs expect to be told. Pure.
 */
public final class BackwardScan {
    private BackwardScan() {}

    public static boolean supports(PlanNode plan) {
        return switch (plan) {
            case Nodes.TableScan scan -> true;
            case Nodes.VirtualScan scan -> true;
            case Nodes.SequenceScan scan -> true;
            case Nodes.FunctionScan scan -> true;
            case Nodes.CteScan scan -> true;
            case Nodes.TransitionScan scan -> true;
            case Nodes.Values values -> values.values().size() > 1;
            case Nodes.Sort sort -> true;
            case Nodes.Limit limit -> supports(limit.input());
            case Nodes.Filter filter -> supports(filter.input());
            case Nodes.Gate gate -> supports(gate.input());
            case Nodes.Project project -> supports(project.input());
            case Nodes.Append append -> append.inputs().stream().allMatch(BackwardScan::supports);
            case Nodes.With with -> supports(with.body());
            default -> false;
        };
    }
}
