package io.craton.sql.exec;

import io.craton.core.type.PgRecord;
import io.craton.sql.exec.TableTriggers.Moment;
import io.craton.sql.exec.TableTriggers.Trigger;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The triggers of one statement: those before a change and instead of it fire at once, the others wait in the queue of the statement's {@link Checks}, among the
 * foreign keys' actions, or, when their constraint is deferred, for the end of the transaction. What the actions change is of the same statement. One thread.
 */
public final class Triggers {
    private record Key(int table, TriggerEvent event) {}

    /** One kind of change of one table, as the triggers for statements see it. */
    private static final class Group {
        final Key key;
        boolean begun;
        @Nullable TransitionTable oldRows;
        @Nullable TransitionTable newRows;
        @Nullable StatementEvent end;

        Group(Key key) {
            this.key = key;
        }
    }

    private final Scope scope;
    private final Map<Key, Group> groups = new HashMap<>();
    private @Nullable RowImages images;

    private Triggers(Scope scope) {
        this.scope = scope;
    }

    public static Triggers of(Scope scope) {
        return scope.statement().shared(Triggers.class, () -> new Triggers(scope));
    }

    private Group group(TableTriggers triggers, TriggerEvent event) {
        return groups.computeIfAbsent(new Key(triggers.table().oid(), event), key -> {
            Group group = new Group(key);
            if (triggers.wantsOld(event)) group.oldRows = transitionTable(triggers);
            if (triggers.wantsNew(event)) group.newRows = transitionTable(triggers);
            return group;
        });
    }

    private TransitionTable transitionTable(TableTriggers triggers) {
        TransitionTable rows = new TransitionTable(scope.context(), triggers.fields());
        scope.statement().own(rows::release);
        return rows;
    }

    // ---- statements ----------------------------------------------------------------------------------------------

    /** In front of the first row, even if there is none. Once a statement, though it may come here again through foreign keys. */
    public void before(TableTriggers triggers, TriggerEvent event) {
        Group group = group(triggers, event);
        if (group.begun) return;
        group.begun = true;
        for (Trigger trigger : triggers.at(event, Moment.BEFORE_STATEMENT)) {
            if (passes(triggers, trigger, null, null)) fire(triggers, trigger, event, null, null, null);
        }
    }

    /** Behind the last row. */
    public void after(TableTriggers triggers, TriggerEvent event) {
        if (!triggers.any(event, Moment.AFTER_STATEMENT)) return;
        Group group = group(triggers, event);
        if (group.end != null) group.end.cancelled = true;
        group.end = new StatementEvent(triggers, event, group);
        Checks.of(scope).atEndOfStatement(group.end);
    }

    private final class StatementEvent implements Runnable {
        private final TableTriggers triggers;
        private final TriggerEvent event;
        private final Group group;
        /** The statement went on with the table. */
        boolean cancelled;

        StatementEvent(TableTriggers triggers, TriggerEvent event, Group group) {
            this.triggers = triggers;
            this.event = event;
            this.group = group;
        }

        @Override
        public void run() {
            if (cancelled) return;
            for (Trigger trigger : triggers.at(event, Moment.AFTER_STATEMENT)) {
                if (passes(triggers, trigger, null, null)) fire(triggers, trigger, event, null, null, group);
            }
        }
    }

    // ---- rows, before and instead ----------------------------------------------------------------------------------

    /** The row to go on with, OLD's for DELETE; null: the triggers want it left alone. */
    @Nullable Object @Nullable [] before(TableTriggers triggers, TriggerEvent event, @Nullable Object @Nullable [] old, @Nullable Object @Nullable [] current) {
        return row(triggers, event, Moment.BEFORE_ROW, old, current);
    }

    /** Null: nothing was done. */
    @Nullable Object @Nullable [] instead(TableTriggers triggers, TriggerEvent event, @Nullable Object @Nullable [] old,
            @Nullable Object @Nullable [] current) {
        return row(triggers, event, Moment.INSTEAD_OF_ROW, old, current);
    }

    private @Nullable Object @Nullable [] row(TableTriggers triggers, TriggerEvent event, Moment moment, @Nullable Object @Nullable [] old,
            @Nullable Object @Nullable [] proposed) {
        Object[] current = proposed;
        for (Trigger trigger : triggers.at(event, moment)) {
            if (!passes(triggers, trigger, old, current)) continue;
            PgRecord returned = fire(triggers, trigger, event, old == null ? null : triggers.record(triggers.shown(old)),
                    current == null ? null : triggers.proposed(current), null);
            if (returned == null) return null;
            if (current != null) current = triggers.with(current, returned);
        }
        return current == null ? old : current;
    }

    // ---- rows, after ---------------------------------------------------------------------------------------------

    /** @param first those that fire in front of the foreign keys; the others */
    void after(TableTriggers triggers, TriggerEvent event, @Nullable Object @Nullable [] old, @Nullable Object @Nullable [] current, boolean first) {
        Group group = group(triggers, event);
        if (!first) {
            if (group.oldRows != null && old != null) group.oldRows.add(triggers.shown(old));
            if (group.newRows != null && current != null) group.newRows.add(triggers.shown(current));
        }
        Trigger[] candidates = triggers.at(event, first ? Moment.AFTER_ROW_FIRST : Moment.AFTER_ROW);
        if (candidates.length == 0) return;
        byte[] oldImage = null;
        byte[] newImage = null;
        List<Trigger> now = new ArrayList<>(candidates.length);
        for (Trigger trigger : candidates) {
            if (!passes(triggers, trigger, old, current)) continue;
            boolean deferred = trigger.def().deferrable()
                    && scope.context().constraints().isDeferred(trigger.def().constraintOid(), trigger.def().initiallyDeferred());
            if (old != null && oldImage == null) oldImage = triggers.codec().encode(old);
            if (current != null && newImage == null) newImage = triggers.codec().encode(current);
            if (deferred) scope.context().constraints().defer(new DeferredTrigger(triggers, trigger, event, oldImage, newImage));
            else now.add(trigger);
        }
        if (now.isEmpty()) return;
        RowImages kept = images();
        RowEvent waiting = new RowEvent(triggers, event, group, oldImage == null ? -1 : kept.add(oldImage), newImage == null ? -1 : kept.add(newImage),
                now.size() == candidates.length ? candidates : now.toArray(Trigger[]::new));
        Checks.of(scope).atEndOfStatement(waiting);
    }

    private RowImages images() {
        if (images == null) {
            images = new RowImages(scope.context());
            scope.statement().own(images);
        }
        return images;
    }

    private final class RowEvent implements Runnable {
        private final TableTriggers triggers;
        private final TriggerEvent event;
        private final Group group;
        private final long old;
        private final long current;
        private final Trigger[] firing;

        RowEvent(TableTriggers triggers, TriggerEvent event, Group group, long old, long current, Trigger[] firing) {
            this.triggers = triggers;
            this.event = event;
            this.group = group;
            this.old = old;
            this.current = current;
            this.firing = firing;
        }

        @Override
        public void run() {
            PgRecord before = old < 0 ? null : record(triggers, images().get(old));
            PgRecord after = current < 0 ? null : record(triggers, images().get(current));
            for (Trigger trigger : firing) fire(triggers, trigger, event, before, after, group);
        }
    }

    private static PgRecord record(TableTriggers triggers, byte[] image) {
        return triggers.record(triggers.shown(triggers.codec().datums(image)));
    }

    /** A trigger of a constraint that waits for the end of the transaction. */
    private record DeferredTrigger(TableTriggers triggers, Trigger trigger, TriggerEvent event, byte @Nullable [] old, byte @Nullable [] current)
            implements DeferredCheck {
        @Override
        public int constraintOid() {
            return trigger.def().constraintOid();
        }

        @Override
        public int tableOid() {
            return triggers.table().oid();
        }

        @Override
        public void run(Scope scope) {
            of(scope).fire(triggers, trigger, event, old == null ? null : record(triggers, old), current == null ? null : record(triggers, current), null);
        }
    }

    // ---- firing --------------------------------------------------------------------------------------------------

    private boolean passes(TableTriggers triggers, Trigger trigger, @Nullable Object @Nullable [] old, @Nullable Object @Nullable [] current) {
        if (trigger.when() == null) return true;
        RowView row = RowView.joined(old == null ? RowView.EMPTY : RowView.of(triggers.shown(old)), triggers.width(),
                current == null ? RowView.EMPTY : RowView.of(triggers.shown(current)));
        return Boolean.TRUE.equals(trigger.when().value(scope, row));
    }

    private @Nullable PgRecord fire(TableTriggers triggers, Trigger trigger, TriggerEvent event, @Nullable PgRecord old, @Nullable PgRecord current,
            @Nullable Group group) {
        boolean oldTable = group != null && trigger.def().oldTable() != null;
        boolean newTable = group != null && trigger.def().newTable() != null;
        // Rows that the statement changes from here on are of another round.
        if (oldTable || newTable) groups.remove(group.key, group);
        ExecContext context = scope.context();
        PgRecord returned = context.routines().trigger(context, new TriggerCall(trigger.def(), triggers.table(), event, old, current,
                triggers.blank(), oldTable ? group.oldRows : null, newTable ? group.newRows : null));
        // What comes after sees what the trigger did.
        if (trigger.def().after()) context.transaction().nextCommand();
        return returned;
    }
}
