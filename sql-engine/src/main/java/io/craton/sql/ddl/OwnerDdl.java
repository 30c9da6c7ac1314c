package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.function.Memberships;
import io.craton.sql.function.Privileges;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectReference;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import org.jspecify.annotations.Nullable;

/** ALTER .. OWNER TO: the object, what belongs to it, and the owner's part in its privileges. One statement. */
final class OwnerDdl {
    private final Scope scope;

    OwnerDdl(Scope scope) {
        this.scope = scope;
    }

    String run(ObjectStatement.AlterOwner alter) {
        RoleDef owner = RoleNames.require(alter.owner(), scope);
        switch (alter.kind()) {
            case TABLE, VIEW, MATERIALIZED_VIEW, SEQUENCE, INDEX -> {
                CatalogObject found = Found.relation(Found.name(alter.object()), alter.kind(), false, scope);
                change(java.util.Objects.requireNonNull(found), owner);
            }
            case LARGE_OBJECT -> new LargeObjectDdl(scope).owner(alter.object(), owner);
            case SCHEMA -> change(Found.schema(Found.name(alter.object()).name(), scope), owner);
            case DATABASE -> change(DatabaseDdl.require(Found.name(alter.object()).name(), scope), owner);
            case FUNCTION, PROCEDURE, ROUTINE ->
                    change(RoutineLookup.require((ObjectReference.OfRoutine) alter.object(), alter.kind(), scope), owner);
            case AGGREGATE -> change(java.util.Objects.requireNonNull(RoutineLookup.aggregate((ObjectReference.OfAggregate) alter.object(), false, scope)), owner);
            case OPERATOR -> change(java.util.Objects.requireNonNull(new OperatorDdl(scope).find((ObjectReference.OfOperator) alter.object(), false)), owner);
            case COLLATION -> change(java.util.Objects.requireNonNull(new CollationDdl(scope).find(Found.name(alter.object()), false)), owner);
            case TYPE, DOMAIN -> change(Found.type(Found.name(alter.object()), scope), owner);
            default -> throw PgException.notSupported("ALTER " + alter.kind().name().replace('_', ' ') + " OWNER TO");
        }
        return "ALTER " + alter.kind().name().replace('_', ' ');
    }

    private void put(CatalogObject object) {
        scope.context().transaction().change(new CatalogChange.Put(object));
    }

    void change(CatalogObject object, RoleDef owner) {
        if (object instanceof RoutineDef routine) Ownership.requireRoutine(routine, scope);
        else Ownership.require(object, scope);
        if (!scope.context().session().superuser() && !Memberships.of(scope.context()).rolesOf(scope.context().session().currentUserOid()).contains(owner.oid())) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "must be member of role \"" + owner.name() + "\"");
        }
        if (!scope.context().session().superuser()) requireCreate(object, owner);
        reassign(object, owner);
    }

    /** The new owner could have made it where it is. */
    private void requireCreate(CatalogObject object, RoleDef owner) {
        int in = switch (object) {
            case TableDef table -> table.schemaOid();
            case SequenceDef sequence -> sequence.schemaOid();
            case TypeDef type -> type.type().namespaceOid();
            case CatalogObject.RoutineDef routine -> routine.schemaOid();
            case CatalogObject.UserOperatorDef operator -> operator.schemaOid();
            case CatalogObject.CollationDef collation -> collation.schemaOid();
            default -> 0;
        };
        SchemaDef schema = scope.context().catalog().find(SchemaDef.class, in);
        if (schema == null || Privileges.any(scope.context(), owner.oid(), schema.owner(), schema.acl(), "C", 'n')) return;
        throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for schema " + schema.name());
    }

    /** Without a question for rights. */
    void reassign(CatalogObject object, RoleDef owner) {
        switch (object) {
            case TableDef table -> {
                put(Tables.withAcl(Tables.withOwner(table, owner.oid()), acl(table.acl(), table.owner(), owner)));
                for (SequenceDef sequence : java.util.List.copyOf(scope.context().catalog().all(SequenceDef.class))) {
                    if (sequence.ownerTable() == table.oid()) changeSequence(sequence, owner);
                }
                PgType type = scope.context().catalog().type(table.rowTypeOid());
                if (type != null) changeType(type, owner);
            }
            case SequenceDef sequence -> {
                TableDef table = sequence.ownerTable() == 0 ? null : scope.context().catalog().table(sequence.ownerTable());
                if (table != null && sequence.owner() != owner.oid()) {
                    throw io.craton.core.error.PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "cannot change owner of sequence \"" + sequence.name() + "\"")
                            .withDetail("Sequence \"" + sequence.name() + "\" is linked to table \"" + table.name() + "\".").exception();
                }
                changeSequence(sequence, owner);
            }
            case SchemaDef schema -> put(new SchemaDef(schema.oid(), schema.name(), owner.oid(), acl(schema.acl(), schema.owner(), owner)));
            case DatabaseDef d -> put(new DatabaseDef(d.oid(), d.tenantNumber(), d.name(), owner.oid(), d.template(), d.allowConnections(),
                    d.connectionLimit(), acl(d.acl(), d.owner(), owner), d.group(), d.firstGroup(), d.locale()));
            case TypeDef type -> changeType(type.type(), owner);
            case CatalogObject.RoutineDef routine ->
                    put(RoutineDraft.of(routine).owner(owner.oid()).acl(acl(routine.acl(), routine.owner(), owner)).make());
            case CatalogObject.UserOperatorDef o -> put(new CatalogObject.UserOperatorDef(o.oid(), o.schemaOid(), o.name(), owner.oid(), o.merges(), o.hashes(),
                    o.leftOid(), o.rightOid(), o.resultOid(), o.commutatorOid(), o.negatorOid(), o.functionOid(), o.restrictOid(), o.joinOid()));
            case CatalogObject.CollationDef c ->
                    put(new CatalogObject.CollationDef(c.oid(), c.schemaOid(), c.name(), owner.oid(), c.provider(), c.deterministic(), c.locale()));
            default -> throw PgException.notSupported("OWNER TO for " + ObjectText.of(object, scope.names()));
        }
    }

    private void changeSequence(SequenceDef sequence, RoleDef owner) {
        put(Tables.sequence(sequence, sequence.schemaOid(), sequence.name(), owner.oid(), acl(sequence.acl(), sequence.owner(), owner)));
    }

    private void changeType(PgType type, RoleDef owner) {
        TypeDef def = scope.context().catalog().find(TypeDef.class, type.oid());
        put(new TypeDef(Tables.type(type, type.name(), type.namespaceOid(), owner.oid()),
                def == null ? null : acl(def.acl(), type.ownerOid(), owner)));
        PgType array = scope.context().catalog().type(type.arrayOid());
        if (array != null && type.arrayOid() >= 16384) put(new TypeDef(Tables.type(array, array.name(), array.namespaceOid(), owner.oid()), null));
    }

    private @Nullable String acl(@Nullable String acl, int before, RoleDef owner) {
        return acl == null ? null : Acl.parse(acl, scope.context().catalog()).replaceRole(Acls.roleName(before, scope), owner.name()).text(scope.context().catalog());
    }
}
