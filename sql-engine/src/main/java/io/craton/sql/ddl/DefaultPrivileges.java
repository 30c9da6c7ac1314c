package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.RoleSpec;
import io.craton.sql.syntax.RoleStatement;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.DefaultAclDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** ALTER DEFAULT PRIVILEGES, and the lists that new objects get by them. */
final class DefaultPrivileges {
    private DefaultPrivileges() {}

    static String alter(RoleStatement.AlterDefaultPrivileges alter, Scope scope) {
        RoleStatement.Grant action = alter.action();
        char type = switch (action.kind()) {
            case TABLE -> 'r';
            case SEQUENCE -> 'S';
            case FUNCTION, PROCEDURE, ROUTINE -> 'f';
            case TYPE -> 'T';
            case SCHEMA -> 'n';
            default -> throw PgException.notSupported("ALTER DEFAULT PRIVILEGES for this kind of object");
        };
        if (type == 'n' && !alter.schemas().isEmpty()) {
            throw new PgException(SqlState.INVALID_GRANT_OPERATION, "cannot use IN SCHEMA clause when using GRANT/REVOKE ON SCHEMAS");
        }
        List<Integer> schemas = new ArrayList<>();
        for (String schema : alter.schemas()) schemas.add(ObjectNames.requireSchema(schema, 0, scope.context().catalog()));
        if (schemas.isEmpty()) schemas.add(0);
        List<CatalogObject.RoleDef> roles = new ArrayList<>();
        for (RoleSpec role : alter.roles()) roles.add(RoleNames.require(role, scope));
        if (roles.isEmpty()) roles.add(java.util.Objects.requireNonNull(RoleNames.find(scope.context().session().currentUser(), scope)));
        String letters = GrantDdl.letters(action.privileges(), type, null);
        for (CatalogObject.RoleDef role : roles) {
            if (!Ownership.owns(role.oid(), scope)) {
                throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "must be member of role \"" + role.name() + "\"");
            }
            for (int schema : schemas) change(role, schema, type, letters, action, scope);
        }
        return "ALTER DEFAULT PRIVILEGES";
    }

    private static void change(CatalogObject.RoleDef role, int schema, char type, String letters, RoleStatement.Grant action, Scope scope) {
        DefaultAclDef existing = find(role.oid(), schema, type, scope);
        Acl start = schema == 0 ? Acls.byDefault(type, role.name()) : new Acl(List.of());
        Acl acl = existing == null ? start : Acl.parse(existing.acl(), scope.context().catalog());
        for (RoleSpec spec : action.grantees()) {
            String grantee = GrantDdl.grantee(spec, scope);
            acl = action.grant() ? acl.grant(grantee, letters, action.grantOption(), role.name())
                    : GrantDdl.revoke(acl, grantee, letters, action.grantOption(), role.name(), action.behavior());
        }
        int oid = existing != null ? existing.oid() : scope.context().transaction().newOid();
        DefaultAclDef changed = new DefaultAclDef(oid, role.oid(), schema, type, acl.text(scope.context().catalog()));
        if (!Set.copyOf(acl.items()).equals(Set.copyOf(start.items()))) scope.context().transaction().change(new CatalogChange.Put(changed));
        else if (existing != null) scope.context().transaction().change(new CatalogChange.Drop(existing));
    }

    private static @Nullable DefaultAclDef find(int role, int schema, char type, Scope scope) {
        for (DefaultAclDef def : scope.context().catalog().all(DefaultAclDef.class)) {
            if (def.roleOid() == role && def.schemaOid() == schema && def.objectType() == type) return def;
        }
        return null;
    }

    /** The list of a new object: the creator's defaults for all schemas and for this one; null when there are none. */
    static @Nullable String of(char type, int schema, Scope scope) {
        int role = scope.context().session().currentUserOid();
        DefaultAclDef everywhere = find(role, 0, type, scope);
        DefaultAclDef here = find(role, schema, type, scope);
        if (everywhere == null && here == null) return null;
        Acl acl = everywhere != null ? Acl.parse(everywhere.acl(), scope.context().catalog()) : Acls.byDefault(type, Acls.roleName(role, scope));
        if (here != null) {
            for (Acl.Item item : Acl.parse(here.acl(), scope.context().catalog()).items()) {
                acl = acl.grant(item.grantee(), item.letters(), false, item.grantor());
                if (!item.options().isEmpty()) acl = acl.grant(item.grantee(), item.options(), true, item.grantor());
            }
        }
        return acl.text(scope.context().catalog());
    }
}
