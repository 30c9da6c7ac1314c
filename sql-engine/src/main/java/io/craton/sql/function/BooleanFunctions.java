package io.craton.sql.function;

/** boolean: casts and the transition functions of bool_and and bool_or. */
final class BooleanFunctions {
    private BooleanFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("booland_statefunc", (context, call, a) -> (Boolean) a[0] && (Boolean) a[1]);
        kernels.scalar("boolor_statefunc", (context, call, a) -> (Boolean) a[0] || (Boolean) a[1]);
        kernels.scalar("bool_int4", (context, call, a) -> (Boolean) a[0] ? 1L : 0L);
        kernels.scalar("int4_bool", (context, call, a) -> (Long) a[0] != 0);
        kernels.scalar("booltext", (context, call, a) -> (Boolean) a[0] ? "true" : "false");
    }
}
