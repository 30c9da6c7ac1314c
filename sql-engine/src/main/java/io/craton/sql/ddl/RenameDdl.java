package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectKind;
import io.craton.sql.syntax.ObjectReference;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.sql.syntax.QualifiedName;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.List;

/** ALTER .. RENAME. The texts of the catalog name objects by identity, so that they need no change. One statement. */
final class RenameDdl {
    private final Scope scope;

    RenameDdl(Scope scope) {
        this.scope = scope;
    }

    String run(ObjectStatement.Rename rename) {
        ObjectKind word = switch (rename.kind()) {
            case COLUMN, TABLE_CONSTRAINT -> rename.relationKind() == ObjectKind.COLUMN ? ObjectKind.TABLE : rename.relationKind();
            case ATTRIBUTE -> ObjectKind.TYPE;
            case DOMAIN_CONSTRAINT -> ObjectKind.DOMAIN;
            default -> rename.kind();
        };
        switch (rename.kind()) {
            case TABLE, VIEW, MATERIALIZED_VIEW, SEQUENCE, INDEX -> {
                CatalogObject found = Found.relation(Found.name(rename.object()), rename.kind(), rename.ifExists(), scope);
                if (found != null) relation(found, rename.newName());
            }
            case COLUMN -> column(rename);
            case TABLE_CONSTRAINT -> constraint(rename);
            case SCHEMA -> schema(Found.schema(Found.name(rename.object()).name(), scope), rename.newName());
            case ROLE -> role(Found.name(rename.object()).name(), rename.newName());
            case DATABASE -> database(Found.name(rename.object()).name(), rename.newName());
            case TYPE, DOMAIN -> type(Found.type(Found.name(rename.object()), scope), rename.newName());
            case ATTRIBUTE -> attribute(rename);
            case FUNCTION, PROCEDURE, ROUTINE -> routine((ObjectReference.OfRoutine) rename.object(), rename.kind(), rename.newName());
            case AGGREGATE -> routine(java.util.Objects.requireNonNull(RoutineLookup.aggregate((ObjectReference.OfAggregate) rename.object(), false, scope)),
                    rename.newName());
            case DOMAIN_CONSTRAINT -> domainConstraint(rename);
            case TRIGGER -> new TriggerDdl(scope).rename(rename);
            case COLLATION -> new CollationDdl(scope).rename(Found.name(rename.object()), rename.newName());
            default -> throw PgException.notSupported("ALTER " + rename.kind().name().replace('_', ' ') + " RENAME");
        }
        return "ALTER " + word.name().replace('_', ' ');
    }

    private void routine(ObjectReference.OfRoutine reference, ObjectKind kind, String name) {
        routine(RoutineLookup.require(reference, kind, scope), name);
    }

    private void routine(CatalogObject.RoutineDef routine, String name) {
        RoutineDdl.requireFree(routine, routine.schemaOid(), name, scope);
        Ownership.requireRoutine(routine, scope);
        put(RoutineDraft.of(routine).name(name).make());
    }

    private void put(CatalogObject object) {
        scope.context().transaction().change(new CatalogChange.Put(object));
    }

    private Catalog catalog() {
        return scope.context().catalog();
    }

    private void relation(CatalogObject object, String name) {
        Ownership.require(object, scope);
        switch (object) {
            case TableDef table -> {
                requireFree(table.schemaOid(), name);
                TypeDdl.requireFreeName(name, table.schemaOid(), scope);
                TypeDdl.renameRowType(table, name, table.schemaOid(), scope);
                put(Tables.withName(table, table.schemaOid(), name));
            }
            case SequenceDef sequence -> {
                requireFree(sequence.schemaOid(), name);
                put(Tables.sequence(sequence, sequence.schemaOid(), name, sequence.owner(), sequence.acl()));
            }
            case IndexDef index -> {
                requireFree(index.schemaOid(), name);
                put(Tables.withName(index, name));
                for (ConstraintDef constraint : catalog().constraints(index.tableOid())) {
                    if (constraint.indexOid() == index.oid() && constraint.type() != 'f') {
                        put(Tables.constraint(constraint, constraint.schemaOid(), name, constraint.expression()));
                    }
                }
            }
            default -> throw new IllegalStateException();
        }
    }

    private void requireFree(int schemaOid, String name) {
        if (catalog().relation(schemaOid, name) != null) throw ObjectNames.exists(name);
    }

    private void column(ObjectStatement.Rename rename) {
        ObjectKind kind = rename.relationKind() == ObjectKind.COLUMN ? ObjectKind.TABLE : rename.relationKind();
        CatalogObject found = Found.relation(Found.name(rename.object()), kind, rename.ifExists(), scope);
        if (found == null) return;
        if (!(found instanceof TableDef table)) {
            throw new PgException(SqlState.WRONG_OBJECT_TYPE, "cannot rename columns of relation \"" + Found.name(rename.object()).name() + "\"");
        }
        TypedTables.requireUntypedToRename(table);
        Ownership.require(table, scope);
        String old = java.util.Objects.requireNonNull(rename.subname());
        ColumnDef column = table.column(old);
        if (column == null) throw new PgException(SqlState.UNDEFINED_COLUMN, "column \"" + old + "\" does not exist");
        if (table.column(rename.newName()) != null) {
            throw new PgException(SqlState.DUPLICATE_COLUMN,
                    "column \"" + rename.newName() + "\" of relation \"" + table.name() + "\" already exists");
        }
        renameColumn(table, old, rename.newName());
    }

    private void renameColumn(TableDef table, String old, String name) {
        ColumnDef column = java.util.Objects.requireNonNull(table.column(old));
        TableDef changed = Tables.withColumn(table, Tables.column(column, name, column.typeOid(), column.typmod(), column.notNull(),
                column.defaultExpression(), column.identity(), column.generated()));
        put(changed);
        for (PgType type : TableDraft.rowTypes(changed, scope)) put(new TypeDef(type, null));
    }

    private void constraint(ObjectStatement.Rename rename) {
        CatalogObject found = Found.relation(Found.name(rename.object()), ObjectKind.TABLE, rename.ifExists(), scope);
        if (!(found instanceof TableDef table)) return;
        Ownership.require(table, scope);
        ConstraintDef constraint = null;
        for (ConstraintDef candidate : catalog().constraints(table.oid())) {
            if (candidate.name().equals(rename.subname())) constraint = candidate;
        }
        if (constraint == null) {
            throw new PgException(SqlState.UNDEFINED_OBJECT,
                    "constraint \"" + rename.subname() + "\" for table \"" + table.name() + "\" does not exist");
        }
        for (ConstraintDef other : catalog().constraints(table.oid())) {
            if (other.name().equals(rename.newName())) {
                throw new PgException(SqlState.DUPLICATE_OBJECT,
                        "constraint \"" + rename.newName() + "\" for relation \"" + table.name() + "\" already exists");
            }
        }
        IndexDef index = constraint.type() == 'p' || constraint.type() == 'u' ? catalog().find(IndexDef.class, constraint.indexOid()) : null;
        if (index != null) {
            requireFree(index.schemaOid(), rename.newName());
            put(Tables.withName(index, rename.newName()));
        }
        put(Tables.constraint(constraint, constraint.schemaOid(), rename.newName(), constraint.expression()));
    }

    private void schema(SchemaDef schema, String name) {
        if (catalog().schema(name) != null) throw new PgException(SqlState.DUPLICATE_SCHEMA, "schema \"" + name + "\" already exists");
        Ownership.require(schema, scope);
        SchemaDdl.checkName(name);
        put(new SchemaDef(schema.oid(), name, schema.owner(), schema.acl()));
    }

    private void role(String old, String name) {
        RoleDef role = RoleNames.find(old, scope);
        if (role == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "role \"" + old + "\" does not exist");
        if (role.oid() == scope.context().session().currentUserOid() || role.name().equals(scope.context().session().sessionUser())) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, role.name().equals(scope.context().session().sessionUser())
                    ? "session user cannot be renamed" : "current user cannot be renamed");
        }
        if (RoleNames.find(name, scope) != null) throw new PgException(SqlState.DUPLICATE_OBJECT, "role \"" + name + "\" already exists");
        if (name.startsWith("pg_")) {
            throw PgError.error(SqlState.RESERVED_NAME, "role name \"" + name + "\" is reserved")
                    .withDetail("Role names starting with \"pg_\" are reserved.").exception();
        }
        new RoleDdl(scope).requireAlter(role);
        put(new RoleDef(role.oid(), name, role.superuser(), role.inherit(), role.createRole(), role.createDatabase(), role.canLogin(),
                role.replication(), role.bypassRowSecurity(), role.connectionLimit(), role.scramVerifier(), role.validUntil()));
    }

    private void database(String old, String name) {
        DatabaseDef database = DatabaseDdl.require(old, scope);
        Ownership.require(database, scope);
        if (DatabaseDdl.find(name, scope) != null) {
            throw new PgException(SqlState.DUPLICATE_DATABASE, "database \"" + name + "\" already exists");
        }
        if (database.oid() == scope.context().session().databaseOid()) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "current database cannot be renamed");
        }
        DatabaseSessions.requireNone(database, "database", scope);
        scope.regions().claim(name);
        scope.regions().release(old);
        put(new DatabaseDef(database.oid(), database.tenantNumber(), name, database.owner(), database.template(), database.allowConnections(),
                database.connectionLimit(), database.acl(), database.group(), database.firstGroup(), database.locale()));
    }

    private void type(TypeDef def, String name) {
        PgType type = def.type();
        Ownership.require(def, scope);
        TableDef relation = type.relationOid() == 0 ? null : catalog().table(type.relationOid());
        if (relation != null && relation.kind() != 'c') {
            throw PgError.error(SqlState.WRONG_OBJECT_TYPE, SqlText.identifier(type.name()) + " is a table's row type")
                    .withHint("Use ALTER TABLE instead.").exception();
        }
        TypeDdl.requireFreeName(name, type.namespaceOid(), scope);
        if (relation != null) {
            put(Tables.withName(relation, relation.schemaOid(), name));
            TypeDdl.renameRowType(relation, name, relation.schemaOid(), scope);
        } else {
            TypeDdl.moveType(type, name, type.namespaceOid(), scope);
        }
    }

    private void attribute(ObjectStatement.Rename rename) {
        TypeDef def = Found.type(Found.name(rename.object()), scope);
        Ownership.requireAttributes(def, scope);
        TableDef relation = TypeDdl.compositeRelation(def, scope);
        List<TableDef> tables = TypedTables.of(def.type(), rename.behavior(), scope);
        ColumnDef column = relation.column(java.util.Objects.requireNonNull(rename.subname()));
        if (column == null) throw new PgException(SqlState.UNDEFINED_COLUMN, "column \"" + rename.subname() + "\" does not exist");
        if (relation.column(rename.newName()) != null) {
            throw new PgException(SqlState.DUPLICATE_COLUMN,
                    "column \"" + rename.newName() + "\" of relation \"" + relation.name() + "\" already exists");
        }
        TableDef changed = Tables.withColumn(relation, Tables.column(column, rename.newName(), column.typeOid(), column.typmod(), false, null,
                (char) 0, (char) 0));
        put(changed);
        for (PgType type : TableDraft.rowTypes(changed, scope)) put(new TypeDef(type, def.acl()));
        TypedTables.follow(tables, scope, table -> renameColumn(table, column.name(), rename.newName()));
    }

    private void domainConstraint(ObjectStatement.Rename rename) {
        QualifiedName name = rename.object() instanceof ObjectReference.OnDomain on
                ? new QualifiedName(on.domain().names(), on.domain().position()) : Found.name(rename.object());
        TypeDef domain = DomainDdl.require(name, scope);
        ConstraintDef constraint = DomainDdl.constraint(domain, java.util.Objects.requireNonNull(rename.subname()), scope);
        if (constraint == null) {
            throw new PgException(SqlState.UNDEFINED_OBJECT,
                    "constraint \"" + rename.subname() + "\" for domain " + domain.type().name() + " does not exist");
        }
        put(Tables.constraint(constraint, constraint.schemaOid(), rename.newName(), constraint.expression()));
    }

}
