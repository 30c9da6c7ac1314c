package io.craton.sql.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Roles, membership, privileges, row-level policies. */
public sealed interface RoleStatement extends Statement {
    enum RoleStatementKind { ROLE, USER, GROUP }

    /**
     * Options by PostgreSQL's names: password (null value: NULL), superuser, inherit, createrole, createdb, canlogin, isreplication, bypassrls,
     * connectionlimit, validUntil, sysid, adminmembers, rolemembers, addroleto.
     */
    record CreateRole(RoleStatementKind kind, String name, List<Option> options) implements RoleStatement {}

    record AlterRole(RoleSpec role, List<Option> options) implements RoleStatement {}

    /** {@code role} null: ALL. */
    record AlterRoleSetting(@Nullable RoleSpec role, @Nullable String database, SessionStatement.SettingChange change) implements RoleStatement {}

    record AlterGroup(RoleSpec group, boolean add, List<RoleSpec> members) implements RoleStatement {}

    record DropRole(boolean ifExists, List<RoleSpec> roles) implements RoleStatement {}

    record DropOwned(List<RoleSpec> roles, DropBehavior behavior) implements RoleStatement {}

    record ReassignOwned(List<RoleSpec> roles, RoleSpec newOwner) implements RoleStatement {}

    /** One privilege; {@code name} null with columns: ALL (columns). Lower case. */
    record Privilege(@Nullable String name, List<String> columns, int position) {}

    enum GrantTarget { OBJECTS, ALL_IN_SCHEMA, DEFAULTS }

    /** GRANT or REVOKE of privileges on objects. {@code privileges} empty: ALL. {@code grantOption}: WITH GRANT OPTION or GRANT OPTION FOR. */
    record Grant(
            boolean grant,
            GrantTarget target,
            ObjectKind kind,
            List<ObjectReference> objects,
            List<Privilege> privileges,
            List<RoleSpec> grantees,
            boolean grantOption,
            @Nullable RoleSpec grantedBy,
            DropBehavior behavior)
            implements RoleStatement {}

    /** GRANT or REVOKE of memberships: {@code roles} as privilege names. */
    record GrantRole(
            boolean grant, List<Privilege> roles, List<RoleSpec> grantees, boolean adminOption, @Nullable RoleSpec grantedBy, DropBehavior behavior)
            implements RoleStatement {}

    /** Options of ALTER DEFAULT PRIVILEGES: schemas and roles. */
    record AlterDefaultPrivileges(List<String> schemas, List<RoleSpec> roles, Grant action) implements RoleStatement {}

    /** {@code command}: all, select, insert, update, delete. */
    record CreatePolicy(
            String name,
            QualifiedName table,
            boolean permissive,
            String command,
            List<RoleSpec> roles,
            @Nullable Expr using,
            @Nullable Expr withCheck)
            implements RoleStatement {}

    record AlterPolicy(String name, QualifiedName table, List<RoleSpec> roles, @Nullable Expr using, @Nullable Expr withCheck)
            implements RoleStatement {}
}
