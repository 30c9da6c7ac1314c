package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.plan.PlanNode;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Real rows and times of plan nodes, for EXPLAIN ANALYZE. One statement, one thread. */
public final class Profile {
    /** Counters of one node; times include its inputs. */
    public static final class Counters {
        public long loops;
        public long rows;
        public long nanosToFirst;
        public long nanos;
        /** Bytes that it wrote to files because they were over the memory budget. */
        public long spilled;
    }

    private final Map<PlanNode, Counters> counters = new IdentityHashMap<>();
    private final java.util.function.LongSupplier clock;
    /** The node at work. */
    private @Nullable Counters current;

    /** @param clock nanoseconds */
    public Profile(java.util.function.LongSupplier clock) {
        this.clock = clock;
    }

    /** Null when the node never ran. */
    public @Nullable Counters of(PlanNode node) {
        return counters.get(node);
    }

    /** For a helping thread, which fills it alone. */
    Profile part() {
        return new Profile(clock);
    }

    /** Adds what a helping thread measured; each of its runs is a loop. */
    void add(Profile part) {
        part.counters.forEach((node, more) -> {
            Counters sum = counters.computeIfAbsent(node, n -> new Counters());
            sum.loops += more.loops;
            sum.rows += more.rows;
            sum.nanosToFirst += more.nanosToFirst;
            sum.nanos += more.nanos;
            sum.spilled += more.spilled;
        });
    }

    /** The node at work wrote to a file. */
    void spilled(long bytes) {
        if (current != null) current.spilled += bytes;
    }

    /** Starts a node; measured when the statement is. */
    public static RowSource start(PlanNode node, Scope scope) {
        RowSource source = node.source(scope);
        Profile profile = (Profile) scope.statement().profile();
        return profile == null ? source : profile.new Measured(source, profile.counters.computeIfAbsent(node, n -> new Counters()));
    }

    private final class Measured implements RowSource {
        private final RowSource source;
        private final Counters counters;
        private boolean first;
        private long spent;

        Measured(RowSource source, Counters counters) {
            this.source = source;
            this.counters = counters;
        }

        @Override
        public void open() {
            Counters around = enter();
            long begin = clock.getAsLong();
            source.open();
            counters.loops++;
            first = true;
            spent = clock.getAsLong() - begin;
            counters.nanos += spent;
            current = around;
        }

        @Override
        public @Nullable Batch next() {
            Counters around = enter();
            long begin = clock.getAsLong();
            Batch batch = source.next();
            long nanos = clock.getAsLong() - begin;
            current = around;
            counters.nanos += nanos;
            spent += nanos;
            if (first) {
                first = false;
                counters.nanosToFirst += spent;
            }
            if (batch != null) counters.rows += batch.selected();
            return batch;
        }

        private @Nullable Counters enter() {
            Counters around = current;
            current = counters;
            return around;
        }

        @Override
        public void close() {
            source.close();
        }
    }
}
