package io.craton.sql.function;

import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.TriggerCall;
import io.craton.sql.logical.Scalar;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Runs functions that users wrote in SQL or PL/pgSQL. A session's; its thread only. */
public interface RoutineCalls {
    /** @param caller context of the query that calls */
    @Nullable Object value(ExecContext caller, CallInfo call, @Nullable Object[] arguments);

    /** Rows of a set-returning function: one datum each, a record where the function returns rows. */
    Iterator<@Nullable Object[]> rows(ExecContext caller, CallInfo call, @Nullable Object[] arguments);

    /** A value as one of another type, by assignment: what a domain's checks look at, say. */
    @Nullable Object cast(ExecContext caller, @Nullable Object value, PgType from, int typmod, PgType to);

    /** The query with the bodies of simple SQL functions in place of their calls, and with what those read among its accesses. */
    AnalyzedStatement.Query inlined(AnalyzedStatement.Query query, ExecContext context);

    /** As {@link #inlined(AnalyzedStatement.Query, ExecContext)}, of an expression. */
    Scalar inlined(Scalar scalar, ExecContext context);

    /** Fires a trigger. Returns the row that it gives back, a row of the table; null for none, and where nobody wants one. */
    @Nullable PgRecord trigger(ExecContext caller, TriggerCall call);

    /** Does what a trigger of PostgreSQL's own would do: an action of a foreign key. */
    void asTrigger(Runnable work);

    /** How many triggers are at work. */
    int triggerDepth();
}
