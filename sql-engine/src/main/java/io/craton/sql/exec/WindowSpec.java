package io.craton.sql.exec;

import io.craton.sql.expr.Evaluator;
import io.craton.sql.function.AggregateKernel;
import io.craton.sql.function.CallInfo;
import io.craton.sql.function.ScalarKernel;
import io.craton.sql.function.WindowKernel;
import io.craton.sql.logical.Relation.FrameBoundKind;
import io.craton.sql.logical.Relation.FrameExclusion;
import io.craton.sql.logical.Relation.FrameUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Window calls over one partitioning, order and frame. Immutable, part of a plan.
 *
 * @param partition equal keys are one partition
 * @param inRange the in_range function for RANGE with offsets
 */
public record WindowSpec(SortOrder partition, SortOrder order, FrameUnit unit, FrameBoundKind startKind, @Nullable Evaluator startOffset,
        FrameBoundKind endKind, @Nullable Evaluator endOffset, FrameExclusion exclusion, @Nullable ScalarKernel inRange,
        @Nullable CallInfo inRangeCall, List<Call> calls) {
    public WindowSpec {
        calls = List.copyOf(calls);
    }

    /** One call: a window function ({@code window}) or an aggregate. */
    public record Call(CallInfo info, @Nullable WindowKernel window, @Nullable AggregateKernel aggregate, Evaluator[] arguments,
            @Nullable Evaluator filter) {}
}
