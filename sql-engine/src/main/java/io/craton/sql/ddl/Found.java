package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.analyze.TypeResolution;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectKind;
import io.craton.sql.syntax.ObjectReference;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.TypeName;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import io.craton.storage.txn.WaitPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The objects that ALTER, COMMENT and GRANT speak of, with PostgreSQL's errors when they are not there or of another kind. */
final class Found {
    private Found() {}

    static QualifiedName name(ObjectReference reference) {
        return switch (reference) {
            case ObjectReference.Named named -> named.name();
            case ObjectReference.OfType type -> new QualifiedName(type.type().names(), type.type().position());
            default -> throw PgException.notSupported("this object");
        };
    }

    /** A relation of any kind, locked against everybody; null (with a notice) when it is not there and need not be. */
    static @Nullable CatalogObject relation(QualifiedName name, ObjectKind kind, boolean ifExists, Scope scope) {
        ObjectNames.checkDatabase(name, scope);
        RelationRef found = scope.names().relation(name.schema(), name.name());
        if (found == null) {
            if (!ifExists) throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + name + "\" does not exist");
            scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, "relation \"" + name + "\" does not exist, skipping"));
            return null;
        }
        CatalogObject object = switch (found) {
            case RelationRef.Stored stored -> stored.table();
            case RelationRef.Sequence sequence -> sequence.sequence();
            case RelationRef.Index index -> index.index();
            case RelationRef.Builtin builtin -> throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE,
                    "permission denied: \"" + builtin.table().name() + "\" is a system catalog");
        };
        checkKind(object, kind, name.name());
        int lock = object instanceof CatalogObject.IndexDef index ? index.tableOid() : object.oid();
        if (object instanceof CatalogObject.SequenceDef) return object;
        scope.context().transaction().lockTable(lock, 8, WaitPolicy.WAIT);
        scope.context().transaction().lockDefinition(object.oid());
        CatalogObject now = scope.context().catalog().find(object.getClass(), object.oid());
        if (now == null) throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + name + "\" does not exist");
        return now;
    }

    /** A table as it is now that its lock is held; who grants rights on it has no such lock, and is waited for here. */
    static CatalogObject.TableDef current(CatalogObject.TableDef table, Scope scope) {
        scope.context().transaction().lockDefinition(table.oid());
        CatalogObject.TableDef now = scope.context().catalog().table(table.oid());
        if (now == null) throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + table.name() + "\" does not exist");
        return now;
    }

    private static void checkKind(CatalogObject object, ObjectKind kind, String name) {
        char is = switch (object) {
            case CatalogObject.TableDef table -> table.kind();
            case CatalogObject.IndexDef index -> 'i';
            default -> 'S';
        };
        boolean fits = switch (kind) {
            case VIEW -> is == 'v';
            case MATERIALIZED_VIEW -> is == 'm';
            case SEQUENCE -> is == 'S';
            case INDEX -> is == 'i';
            default -> is != 'c';
        };
        if (fits) return;
        if (is == 'c') {
            throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "\"" + name + "\" is a composite type").withHint("Use ALTER TYPE instead.")
                    .exception();
        }
        throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + name + "\" is not " + (kind == ObjectKind.INDEX ? "an " : "a ")
                + kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
    }

    /** A type made by a user. */
    static TypeDef type(QualifiedName name, Scope scope) {
        TypeResolution.TypeRef found = new TypeResolution(scope.names()).find(
                new TypeName(name.parts(), List.of(), List.of(), false, false, name.position()));
        if (found == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "type \"" + name + "\" does not exist");
        TypeDef def = scope.context().catalog().find(TypeDef.class, found.type().oid());
        if (def == null) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "must be owner of type " + TypeNames.of(found.type(), -1, scope.names()));
        }
        return def;
    }

    static CatalogObject.SchemaDef schema(String name, Scope scope) {
        CatalogObject.SchemaDef schema = scope.context().catalog().schema(name);
        if (schema == null) throw new PgException(SqlState.UNDEFINED_SCHEMA, "schema \"" + name + "\" does not exist");
        return schema;
    }
}
