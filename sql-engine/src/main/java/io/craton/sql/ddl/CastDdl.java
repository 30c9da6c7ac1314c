package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.RoutineTypes;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.analyze.TypeResolution;
import io.craton.sql.function.CastRow;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectReference;
import io.craton.sql.syntax.RoutineStatement.CreateCast;
import io.craton.sql.syntax.TypeName;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.CastDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CREATE CAST and what names a cast. One statement. */
final class CastDdl {
    private final Scope scope;

    CastDdl(Scope scope) {
        this.scope = scope;
    }

    String create(CreateCast create) {
        PgType source = resolved(create.source());
        PgType target = resolved(create.target());
        if (source.kind() == 'p') throw wrongType("source data type " + text(source) + " is a pseudo-type");
        if (target.kind() == 'p') throw wrongType("target data type " + text(target) + " is a pseudo-type");
        requireOwner(source, target);
        Ownership.requireUsage(source, scope);
        Ownership.requireUsage(target, scope);
        if (source.kind() == 'd') warn("cast will be ignored because the source data type is a domain");
        if (target.kind() == 'd') warn("cast will be ignored because the target data type is a domain");
        int function = 0;
        char method = create.inout() ? 'i' : 'b';
        int arguments = 0;
        if (create.function() != null) {
            FunctionDef found = RoutineLookup.function(create.function(), scope);
            requireFitting(found, source, target);
            function = found.oid();
            method = 'f';
            arguments = found.argumentTypes().size();
        } else if (!create.inout()) {
            requireSamePhysically(source, target);
        }
        if (source.oid() == target.oid() && arguments < 2) throw wrong("source data type and target data type are the same");
        if (scope.names().cast(source.oid(), target.oid()) != null) {
            throw new PgException(SqlState.DUPLICATE_OBJECT, "cast from type " + text(source) + " to type " + text(target) + " already exists");
        }
        char context = switch (create.context()) {
            case EXPLICIT -> 'e';
            case ASSIGNMENT -> 'a';
            case IMPLICIT -> 'i';
        };
        scope.context().transaction().change(new CatalogChange.Put(new CastDef(scope.context().transaction().newOid(), source.oid(), target.oid(), function,
                context, method)));
        return "CREATE CAST";
    }

    /** Errors here have no position. */
    private PgType resolved(TypeName name) {
        return new TypeResolution(scope.names()).resolve(new TypeName(name.names(), name.modifiers(), name.arrayBounds(), name.setOf(), name.percentType(), 0)).type();
    }

    private String text(PgType type) {
        return TypeNames.of(type, -1, scope.names());
    }

    private static PgException wrongType(String message) {
        return new PgException(SqlState.WRONG_OBJECT_TYPE, message);
    }

    private static PgException wrong(String message) {
        return new PgException(SqlState.INVALID_OBJECT_DEFINITION, message);
    }

    private void warn(String message) {
        scope.context().notice(PgError.of(Severity.WARNING, SqlState.WRONG_OBJECT_TYPE, message));
    }

    private void requireOwner(PgType source, PgType target) {
        if (owns(source) || owns(target)) return;
        throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "must be owner of type " + text(source) + " or type " + text(target));
    }

    private boolean owns(PgType type) {
        TypeDef def = scope.context().catalog().find(TypeDef.class, type.oid());
        return scope.context().session().superuser() || def != null && Ownership.owns(def.type().ownerOid(), scope);
    }

    private void requireFitting(FunctionDef function, PgType source, PgType target) {
        List<Integer> arguments = function.argumentTypes();
        if (arguments.isEmpty() || arguments.size() > 3) throw wrong("cast function must take one to three arguments");
        if (!RoutineTypes.binaryCoercible(source, arguments.getFirst(), scope.names())) {
            throw wrong("argument of cast function must match or be binary-coercible from source data type");
        }
        if (arguments.size() > 1 && arguments.get(1) != TypeOid.INT4) throw wrong("second argument of cast function must be type integer");
        if (arguments.size() > 2 && arguments.get(2) != TypeOid.BOOL) throw wrong("third argument of cast function must be type boolean");
        if (!RoutineTypes.binaryCoercible(scope.names().requireType(function.returnType()), target.oid(), scope.names())) {
            throw wrong("return data type of cast function must match or be binary-coercible to target data type");
        }
        if (function.kind() != 'f') throw wrong("cast function must be a normal function");
        if (function.returnsSet()) throw wrong("cast function must not return a set");
    }

    private void requireSamePhysically(PgType source, PgType target) {
        if (!scope.context().session().superuser()) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "must be superuser to create a cast WITHOUT FUNCTION");
        }
        if (source.length() != target.length()) throw wrong("source and target data types are not physically compatible");
        if (source.kind() == 'c' || target.kind() == 'c') throw wrong("composite data types are not binary-compatible");
        if (source.kind() == 'e' || target.kind() == 'e') throw wrong("enum data types are not binary-compatible");
        if (source.isArray() || target.isArray()) throw wrong("array data types are not binary-compatible");
        if (source.kind() == 'd' || target.kind() == 'd') throw wrong("domain data types must not be marked binary-compatible");
        if (source.repr() != target.repr()) throw PgException.notSupported("a cast without function between types of different form");
    }

    // ---- what names a cast -----------------------------------------------------------------------------------------

    /** The cast that a statement names; null, with a notice, when it is not there and need not be. */
    @Nullable CastDef find(ObjectReference.OfCast reference, boolean missingOk) {
        PgType source = type(reference.source(), missingOk);
        PgType target = source == null ? null : type(reference.target(), missingOk);
        if (source == null || target == null) return null;
        String what = "cast from type " + text(source) + " to type " + text(target);
        for (CastDef cast : scope.context().catalog().all(CastDef.class)) {
            if (cast.sourceOid() != source.oid() || cast.targetOid() != target.oid()) continue;
            requireOwner(source, target);
            return cast;
        }
        CastRow builtin = scope.names().cast(source.oid(), target.oid());
        if (builtin != null) {
            throw new PgException(SqlState.DEPENDENT_OBJECTS_STILL_EXIST, "cannot drop cast from " + text(source) + " to " + text(target)
                    + " because it is required by the database system");
        }
        if (!missingOk) throw new PgException(SqlState.UNDEFINED_OBJECT, what + " does not exist");
        skip("cast from type " + RoutineArguments.text(reference.source()) + " to type " + RoutineArguments.text(reference.target()));
        return null;
    }

    private @Nullable PgType type(TypeName name, boolean missingOk) {
        if (!missingOk) return resolved(name);
        if (name.names().size() > 1 && !scope.names().schemaExists(name.names().get(name.names().size() - 2))) {
            skip("schema \"" + name.names().get(name.names().size() - 2) + "\"");
            return null;
        }
        TypeResolution.TypeRef found = new TypeResolution(scope.names()).find(name);
        if (found != null) return found.type();
        skip("type \"" + RoutineArguments.text(name) + "\"");
        return null;
    }

    private void skip(String what) {
        scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, what + " does not exist, skipping"));
    }
}
