package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.largeobject.LargeObject;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectKind;
import io.craton.sql.syntax.ObjectReference;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.sql.syntax.QualifiedName;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.ExtensionDef;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.CommentDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.TableDef;

/** COMMENT ON. Class oids are those of pg_class, pg_namespace, ... as in pg_description. */
final class Comments {
    static final int PG_CLASS = 1259;
    private static final int PG_NAMESPACE = 2615;
    private static final int PG_TYPE = 1247;
    private static final int PG_COLLATION = 3456;
    static final int PG_CONSTRAINT = 2606;
    private static final int PG_PROC = 1255;
    private static final int PG_OPERATOR = 2617;
    private static final int PG_CAST = 2605;
    private static final int PG_TRIGGER = 2620;
    private static final int PG_DATABASE = 1262;
    private static final int PG_AUTHID = 1260;
    static final int PG_EXTENSION = 3079;

    private record Target(int classOid, int objectOid, int subId) {}

    private Comments() {}

    static String run(ObjectStatement.Comment comment, Scope scope) {
        if (comment.kind() == ObjectKind.DATABASE && comment.object() instanceof ObjectReference.Named(QualifiedName name)
                && DatabaseDdl.find(name.name(), scope) == null) {
            scope.context().notice(PgError.warning(SqlState.UNDEFINED_DATABASE, "database \"" + name.name() + "\" does not exist"));
            return "COMMENT";
        }
        Target target = target(comment, scope);
        CommentDef existing = null;
        for (CommentDef def : scope.context().catalog().all(CommentDef.class)) {
            if (def.classOid() == target.classOid() && def.objectOid() == target.objectOid() && def.subId() == target.subId()) existing = def;
        }
        if (comment.text() != null && !comment.text().isEmpty()) {
            int oid = existing != null ? existing.oid() : scope.context().transaction().newOid();
            scope.context().transaction().change(new CatalogChange.Put(
                    new CommentDef(oid, target.classOid(), target.objectOid(), target.subId(), comment.text())));
        } else if (existing != null) {
            scope.context().transaction().change(new CatalogChange.Drop(existing));
        }
        return "COMMENT";
    }

    /** The comment on an object that is no more. */
    static void drop(int classOid, int object, ExecContext context) {
        for (CommentDef def : java.util.List.copyOf(context.catalog().all(CommentDef.class))) {
            if (def.classOid() == classOid && def.objectOid() == object) context.transaction().change(new CatalogChange.Drop(def));
        }
    }

    private static Target target(ObjectStatement.Comment comment, Scope scope) {
        return switch (comment.object()) {
            case ObjectReference.Named named -> named(comment.kind(), named.name(), scope);
            case ObjectReference.OfType type ->
                    new Target(PG_TYPE, new io.craton.sql.analyze.TypeResolution(scope.names()).resolve(type.type()).type().oid(), 0);
            case ObjectReference.OfRoutine routine -> {
                CatalogObject.RoutineDef found = RoutineLookup.require(routine, comment.kind(), scope);
                Ownership.require(found, scope);
                yield new Target(PG_PROC, found.oid(), 0);
            }
            case ObjectReference.OfAggregate aggregate -> {
                CatalogObject.RoutineDef found = java.util.Objects.requireNonNull(RoutineLookup.aggregate(aggregate, false, scope));
                Ownership.require(found, scope);
                yield new Target(PG_PROC, found.oid(), 0);
            }
            case ObjectReference.OfOperator operator -> {
                CatalogObject.UserOperatorDef found = java.util.Objects.requireNonNull(new OperatorDdl(scope).find(operator, false));
                Ownership.require(found, scope);
                yield new Target(PG_OPERATOR, found.oid(), 0);
            }
            case ObjectReference.OfCast cast ->
                    new Target(PG_CAST, java.util.Objects.requireNonNull(new CastDdl(scope).find(cast, false)).oid(), 0);
            case ObjectReference.OnRelation on when comment.kind() == ObjectKind.TRIGGER -> {
                CatalogObject.TriggerDef trigger = new TriggerDdl(scope).require(on);
                Ownership.require(java.util.Objects.requireNonNull(scope.context().catalog().table(trigger.tableOid())), scope);
                yield new Target(PG_TRIGGER, trigger.oid(), 0);
            }
            case ObjectReference.OnDomain on -> {
                CatalogObject.TypeDef domain = DomainDdl.require(new QualifiedName(on.domain().names(), 0), scope);
                yield new Target(PG_CONSTRAINT, DomainDdl.constraintForComment(domain, on.name(), scope).oid(), 0);
            }
            case ObjectReference.OnRelation on when comment.kind() == ObjectKind.TABLE_CONSTRAINT -> constraint(on, scope);
            case ObjectReference.OfLargeObject large -> new Target(LargeObject.CLASS, new LargeObjectDdl(scope).requireOwned(large).oid(), 0);
            default -> throw PgException.notSupported("COMMENT ON " + comment.kind().name().replace('_', ' '));
        };
    }

    private static Target named(ObjectKind kind, QualifiedName name, Scope scope) {
        return switch (kind) {
            case TABLE, VIEW, MATERIALIZED_VIEW, INDEX, SEQUENCE -> {
                var object = java.util.Objects.requireNonNull(Found.relation(name, kind, false, scope));
                if (kind == ObjectKind.TABLE && !(object instanceof TableDef table && table.kind() == 'r')) {
                    throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + name.name() + "\" is not a table");
                }
                Ownership.require(object, scope);
                yield new Target(PG_CLASS, object.oid(), 0);
            }
            case COLLATION -> {
                CatalogObject.CollationDef collation = java.util.Objects.requireNonNull(new CollationDdl(scope).find(name, false));
                Ownership.require(collation, scope);
                yield new Target(PG_COLLATION, collation.oid(), 0);
            }
            case COLUMN -> {
                QualifiedName table = new QualifiedName(name.parts().subList(0, name.parts().size() - 1), name.position());
                if (!(relation(table, scope) instanceof RelationOid.OfTable found)) throw PgException.notSupported("COMMENT ON COLUMN of this relation");
                TableDef def = found.table();
                var column = def.column(name.name());
                if (column == null) {
                    throw new PgException(SqlState.UNDEFINED_COLUMN,
                            "column \"" + name.name() + "\" of relation \"" + def.name() + "\" does not exist");
                }
                yield new Target(PG_CLASS, def.oid(), column.number());
            }
            case SCHEMA -> {
                int schema = ObjectNames.requireSchema(name.name(), 0, scope.context().catalog());
                SchemaDef def = scope.context().catalog().find(SchemaDef.class, schema);
                if (def != null) Ownership.require(def, scope);
                yield new Target(PG_NAMESPACE, schema, 0);
            }
            case DATABASE -> {
                DatabaseDef database = DatabaseDdl.require(name.name(), scope);
                Ownership.require(database, scope);
                yield new Target(PG_DATABASE, database.oid(), 0);
            }
            case ROLE -> {
                RoleDef role = RoleNames.find(name.name(), scope);
                if (role == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "role \"" + name.name() + "\" does not exist");
                requireManages(role, scope);
                yield new Target(PG_AUTHID, role.oid(), 0);
            }
            case EXTENSION -> {
                ExtensionDef extension = ExtensionDdl.find(name.name(), scope);
                if (extension == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "extension \"" + name.name() + "\" does not exist");
                Ownership.require(extension, scope);
                yield new Target(PG_EXTENSION, extension.oid(), 0);
            }
            default -> throw PgException.notSupported("COMMENT ON " + kind.name().replace('_', ' '));
        };
    }

    /** A role's comment is for superusers, and for those who may make roles when it is no superuser's. */
    private static void requireManages(RoleDef role, Scope scope) {
        if (scope.context().session().superuser()) return;
        if (role.superuser()) throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "must be superuser");
        RoleDef current = RoleNames.find(scope.context().session().currentUser(), scope);
        if (current == null || !current.createRole()) throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "must have CREATEROLE privilege");
    }

    private static RelationOid relation(QualifiedName name, Scope scope) {
        RelationRef found = scope.names().relation(name.schema(), name.name());
        return switch (found) {
            case RelationRef.Stored stored -> new RelationOid.OfTable(stored.table());
            case RelationRef.Sequence sequence -> new RelationOid.Other(sequence.sequence().oid());
            case RelationRef.Index index -> new RelationOid.Other(index.index().oid());
            case RelationRef.Builtin builtin -> throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE,
                    "must be owner of table " + builtin.table().name());
            case null -> throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + name + "\" does not exist");
        };
    }

    /** A relation that a comment is about. */
    private sealed interface RelationOid {
        int oid();

        record OfTable(TableDef table) implements RelationOid {
            @Override
            public int oid() {
                return table.oid();
            }
        }

        record Other(int oid) implements RelationOid {}
    }

    private static Target constraint(ObjectReference.OnRelation on, Scope scope) {
        int table = relation(on.relation(), scope).oid();
        for (ConstraintDef constraint : scope.context().catalog().constraints(table)) {
            if (constraint.name().equals(on.name())) return new Target(PG_CONSTRAINT, constraint.oid(), 0);
        }
        throw new PgException(SqlState.UNDEFINED_OBJECT,
                "constraint \"" + on.name() + "\" for table \"" + on.relation() + "\" does not exist");
    }
}
