package io.craton.sql.exec;

import io.craton.sql.expr.Evaluator;
import io.craton.sql.logical.Relation.ModifyKind;
import io.craton.storage.txn.RowLockMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a data change needs beside its input. Immutable, part of a plan.
 *
 * @param targetColumns 0-based columns that the input's fields are, for INSERT
 * @param keyField field of the input that holds the target row's key; -1 for INSERT
 * @param identity identity of the target's scan, for re-checks; null for INSERT
 * @param top counts its rows for the command tag
 * @param callsRoutines computing new values may change the row itself
 * @param firings whose triggers fire for the statement as a whole, in the order of those before it
 */
public record ModifySpec(ModifyKind kind, TableWriter writer, int[] targetColumns, List<TableWriter.Value> assignments, int keyField,
        RowLockMode lockMode, @Nullable Object identity, @Nullable Conflict onConflict, List<Action> actions, Evaluator[] returning,
        boolean top, boolean callsRoutines, List<Firing> firings) {
    public ModifySpec {
        firings = List.copyOf(firings);
        assignments = List.copyOf(assignments);
        actions = List.copyOf(actions);
    }

    /** What the statement may do to its table, and the triggers that it concerns. */
    public record Firing(TableTriggers triggers, TriggerEvent event) {}

    /** @param arbiters oids of the indexes whose conflicts count; empty for any */
    public record Conflict(List<Integer> arbiters, boolean update, List<TableWriter.Value> assignments, @Nullable Evaluator condition,
            TableWriter writer) {
        public Conflict {
            arbiters = List.copyOf(arbiters);
            assignments = List.copyOf(assignments);
        }
    }

    /** One WHEN of MERGE; {@code kind} null does nothing. */
    public record Action(boolean matched, @Nullable Evaluator condition, @Nullable ModifyKind kind, List<TableWriter.Value> assignments,
            TableWriter writer) {
        public Action {
            assignments = List.copyOf(assignments);
        }
    }
}
