package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.FunctionDef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the function that a name means for its arguments (func_get_detail). Immutable. */
final class FunctionResolver {
    /** What a call turned out to be. */
    sealed interface Resolution {
        record Found(FunctionCandidate candidate) implements Resolution {}

        /** {@code typename(x)}: a cast written as a call. */
        record Coercion(PgType target) implements Resolution {}

        record NotFound() implements Resolution {}

        record Ambiguous() implements Resolution {}
    }

    private static final Resolution NOT_FOUND = new Resolution.NotFound();
    private static final Resolution AMBIGUOUS = new Resolution.Ambiguous();

    private final CatalogView catalog;
    private final CoercionRules rules;

    FunctionResolver(CatalogView catalog, CoercionRules rules) {
        this.catalog = catalog;
        this.rules = rules;
    }

    /**
     * @param names argument names of the last arguments (named notation), empty when all are positional
     * @param expandVariadic false when the call says VARIADIC itself
     */
    Resolution resolve(List<String> name, List<PgType> actual, List<String> names, boolean expandVariadic, int position) {
        return resolve(name, actual, names, expandVariadic, position, false);
    }

    /** @param procedures the call is a CALL: OUT arguments of procedures are written too */
    Resolution resolve(List<String> name, List<PgType> actual, List<String> names, boolean expandVariadic, int position, boolean procedures) {
        @Nullable String schema = name.size() > 1 ? name.get(name.size() - 2) : null;
        if (schema != null && !catalog.schemaExists(schema)) {
            throw PgError.error(SqlState.UNDEFINED_SCHEMA, "schema \"" + schema + "\" does not exist").withPosition(position).exception();
        }
        List<FunctionDef> functions = catalog.functions(schema, name.getLast());
        List<FunctionCandidate> candidates = new ArrayList<>(functions.size());
        for (FunctionDef each : functions) {
            FunctionDef function = procedures && each.kind() == 'p' ? each.withAllArguments() : each;
            FunctionCandidate candidate = candidate(function, actual.size(), names, expandVariadic);
            if (candidate != null) add(candidates, candidate);
        }
        for (FunctionCandidate candidate : candidates) {
            if (exact(candidate, actual)) return new Resolution.Found(candidate);
        }
        if (actual.size() == 1 && names.isEmpty() && !procedures) {
            PgType target = castTarget(schema, name.getLast(), actual.getFirst());
            if (target != null) return new Resolution.Coercion(target);
        }
        if (candidates.isEmpty()) return NOT_FOUND;
        Overloads.Choice<FunctionCandidate> choice = Overloads.choose(actual, candidates, FunctionCandidate::types, rules, catalog);
        if (choice.chosen() != null) return new Resolution.Found(choice.chosen());
        return choice.ambiguous() ? AMBIGUOUS : NOT_FOUND;
    }

    private static boolean exact(FunctionCandidate candidate, List<PgType> actual) {
        for (int i = 0; i < actual.size(); i++) if (candidate.types()[i] != actual.get(i).oid()) return false;
        return true;
    }

    /** The type of a call that is really a cast; null when it is none. */
    private @Nullable PgType castTarget(@Nullable String schema, String name, PgType source) {
        PgType target = catalog.typeByName(schema, name);
        if (target == null) return null;
        if (source.oid() == TypeOid.UNKNOWN) return target;
        Pathway pathway = rules.pathway(target, source, CoercionContext.EXPLICIT);
        return switch (pathway.kind()) {
            case RELABEL -> target;
            case IO -> (source.oid() == TypeOid.RECORD || rules.composite(source)) && target.category() == 'S' ? null : target;
            default -> null;
        };
    }

    /** Of two candidates with the same effective types, a non-variadic one, then one with fewer defaults is preferred. */
    private static void add(List<FunctionCandidate> candidates, FunctionCandidate added) {
        for (int i = 0; i < candidates.size(); i++) {
            FunctionCandidate other = candidates.get(i);
            if (!Arrays.equals(other.types(), added.types())) continue;
            if (other.variadicCount() == 0 && added.variadicCount() > 0) return;
            if (other.variadicCount() > 0 && added.variadicCount() == 0) {
                candidates.set(i, added);
                return;
            }
            if (other.defaultCount() < added.defaultCount()) return;
            if (other.defaultCount() > added.defaultCount()) {
                candidates.set(i, added);
                return;
            }
        }
        candidates.add(added);
    }

    private static @Nullable FunctionCandidate candidate(FunctionDef function, int count, List<String> names, boolean expandVariadic) {
        List<Integer> declared = function.argumentTypes();
        int parameters = declared.size();
        boolean variadic = function.variadicType() != 0 && expandVariadic;
        if (!names.isEmpty()) {
            return variadic ? null : named(function, count, names);
        }
        boolean expands = variadic && parameters <= count;
        int defaults = 0;
        if (parameters > count) {
            defaults = parameters - count;
            if (defaults > function.defaults().size()) return null;
        } else if (parameters != count && !expands) {
            return null;
        }
        int[] types = new int[Math.max(parameters, count)];
        for (int i = 0; i < parameters; i++) types[i] = declared.get(i);
        int variadicCount = 0;
        if (expands) {
            variadicCount = count - parameters + 1;
            for (int i = parameters - 1; i < types.length; i++) types[i] = function.variadicType();
        }
        return new FunctionCandidate(function, types, variadicCount, defaults, null);
    }

    /** MatchNamedCall: positional arguments first, then each name to its parameter; the rest must have defaults. */
    private static @Nullable FunctionCandidate named(FunctionDef function, int count, List<String> names) {
        int parameters = function.argumentTypes().size();
        if (count > parameters || function.names().isEmpty()) return null;
        List<String> inputs = inputNames(function);
        int positional = count - names.size();
        boolean[] given = new boolean[parameters];
        int[] parameterOf = new int[parameters];
        for (int i = 0; i < positional; i++) {
            given[i] = true;
            parameterOf[i] = i;
        }
        for (int i = 0; i < names.size(); i++) {
            int parameter = inputs.indexOf(names.get(i));
            if (parameter < 0 || given[parameter]) return null;
            given[parameter] = true;
            parameterOf[positional + i] = parameter;
        }
        int next = count;
        int firstDefault = parameters - function.defaults().size();
        for (int p = 0; p < parameters; p++) {
            if (given[p]) continue;
            if (p < firstDefault) return null;
            parameterOf[next++] = p;
        }
        int[] types = new int[parameters];
        for (int i = 0; i < parameters; i++) types[i] = function.argumentTypes().get(parameterOf[i]);
        return new FunctionCandidate(function, types, 0, parameters - count, parameterOf);
    }

    static List<String> inputNames(FunctionDef function) {
        if (function.modes().isEmpty()) return function.names();
        List<String> inputs = new ArrayList<>();
        for (int i = 0; i < function.modes().length() && i < function.names().size(); i++) {
            char mode = function.modes().charAt(i);
            if (mode == 'i' || mode == 'b' || mode == 'v') inputs.add(function.names().get(i));
        }
        return inputs;
    }

    /** {@code name(type, name => type)} as messages show it. */
    String signature(List<String> name, List<PgType> actual, List<String> names) {
        StringBuilder text = new StringBuilder(String.join(".", name)).append('(');
        int positional = actual.size() - names.size();
        for (int i = 0; i < actual.size(); i++) {
            if (i > 0) text.append(", ");
            if (i >= positional) text.append(names.get(i - positional)).append(" => ");
            text.append(TypeNames.of(actual.get(i), catalog));
        }
        return text.append(')').toString();
    }

    PgException missing(List<String> name, List<PgType> actual, List<String> names, int position) {
        return PgError.error(SqlState.UNDEFINED_FUNCTION, "function " + signature(name, actual, names) + " does not exist")
                .withHint("No function matches the given name and argument types. You might need to add explicit type casts.")
                .withPosition(position).exception();
    }

    PgException ambiguous(List<String> name, List<PgType> actual, List<String> names, int position) {
        return PgError.error(SqlState.AMBIGUOUS_FUNCTION, "function " + signature(name, actual, names) + " is not unique")
                .withHint("Could not choose a best candidate function. You might need to add explicit type casts.")
                .withPosition(position).exception();
    }
}
