package io.craton.sql.analyze;

import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.CastRow;
import io.craton.sql.function.FunctionDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which types may become which: the questions of parse_coerce that need no expression at hand. Immutable. */
final class CoercionRules {
    private final CatalogView catalog;
    private final Polymorphism polymorphism;

    CoercionRules(CatalogView catalog) {
        this.catalog = catalog;
        this.polymorphism = new Polymorphism(catalog, this);
    }

    Polymorphism polymorphism() {
        return polymorphism;
    }

    Pathway pathway(PgType targetType, PgType sourceType, CoercionContext context) {
        PgType target = catalog.baseType(targetType);
        PgType source = catalog.baseType(sourceType);
        if (target.oid() == source.oid()) return Pathway.RELABEL;
        CastRow cast = catalog.cast(source.oid(), target.oid());
        if (cast != null) {
            if (!context.allows(cast.context())) return context == CoercionContext.PLPGSQL ? Pathway.IO : Pathway.NONE;
            return switch (cast.method()) {
                case 'f' -> new Pathway(Pathway.Kind.FUNCTION, catalog.function(cast.functionOid()));
                case 'i' -> Pathway.IO;
                default -> Pathway.RELABEL;
            };
        }
        if (target.oid() != TypeOid.OIDVECTOR && target.oid() != TypeOid.INT2VECTOR) {
            PgType targetElement = catalog.elementType(target);
            PgType sourceElement = catalog.elementType(source);
            if (targetElement != null && sourceElement != null && pathway(targetElement, sourceElement, context).exists()) {
                return Pathway.ARRAY;
            }
        }
        if (context != CoercionContext.IMPLICIT && target.category() == 'S') return Pathway.IO;
        if (context == CoercionContext.EXPLICIT && source.category() == 'S') return Pathway.IO;
        return context == CoercionContext.PLPGSQL && target.kind() != 'p' && source.kind() != 'p' ? Pathway.IO : Pathway.NONE;
    }

    /** The function that applies a typmod to values of the type; null when there is none. For arrays, the element's. */
    @Nullable FunctionDef lengthFunction(PgType type) {
        PgType element = catalog.elementType(type);
        int oid = element == null ? type.oid() : element.oid();
        CastRow cast = BuiltinCatalog.cast(oid, oid);
        return cast == null ? null : catalog.function(cast.functionOid());
    }

    boolean canCoerce(PgType input, PgType target, CoercionContext context) {
        return canCoerceOne(input, target, context)
                && (!Polymorphism.isPolymorphic(target.oid()) || polymorphism.consistent(List.of(input), new int[] {target.oid()}));
    }

    /** All at once, with the polymorphic ones agreeing among themselves. */
    boolean canCoerce(List<PgType> inputs, int[] targets, CoercionContext context) {
        boolean generic = false;
        for (int i = 0; i < inputs.size(); i++) {
            PgType input = inputs.get(i);
            int target = targets[i];
            if (input.oid() == target || target == TypeOid.ANY || input.oid() == TypeOid.UNKNOWN && !Polymorphism.isPolymorphic(target)) continue;
            if (Polymorphism.isPolymorphic(target)) {
                generic = true;
                continue;
            }
            PgType targetType = catalog.type(target);
            if (targetType == null || !canCoerceOne(input, targetType, context)) return false;
        }
        return !generic || polymorphism.consistent(inputs, targets);
    }

    private boolean canCoerceOne(PgType input, PgType target, CoercionContext context) {
        if (input.oid() == target.oid() || target.oid() == TypeOid.ANY || Polymorphism.isPolymorphic(target.oid())) return true;
        if (input.oid() == TypeOid.UNKNOWN) return true;
        if (pathway(target, input, context).exists()) return true;
        if (input.oid() == TypeOid.RECORD && composite(target)) return true;
        if (target.oid() == TypeOid.RECORD && composite(input)) return true;
        if (input.oid() == TypeOid._RECORD && compositeArray(target)) return true;
        if (ofTypedTable(input, target)) return true;
        return target.oid() == TypeOid._RECORD && compositeArray(input);
    }

    /** A composite type, or a domain over one. */
    boolean composite(PgType type) {
        return catalog.baseType(type).kind() == 'c';
    }

    /** Whether the first is the row type of a table of the second. */
    boolean ofTypedTable(PgType row, PgType type) {
        if (row.kind() != 'c' || row.relationOid() == 0) return false;
        TableDef table = catalog.catalog().table(row.relationOid());
        return table != null && table.ofTypeOid() != 0 && table.ofTypeOid() == type.oid();
    }

    boolean compositeArray(PgType type) {
        PgType element = catalog.elementType(type);
        return element != null && composite(element);
    }

    boolean binaryCoercible(PgType sourceType, int target) {
        if (sourceType.oid() == target) return true;
        if (target == TypeOid.ANY || target == TypeOid.ANYELEMENT || target == TypeOid.ANYCOMPATIBLE) return true;
        PgType source = catalog.baseType(sourceType);
        if (source.oid() == target) return true;
        switch (target) {
            case TypeOid.ANYARRAY, TypeOid.ANYCOMPATIBLEARRAY -> {
                if (source.isArray()) return true;
            }
            case TypeOid.ANYNONARRAY, TypeOid.ANYCOMPATIBLENONARRAY -> {
                if (!source.isArray()) return true;
            }
            case TypeOid.ANYENUM -> {
                if (source.kind() == 'e') return true;
            }
            case TypeOid.ANYRANGE, TypeOid.ANYCOMPATIBLERANGE -> {
                if (source.kind() == 'r') return true;
            }
            case TypeOid.ANYMULTIRANGE, TypeOid.ANYCOMPATIBLEMULTIRANGE -> {
                if (source.kind() == 'm') return true;
            }
            case TypeOid.RECORD -> {
                if (source.kind() == 'c') return true;
            }
            case TypeOid._RECORD -> {
                if (compositeArray(source)) return true;
            }
            default -> { }
        }
        CastRow cast = catalog.cast(source.oid(), target);
        return cast != null && cast.method() == 'b' && cast.context() == 'i';
    }
}
