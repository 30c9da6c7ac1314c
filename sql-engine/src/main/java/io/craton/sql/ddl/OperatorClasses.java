package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeResolver;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.RoutineTypes;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.CastRow;
import io.craton.sql.function.OperatorClass;
import io.craton.sql.function.OperatorFamilies;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.storage.row.KeyCodec;
import java.util.List;

/** Operator classes of index columns. Pure. */
final class OperatorClasses {
    private OperatorClasses() {}

    /** Oid of the class that orders a column of this type; 42704 when the type has none. */
    static int defaultBtree(PgType type, CatalogView names) {
        return standard("btree", type, names);
    }

    private static int standard(String method, PgType type, CatalogView names) {
        OperatorClass found = OperatorFamilies.standard(method, type, names);
        if (found == null) {
            throw PgError.error(SqlState.UNDEFINED_OBJECT, "data type " + TypeNames.of(type, names) + " has no default operator class for access method \""
                            + method + "\"")
                    .withHint("You must specify an operator class for the index or define a default operator class for the data type.")
                    .exception();
        }
        return stored(found, type, names);
    }

    static String name(int oid) {
        OperatorClass found = OperatorFamilies.byOid(oid);
        return found == null ? "???" : found.name();
    }

    /** A class whose order has no form as bytes in keys cannot serve an index yet. */
    private static int stored(OperatorClass found, PgType type, TypeResolver types) {
        if (!KeyCodec.supports(type, types)) throw PgException.notSupported("index over type " + type.name());
        return found.oid();
    }

    /** The class named in CREATE INDEX, or the default one. Classes that order as the default one does are accepted under their names. */
    static int named(List<String> name, PgType type, String method, Scope scope) {
        if (name.isEmpty()) return standard(method, type, scope.names());
        boolean elsewhere = name.size() > 1 && !name.get(name.size() - 2).equals("pg_catalog");
        if (elsewhere) ObjectNames.requireSchema(name.get(name.size() - 2), 0, scope.context().catalog());
        OperatorClass found = elsewhere ? null : OperatorFamilies.named(method, name.getLast());
        if (found == null) {
            throw new PgException(SqlState.UNDEFINED_OBJECT,
                    "operator class \"" + String.join(".", name) + "\" does not exist for access method \"" + method + "\"");
        }
        if (!RoutineTypes.binaryCoercible(type, found.inputType(), scope.names())) {
            throw new PgException(SqlState.DATATYPE_MISMATCH,
                    "operator class \"" + String.join(".", name) + "\" does not accept data type " + TypeNames.of(type, scope.names()));
        }
        return stored(found, type, scope.names());
    }

    /**
     * Whether values of base type {@code from} can be looked up among values of base type {@code to}: the same type, another type of the same default
     * family (but for those that hold for all enums, arrays or rows), or one that is coerced without being asked.
     */
    static boolean comparable(PgType from, PgType to) {
        if (from.oid() == to.oid()) return true;
        OperatorClass target = OperatorFamilies.btree(to, io.craton.core.type.PgTypes::find);
        if (target == null) return false;
        OperatorClass source = OperatorFamilies.btree(from, io.craton.core.type.PgTypes::find);
        boolean polymorphic = to.kind() != 'b' || to.isArray();
        if (source != null && source.family() == target.family() && !polymorphic) return true;
        CastRow cast = BuiltinCatalog.cast(from.oid(), to.oid());
        return cast != null && cast.context() == 'i';
    }
}
