package io.craton.sql.session;

import io.craton.sql.exec.ConstraintQueue;
import io.craton.sql.exec.DeferredCheck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Deferred checks of a session's transaction and what SET CONSTRAINTS said in it. Checks that have run stay in the list: a rollback to a savepoint in front of their
 * run makes them wait again. One session's thread.
 */
final class DeferredConstraints implements ConstraintQueue {
    private static final class Waiting {
        final DeferredCheck check;
        boolean done;

        Waiting(DeferredCheck check) {
            this.check = check;
        }
    }

    /** A point to which a rollback may return. */
    record Mark(int queued, int run, @Nullable Boolean all, Map<Integer, Boolean> single) {}

    private final SessionIdentity identity;
    private final List<Waiting> queue = new ArrayList<>(0);
    private final List<Waiting> run = new ArrayList<>(0);
    /** SET CONSTRAINTS ALL; null when it was not given. */
    private @Nullable Boolean allDeferred;
    /** Single constraints that were set since. Never changed, only replaced. */
    private Map<Integer, Boolean> single = Map.of();

    DeferredConstraints(SessionIdentity identity) {
        this.identity = identity;
    }

    @Override
    public boolean isDeferred(int constraintOid, boolean initiallyDeferred) {
        Boolean own = single.get(constraintOid);
        if (own != null) return own;
        return allDeferred != null ? allDeferred : initiallyDeferred;
    }

    @Override
    public void defer(DeferredCheck check) {
        identity.requireUnrestricted("fire deferred trigger");
        queue.add(new Waiting(check));
    }

    @Override
    public boolean waitsFor(int tableOid) {
        for (Waiting waiting : queue) if (!waiting.done && waiting.check.tableOid() == tableOid) return true;
        return false;
    }

    boolean isEmpty() {
        return queue.size() == run.size();
    }

    void setAll(boolean deferred) {
        allDeferred = deferred;
        single = Map.of();
    }

    void set(List<Integer> constraintOids, boolean deferred) {
        Map<Integer, Boolean> changed = new HashMap<>(single);
        for (int oid : constraintOids) changed.put(oid, deferred);
        single = changed;
    }

    /** Takes the waiting checks, but for those of constraints that are deferred when {@code dueOnly}. */
    List<DeferredCheck> take(boolean dueOnly) {
        List<DeferredCheck> taken = new ArrayList<>();
        for (Waiting waiting : queue) {
            if (waiting.done || dueOnly && isDeferred(waiting.check.constraintOid(), true)) continue;
            waiting.done = true;
            run.add(waiting);
            taken.add(waiting.check);
        }
        return taken;
    }

    Mark mark() {
        return new Mark(queue.size(), run.size(), allDeferred, single);
    }

    void rollbackTo(Mark mark) {
        while (run.size() > mark.run) run.removeLast().done = false;
        queue.subList(mark.queued, queue.size()).clear();
        allDeferred = mark.all;
        single = mark.single;
    }

    /** The transaction has ended. */
    void clear() {
        queue.clear();
        run.clear();
        allDeferred = null;
        single = Map.of();
    }
}
