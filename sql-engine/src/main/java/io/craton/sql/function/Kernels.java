package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Kernels by PostgreSQL's prosrc (aggregates by oid, because all share one). Each family class adds its own:
 * {@code kernels.scalar("text_substr", StringFunctions::substring)}. Built-in functions that PostgreSQL writes in SQL have no prosrc:
 * their key is {@code "sql:" + oid}. Filled once by {@link BuiltinFunctions}, then only read.
 */
public final class Kernels {

    private final Map<String, ScalarKernel> scalars = new HashMap<>();
    private final Map<String, SetKernel> sets = new HashMap<>();
    private final Map<String, WindowKernel> windows = new HashMap<>();
    private final Map<Integer, AggregateKernel> aggregates = new HashMap<>();

    private final Collators collators = new Collators();

    public Collators collators() {
        return collators;
    }

    public void scalar(String source, ScalarKernel kernel) {
        if (scalars.put(source, kernel) != null) throw new IllegalStateException("two kernels for " + source);
    }

    public void set(String source, SetKernel kernel) {
        if (sets.put(source, kernel) != null) throw new IllegalStateException("two kernels for " + source);
    }

    public void window(String source, WindowKernel kernel) {
        if (windows.put(source, kernel) != null) throw new IllegalStateException("two kernels for " + source);
    }

    /** @param oid pg_proc oid of the aggregate */
    public void aggregate(int oid, AggregateKernel kernel) {
        if (aggregates.put(oid, kernel) != null) throw new IllegalStateException("two kernels for aggregate " + oid);
    }

    public @Nullable ScalarKernel scalar(FunctionDef function) {
        if (function.routine()) return (context, call, arguments) -> context.routines().value(context, call, arguments);
        ScalarKernel kernel = scalars.get(key(function));
        if (kernel == null || function.builtIn()) return kernel;
        return (context, call, arguments) -> {
            requireExecute(context, function);
            return kernel.apply(context, call, arguments);
        };
    }

    public @Nullable SetKernel set(FunctionDef function) {
        if (function.routine()) return (context, call, arguments) -> context.routines().rows(context, call, arguments);
        SetKernel kernel = sets.get(key(function));
        if (kernel == null || function.builtIn()) return kernel;
        return (context, call, arguments) -> {
            requireExecute(context, function);
            return kernel.open(context, call, arguments);
        };
    }

    public @Nullable WindowKernel window(FunctionDef function) {
        return windows.get(key(function));
    }

    public @Nullable AggregateKernel aggregate(FunctionDef function) {
        if (!function.builtIn() && function.kind() == 'a') return new UserAggregate(this);
        return aggregates.get(function.oid());
    }

    /** 42501 unless the current user may call what a user made of built-in code. */
    private static void requireExecute(ExecContext context, FunctionDef function) {
        RoutineDef routine = context.catalog().find(RoutineDef.class, function.oid());
        if (routine == null || Privileges.any(context, context.session().currentUserOid(), routine.owner(), routine.acl(), "X", 'f')) return;
        throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for function " + routine.name());
    }

    private static String key(FunctionDef function) {
        return function.source().isEmpty() ? "sql:" + function.oid() : function.source();
    }
}
