package io.craton.sql.plan;

import io.craton.core.error.PgException;
import io.craton.core.type.DatumComparator;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.sql.exec.AggregateSpec;
import io.craton.sql.exec.HotAggregateKernel;
import io.craton.sql.exec.SortOrder;
import io.craton.sql.exec.WindowOperator;
import io.craton.sql.exec.WindowSpec;
import io.craton.sql.expr.DatumOrder;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.function.AggregateKernel;
import io.craton.sql.function.CallInfo;
import io.craton.sql.function.Kernels;
import io.craton.sql.function.ScalarKernel;
import io.craton.sql.function.WindowKernel;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plans of window functions. Stateless. */
final class WindowPlanner {
    private WindowPlanner() {}

    /** {@code partitionBy}, {@code orderBy} and {@code calls} are what the spec is made of, for display. */
    record Window(PlanNode input, WindowSpec spec, List<Scalar> partitionBy, List<Relation.SortKey> orderBy, List<Relation.WindowCall> calls,
            List<Relation.Field> fields) implements PlanNode {
        @Override
        public double rows() {
            return input.rows();
        }

        @Override
        public List<PlanNode> inputs() {
            return List.of(input);
        }

        @Override
        public RowSource source(Scope scope) {
            return new WindowOperator(scope, input, fields, spec);
        }
    }

    static PlanNode plan(PhysicalPlanner planner, Kernels kernels, Relation.Window window) {
        PlanNode input = planner.parallel().gathered(planner.plan(window.input(), null));
        List<WindowSpec.Call> calls = new ArrayList<>();
        for (Relation.WindowCall call : window.calls()) calls.add(call(planner, kernels, call));
        Relation.Frame frame = window.frame();
        ScalarKernel inRange = null;
        CallInfo inRangeCall = null;
        if (frame.inRange() != null) {
            inRange = kernels.scalar(frame.inRange());
            PgType key = window.orderBy().get(0).expression().type();
            Scalar offset = frame.start().offset() != null ? frame.start().offset() : frame.end().offset();
            if (inRange == null) throw PgException.notSupported("RANGE with offset over type " + key.name());
            inRangeCall = new CallInfo(frame.inRange(),
                    List.of(key, key, offset == null ? key : offset.type(), PgTypes.BOOL, PgTypes.BOOL), PgTypes.BOOL, 0);
        }
        WindowSpec spec = new WindowSpec(partition(planner, window.partitionBy()), planner.order(window.orderBy()), frame.unit(),
                frame.start().kind(), compile(planner, frame.start().offset()), frame.end().kind(),
                compile(planner, frame.end().offset()), frame.exclusion(), inRange, inRangeCall, calls);
        return new Window(input, spec, window.partitionBy(), window.orderBy(), window.calls(), window.fields());
    }

    private static @Nullable Evaluator compile(PhysicalPlanner planner, @Nullable Scalar scalar) {
        return scalar == null ? null : planner.compiler().compile(scalar);
    }

    private static SortOrder partition(PhysicalPlanner planner, List<Scalar> keys) {
        Evaluator[] expressions = planner.compiler().compile(keys);
        DatumOrder[] orders = new DatumOrder[expressions.length];
        for (int i = 0; i < orders.length; i++) {
            PgType type = expressions[i].type();
            orders[i] = (scope, left, right) -> DatumComparator.compare(type, left, right);
        }
        return new SortOrder(expressions, new boolean[orders.length], new boolean[orders.length], orders);
    }

    private static WindowSpec.Call call(PhysicalPlanner planner, Kernels kernels, Relation.WindowCall call) {
        CallInfo info = new CallInfo(call.function(), call.arguments().stream().map(Scalar::type).toList(), call.type(), call.collation());
        WindowKernel window = null;
        AggregateKernel aggregate = null;
        if (call.function().kind() == 'w') {
            window = kernels.window(call.function());
        } else {
            aggregate = kernels.aggregate(call.function());
            if (aggregate == null && AggregateSpec.hot(info, false, false)) aggregate = HotAggregateKernel.of(info);
        }
        if (window == null && aggregate == null) throw PgException.notSupported("window function " + call.function().name());
        return new WindowSpec.Call(info, window, aggregate, planner.compiler().compile(call.arguments()), compile(planner, call.filter()));
    }
}
