package io.craton.sql.function;

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
        return scalars.get(key(function));
    }

    public @Nullable SetKernel set(FunctionDef function) {
        if (function.routine()) return (context, call, arguments) -> context.routines().rows(context, call, arguments);
        return sets.get(key(function));
    }

    public @Nullable WindowKernel window(FunctionDef function) {
        return windows.get(key(function));
    }

    public @Nullable AggregateKernel aggregate(FunctionDef function) {
        if (function.oid() >= 16384 && function.kind() == 'a') return new UserAggregate(this);
        return aggregates.get(function.oid());
    }

    private static String key(FunctionDef function) {
        return function.source().isEmpty() ? "sql:" + function.oid() : function.source();
    }
}
