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
        HashFunctions.register(kernels);
        IntegerFunctions.register(kernels);
        FloatFunctions.register(kernels);
        NumericFunctions.register(kernels);
        SeriesFunctions.register(kernels);
        DateTimeFunctions.register(kernels);
        ExtractFunctions.register(kernels);
        TruncationFunctions.register(kernels);
        DateTimeMakers.register(kernels);
        InRangeFunctions.register(kernels);
        UuidFunctions.register(kernels);
        BitFunctions.register(kernels);
        NetworkFunctions.register(kernels);
        OidFunctions.register(kernels);
        MoneyFunctions.register(kernels);
        TextFunctions.register(kernels);
        ByteaFunctions.register(kernels);
        EncodingFunctions.register(kernels);
        PatternFunctions.register(kernels);
        RegexFunctions.register(kernels);
        CompositionFunctions.register(kernels);
        EnumFunctions.register(kernels);
        FormattingFunctions.register(kernels);
        JsonFunctions.register(kernels);
        JsonbFunctions.register(kernels);
        JsonPathFunctions.register(kernels);
        JsonbChanges.register(kernels);
        JsonRecords.register(kernels);
        JsonAggregates.register(kernels);
        DefinitionFunctions.register(kernels);
        RoutineDefinitions.register(kernels);
        CatalogTextFunctions.register(kernels);
        AccessMethodProperties.register(kernels);
        ViewFunctions.register(kernels);
        TypeMeasures.register(kernels);
        SizeFunctions.register(kernels);
        SessionFunctions.register(kernels);
        HistoryFunctions.register(kernels);
        TransactionIdFunctions.register(kernels);
        SequenceFunctions.register(kernels);
        LargeObjectFunctions.register(kernels);
        PrivilegeFunctions.register(kernels);
        AccessListFunctions.register(kernels);
        StatementStatisticsFunctions.register(kernels);
        DescriptionFunctions.register(kernels);
        IdentityFunctions.register(kernels);
        RangeFunctions.register(kernels);
        ArrayFunctions.register(kernels);
        SetFunctions.register(kernels);
        NumberAggregates.register(kernels);
        FloatAggregates.register(kernels);
        ValueAggregates.register(kernels);
        CollectingAggregates.register(kernels);
        TypeIoFunctions.register(kernels);
        return kernels;
    }
}
