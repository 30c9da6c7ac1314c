package io.craton.sql.function;

/** The list of function families. Every family adds its kernels; nothing else happens here. */
public final class BuiltinFunctions {
    private BuiltinFunctions() {}

    /** All kernels of the built-in functions. Make one and share it: the result is only read. */
    public static Kernels kernels() {
        Kernels kernels = new Kernels();
        WindowFunctions.register(kernels);
        BooleanFunctions.register(kernels);
        ComparisonFunctions.register(kernels);
        IntegerFunctions.register(kernels);
        FloatFunctions.register(kernels);
        NumericFunctions.register(kernels);
        SeriesFunctions.register(kernels);
        return kernels;
    }
}
