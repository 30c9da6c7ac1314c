package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.function.Privileges;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;

/** Who may alter and drop: the owner, members of the owning role, superusers. 42501 for others. */
final class Ownership {
    private Ownership() {}

    static boolean owns(int owner, Scope scope) {
        return Privileges.any(scope.context(), scope.context().session().currentUserOid(), owner, null, "r", 'r');
    }

    /** Throws "must be owner of table t". */
    static void require(CatalogObject object, Scope scope) {
        switch (object) {
            case TableDef table -> require(table.owner(), switch (table.kind()) {
                case 'v' -> "view";
                case 'm' -> "materialized view";
                case 'c' -> "type";
                default -> "table";
            }, table.name(), scope);
            case IndexDef index -> {
                TableDef table = scope.context().catalog().table(index.tableOid());
                if (table != null) require(table.owner(), "index", index.name(), scope);
            }
            case SequenceDef sequence -> require(sequence.owner(), "sequence", sequence.name(), scope);
            case SchemaDef schema -> require(schema.owner(), "schema", schema.name(), scope);
            case TypeDef type -> require(type.type().ownerOid(), "type", type.type().name(), scope);
            case CatalogObject.RoutineDef routine -> require(routine.owner(), switch (routine.kind()) {
                case 'p' -> "procedure";
                case 'a' -> "aggregate";
                default -> "function";
            }, routine.name(), scope);
            case CatalogObject.CollationDef collation -> require(collation.owner(), "collation", collation.name(), scope);
            case CatalogObject.UserOperatorDef operator -> require(operator.owner(), "operator", operator.name(), scope);
            case CatalogObject.ExtensionDef extension -> require(extension.owner(), "extension", extension.name(), scope);
            case CatalogObject.DatabaseDef database -> require(database.owner(), "database", database.name(), scope);
            default -> { }
        }
    }

    /** A composite type's attributes are a relation's columns, and errors say so. */
    static void requireAttributes(CatalogObject.TypeDef type, Scope scope) {
        require(type.type().ownerOid(), type.type().kind() == 'c' ? "table" : "type", type.type().name(), scope);
    }

    /** As the parts that all kinds of objects share say it: any routine is a function. */
    static void requireRoutine(CatalogObject.RoutineDef routine, Scope scope) {
        require(routine.owner(), "function", routine.name(), scope);
    }

    private static void require(int owner, String kind, String name, Scope scope) {
        if (!owns(owner, scope)) throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "must be owner of " + kind + " " + name);
    }

    /** 42501 "permission denied for table t" without one of the privileges (letters of an ACL). */
    static void requireTable(TableDef table, String letters, Scope scope) {
        boolean may = Privileges.any(scope.context(), scope.context().session().currentUserOid(), table.owner(), table.acl(), letters, 'r');
        if (!may) throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for table " + table.name());
    }

    /** 42501 "permission denied for type t" without USAGE of it, or of its element type. */
    static void requireUsage(PgType type, Scope scope) {
        PgType used = type.isArray() ? scope.names().requireType(type.elementOid()) : type;
        TypeDef def = scope.context().catalog().find(TypeDef.class, used.oid());
        if (def == null || Privileges.any(scope.context(), scope.context().session().currentUserOid(), used.ownerOid(), def.acl(), "U", 'T')) return;
        throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for type " + TypeNames.of(used, -1, scope.names()));
    }

    /** 55006 while a query of the session is reading the table, or checks of its rows wait for the end of the transaction. */
    static void requireUnused(TableDef table, String command, Scope scope) {
        if (scope.context().running() != null && scope.context().running().use(table.oid())) {
            throw new PgException(SqlState.OBJECT_IN_USE,
                    "cannot " + command + " \"" + table.name() + "\" because it is being used by active queries in this session");
        }
        if (scope.context().constraints().waitsFor(table.oid())) {
            throw new PgException(SqlState.OBJECT_IN_USE,
                    "cannot " + command + " \"" + table.name() + "\" because it has pending trigger events");
        }
    }

    /** 42501 without TEMPORARY on the database. */
    static void requireTemporary(int position, Scope scope) {
        CatalogObject.DatabaseDef database = DatabaseDdl.require(scope.context().session().database(), scope);
        if (!Privileges.any(scope.context(), scope.context().session().currentUserOid(), database.owner(), database.acl(), "T", 'd')) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE,
                    "permission denied to create temporary tables in database \"" + database.name() + "\"").at(position);
        }
    }

    /** 42501 "permission denied for schema s" without CREATE there. */
    static void requireCreate(int schemaOid, Scope scope) {
        requireCreate(schemaOid, 0, scope);
    }

    static void requireCreate(int schemaOid, int position, Scope scope) {
        SchemaDef schema = scope.context().catalog().find(SchemaDef.class, schemaOid);
        if (schema == null || schema.name().startsWith("pg_temp_")) return;
        boolean may = Privileges.any(scope.context(), scope.context().session().currentUserOid(), schema.owner(), schema.acl(), "C", 'n');
        if (!may) throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for schema " + schema.name()).at(position);
    }
}
