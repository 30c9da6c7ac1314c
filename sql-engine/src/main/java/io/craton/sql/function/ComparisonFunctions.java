package io.craton.sql.function;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntPredicate;

/** Comparison operators of boolean, the string types, bytea and "char". Text compares in C.UTF-8, that is by code points. */
final class ComparisonFunctions {
    private ComparisonFunctions() {}

    private static final Comparator<Object> TEXT = (a, b) -> CodePoints.compare((String) a, (String) b);
    private static final Comparator<Object> BLANK_PADDED =
            (a, b) -> CodePoints.compare(CodePoints.trimBlanks((String) a), CodePoints.trimBlanks((String) b));
    private static final Comparator<Object> BYTES = (a, b) -> Arrays.compareUnsigned((byte[]) a, (byte[]) b);
    private static final Comparator<Object> BOOLEANS = (a, b) -> Boolean.compare((Boolean) a, (Boolean) b);
    private static final Comparator<Object> BYTE_CHARS = (a, b) -> Long.compare((Long) a & 0xff, (Long) b & 0xff);

    static void register(Kernels kernels) {
        family(kernels, BOOLEANS, "booleq", "boolne", "boollt", "boolle", "boolgt", "boolge", "btboolcmp");
        family(kernels, TEXT, "texteq", "textne", "text_lt", "text_le", "text_gt", "text_ge", "bttextcmp");
        family(kernels, TEXT, "nameeq", "namene", "namelt", "namele", "namegt", "namege", "btnamecmp");
        family(kernels, TEXT, "nameeqtext", "namenetext", "namelttext", "nameletext", "namegttext", "namegetext", "btnametextcmp");
        family(kernels, TEXT, "texteqname", "textnename", "textltname", "textlename", "textgtname", "textgename", "bttextnamecmp");
        family(kernels, TEXT, null, null, "text_pattern_lt", "text_pattern_le", "text_pattern_gt", "text_pattern_ge",
                "bttext_pattern_cmp");
        family(kernels, BLANK_PADDED, "bpchareq", "bpcharne", "bpcharlt", "bpcharle", "bpchargt", "bpcharge", "bpcharcmp");
        family(kernels, BLANK_PADDED, null, null, "bpchar_pattern_lt", "bpchar_pattern_le", "bpchar_pattern_gt",
                "bpchar_pattern_ge", "btbpchar_pattern_cmp");
        family(kernels, BYTES, "byteaeq", "byteane", "bytealt", "byteale", "byteagt", "byteage", "byteacmp");
        family(kernels, BYTE_CHARS, "chareq", "charne", "charlt", "charle", "chargt", "charge", "btcharcmp");
        larger(kernels, TEXT, "text_larger", "text_smaller");
        larger(kernels, BLANK_PADDED, "bpchar_larger", "bpchar_smaller");
        kernels.scalar("booltext", (context, call, a) -> (Boolean) a[0] ? "true" : "false");
        kernels.scalar("booland_statefunc", (context, call, a) -> (Boolean) a[0] && (Boolean) a[1]);
        kernels.scalar("boolor_statefunc", (context, call, a) -> (Boolean) a[0] || (Boolean) a[1]);
    }

    private static void larger(Kernels kernels, Comparator<Object> order, String larger, String smaller) {
        kernels.scalar(larger, (context, call, a) -> order.compare(a[0], a[1]) > 0 ? a[0] : a[1]);
        kernels.scalar(smaller, (context, call, a) -> order.compare(a[0], a[1]) < 0 ? a[0] : a[1]);
    }

    /** Names in the order = <> < <= > >= cmp; null leaves one out. */
    static void family(Kernels kernels, Comparator<Object> order, String... names) {
        IntPredicate[] tests = {c -> c == 0, c -> c != 0, c -> c < 0, c -> c <= 0, c -> c > 0, c -> c >= 0};
        for (int i = 0; i < tests.length; i++) {
            if (names[i] == null) continue;
            IntPredicate test = tests[i];
            kernels.scalar(names[i], (context, call, a) -> test.test(order.compare(a[0], a[1])));
        }
        if (names.length > 6 && names[6] != null) {
            kernels.scalar(names[6], (context, call, a) -> (long) Integer.signum(order.compare(a[0], a[1])));
        }
    }
}
