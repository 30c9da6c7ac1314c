package io.craton.sql.function;

import io.craton.sql.exec.ExecContext;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Runs functions that users wrote in SQL or PL/pgSQL. A session's; its thread only. */
public interface RoutineCalls {
    /** @param caller context of the query that calls */
    @Nullable Object value(ExecContext caller, CallInfo call, @Nullable Object[] arguments);

    /** Rows of a set-returning function: one datum each, a record where the function returns rows. */
    Iterator<@Nullable Object[]> rows(ExecContext caller, CallInfo call, @Nullable Object[] arguments);
}
