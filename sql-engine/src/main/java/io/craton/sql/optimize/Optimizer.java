package io.craton.sql.optimize;

import io.craton.sql.exec.ExecContext;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.Estimates;
import io.craton.sql.plan.IndexExpressions;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a better tree of the same meaning: subqueries become joins, outer joins inner ones where nobody can tell, joins take the cheapest order. Whatever it
 * cannot handle stays as it was; it never fails. Any thread.
 */
public final class Optimizer {
    private static final Logger LOG = LoggerFactory.getLogger(Optimizer.class);
    private static final long WARM_UP_AFTER_NANOS = 1_000_000_000L;

    private final Function<ExecContext, IndexExpressions> expressions;
    private final CalciteJoins calcite = new CalciteJoins();
    private final LongAdder optimized = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /** @param expressions what indexes compute, for one planning */
    public Optimizer(Function<ExecContext, IndexExpressions> expressions) {
        this.expressions = expressions;
    }

    public Relation optimize(Relation relation, ExecContext context) {
        try {
            Relation result = rewrite(relation, context);
            optimized.increment();
            return result;
        } catch (RuntimeException | StackOverflowError e) { // the plain tree is always right: a fault here must cost speed only
            failed.increment();
            LOG.debug("left a statement as it was analysed", e);
            return relation;
        }
    }

    /** As {@link #optimize}, faults not hidden. */
    Relation rewrite(Relation relation, ExecContext context) {
        Estimates estimates = new Estimates(context);
        return order(OuterJoins.reduce(unnest(relation)), estimates, context, expressions.apply(context));
    }

    private static Relation unnest(Relation relation) {
        return Unnesting.apply(Laterals.apply(Shape.map(relation, Optimizer::unnest)));
    }

    private Relation order(Relation relation, Estimates estimates, ExecContext context, IndexExpressions indexes) {
        Relation reduced = SunkenFilters.sink(OuterJoins.reduce(relation));
        if (!JoinRegion.isRoot(reduced)) return Shape.map(reduced, input -> order(input, estimates, context, indexes));
        JoinRegion region = JoinRegion.of(reduced);
        region.mapInputs(input -> order(input, estimates, context, indexes));
        return region.leaves.size() > JoinGraph.LEAVES_MAX ? reduced : RegionPlanner.plan(region, estimates, context, indexes, calcite::best);
    }

    /** Makes the first join's planning as quick as the next ones, in the background, and not while the first clients connect. */
    public static void warm() {
        Thread.ofPlatform().daemon().name("optimizer-warm-up").start(() -> {
            LockSupport.parkNanos(WARM_UP_AFTER_NANOS);
            try {
                CalciteJoins.warm();
            } catch (RuntimeException | LinkageError e) { // speed only
                LOG.debug("the optimizer starts cold", e);
            }
        });
    }

    /** What Calcite has done. */
    CalciteJoins calcite() {
        return calcite;
    }

    /** Statements optimised since the start. */
    public long optimized() {
        return optimized.sum();
    }

    /** Statements that were left alone because of a fault. */
    public long failed() {
        return failed.sum();
    }
}
