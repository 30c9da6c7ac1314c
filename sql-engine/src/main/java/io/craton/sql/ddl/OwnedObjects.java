package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.largeobject.LargeObject;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.RoleSpec;
import io.craton.sql.syntax.RoleStatement;
import io.craton.sql.syntax.Statement.DropBehavior;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.DefaultAclDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import io.craton.storage.catalog.CatalogObject.UserOperatorDef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** DROP OWNED and REASSIGN OWNED: what roles own in this database, and what they were granted here and on databases. One statement. */
final class OwnedObjects {
    private final Scope scope;

    OwnedObjects(Scope scope) {
        this.scope = scope;
    }

    String drop(RoleStatement.DropOwned drop) {
        List<RoleDef> roles = roles(drop.roles(), "drop", "drop objects owned by ");
        List<CatalogObject> doomed = new ArrayList<>();
        for (RoleDef role : roles) {
            takePrivileges(role);
            for (CatalogObject object : owned(role)) {
                if (!(object instanceof DatabaseDef) && !doomed.contains(object)) doomed.add(object);
            }
        }
        // The youngest first, as PostgreSQL goes about it; what a change of privileges has just put is taken as it is now.
        doomed.sort(Comparator.comparingLong(object -> -Integer.toUnsignedLong(object.oid())));
        doomed.replaceAll(object -> java.util.Objects.requireNonNull(scope.context().catalog().find(object.getClass(), object.oid())));
        LargeObjectDdl large = new LargeObjectDdl(scope);
        for (LargeObject each : large.all()) {
            LargeObject object = each;
            for (RoleDef role : roles) {
                if (object.owner() == role.oid()) {
                    large.drop(object);
                    break;
                }
                String acl = object.acl() == null ? null : less(object.acl(), role, object.owner());
                if (!java.util.Objects.equals(acl, object.acl())) large.put(object = object.owned(object.owner(), acl));
            }
        }
        if (!doomed.isEmpty()) new ObjectDropping(scope).drop(doomed, drop.behavior());
        return "DROP OWNED";
    }

    String reassign(RoleStatement.ReassignOwned reassign) {
        List<RoleDef> roles = roles(reassign.roles(), "reassign", "reassign ownership of objects owned by ");
        RoleDef to = RoleNames.require(reassign.newOwner(), scope);
        if (!Ownership.owns(to.oid(), scope)) throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied to reassign objects");
        OwnerDdl owners = new OwnerDdl(scope);
        for (RoleDef role : roles) {
            for (CatalogObject object : owned(role)) {
                if (object instanceof DefaultAclDef) continue;
                // What belongs to a table goes with it, and may have gone already.
                CatalogObject now = scope.context().catalog().find(object.getClass(), object.oid());
                if (now != null && Acls.owner(now) == role.oid()) owners.reassign(now, to);
            }
        }
        LargeObjectDdl large = new LargeObjectDdl(scope);
        for (LargeObject object : large.all()) {
            if (roles.stream().anyMatch(role -> role.oid() == object.owner())) large.reassign(object, to);
        }
        return "REASSIGN OWNED";
    }

    private List<RoleDef> roles(List<RoleSpec> specs, String command, String pinned) {
        List<RoleDef> roles = new ArrayList<>();
        for (RoleSpec spec : specs) {
            RoleDef role = RoleNames.require(spec, scope);
            if (!Ownership.owns(role.oid(), scope)) throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied to " + command + " objects");
            roles.add(role);
        }
        for (RoleDef role : roles) {
            if (!RoleDdl.pinned(role)) continue;
            throw new PgException(SqlState.DEPENDENT_OBJECTS_STILL_EXIST,
                    "cannot " + pinned + "role " + SqlText.identifier(role.name()) + " because they are required by the database system");
        }
        return roles;
    }

    /** Objects of their own: what is a part of another object goes with that. */
    private List<CatalogObject> owned(RoleDef role) {
        List<CatalogObject> owned = new ArrayList<>();
        for (CatalogObject object : scope.context().catalog().allObjects()) {
            boolean own = switch (object) {
                case TableDef table -> table.owner() == role.oid();
                case SequenceDef sequence -> sequence.owner() == role.oid() && sequence.ownerTable() == 0;
                case SchemaDef schema -> schema.owner() == role.oid();
                case RoutineDef routine -> routine.owner() == role.oid();
                case UserOperatorDef operator -> operator.owner() == role.oid();
                case CatalogObject.CollationDef collation -> collation.owner() == role.oid();
                case TypeDef type -> type.type().ownerOid() == role.oid() && type.type().relationOid() == 0 && !type.type().isArray();
                case DatabaseDef database -> database.owner() == role.oid();
                case DefaultAclDef defaults -> defaults.roleOid() == role.oid();
                case IndexDef index -> false;
                default -> false;
            };
            if (own) owned.add(object);
        }
        return owned;
    }

    /** REVOKE ALL .. FROM role CASCADE, on everything of this database and on databases. */
    private void takePrivileges(RoleDef role) {
        for (CatalogObject object : List.copyOf(scope.context().catalog().allObjects())) {
            CatalogObject changed = object;
            if (object instanceof DefaultAclDef defaults && defaults.roleOid() != role.oid()) {
                String acl = less(defaults.acl(), role, defaults.roleOid());
                if (acl.equals(defaults.acl())) continue;
                changed = new DefaultAclDef(defaults.oid(), defaults.roleOid(), defaults.schemaOid(), defaults.objectType(), acl);
            } else if (Acls.isOwned(object) && Acls.owner(object) != role.oid()) {
                String acl = Acls.of(object);
                if (acl != null) changed = Acls.with(object, less(acl, role, Acls.owner(object)));
                if (changed instanceof TableDef table) {
                    for (ColumnDef column : table.columns()) {
                        if (column.acl() == null) continue;
                        Acl after = Acl.parse(less(column.acl(), role, table.owner()), scope.context().catalog());
                        table = Tables.withColumn(table, Acls.with(column, after.items().isEmpty() ? null : after.text(scope.context().catalog())));
                    }
                    changed = table;
                }
            }
            if (!changed.equals(object)) scope.context().transaction().change(new CatalogChange.Put(changed));
        }
    }

    private String less(String acl, RoleDef role, int owner) {
        Acl before = Acl.parse(acl, scope.context().catalog());
        if (!before.mentions(role.name())) return acl;
        return GrantDdl.revoke(before, role.name(), Acl.LETTERS, false, Acls.roleName(owner, scope), DropBehavior.CASCADE).text(scope.context().catalog());
    }
}
