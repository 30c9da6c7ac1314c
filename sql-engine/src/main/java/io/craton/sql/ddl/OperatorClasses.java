package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeResolver;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.CastRow;
import io.craton.sql.function.OperatorClass;
import io.craton.sql.function.OperatorFamilies;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.storage.row.KeyCodec;
import org.jspecify.annotations.Nullable;

/** Operator classes of index columns. Pure. */
final class OperatorClasses {
    private OperatorClasses() {}

    /** Oid of the class that orders a column of this type; 42704 when the type has none. */
    static int defaultBtree(PgType type, @Nullable String method, int position, TypeResolver types) {
        OperatorClass found = OperatorFamilies.btree(type, types);
        if (found == null) {
            String access = method == null ? "btree" : method;
            throw PgError.error(SqlState.UNDEFINED_OBJECT,
                            "data type " + type.name() + " has no default operator class for access method \"" + access + "\"")
                    .withHint("You must specify an operator class for the index or define a default operator class for the data type.")
                    .exception();
        }
        return stored(found, type, types);
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
    static int named(java.util.List<String> name, PgType type, String method, int position, Scope scope) {
        if (name.isEmpty()) {
            int btree = defaultBtree(type, method, position, scope.names());
            OperatorClass own = OperatorFamilies.standard(method, type, scope.names());
            return own == null ? btree : own.oid();
        }
        String wanted = name.getLast();
        OperatorClass found = OperatorFamilies.named(method, wanted);
        if (found == null) {
            throw new PgException(SqlState.UNDEFINED_OBJECT,
                    "operator class \"" + wanted + "\" does not exist for access method \"" + method + "\"");
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
