package io.craton.sql.analyze;

import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.CastRow;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.OperatorDef;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.CastDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.UserOperatorDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions, casts and operators made by users, in the form of the built-in ones. Immutable. */
final class UserRoutines {
    private static final UserRoutines NONE = new UserRoutines(Map.of(), Map.of(), Map.of(), Map.of());

    /** An operator and the schema it is in. */
    record Operator(int schema, OperatorDef operator) {}

    private static final int PG_CATALOG = 11;

    private record Types(int source, int target) {}

    private final Map<Integer, FunctionDef> byOid;
    private final Map<String, List<FunctionDef>> byName;
    private final Map<Types, CastRow> casts;
    private final Map<String, List<Operator>> operators;

    private UserRoutines(Map<Integer, FunctionDef> byOid, Map<String, List<FunctionDef>> byName, Map<Types, CastRow> casts,
            Map<String, List<Operator>> operators) {
        this.byOid = byOid;
        this.byName = byName;
        this.casts = casts;
        this.operators = operators;
    }

    static UserRoutines of(Catalog catalog) {
        if (catalog.all(RoutineDef.class).isEmpty() && catalog.all(CastDef.class).isEmpty() && catalog.all(UserOperatorDef.class).isEmpty()) return NONE;
        Map<Integer, FunctionDef> byOid = new HashMap<>();
        Map<String, List<FunctionDef>> byName = new HashMap<>();
        Map<Types, CastRow> casts = new HashMap<>();
        for (RoutineDef routine : catalog.all(RoutineDef.class)) {
            FunctionDef function = definition(routine);
            byOid.put(function.oid(), function);
            byName.computeIfAbsent(function.name(), name -> new ArrayList<>()).add(function);
        }
        for (CastDef cast : catalog.all(CastDef.class)) {
            casts.put(new Types(cast.sourceOid(), cast.targetOid()), new CastRow(cast.oid(), cast.sourceOid(), cast.targetOid(),
                    cast.functionOid(), cast.context(), cast.method()));
        }
        Map<String, List<Operator>> operators = new HashMap<>();
        for (UserOperatorDef o : catalog.all(UserOperatorDef.class)) {
            OperatorDef operator = new OperatorDef(o.oid(), o.name(), o.leftOid() == 0 ? 'l' : 'b', o.leftOid(), o.rightOid(), o.resultOid(),
                    o.commutatorOid(), o.negatorOid(), o.functionOid(), "", "", o.merges(), o.hashes());
            operators.computeIfAbsent(o.name(), name -> new ArrayList<>()).add(new Operator(o.schemaOid(), operator));
        }
        return new UserRoutines(byOid, byName, casts, operators);
    }

    /** Operators of that symbol in these schemas, in their order. */
    List<OperatorDef> operators(String symbol, List<Integer> schemas) {
        List<Operator> own = operators.getOrDefault(symbol, List.of());
        List<OperatorDef> builtin = BuiltinCatalog.operators(symbol);
        if (own.isEmpty()) return schemas.contains(PG_CATALOG) ? builtin : List.of();
        List<OperatorDef> found = new ArrayList<>();
        for (int schema : schemas) {
            if (schema == PG_CATALOG) found.addAll(builtin);
            for (Operator each : own) {
                boolean hidden = found.stream().anyMatch(other -> other.left() == each.operator.left() && other.right() == each.operator.right());
                if (each.schema == schema && !hidden) found.add(each.operator);
            }
        }
        return found;
    }

    /** The pg_proc row of a user's routine. */
    private static FunctionDef definition(RoutineDef routine) {
        List<Integer> inputs = new ArrayList<>();
        boolean allInput = true;
        for (int i = 0; i < routine.allArgTypes().size(); i++) {
            char mode = i < routine.argModes().length() ? routine.argModes().charAt(i) : 'i';
            if (mode == 'i' || mode == 'b' || mode == 'v') inputs.add(routine.allArgTypes().get(i));
            if (mode != 'i') allInput = false;
        }
        return new FunctionDef(routine.oid(), routine.name(), routine.schemaOid(), routine.kind(), routine.strict(),
                routine.volatility(), routine.returnsSet(), routine.variadicTypeOid(), routine.returnTypeOid(), inputs,
                allInput ? List.of() : routine.allArgTypes(), allInput ? "" : routine.argModes(), routine.argNames(),
                routine.argDefaults(), routine.body(), routine.language(), routine.parallel(), routine.cost(), routine.rows(),
                routine.leakproof(), routine.securityDefiner());
    }

    @Nullable FunctionDef byOid(int oid) {
        return byOid.get(oid);
    }

    List<FunctionDef> byName(String name) {
        return byName.getOrDefault(name, List.of());
    }

    @Nullable CastRow cast(int source, int target) {
        return casts.get(new Types(source, target));
    }

    /** Candidates of the schemas in path order; of two with equal arguments the one found earlier in the path hides the other. */
    List<FunctionDef> visible(List<FunctionDef> builtin, List<FunctionDef> own, List<Integer> path) {
        List<FunctionDef> found = new ArrayList<>();
        for (int schema : path) {
            add(found, builtin, schema);
            add(found, own, schema);
        }
        return found;
    }

    private static void add(List<FunctionDef> found, List<FunctionDef> candidates, int schema) {
        for (FunctionDef candidate : candidates) {
            if (candidate.namespace() != schema) continue;
            boolean hidden = false;
            for (FunctionDef earlier : found) {
                if (earlier.namespace() != schema && earlier.argumentTypes().equals(candidate.argumentTypes())) hidden = true;
            }
            if (!hidden) found.add(candidate);
        }
    }
}
