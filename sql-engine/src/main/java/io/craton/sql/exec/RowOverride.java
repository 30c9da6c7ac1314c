package io.craton.sql.exec;

import io.craton.sql.expr.Scope;
import org.jspecify.annotations.Nullable;

/** The newest version of a row that a lock had to wait for: the scan with this identity gives it alone while the query is re-checked. */
record RowOverride(Object identity, byte[] key, byte[] row) {
    private static final Integer SLOT = Integer.MIN_VALUE;

    static @Nullable RowOverride of(Scope scope, Object identity) {
        Object override = scope.statement().byId().get(SLOT);
        return override instanceof RowOverride row && row.identity == identity ? row : null;
    }

    /** Whether some row is being re-checked: what was computed before does not count then. */
    static boolean active(Scope scope) {
        return scope.statement().byId().get(SLOT) != null;
    }

    /** Puts it in force; the one before is returned for {@link #restore}. */
    @Nullable Object enter(Scope scope) {
        return scope.statement().byId().put(SLOT, this);
    }

    static void restore(Scope scope, @Nullable Object before) {
        if (before == null) scope.statement().byId().remove(SLOT);
        else scope.statement().byId().put(SLOT, before);
    }
}
