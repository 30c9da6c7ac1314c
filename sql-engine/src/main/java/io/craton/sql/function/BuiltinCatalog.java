package io.craton.sql.function;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The built-in functions, operators, casts, aggregates and operator classes, read once from the data files beside this class. They are the rows
 * that pg_proc, pg_operator, pg_cast, pg_aggregate and pg_opclass show and that the analyzer resolves names with. Immutable.
 */
public final class BuiltinCatalog {
    private static final List<FunctionDef> FUNCTIONS = Stream.concat(CatalogRows.read("pg_proc.tsv", CatalogRows::function).stream(),
            CatalogRows.read("craton_proc.tsv", CatalogRows::function).stream()).toList();
    private static final List<OperatorDef> OPERATORS = CatalogRows.read("pg_operator.tsv", CatalogRows::operator);
    private static final List<CastRow> CASTS = CatalogRows.read("pg_cast.tsv", CatalogRows::cast);
    private static final List<AggregateRow> AGGREGATES = CatalogRows.read("pg_aggregate.tsv", CatalogRows::aggregate);
    private static final List<OperatorClass> OPERATOR_CLASSES =
            CatalogRows.read("pg_opclass.tsv", CatalogRows::operatorClass);
    private static final Map<Integer, FunctionDef> FUNCTION_BY_OID = new HashMap<>();
    private static final Map<String, List<FunctionDef>> FUNCTIONS_BY_NAME = new HashMap<>();
    private static final Map<Integer, OperatorDef> OPERATOR_BY_OID = new HashMap<>();
    private static final Map<String, List<OperatorDef>> OPERATORS_BY_NAME = new HashMap<>();
    private static final Map<Long, CastRow> CAST_BY_TYPES = new HashMap<>();
    private static final Map<Integer, AggregateRow> AGGREGATE_BY_OID = new HashMap<>();

    static {
        for (FunctionDef function : FUNCTIONS) {
            FUNCTION_BY_OID.put(function.oid(), function);
            FUNCTIONS_BY_NAME.computeIfAbsent(function.name(), name -> new ArrayList<>()).add(function);
        }
        FUNCTIONS_BY_NAME.replaceAll((name, list) -> List.copyOf(list));
        for (OperatorDef operator : OPERATORS) {
            OPERATOR_BY_OID.put(operator.oid(), operator);
            OPERATORS_BY_NAME.computeIfAbsent(operator.name(), name -> new ArrayList<>()).add(operator);
        }
        OPERATORS_BY_NAME.replaceAll((name, list) -> List.copyOf(list));
        for (CastRow cast : CASTS) CAST_BY_TYPES.put(pair(cast.source(), cast.target()), cast);
        for (AggregateRow aggregate : AGGREGATES) AGGREGATE_BY_OID.put(aggregate.functionOid(), aggregate);
    }

    private BuiltinCatalog() {}

    /** All, in order of oid. */
    public static List<FunctionDef> functions() {
        return FUNCTIONS;
    }

    public static List<OperatorDef> operators() {
        return OPERATORS;
    }

    public static List<CastRow> casts() {
        return CASTS;
    }

    public static List<AggregateRow> aggregates() {
        return AGGREGATES;
    }

    public static List<OperatorClass> operatorClasses() {
        return OPERATOR_CLASSES;
    }

    public static @Nullable FunctionDef function(int oid) {
        return FUNCTION_BY_OID.get(oid);
    }

    /** Functions of this name; empty when there is none. */
    public static List<FunctionDef> functions(String name) {
        return FUNCTIONS_BY_NAME.getOrDefault(name, List.of());
    }

    public static Iterable<String> functionNames() {
        return Collections.unmodifiableSet(FUNCTIONS_BY_NAME.keySet());
    }

    public static @Nullable OperatorDef operator(int oid) {
        return OPERATOR_BY_OID.get(oid);
    }

    public static List<OperatorDef> operators(String name) {
        return OPERATORS_BY_NAME.getOrDefault(name, List.of());
    }

    public static @Nullable CastRow cast(int source, int target) {
        return CAST_BY_TYPES.get(pair(source, target));
    }

    public static @Nullable AggregateRow aggregate(int functionOid) {
        return AGGREGATE_BY_OID.get(functionOid);
    }

    private static long pair(int left, int right) {
        return (long) left << 32 | right & 0xffffffffL;
    }
}
