package io.craton.sql.analyze;

import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import java.util.ArrayList;
import io.craton.sql.function.FunctionDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Types of a routine's arguments: which are polymorphic, and what they are in a call. Pure. */
public final class RoutineTypes {
    private RoutineTypes() {}

    public static boolean polymorphic(int oid) {
        return Polymorphism.isPolymorphic(oid);
    }

    /** The function that a call with arguments of these types means, with its declared types as they are then, and its result; types may stay polymorphic. */
    public record Lookup(FunctionDef function, List<Integer> declared, int result) {}

    /** Null when there is none, or more than one. */
    public static @Nullable Lookup lookup(List<String> name, List<PgType> types, CatalogView catalog) {
        FunctionResolver.Resolution found = new FunctionResolver(catalog, catalog.rules()).resolve(name, types, List.of(), false, 0);
        if (!(found instanceof FunctionResolver.Resolution.Found each)) return null;
        int[] declared = java.util.Arrays.copyOf(each.candidate().types(), types.size());
        int result = catalog.rules().polymorphism().resolve(types, declared, each.candidate().function().returnType(), true);
        return new Lookup(each.candidate().function(), java.util.Arrays.stream(declared).boxed().toList(), result);
    }

    /** {@code name(type, type)}. */
    public static String signature(List<String> name, List<PgType> types, CatalogView catalog) {
        return new FunctionResolver(catalog, catalog.rules()).signature(name, types, List.of());
    }

    /** What a declared type is for arguments of these types, declared as that. */
    public static PgType resolved(List<PgType> actual, List<Integer> declared, int type, CatalogView catalog) {
        if (!polymorphic(type)) return catalog.requireType(type);
        int[] types = new int[actual.size()];
        for (int i = 0; i < types.length; i++) types[i] = declared.get(Math.min(i, declared.size() - 1));
        return catalog.requireType(catalog.rules().polymorphism().resolve(actual, types, type, false));
    }

    public static boolean binaryCoercible(PgType source, int target, CatalogView catalog) {
        return catalog.rules().binaryCoercible(source, target);
    }

    /** Why a polymorphic result cannot be told from the input types; null when it can. */
    public static @Nullable String undetermined(int result, List<Integer> inputs, CatalogView catalog) {
        String wanted = switch (result) {
            case TypeOid.ANYRANGE, TypeOid.ANYMULTIRANGE ->
                    any(inputs, TypeOid.ANYRANGE, TypeOid.ANYMULTIRANGE) ? null : "anyrange or anymultirange";
            case TypeOid.ANYCOMPATIBLERANGE, TypeOid.ANYCOMPATIBLEMULTIRANGE ->
                    any(inputs, TypeOid.ANYCOMPATIBLERANGE, TypeOid.ANYCOMPATIBLEMULTIRANGE) ? null
                            : "anycompatiblerange or anycompatiblemultirange";
            case TypeOid.ANYELEMENT, TypeOid.ANYARRAY, TypeOid.ANYNONARRAY, TypeOid.ANYENUM ->
                    any(inputs, TypeOid.ANYELEMENT, TypeOid.ANYARRAY, TypeOid.ANYNONARRAY, TypeOid.ANYENUM, TypeOid.ANYRANGE, TypeOid.ANYMULTIRANGE)
                            ? null : "anyelement, anyarray, anynonarray, anyenum, anyrange, or anymultirange";
            case TypeOid.ANYCOMPATIBLE, TypeOid.ANYCOMPATIBLEARRAY, TypeOid.ANYCOMPATIBLENONARRAY ->
                    any(inputs, TypeOid.ANYCOMPATIBLE, TypeOid.ANYCOMPATIBLEARRAY, TypeOid.ANYCOMPATIBLENONARRAY, TypeOid.ANYCOMPATIBLERANGE,
                            TypeOid.ANYCOMPATIBLEMULTIRANGE)
                            ? null : "anycompatible, anycompatiblearray, anycompatiblenonarray, anycompatiblerange, or anycompatiblemultirange";
            default -> null;
        };
        return wanted == null ? null
                : "A result of type " + TypeNames.of(catalog.requireType(result), catalog) + " requires at least one input of type " + wanted + ".";
    }

    private static boolean any(List<Integer> inputs, int... types) {
        for (int type : types) if (inputs.contains(type)) return true;
        return false;
    }

    /** Actual types of all arguments (OUT and TABLE ones too), given those of the input arguments. */
    public static List<PgType> actual(List<Integer> declared, String modes, List<PgType> inputs, CatalogView catalog) {
        int[] inputTypes = new int[inputs.size()];
        int at = 0;
        for (int i = 0; i < declared.size(); i++) {
            char mode = i < modes.length() ? modes.charAt(i) : 'i';
            if (mode != 'o' && mode != 't') inputTypes[at++] = declared.get(i);
        }
        List<PgType> types = new ArrayList<>();
        at = 0;
        for (int i = 0; i < declared.size(); i++) {
            char mode = i < modes.length() ? modes.charAt(i) : 'i';
            boolean input = mode != 'o' && mode != 't';
            int oid = declared.get(i);
            if (input && (polymorphic(oid) || oid == TypeOid.ANY)) {
                types.add(catalog.baseType(inputs.get(at)).isArray() && oid == TypeOid.ANYARRAY ? catalog.baseType(inputs.get(at)) : inputs.get(at));
            } else if (polymorphic(oid)) {
                types.add(catalog.requireType(catalog.rules().polymorphism().resolve(inputs, inputTypes.clone(), oid, false)));
            } else {
                types.add(catalog.requireType(oid));
            }
            if (input) at++;
        }
        return types;
    }
}
