package io.craton.sql.function;

import java.util.List;

/**
 * A row of pg_proc. Built-in ones come from {@code pg_proc.tsv}; a kernel is found by {@link #source} (PostgreSQL's prosrc), and a function without
 * one answers 0A000 with its name. User-made ones are made from the catalog.
 *
 * @param kind f function, p procedure, a aggregate, w window
 * @param variadicType element type of the last argument when it is VARIADIC, else 0
 * @param argumentTypes input arguments (in, inout, variadic)
 * @param allTypes with OUT and TABLE arguments too; empty when all are input
 * @param modes one character for each of {@code allTypes}: i o b v t; empty when all are input
 * @param names argument names, empty strings or empty list where there are none
 * @param defaults SQL of the defaults of the last arguments
 * @param source prosrc of an internal function; the body of others
 */
public record FunctionDef(
        int oid,
        String name,
        int namespace,
        char kind,
        boolean strict,
        char volatility,
        boolean returnsSet,
        int variadicType,
        int returnType,
        List<Integer> argumentTypes,
        List<Integer> allTypes,
        String modes,
        List<String> names,
        List<String> defaults,
        String source,
        String language,
        char parallel,
        double cost,
        double rows,
        boolean leakproof,
        boolean securityDefiner) {
    public FunctionDef {
        argumentTypes = List.copyOf(argumentTypes);
        allTypes = List.copyOf(allTypes);
        names = List.copyOf(names);
        defaults = List.copyOf(defaults);
    }

    /** The same with its OUT arguments among those that a call writes, as CALL wants it. */
    public FunctionDef withAllArguments() {
        if (allTypes.isEmpty()) return this;
        return new FunctionDef(oid, name, namespace, kind, strict, volatility, returnsSet, variadicType, returnType, allTypes, List.of(), "", names,
                defaults, source, language, parallel, cost, rows, leakproof, securityDefiner);
    }

    /** The same function done by another kernel. */
    public FunctionDef withSource(String other) {
        return new FunctionDef(oid, name, namespace, kind, strict, volatility, returnsSet, variadicType, returnType, argumentTypes, allTypes, modes, names,
                defaults, other, language, parallel, cost, rows, leakproof, securityDefiner);
    }

    /** PostgreSQL brings it; users' have oids from 16384 on. */
    public boolean builtIn() {
        return oid < 16384;
    }

    /** Written by a user in a language that {@link RoutineCalls} runs. */
    public boolean routine() {
        return !builtIn() && (language.equals("sql") || language.equals("plpgsql"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FunctionDef that && that.oid == oid;
    }

    @Override
    public int hashCode() {
        return oid;
    }
}
