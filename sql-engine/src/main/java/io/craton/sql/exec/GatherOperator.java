package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.error.PgException;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.expr.StatementState;
import io.craton.sql.plan.PlanNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Rows that several threads make, as they come. The statement's thread takes what helpers have ready, and else works itself. A helper whose rows nobody takes gives its
 * thread back and goes on when they are taken, on whatever thread is free then.
 */
public final class GatherOperator extends Operator {
    /** Batches that wait before a helper pauses. */
    private static final int READY_MAX = 8;

    private enum State { WAITING, WORKING, PAUSED, DONE }

    private final Fragment fragment;
    /** Guards the helpers' states and the batches that are ready. */
    private final Object lock = new Object();
    private final ArrayDeque<Batch> ready = new ArrayDeque<>();
    private final List<Helper> helpers = new ArrayList<>();
    private @Nullable RuntimeException failure;
    private @Nullable RowSource own;
    private boolean ownEnded;
    private boolean begun;

    public GatherOperator(Scope scope, PlanNode input) {
        super(scope);
        this.fragment = new Fragment(scope, input);
    }

    @Override
    public void open() {
        stop();
    }

    private void begin() {
        begun = true;
        int count = fragment.prepare();
        own = fragment.own();
        own.open();
        ownEnded = false;
        for (int i = 0; i < count; i++) {
            Helper helper = new Helper();
            helpers.add(helper);
            pool().run(helper);
        }
    }

    private WorkerPool pool() {
        return java.util.Objects.requireNonNull(scope.context().workers());
    }

    @Override
    public @Nullable Batch next() {
        if (!begun) begin();
        while (true) {
            Batch batch = take();
            if (batch != null) return batch;
            if (!ownEnded) {
                batch = java.util.Objects.requireNonNull(own).next();
                if (batch != null) return batch;
                ownEnded = true;
            } else if (!await()) {
                return null;
            }
        }
    }

    /** A batch that a helper made ready; null when there is none now. */
    private @Nullable Batch take() {
        synchronized (lock) {
            if (failure != null) throw failure;
            Batch batch = ready.poll();
            if (ready.size() <= READY_MAX / 2) for (Helper helper : helpers) helper.resume();
            return batch;
        }
    }

    /** Waits until a helper has something or all are through; false when there will be nothing more. */
    private boolean await() {
        synchronized (lock) {
            // The pieces are given out: a helper that has not begun has nothing to do.
            for (Helper helper : helpers) if (helper.state == State.WAITING && !helper.opened) helper.state = State.DONE;
            if (failure != null || !ready.isEmpty()) return true;
            if (helpers.stream().allMatch(helper -> helper.state == State.DONE)) {
                finish();
                return false;
            }
            try {
                lock.wait(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        scope.context().checkInterrupts();
        return true;
    }

    /** What helpers measured counts once. */
    private void finish() {
        for (Helper helper : helpers) fragment.add(helper.state());
        helpers.clear();
    }

    /** The operators of one helping thread, which may be another one after each pause. */
    private final class Helper implements Runnable {
        private final StatementState own = fragment.helperState();
        private final RowSource source = Profile.start(fragment.root(), fragment.helperScope(own));
        /** Guarded by the lock. */
        private State state = State.WAITING;
        private boolean opened;

        StatementState state() {
            return own;
        }

        void resume() {
            if (state != State.PAUSED) return;
            state = State.WAITING;
            pool().run(this);
        }

        @Override
        public void run() {
            synchronized (lock) {
                if (state != State.WAITING) return;
                state = State.WORKING;
            }
            State end = State.DONE;
            RuntimeException error = null;
            try {
                end = work();
            } catch (CancellationException e) {
                end = State.DONE;
            } catch (RuntimeException | Error e) {
                error = e instanceof RuntimeException own ? own : PgException.of(e);
            } finally {
                if (end == State.DONE) end();
                synchronized (lock) {
                    state = end;
                    if (error != null && failure == null) failure = error;
                    lock.notifyAll();
                }
            }
        }

        private State work() {
            if (!opened) source.open();
            opened = true;
            while (true) {
                Batch batch = source.next();
                if (batch == null) return State.DONE;
                synchronized (lock) {
                    ready.add(batch);
                    lock.notifyAll();
                    if (ready.size() >= READY_MAX) return State.PAUSED;
                }
            }
        }

        void end() {
            source.close();
            own.close();
        }
    }

    /** When it returns no helper is at work. */
    private void stop() {
        fragment.stop();
        boolean interrupted = false;
        synchronized (lock) {
            for (Helper helper : helpers) {
                while (helper.state == State.WORKING) {
                    try {
                        lock.wait();
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                if (helper.state != State.DONE) {
                    helper.state = State.DONE;
                    helper.end();
                }
                fragment.add(helper.own);
            }
            helpers.clear();
            ready.clear();
            failure = null;
        }
        if (interrupted) Thread.currentThread().interrupt();
        if (own != null) own.close();
        own = null;
        begun = false;
        fragment.close();
    }

    @Override
    public void close() {
        stop();
    }
}
