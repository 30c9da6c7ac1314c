package io.craton.sql.expr;

import io.craton.sql.exec.ExecContext;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What evaluators need beside the row: the statement's context and the rows around. Operators of one (sub)query share a scope; a subquery or the right
 * side of a lateral join runs in a child scope whose {@link #outer} is the enclosing row. One thread.
 */
public final class Scope {
    private final ExecContext context;
    private final @Nullable Scope parent;
    private @Nullable StatementState statement;
    private RowView outer = RowView.EMPTY;
    private long epoch;
    private @Nullable Object caseOperand;
    private @Nullable Map<Object, Object> states;
    /** Of a part of the query that runs on several threads: the scope of the thread that began it, and what its threads share. */
    private @Nullable Scope leader;
    private Map<Object, Object> shared = Map.of();

    public Scope(ExecContext context, @Nullable StatementState statement) {
        this.context = context;
        this.parent = null;
        this.statement = statement;
    }

    private Scope(Scope parent) {
        this.context = parent.context;
        this.parent = parent;
        this.statement = parent.statement();
    }

    public Scope child() {
        return new Scope(this);
    }

    /**
     * A scope for one of several threads that run the same part of the query side by side.
     *
     * @param own the thread's context
     * @param things by identity; not changed any more
     */
    public Scope worker(ExecContext own, StatementState state, Map<Object, Object> things) {
        Scope worker = new Scope(own, state);
        worker.leader = this;
        worker.shared = things;
        return worker;
    }

    /** What the threads share under this key; null when this is no such thread, or they share nothing of that name. */
    public @Nullable Object shared(Object key) {
        return shared.get(key);
    }

    /** The scope of the thread that began this part of the query: this one, unless it is a worker's. */
    public Scope leader() {
        return leader == null ? this : leader;
    }

    public ExecContext context() {
        return context;
    }

    /** State of the whole statement: CTEs, work tables, queued checks. Made when first asked for where none was given. */
    public StatementState statement() {
        if (statement == null) statement = new StatementState();
        return statement;
    }

    /** The row that OuterColumn of level 1 sees. */
    public RowView outer(int level) {
        Scope scope = this;
        for (int i = 1; i < level; i++) scope = java.util.Objects.requireNonNull(scope.parent);
        return scope.outer;
    }

    /** Sets the enclosing row; results that depend on it are forgotten. */
    public void enter(RowView row) {
        outer = row;
        epoch++;
    }

    /** Changes whenever an enclosing row of some level changes. */
    public long epoch() {
        long sum = 0;
        for (Scope scope = this; scope != null; scope = scope.parent) sum += scope.epoch;
        return sum;
    }

    public @Nullable Object caseOperand() {
        return caseOperand;
    }

    public @Nullable Object caseOperand(@Nullable Object value) {
        Object before = caseOperand;
        caseOperand = value;
        return before;
    }

    /** State that an evaluator keeps in this scope; owners are told apart by identity. */
    @SuppressWarnings("unchecked")
    public <T> T state(Object owner, Supplier<T> fresh) {
        if (states == null) states = new IdentityHashMap<>();
        Object state = states.get(owner);
        if (state == null) {
            state = fresh.get();
            states.put(owner, state);
        }
        return (T) state;
    }
}
