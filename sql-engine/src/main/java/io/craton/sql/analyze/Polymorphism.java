package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.RangeTypes;
import io.craton.core.type.TypeOid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Polymorphic pseudo-types: whether actual types agree, and what the declared types become (check_ and enforce_generic_type_consistency). The any family
 * (anyelement, anyarray, ...) wants equal types, the anycompatible family wants types with a common one.
 */
final class Polymorphism {
    private final CatalogView catalog;
    private final CoercionRules rules;

    Polymorphism(CatalogView catalog, CoercionRules rules) {
        this.catalog = catalog;
        this.rules = rules;
    }

    static boolean isPolymorphic(int oid) {
        return family1(oid) || family2(oid);
    }

    private static boolean family1(int oid) {
        return switch (oid) {
            case TypeOid.ANYELEMENT, TypeOid.ANYARRAY, TypeOid.ANYNONARRAY, TypeOid.ANYENUM, TypeOid.ANYRANGE, TypeOid.ANYMULTIRANGE -> true;
            default -> false;
        };
    }

    private static boolean family2(int oid) {
        return switch (oid) {
            case TypeOid.ANYCOMPATIBLE, TypeOid.ANYCOMPATIBLEARRAY, TypeOid.ANYCOMPATIBLENONARRAY, TypeOid.ANYCOMPATIBLERANGE,
                    TypeOid.ANYCOMPATIBLEMULTIRANGE -> true;
            default -> false;
        };
    }

    /** Whether the actual types may stand for the declared ones together. */
    boolean consistent(List<PgType> actual, int[] declared) {
        PgType element = null;
        PgType array = null;
        PgType range = null;
        PgType multirange = null;
        boolean nonArray = false;
        boolean isEnum = false;
        PgType compatibleRange = null;
        PgType compatibleMultirange = null;
        boolean compatibleNonArray = false;
        List<PgType> compatible = new ArrayList<>();
        for (int i = 0; i < actual.size(); i++) {
            PgType type = actual.get(i);
            boolean unknown = type.oid() == TypeOid.UNKNOWN;
            switch (declared[i]) {
                case TypeOid.ANYELEMENT, TypeOid.ANYNONARRAY, TypeOid.ANYENUM -> {
                    if (declared[i] == TypeOid.ANYNONARRAY) nonArray = true;
                    if (declared[i] == TypeOid.ANYENUM) isEnum = true;
                    if (unknown) continue;
                    if (element != null && element.oid() != type.oid()) return false;
                    element = type;
                }
                case TypeOid.ANYARRAY -> {
                    if (unknown) continue;
                    PgType base = catalog.baseType(type);
                    if (array != null && array.oid() != base.oid()) return false;
                    array = base;
                }
                case TypeOid.ANYRANGE -> {
                    if (unknown) continue;
                    PgType base = catalog.baseType(type);
                    if (range != null && range.oid() != base.oid()) return false;
                    range = base;
                }
                case TypeOid.ANYMULTIRANGE -> {
                    if (unknown) continue;
                    PgType base = catalog.baseType(type);
                    if (multirange != null && multirange.oid() != base.oid()) return false;
                    multirange = base;
                }
                case TypeOid.ANYCOMPATIBLE, TypeOid.ANYCOMPATIBLENONARRAY -> {
                    if (declared[i] == TypeOid.ANYCOMPATIBLENONARRAY) compatibleNonArray = true;
                    if (!unknown) compatible.add(type);
                }
                case TypeOid.ANYCOMPATIBLEARRAY -> {
                    if (unknown) continue;
                    PgType elementType = catalog.elementType(catalog.baseType(type));
                    if (elementType == null) return false;
                    compatible.add(elementType);
                }
                case TypeOid.ANYCOMPATIBLERANGE -> {
                    if (unknown) continue;
                    PgType base = catalog.baseType(type);
                    if (compatibleRange != null && compatibleRange.oid() != base.oid()) return false;
                    PgType subtype = RangeTypes.subtype(base);
                    if (subtype == null) return false;
                    if (compatibleRange == null) compatible.add(subtype);
                    compatibleRange = base;
                }
                case TypeOid.ANYCOMPATIBLEMULTIRANGE -> {
                    if (unknown) continue;
                    PgType base = catalog.baseType(type);
                    if (compatibleMultirange != null && compatibleMultirange.oid() != base.oid()) return false;
                    PgType rangeType = RangeTypes.rangeOf(base);
                    if (rangeType == null) return false;
                    if (compatibleMultirange == null) compatible.add(RangeTypes.subtype(rangeType));
                    compatibleMultirange = base;
                }
                default -> { }
            }
        }
        if (array != null) {
            if (array.oid() == TypeOid.ANYARRAY) {
                if (element != null) return false;
            } else {
                PgType elementType = catalog.elementType(array);
                if (elementType == null) return false;
                if (element == null) element = elementType;
                else if (element.oid() != elementType.oid()) return false;
            }
        }
        if (multirange != null) {
            PgType rangeType = RangeTypes.rangeOf(multirange);
            if (rangeType == null) return false;
            if (range == null) range = rangeType;
            else if (range.oid() != rangeType.oid()) return false;
        }
        if (range != null) {
            PgType subtype = RangeTypes.subtype(range);
            if (subtype == null) return false;
            if (element == null) element = subtype;
            else if (element.oid() != subtype.oid()) return false;
        }
        if (nonArray && element != null && (element.isArray() || catalog.baseType(element).isArray())) return false;
        if (isEnum && element != null && element.kind() != 'e') return false;
        if (!compatible.isEmpty()) {
            PgType common = CommonTypes.common(compatible, rules);
            if (common == null) return false;
            for (PgType type : compatible) if (!rules.canCoerce(type, common, CoercionContext.IMPLICIT)) return false;
            if (compatibleNonArray && common != null && catalog.baseType(common).isArray()) return false;
            if (compatibleRange != null && RangeTypes.subtype(compatibleRange).oid() != common.oid()) return false;
            if (compatibleMultirange != null) {
                PgType rangeType = RangeTypes.rangeOf(compatibleMultirange);
                if (rangeType == null || RangeTypes.subtype(rangeType).oid() != common.oid()) return false;
            }
        }
        return true;
    }

    /**
     * Replaces polymorphic types in {@code declared} by actual ones and returns the actual result type. Throws when they disagree
     * (42804) or cannot be determined.
     */
    int resolve(List<PgType> actual, int[] declared, int result, boolean allowPolymorphic) {
        boolean any = isPolymorphic(result);
        for (int oid : declared) any |= isPolymorphic(oid);
        if (!any) return result;
        PgType element = null;
        PgType array = null;
        PgType range = null;
        PgType multirange = null;
        boolean nonArray = result == TypeOid.ANYNONARRAY;
        boolean isEnum = result == TypeOid.ANYENUM;
        boolean unknowns = false;
        int generic = 0;
        PgType compatibleRange = null;
        PgType compatibleMultirange = null;
        List<PgType> compatible = new ArrayList<>();
        boolean compatibleUnknowns = false;
        boolean compatibleGeneric = family2(result);
        boolean compatibleNonArray = result == TypeOid.ANYCOMPATIBLENONARRAY;
        for (int i = 0; i < declared.length && i < actual.size(); i++) {
            PgType type = actual.get(i);
            boolean unknown = type.oid() == TypeOid.UNKNOWN;
            if (allowPolymorphic && family2(declared[i]) && type.oid() == declared[i]) continue; // tells nothing
            if (family1(declared[i])) {
                generic++;
                if (unknown) unknowns = true;
            }
            if (family2(declared[i])) {
                compatibleGeneric = true;
                if (unknown) compatibleUnknowns = true;
            }
            switch (declared[i]) {
                case TypeOid.ANYELEMENT, TypeOid.ANYNONARRAY, TypeOid.ANYENUM -> {
                    if (declared[i] == TypeOid.ANYNONARRAY) nonArray = true;
                    if (declared[i] == TypeOid.ANYENUM) isEnum = true;
                    if (unknown) continue;
                    if (element != null && element.oid() != type.oid()) throw unlike("anyelement", element, type);
                    element = type;
                }
                case TypeOid.ANYARRAY -> {
                    if (unknown) continue;
                    PgType base = catalog.baseType(type);
                    if (array != null && array.oid() != base.oid()) throw unlike("anyarray", array, base);
                    array = base;
                }
                case TypeOid.ANYRANGE -> {
                    if (unknown) continue;
                    PgType base = catalog.baseType(type);
                    if (range != null && range.oid() != base.oid()) throw unlike("anyrange", range, base);
                    range = base;
                }
                case TypeOid.ANYMULTIRANGE -> {
                    if (unknown) continue;
                    PgType base = catalog.baseType(type);
                    if (multirange != null && multirange.oid() != base.oid()) throw unlike("anymultirange", multirange, base);
                    multirange = base;
                }
                case TypeOid.ANYCOMPATIBLE, TypeOid.ANYCOMPATIBLENONARRAY -> {
                    if (declared[i] == TypeOid.ANYCOMPATIBLENONARRAY) compatibleNonArray = true;
                    if (!unknown) compatible.add(type);
                }
                case TypeOid.ANYCOMPATIBLEARRAY -> {
                    if (unknown) continue;
                    PgType elementType = catalog.elementType(catalog.baseType(type));
                    if (elementType == null) {
                        throw mismatch("argument declared anycompatiblearray is not an array but type " + TypeNames.of(type, catalog));
                    }
                    compatible.add(elementType);
                }
                case TypeOid.ANYCOMPATIBLERANGE -> {
                    if (unknown) continue;
                    PgType base = catalog.baseType(type);
                    if (compatibleRange != null && compatibleRange.oid() != base.oid()) {
                        throw unlike("anycompatiblerange", compatibleRange, base);
                    }
                    if (compatibleRange == null) compatible.add(RangeTypes.subtype(base));
                    compatibleRange = base;
                }
                case TypeOid.ANYCOMPATIBLEMULTIRANGE -> {
                    if (unknown) continue;
                    PgType base = catalog.baseType(type);
                    compatibleMultirange = base;
                    compatibleRange = RangeTypes.rangeOf(base);
                    compatible.add(RangeTypes.subtype(compatibleRange));
                }
                default -> { }
            }
        }
        if (generic > 0 || family1(result)) {
            if (array != null) {
                PgType elementType = array.oid() == TypeOid.ANYARRAY ? null : catalog.elementType(array);
                if (array.oid() == TypeOid.ANYARRAY) {
                    if (!allowPolymorphic && (generic > 1 || result != TypeOid.ANYARRAY) && family1(result) && result != TypeOid.ANYARRAY) {
                        throw mismatch("cannot determine element type of \"anyarray\" argument");
                    }
                } else if (elementType == null) {
                    throw mismatch("argument declared anyarray is not an array but type " + TypeNames.of(array, catalog));
                } else if (element == null) {
                    element = elementType;
                } else if (element.oid() != elementType.oid()) {
                    throw PgError.error(SqlState.DATATYPE_MISMATCH,
                                    "argument declared anyarray is not consistent with argument declared anyelement")
                            .withDetail(TypeNames.of(array, catalog) + " versus " + TypeNames.of(element, catalog)).exception();
                }
            }
            if (multirange != null && range == null) range = RangeTypes.rangeOf(multirange);
            if (range != null) {
                PgType subtype = RangeTypes.subtype(range);
                if (subtype == null) {
                    throw mismatch("argument declared anyrange is not a range type but type " + TypeNames.of(range, catalog));
                }
                if (element == null) element = subtype;
                else if (element.oid() != subtype.oid()) {
                    throw PgError.error(SqlState.DATATYPE_MISMATCH,
                                    "argument declared anyrange is not consistent with argument declared anyelement")
                            .withDetail(TypeNames.of(range, catalog) + " versus " + TypeNames.of(element, catalog)).exception();
                }
            }
            if (element == null && array == null) {
                if (allowPolymorphic) return result;
                if (unknowns || generic == 0) {
                    throw mismatch("could not determine polymorphic type because input has type unknown");
                }
            }
            if (nonArray && element != null && catalog.baseType(element).isArray()) {
                throw mismatch("type matched to anynonarray is an array type: " + TypeNames.of(element, catalog));
            }
            if (isEnum && element != null && element.kind() != 'e') {
                throw mismatch("type matched to anyenum is not an enum type: " + TypeNames.of(element, catalog));
            }
        }
        PgType common = null;
        if (compatibleGeneric) {
            if (compatible.isEmpty()) {
                if (compatibleUnknowns) common = PgTypes.TEXT;
                else if (!allowPolymorphic) throw mismatch("could not determine polymorphic type because input has type unknown");
            } else {
                common = CommonTypes.require(compatible, rules, catalog);
            }
            if (compatibleNonArray && common != null && catalog.baseType(common).isArray()) {
                throw mismatch("type matched to anycompatiblenonarray is an array type: " + TypeNames.of(common, catalog));
            }
        }
        for (int i = 0; i < declared.length; i++) {
            declared[i] = actualFor(declared[i], element, array, range, multirange, common, compatibleRange, compatibleMultirange);
        }
        return actualFor(result, element, array, range, multirange, common, compatibleRange, compatibleMultirange);
    }

    private int actualFor(int declared, @Nullable PgType element, @Nullable PgType array, @Nullable PgType range,
            @Nullable PgType multirange, @Nullable PgType common, @Nullable PgType compatibleRange,
            @Nullable PgType compatibleMultirange) {
        return switch (declared) {
            case TypeOid.ANYELEMENT, TypeOid.ANYNONARRAY, TypeOid.ANYENUM -> element == null ? declared : element.oid();
            case TypeOid.ANYARRAY -> array != null ? array.oid() : element == null ? declared : requireArray(element);
            case TypeOid.ANYRANGE -> {
                if (range != null) yield range.oid();
                throw cannotFind("anyrange", element);
            }
            case TypeOid.ANYMULTIRANGE -> {
                if (multirange != null) yield multirange.oid();
                if (range != null) yield RangeTypes.multirangeOf(range);
                throw cannotFind("anymultirange", element);
            }
            case TypeOid.ANYCOMPATIBLE, TypeOid.ANYCOMPATIBLENONARRAY -> common == null ? declared : common.oid();
            case TypeOid.ANYCOMPATIBLEARRAY -> common == null ? declared : requireArray(common);
            case TypeOid.ANYCOMPATIBLERANGE -> compatibleRange == null ? declared : compatibleRange.oid();
            case TypeOid.ANYCOMPATIBLEMULTIRANGE -> compatibleMultirange != null ? compatibleMultirange.oid()
                    : compatibleRange == null ? declared : RangeTypes.multirangeOf(compatibleRange);
            default -> declared;
        };
    }

    private RuntimeException cannotFind(String pseudo, @Nullable PgType element) {
        return element == null
                ? mismatch("could not determine polymorphic type because input has type unknown")
                : PgError.error(SqlState.DATATYPE_MISMATCH,
                        "could not determine polymorphic type " + pseudo + " because input has type " + TypeNames.of(element, catalog))
                        .exception();
    }

    private int requireArray(PgType element) {
        PgType array = catalog.arrayType(element);
        if (array == null) {
            throw PgError.error(SqlState.UNDEFINED_OBJECT,
                    "could not find array type for data type " + TypeNames.of(element, catalog)).exception();
        }
        return array.oid();
    }

    private RuntimeException unlike(String pseudo, PgType first, PgType second) {
        return PgError.error(SqlState.DATATYPE_MISMATCH, "arguments declared \"" + pseudo + "\" are not all alike")
                .withDetail(TypeNames.of(first, catalog) + " versus " + TypeNames.of(second, catalog)).exception();
    }

    private static RuntimeException mismatch(String message) {
        return PgError.error(SqlState.DATATYPE_MISMATCH, message).exception();
    }
}
