package io.craton.sql.function;

import io.craton.core.type.DatumComparator;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.Utf8;
import io.craton.sql.exec.ExecContext;

/**
 * The six comparisons, the B-tree comparison and larger/smaller of every type. PostgreSQL's names follow a pattern for each
 * type: {@code int4lt}, {@code numeric_lt}, {@code nameeqtext}. The order itself is {@link DatumComparator}'s.
 */
final class ComparisonFunctions {
    private static final String[] SUFFIXES = {"lt", "le", "eq", "ne", "ge", "gt"};

    private ComparisonFunctions() {}

    /** Order of two datums of one call. */
    @FunctionalInterface
    interface Order {
        int compare(ExecContext context, CallInfo call, Object left, Object right);
    }

    static void register(Kernels kernels) {
        integers(kernels);
        floats(kernels);
        numeric(kernels);
        texts(kernels);
        others(kernels);
    }

    private static void integers(Kernels kernels) {
        for (String name : new String[] {"int2", "int4", "int8", "int24", "int28", "int42", "int48", "int82", "int84", "oid"}) {
            longs(kernels, name);
            compareAs(kernels, "bt" + name + "cmp", ComparisonFunctions::longOrder);
        }
        for (String name : new String[] {"int2", "int4", "int8", "oid"}) extremes(kernels, name, ComparisonFunctions::longOrder);
        longs(kernels, "date_");
        longs(kernels, "time_");
        longs(kernels, "timestamp_");
        longs(kernels, "cash_");
        longs(kernels, "macaddr_");
        for (String name : new String[] {"date_", "time_", "timestamp_"}) extremes(kernels, name, ComparisonFunctions::longOrder);
        extremes(kernels, "cash", ComparisonFunctions::longOrder);
        for (String name : new String[] {"date_cmp", "time_cmp", "timestamp_cmp", "cash_cmp", "macaddr_cmp"}) {
            compareAs(kernels, name, ComparisonFunctions::longOrder);
        }
        kernels.scalar("xideq", (context, call, a) -> ((Long) a[0]).longValue() == (Long) a[1]);
        kernels.scalar("xidneq", (context, call, a) -> ((Long) a[0]).longValue() != ((Long) a[1] & 0xffffffffL));
        kernels.scalar("cideq", (context, call, a) -> ((Long) a[0]).longValue() == (Long) a[1]);
    }

    private static int longOrder(ExecContext context, CallInfo call, Object left, Object right) {
        return Long.compare((Long) left, (Long) right);
    }

    /** Signed longs, the most frequent comparisons, without a detour. */
    private static void longs(Kernels kernels, String prefix) {
        kernels.scalar(prefix + "lt", (context, call, a) -> (Long) a[0] < (Long) a[1]);
        kernels.scalar(prefix + "le", (context, call, a) -> (Long) a[0] <= (Long) a[1]);
        kernels.scalar(prefix + "eq", (context, call, a) -> ((Long) a[0]).longValue() == (Long) a[1]);
        kernels.scalar(prefix + "ne", (context, call, a) -> ((Long) a[0]).longValue() != (Long) a[1]);
        kernels.scalar(prefix + "ge", (context, call, a) -> (Long) a[0] >= (Long) a[1]);
        kernels.scalar(prefix + "gt", (context, call, a) -> (Long) a[0] > (Long) a[1]);
    }

    private static void floats(Kernels kernels) {
        Order order = (context, call, left, right) -> DatumComparator.compareDoubles((Double) left, (Double) right);
        for (String name : new String[] {"float4", "float8", "float48", "float84"}) {
            six(kernels, name, "", order);
            compareAs(kernels, "bt" + name + "cmp", order);
        }
        extremes(kernels, "float4", order);
        extremes(kernels, "float8", order);
    }

    private static void numeric(Kernels kernels) {
        Order order = (context, call, left, right) -> ((Numeric) left).compareTo((Numeric) right);
        six(kernels, "numeric_", "", order);
        compareAs(kernels, "numeric_cmp", order);
        extremes(kernels, "numeric_", order);
    }

    private static void texts(Kernels kernels) {
        Order bytes = (context, call, left, right) -> Utf8.compare((String) left, (String) right);
        Collators collators = kernels.collators();
        Order order = (context, call, left, right) -> CollationTable.byBytes(call.collation()) ? Utf8.compare((String) left, (String) right)
                : collators.of(call.collation(), context.catalog()).compare((String) left, (String) right);
        six(kernels, "name", "", order);
        six(kernels, "name", "text", order);
        six(kernels, "text", "name", order);
        for (String suffix : new String[] {"lt", "le", "ge", "gt"}) {
            one(kernels, "text_" + suffix, suffix, order);
            one(kernels, "text_pattern_" + suffix, suffix, bytes);
        }
        kernels.scalar("texteq", (context, call, a) -> a[0].equals(a[1]));
        kernels.scalar("textne", (context, call, a) -> !a[0].equals(a[1]));
        for (String name : new String[] {"bttextcmp", "btnamecmp", "btnametextcmp", "bttextnamecmp"}) {
            compareAs(kernels, name, order);
        }
        compareAs(kernels, "bttext_pattern_cmp", bytes);
        extremes(kernels, "text_", order);
        Order stripped = (context, call, left, right) -> DatumComparator.compare(PgTypes.BPCHAR, left, right);
        Order padded = (context, call, left, right) -> CollationTable.byBytes(call.collation()) ? DatumComparator.compare(PgTypes.BPCHAR, left, right)
                : collators.of(call.collation(), context.catalog()).compare(withoutPadding((String) left), withoutPadding((String) right));
        six(kernels, "bpchar", "", padded);
        for (String suffix : new String[] {"lt", "le", "ge", "gt"}) one(kernels, "bpchar_pattern_" + suffix, suffix, stripped);
        compareAs(kernels, "bpcharcmp", padded);
        compareAs(kernels, "btbpchar_pattern_cmp", stripped);
        extremes(kernels, "bpchar_", padded);
    }

    static String withoutPadding(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') end--;
        return text.substring(0, end);
    }

    private static void others(Kernels kernels) {
        Order byType = (context, call, left, right) -> DatumComparator.compare(typed(call), left, right);
        String[] prefixes = {"bool", "char", "bytea", "timetz_", "interval_", "uuid_", "jsonb_", "array_", "record_", "enum_", "network_", "range_", "multirange_", "bit",
            "tid", "xid8", "pg_lsn_", "macaddr8_", "oidvector"};
        for (String prefix : prefixes) six(kernels, prefix, "", byType);
        String[] comparisons = {"btboolcmp", "btcharcmp", "byteacmp", "timetz_cmp", "interval_cmp", "uuid_cmp", "jsonb_cmp", "btarraycmp",
            "btrecordcmp", "enum_cmp", "network_cmp", "range_cmp", "multirange_cmp", "bitcmp", "bttidcmp", "xid8cmp", "pg_lsn_cmp", "macaddr8_cmp"};
        for (String name : comparisons) compareAs(kernels, name, byType);
        for (String prefix : new String[] {"timetz_", "interval_", "array_", "enum_", "network_", "tid", "xid8_", "pg_lsn_"}) {
            extremes(kernels, prefix, byType);
        }
        compareAs(kernels, "btoidvectorcmp", (context, call, left, right) -> {
            int sizes = Integer.compare(((PgArray) left).elements().length, ((PgArray) right).elements().length);
            return sizes != 0 ? sizes : DatumComparator.compare(typed(call), left, right);
        });
        for (String suffix : SUFFIXES) one(kernels, "record_image_" + suffix, suffix, byType);
        compareAs(kernels, "btrecordimagecmp", byType);
    }

    /** The type to compare under: the call's, unless the analyzer left a pseudo-type there. */
    private static PgType typed(CallInfo call) {
        return call.argumentTypes().getFirst();
    }

    private static void six(Kernels kernels, String prefix, String rest, Order order) {
        for (String suffix : SUFFIXES) one(kernels, prefix + suffix + rest, suffix, order);
    }

    /** One comparison operator by its suffix. */
    static void one(Kernels kernels, String name, String suffix, Order order) {
        kernels.scalar(name, switch (suffix) {
            case "lt" -> (context, call, a) -> order.compare(context, call, a[0], a[1]) < 0;
            case "le" -> (context, call, a) -> order.compare(context, call, a[0], a[1]) <= 0;
            case "eq" -> (context, call, a) -> order.compare(context, call, a[0], a[1]) == 0;
            case "ne" -> (context, call, a) -> order.compare(context, call, a[0], a[1]) != 0;
            case "ge" -> (context, call, a) -> order.compare(context, call, a[0], a[1]) >= 0;
            default -> (context, call, a) -> order.compare(context, call, a[0], a[1]) > 0;
        });
    }

    static void compareAs(Kernels kernels, String name, Order order) {
        kernels.scalar(name, (context, call, a) -> (long) Integer.signum(order.compare(context, call, a[0], a[1])));
    }

    private static void extremes(Kernels kernels, String prefix, Order order) {
        kernels.scalar(prefix + "larger", (context, call, a) -> order.compare(context, call, a[0], a[1]) > 0 ? a[0] : a[1]);
        kernels.scalar(prefix + "smaller", (context, call, a) -> order.compare(context, call, a[0], a[1]) < 0 ? a[0] : a[1]);
    }
}
