package io.craton.sql.expr;

import io.craton.sql.function.CollationTable;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.kernel.ArithmeticKernels.Operation;
import io.craton.sql.kernel.Comparison;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which pg_proc functions are operators that the executor understands itself, by prosrc. A table of facts. */
public final class OperatorTable {
    private OperatorTable() {}

    /** How two datums are compared. */
    public enum Family { LONG, UNSIGNED, DOUBLE, NUMERIC, TEXT, BPCHAR, BYTES, ENUM, OTHER }

    /** @param sameType both sides have the same type or are integers of some width: hashing and index keys may stand for it */
    public record Compare(Family family, Comparison comparison, boolean sameType) {}

    /** @param width bytes of an integer result; 4 or 8 of a float */
    public record Arithmetic(Operation operation, boolean floating, int width) {}

    private static final Map<String, Compare> COMPARES = compares();
    private static final Map<String, Arithmetic> ARITHMETIC = arithmetic();

    public static @Nullable Compare compare(FunctionDef function) {
        return function.argumentTypes().size() == 2 ? COMPARES.get(function.source()) : null;
    }

    /** As {@link #compare(FunctionDef)}, where order under a collation is not that of bytes: equality alone then. */
    public static @Nullable Compare compare(FunctionDef function, int collation) {
        Compare compare = compare(function);
        if (compare == null || CollationTable.byBytes(collation) || compare.comparison() == Comparison.EQ || compare.comparison() == Comparison.NE) return compare;
        return compare.family() == Family.TEXT || compare.family() == Family.BPCHAR ? null : compare;
    }

    /** How a date and a timestamp without time zone, in either order, are compared; null when the function does not do that. */
    public static @Nullable Comparison dateTimestamp(FunctionDef function) {
        for (Comparison comparison : Comparison.values()) {
            String name = comparison.name().toLowerCase(java.util.Locale.ROOT);
            if (function.source().equals("date_" + name + "_timestamp") || function.source().equals("timestamp_" + name + "_date")) return comparison;
        }
        return null;
    }

    public static @Nullable Arithmetic arithmetic(FunctionDef function) {
        return function.argumentTypes().size() == 2 ? ARITHMETIC.get(function.source()) : null;
    }

    private static Map<String, Compare> compares() {
        Map<String, Compare> map = new HashMap<>();
        for (Comparison comparison : Comparison.values()) {
            String suffix = comparison.name().toLowerCase(java.util.Locale.ROOT);
            for (int left : new int[] {2, 4, 8}) {
                for (int right : new int[] {2, 4, 8}) {
                    String name = left == right ? "int" + left : "int" + left + right;
                    map.put(name + suffix, new Compare(Family.LONG, comparison, true));
                }
            }
            for (String name : new String[] {"date_", "timestamp_", "time_", "oid", "bool", "cash_"}) {
                map.put(name + suffix, new Compare(Family.LONG, comparison, true));
            }
            for (String name : new String[] {"char", "pg_lsn_", "xid8", "xid", "cid"}) {
                map.put(name + suffix, new Compare(Family.UNSIGNED, comparison, true));
            }
            for (String name : new String[] {"float4", "float8", "float48", "float84"}) {
                map.put(name + suffix, new Compare(Family.DOUBLE, comparison, !name.endsWith("48") && !name.endsWith("84")));
            }
            map.put("numeric_" + suffix, new Compare(Family.NUMERIC, comparison, true));
            map.put(text("text", suffix), new Compare(Family.TEXT, comparison, true));
            map.put("name" + suffix, new Compare(Family.TEXT, comparison, true));
            map.put("name" + suffix + "text", new Compare(Family.TEXT, comparison, true));
            map.put("text" + suffix + "name", new Compare(Family.TEXT, comparison, true));
            map.put("bpchar" + suffix, new Compare(Family.BPCHAR, comparison, true));
            map.put("bytea" + suffix, new Compare(Family.BYTES, comparison, true));
            map.put("enum_" + suffix, new Compare(Family.ENUM, comparison, true));
            for (String name : new String[] {"uuid_", "interval_", "timetz_", "jsonb_", "array_", "record_", "network_", "macaddr_",
                    "macaddr8_", "bit", "varbit", "range_", "multirange_", "tid"}) {
                map.put(name + suffix, new Compare(Family.OTHER, comparison, true));
            }
        }
        return map;
    }

    private static String text(String name, String suffix) {
        return suffix.equals("eq") || suffix.equals("ne") ? name + suffix : name + "_" + suffix;
    }

    private static Map<String, Arithmetic> arithmetic() {
        Map<String, Arithmetic> map = new HashMap<>();
        Map<String, Operation> names = Map.of("pl", Operation.ADD, "mi", Operation.SUBTRACT, "mul", Operation.MULTIPLY, "div",
                Operation.DIVIDE, "mod", Operation.MODULO);
        names.forEach((suffix, operation) -> {
            for (int left : new int[] {2, 4, 8}) {
                for (int right : new int[] {2, 4, 8}) {
                    String name = left == right ? "int" + left : "int" + left + right;
                    map.put(name + suffix, new Arithmetic(operation, false, Math.max(left, right)));
                }
            }
            if (operation != Operation.MODULO) {
                map.put("float4" + suffix, new Arithmetic(operation, true, 4));
                for (String name : new String[] {"float8", "float48", "float84"}) {
                    map.put(name + suffix, new Arithmetic(operation, true, 8));
                }
            }
        });
        return map;
    }
}
