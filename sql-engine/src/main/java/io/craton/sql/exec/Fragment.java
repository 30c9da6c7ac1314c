package io.craton.sql.exec;

import io.craton.core.error.PgException;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.expr.StatementState;
import io.craton.sql.plan.Nodes;
import io.craton.sql.plan.PlanNode;
import io.craton.storage.columnar.ColumnScan;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A part of a plan that several threads run side by side: a large scan and what is done with its rows one by one. The statement's thread first keeps the sides of joins
 * that are kept, then every thread has operators of its own, which share those and take pieces of the scan as they need them. Without free threads, or a table
 * that can be read by pieces, the statement's thread does it all alone. The statement's thread; {@link #run}'s work on several.
 */
final class Fragment {
    private final Scope scope;
    private final PlanNode root;
    private final Map<Nodes.HashJoin, HashBuild> builds = new IdentityHashMap<>();
    private Map<Object, Object> shared = Map.of();
    private int helpers;
    private volatile boolean stopped;

    Fragment(Scope scope, PlanNode root) {
        this.scope = scope;
        this.root = root;
    }

    /** Makes ready what the threads share; returns how many may help. */
    int prepare() {
        close();
        stopped = false;
        Map<Object, Object> things = new IdentityHashMap<>();
        boolean inMemory = true;
        Nodes.TableScan scan = null;
        for (PlanNode node = root; scan == null; ) {
            switch (node) {
                case Nodes.TableScan found -> scan = found;
                case Nodes.HashJoin join -> {
                    HashBuild build = HashBuild.of(scope, join, Profile.start(join.right(), scope));
                    builds.put(join, build);
                    things.put(join, build);
                    inMemory &= build.table() != null;
                    node = join.left();
                }
                default -> node = node.inputs().getFirst();
            }
        }
        helpers = 0;
        WorkerPool pool = scope.context().workers();
        ColumnScan columns = inMemory && pool != null ? TableScanOperator.columns(scope, scan) : null;
        if (columns != null) {
            things.put(scan.identity(), new SharedScan(columns));
            long rows = scope.context().transaction().rowCount(scan.decoder().table());
            if (columns.shareable()) helpers = (int) Math.min(scope.context().helpers(), rows / columns.pieceRows());
        }
        shared = things;
        return helpers;
    }

    /** A copy of the operators for the statement's thread. */
    RowSource own() {
        return Profile.start(root, ownScope());
    }

    private Scope ownScope() {
        return scope.worker(scope.context(), scope.statement(), shared);
    }

    /** A helping thread's scope; the state is closed by whoever runs it. */
    Scope helperScope(StatementState state) {
        return scope.worker(new WorkerContext(scope.context(), () -> stopped), state, shared);
    }

    /** State of a helping thread. */
    StatementState helperState() {
        StatementState state = new StatementState();
        Profile profile = (Profile) scope.statement().profile();
        if (profile != null) state.profile(profile.part());
        return state;
    }

    /** A helper is through: what it measured counts. */
    void add(StatementState state) {
        Profile profile = (Profile) scope.statement().profile();
        if (profile != null) profile.add((Profile) java.util.Objects.requireNonNull(state.profile()));
    }

    PlanNode root() {
        return root;
    }

    /** Helpers that look at {@link ExecContext#checkInterrupts} end soon. */
    void stop() {
        stopped = true;
    }

    /**
     * Does the work once on every thread, each with rows of its own that are together all rows, and returns what they returned, the statement's thread's first. When it
     * returns, no thread is at work.
     */
    <R> List<R> run(BiFunction<Scope, RowSource, R> work) {
        int count = prepare();
        WorkerPool pool = scope.context().workers();
        List<Helper<R>> others = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Helper<R> helper = new Helper<>(work);
            others.add(helper);
            java.util.Objects.requireNonNull(pool).run(helper);
        }
        List<R> results = new ArrayList<>();
        try {
            Scope own = ownScope();
            try (RowSource source = Profile.start(root, own)) {
                source.open();
                results.add(work.apply(own, source));
            }
        } catch (RuntimeException | Error e) {
            stopped = true;
            for (Helper<R> helper : others) helper.await();
            throw e;
        }
        RuntimeException failure = null;
        for (Helper<R> helper : others) {
            helper.await();
            if (helper.failure != null && failure == null) {
                failure = helper.failure;
                stopped = true;
            }
            if (helper.result != null) results.add(helper.result);
        }
        if (failure != null) throw failure;
        return results;
    }

    /** One helping thread's share. */
    private final class Helper<R> implements Runnable {
        private enum State { WAITING, WORKING, DONE }

        private final BiFunction<Scope, RowSource, R> work;
        private final StatementState own = helperState();
        /** Guarded by this. */
        private State state = State.WAITING;
        @Nullable R result;
        @Nullable RuntimeException failure;

        Helper(BiFunction<Scope, RowSource, R> work) {
            this.work = work;
        }

        @Override
        public void run() {
            synchronized (this) {
                if (state == State.DONE) return;
                state = State.WORKING;
            }
            try {
                Scope mine = helperScope(own);
                try (RowSource source = Profile.start(root, mine)) {
                    source.open();
                    result = work.apply(mine, source);
                }
            } catch (CancellationException e) {
                result = null;
            } catch (RuntimeException | Error e) {
                failure = e instanceof RuntimeException own ? own : PgException.of(e);
            } finally {
                own.close();
                synchronized (this) {
                    state = State.DONE;
                    notifyAll();
                }
            }
        }

        /** Waits until it is through; one that has not begun never will. */
        synchronized void await() {
            if (state == State.WAITING) state = State.DONE;
            boolean interrupted = false;
            while (state == State.WORKING) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    stopped = true;
                    interrupted = true;
                }
            }
            if (interrupted) Thread.currentThread().interrupt();
            add(own);
        }
    }

    void close() {
        builds.forEach((join, build) -> {
            HashBuild.forget(scope, join);
            build.release();
        });
        builds.clear();
        shared = Map.of();
    }
}
