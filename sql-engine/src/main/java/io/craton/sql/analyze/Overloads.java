package io.craton.sql.analyze;

import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Chooses among overloaded candidates by the types of the arguments (func_match_argtypes, func_select_candidate). */
final class Overloads {
    /** {@code chosen} null and not {@code ambiguous}: none fits. */
    record Choice<T>(@Nullable T chosen, boolean ambiguous) {}

    private Overloads() {}

    static <T> Choice<T> choose(List<PgType> actual, List<T> candidates, Function<T, int[]> types, CoercionRules rules,
            CatalogView catalog) {
        List<T> fitting = new ArrayList<>(candidates.size());
        for (T candidate : candidates) {
            if (rules.canCoerce(actual, types.apply(candidate), CoercionContext.IMPLICIT)) fitting.add(candidate);
        }
        if (fitting.isEmpty()) return new Choice<>(null, false);
        if (fitting.size() == 1) return new Choice<>(fitting.getFirst(), false);
        T best = select(actual, fitting, types, rules, catalog);
        return new Choice<>(best, best == null);
    }

    /** The candidates with the most of something counted per candidate. */
    private static <T> List<T> most(List<T> candidates, Function<T, Integer> count) {
        List<T> best = new ArrayList<>(candidates.size());
        int most = -1;
        for (T candidate : candidates) {
            int n = count.apply(candidate);
            if (n > most) {
                most = n;
                best.clear();
            }
            if (n == most) best.add(candidate);
        }
        return best;
    }

    private static <T> @Nullable T select(List<PgType> actual, List<T> fitting, Function<T, int[]> types, CoercionRules rules,
            CatalogView catalog) {
        int n = actual.size();
        PgType[] base = new PgType[n];
        int unknowns = 0;
        for (int i = 0; i < n; i++) {
            boolean unknown = actual.get(i).oid() == TypeOid.UNKNOWN;
            base[i] = unknown ? actual.get(i) : catalog.baseType(actual.get(i));
            if (unknown) unknowns++;
        }
        List<T> left = most(fitting, candidate -> {
            int exact = 0;
            int[] declared = types.apply(candidate);
            for (int i = 0; i < n; i++) if (base[i].oid() != TypeOid.UNKNOWN && declared[i] == base[i].oid()) exact++;
            return exact;
        });
        if (left.size() == 1) return left.getFirst();
        left = most(left, candidate -> {
            int good = 0;
            int[] declared = types.apply(candidate);
            for (int i = 0; i < n; i++) {
                if (base[i].oid() == TypeOid.UNKNOWN) continue;
                PgType type = catalog.type(declared[i]);
                if (declared[i] == base[i].oid()
                        || type != null && type.preferred() && type.category() == base[i].category()) good++;
            }
            return good;
        });
        if (left.size() == 1) return left.getFirst();
        if (unknowns == 0) return null;
        left = byUnknownCategories(base, left, types, catalog);
        if (left.size() == 1) return left.getFirst();
        return unknowns < n ? bySharedType(base, actual, left, types, rules, catalog) : null;
    }

    /** Unknown arguments: a string category if any candidate accepts it, else the one that all share; then preferred types. */
    private static <T> List<T> byUnknownCategories(PgType[] base, List<T> candidates, Function<T, int[]> types, CatalogView catalog) {
        int n = base.length;
        char[] category = new char[n];
        boolean[] preferred = new boolean[n];
        boolean resolved = false;
        for (int i = 0; i < n; i++) {
            if (base[i].oid() != TypeOid.UNKNOWN) continue;
            resolved = true;
            boolean conflict = false;
            for (T candidate : candidates) {
                PgType type = catalog.type(types.apply(candidate)[i]);
                char current = type.category();
                if (category[i] == 0) {
                    category[i] = current;
                    preferred[i] = type.preferred();
                } else if (current == category[i]) {
                    preferred[i] |= type.preferred();
                } else if (current == 'S') {
                    category[i] = current;
                    preferred[i] = type.preferred();
                } else {
                    conflict = true;
                }
            }
            if (conflict && category[i] != 'S') {
                resolved = false;
                break;
            }
        }
        if (!resolved) return candidates;
        List<T> kept = new ArrayList<>();
        for (T candidate : candidates) {
            boolean keep = true;
            int[] declared = types.apply(candidate);
            for (int i = 0; i < n && keep; i++) {
                if (base[i].oid() != TypeOid.UNKNOWN) continue;
                PgType type = catalog.type(declared[i]);
                keep = type.category() == category[i] && (!preferred[i] || type.preferred());
            }
            if (keep) kept.add(candidate);
        }
        return kept.isEmpty() ? candidates : kept;
    }

    /** If all known arguments are of one type, assume that the unknown ones are too. */
    private static <T> @Nullable T bySharedType(PgType[] base, List<PgType> actual, List<T> candidates, Function<T, int[]> types,
            CoercionRules rules, CatalogView catalog) {
        PgType known = null;
        for (PgType type : base) {
            if (type.oid() == TypeOid.UNKNOWN) continue;
            if (known == null) known = type;
            else if (known.oid() != type.oid()) return null;
        }
        if (known == null) return null;
        List<PgType> assumed = new ArrayList<>();
        for (int i = 0; i < base.length; i++) assumed.add(known);
        T found = null;
        for (T candidate : candidates) {
            if (!rules.canCoerce(assumed, types.apply(candidate), CoercionContext.IMPLICIT)) continue;
            if (found != null) return null;
            found = candidate;
        }
        return found;
    }
}
