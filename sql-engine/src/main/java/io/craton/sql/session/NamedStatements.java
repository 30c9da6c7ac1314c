package io.craton.sql.session;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session's prepared statements by name; the unnamed one has the empty name. Counts its changes: another node may keep a copy. One session's
 * thread.
 */
final class NamedStatements {
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private long changes;
    private long unnamedChanges;
    /** As they were when {@link #keep} was called; null when it was not. */
    private @Nullable Map<String, PreparedStatement> kept;

    @Nullable PreparedStatement get(String name) {
        return statements.get(name);
    }

    boolean has(String name) {
        return statements.containsKey(name);
    }

    void put(PreparedStatement statement) {
        statements.put(statement.name, statement);
        changed(statement.name);
    }

    void remove(String name) {
        if (statements.remove(name) != null) changed(name);
    }

    /** DEALLOCATE ALL: the unnamed one stays. */
    void removeNamed() {
        if (statements.keySet().removeIf(name -> !name.isEmpty())) changes++;
    }

    void clear() {
        removeNamed();
        remove("");
    }

    Collection<PreparedStatement> all() {
        return statements.values();
    }

    /** Remembers what there is, if it has not since {@link #forget}. */
    void keep() {
        if (kept == null) kept = new HashMap<>(statements);
    }

    void forget() {
        kept = null;
    }

    /** Back to what was kept, if anything was. */
    void takeBack() {
        if (kept == null) return;
        statements.clear();
        statements.putAll(kept);
        kept = null;
        changes++;
        unnamedChanges++;
    }

    private void changed(String name) {
        if (name.isEmpty()) unnamedChanges++;
        else changes++;
    }

    /** Grows with each change of a named one. */
    long changes() {
        return changes;
    }

    long unnamedChanges() {
        return unnamedChanges;
    }
}
