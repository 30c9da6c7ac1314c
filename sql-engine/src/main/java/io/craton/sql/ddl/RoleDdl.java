package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.sql.function.Memberships;
import io.craton.sql.largeobject.LargeObject;
import io.craton.sql.pgcatalog.RoleUse;
import io.craton.storage.engine.TenantSession;
import io.craton.storage.txn.AccessMode;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.Transaction;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.settings.SessionSettings;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.Option;
import io.craton.sql.syntax.RoleSpec;
import io.craton.sql.syntax.RoleStatement;
import io.craton.sql.syntax.SessionStatement;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.MembershipDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.RoleSettingDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CREATE, ALTER and DROP ROLE, memberships, and settings of roles and databases. One statement. */
final class RoleDdl {
    /** So many lines of what depends on a role are shown. */
    private static final int DETAILS_MAX = 100;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Scope scope;

    RoleDdl(Scope scope) {
        this.scope = scope;
    }

    String run(RoleStatement statement) {
        return switch (statement) {
            case RoleStatement.CreateRole create -> create(create);
            case RoleStatement.AlterRole alter -> alter(alter);
            case RoleStatement.DropRole drop -> drop(drop);
            case RoleStatement.GrantRole grant -> grantRole(grant);
            case RoleStatement.Grant grant -> new GrantDdl(scope).run(grant);
            case RoleStatement.AlterDefaultPrivileges alter -> DefaultPrivileges.alter(alter, scope);
            case RoleStatement.AlterGroup group -> alterGroup(group);
            case RoleStatement.AlterRoleSetting setting -> setting(setting);
            case RoleStatement.DropOwned drop -> new OwnedObjects(scope).drop(drop);
            case RoleStatement.ReassignOwned reassign -> new OwnedObjects(scope).reassign(reassign);
            default -> throw PgException.notSupported(DdlExecutor.name(statement));
        };
    }

    private void put(CatalogObject object) {
        scope.context().transaction().change(new CatalogChange.Put(object));
    }

    private void requireCreateRole(List<Option> options) {
        if (scope.context().session().superuser()) return;
        if (isSet(options, "superuser")) throw denied("must be superuser to create superusers");
        if (isSet(options, "isreplication")) throw denied("must be superuser to create replication users");
        if (isSet(options, "bypassrls")) throw denied("must be superuser to create bypassrls users");
        RoleDef current = RoleNames.find(scope.context().session().currentUser(), scope);
        if (current == null || !(current.superuser() || current.createRole())) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied to create role");
        }
    }

    private static boolean isSet(List<Option> options, String name) {
        return options.stream().anyMatch(option -> option.name().equals(name) && OptionTexts.flag(option));
    }

    private static boolean names(List<Option> options, String name) {
        return options.stream().anyMatch(option -> option.name().equals(name));
    }

    private static PgException denied(String message) {
        return new PgException(SqlState.INSUFFICIENT_PRIVILEGE, message);
    }

    private String create(RoleStatement.CreateRole create) {
        requireCreateRole(create.options());
        if (create.name().equals("public") || create.name().equals("none")) {
            throw new PgException(SqlState.RESERVED_NAME, "role name \"" + create.name() + "\" is reserved");
        }
        if (create.name().startsWith("pg_")) {
            throw PgError.error(SqlState.RESERVED_NAME, "role name \"" + create.name() + "\" is reserved")
                    .withDetail("Role names starting with \"pg_\" are reserved.").exception();
        }
        if (RoleNames.find(create.name(), scope) != null) {
            throw new PgException(SqlState.DUPLICATE_OBJECT, "role \"" + create.name() + "\" already exists");
        }
        boolean login = create.kind() == RoleStatement.RoleStatementKind.USER;
        RoleDef empty = new RoleDef(scope.context().transaction().newOid(), create.name(), false, true, false, false, login, false, false, -1,
                null, null);
        RoleDef role = apply(empty, create.options());
        put(role);
        for (Option option : create.options()) {
            if (!(option.value() instanceof Option.RolesValue roles)) continue;
            for (RoleSpec spec : roles.roles()) {
                RoleDef other = RoleNames.require(spec, scope);
                boolean into = option.name().equals("addroleto");
                RoleDef group = into ? other : role;
                requireAdmin(group, null);
                requireMembers(group, null);
                addMember(group, into ? role : other, option.name().equals("adminmembers"), null);
            }
        }
        return "CREATE ROLE";
    }

    private RoleDef apply(RoleDef before, List<Option> options) {
        boolean superuser = before.superuser();
        boolean inherit = before.inherit();
        boolean createRole = before.createRole();
        boolean createDatabase = before.createDatabase();
        boolean login = before.canLogin();
        boolean replication = before.replication();
        boolean bypass = before.bypassRowSecurity();
        int limit = before.connectionLimit();
        String verifier = before.scramVerifier();
        String until = before.validUntil();
        Map<String, Option> seen = new HashMap<>();
        for (Option option : options) {
            if (seen.put(option.name(), option) != null) {
                throw new PgException(SqlState.SYNTAX_ERROR, "conflicting or redundant options").at(option.position());
            }
            switch (option.name()) {
                case "superuser" -> superuser = OptionTexts.flag(option);
                case "inherit" -> inherit = OptionTexts.flag(option);
                case "createrole" -> createRole = OptionTexts.flag(option);
                case "createdb" -> createDatabase = OptionTexts.flag(option);
                case "canlogin" -> login = OptionTexts.flag(option);
                case "isreplication" -> replication = OptionTexts.flag(option);
                case "bypassrls" -> bypass = OptionTexts.flag(option);
                case "connectionlimit" -> {
                    limit = (int) OptionTexts.integer(option);
                    if (limit < -1) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid connection limit: " + limit);
                }
                case "password" -> verifier = password(before.name(), option);
                // Kept so that it means the same in whatever session reads it.
                case "validUntil" -> until = TypeCodecs.toText(PgTypes.TIMESTAMPTZ,
                        TypeCodecs.fromText(PgTypes.TIMESTAMPTZ, OptionTexts.text(option), -1, scope.context().format()), FormatContext.DEFAULT);
                default -> { }
            }
        }
        return new RoleDef(before.oid(), before.name(), superuser, inherit, createRole, createDatabase, login, replication, bypass, limit,
                verifier, until);
    }

    private @Nullable String password(String role, Option option) {
        if (option.value() == null) return null;
        String text = OptionTexts.text(option);
        if (text.isEmpty()) {
            scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, "empty string is not a valid password, clearing password"));
            return null;
        }
        PasswordRules.check(role, text, scope);
        return ScramVerifier.of(text, RANDOM);
    }

    private String alter(RoleStatement.AlterRole alter) {
        RoleDef role = RoleNames.require(alter.role(), scope);
        boolean self = role.oid() == scope.context().session().currentUserOid()
                && alter.options().stream().allMatch(option -> option.name().equals("password"));
        if (!scope.context().session().superuser()) {
            if (role.superuser() || names(alter.options(), "superuser")) {
                throw denied("must be superuser to alter superuser roles or change superuser attribute");
            }
            if (role.replication() || names(alter.options(), "isreplication")) {
                throw denied("must be superuser to alter replication roles or change replication attribute");
            }
            if (names(alter.options(), "bypassrls")) throw denied("must be superuser to change bypassrls attribute");
        }
        if (!self) requireAlter(role);
        put(apply(role, alter.options()));
        return "ALTER ROLE";
    }

    void requireAlter(RoleDef role) {
        RoleDef current = RoleNames.find(scope.context().session().currentUser(), scope);
        boolean may = current != null && (current.superuser() || current.createRole() && !role.superuser());
        if (may) return;
        throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE,
                role.superuser() ? "must be superuser to alter superuser roles or change superuser attribute" : "permission denied");
    }

    private String drop(RoleStatement.DropRole drop) {
        requireDrop();
        for (RoleSpec spec : drop.roles()) {
            if (spec.kind() != RoleSpec.RoleKind.NAME) {
                throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "cannot use special role specifier in DROP ROLE");
            }
            RoleDef role = RoleNames.find(java.util.Objects.requireNonNull(spec.name()), scope);
            if (role == null) {
                if (!drop.ifExists()) throw new PgException(SqlState.UNDEFINED_OBJECT, "role \"" + spec.name() + "\" does not exist");
                scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, "role \"" + spec.name() + "\" does not exist, skipping"));
                continue;
            }
            if (role.name().equals(scope.context().session().currentUser())) {
                throw new PgException(SqlState.OBJECT_IN_USE, "current user cannot be dropped");
            }
            if (role.name().equals(scope.context().session().sessionUser())) throw new PgException(SqlState.OBJECT_IN_USE, "session user cannot be dropped");
            if (role.superuser() && !scope.context().session().superuser()) throw denied("must be superuser to drop superusers");
            if (pinned(role)) {
                throw new PgException(SqlState.DEPENDENT_OBJECTS_STILL_EXIST,
                        "cannot drop role " + SqlText.identifier(role.name()) + " because it is required by the database system");
            }
            requireUnused(role);
            Catalog catalog = scope.context().catalog();
            for (MembershipDef membership : List.copyOf(catalog.all(MembershipDef.class))) {
                if (membership.roleOid() == role.oid() || membership.memberOid() == role.oid()) {
                    scope.context().transaction().change(new CatalogChange.Drop(membership));
                }
            }
            for (RoleSettingDef setting : List.copyOf(catalog.all(RoleSettingDef.class))) {
                if (setting.roleOid() == role.oid()) scope.context().transaction().change(new CatalogChange.Drop(setting));
            }
            scope.context().transaction().change(new CatalogChange.Drop(role));
        }
        return "DROP ROLE";
    }

    /** The roles that every cluster has. */
    static boolean pinned(RoleDef role) {
        return role.oid() > 0 && role.oid() < 16384;
    }

    private void requireDrop() {
        RoleDef current = RoleNames.find(scope.context().session().currentUser(), scope);
        if (current == null || !(current.superuser() || current.createRole())) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied to drop role");
        }
    }

    /** What the role owns or is granted, in this database and the others, forbids its drop. */
    private void requireUnused(RoleDef role) {
        Catalog catalog = scope.context().catalog();
        List<RoleUse> here = new ArrayList<>(RoleUse.ofDatabases(catalog));
        here.addAll(RoleUse.in(catalog));
        here.addAll(RoleUse.ofLargeObjects(scope.context().transaction(), catalog));
        here.removeIf(use -> use.role() != role.oid());
        here.sort(Comparator.comparingLong((RoleUse use) -> Integer.toUnsignedLong(use.object())).thenComparingInt(RoleUse::column));
        List<String> lines = new ArrayList<>();
        for (RoleUse use : here) if (lines.size() < DETAILS_MAX) lines.add((use.kind() == 'o' ? "owner of " : "privileges for ") + text(use));
        if (here.size() > lines.size()) {
            int others = here.size() - lines.size();
            lines.add("and " + others + (others == 1 ? " other object" : " other objects") + " (see server log for list)");
        }
        for (DatabaseDef database : catalog.all(DatabaseDef.class)) {
            if (database.oid() == scope.context().session().databaseOid()) continue;
            long uses = RoleUse.in(scope.context().session().catalog(database)).stream().filter(use -> use.role() == role.oid()).count() + largeObjects(database, role);
            if (uses > 0) lines.add(uses + (uses == 1 ? " object" : " objects") + " in database " + database.name());
        }
        if (lines.isEmpty()) return;
        throw PgError.error(SqlState.DEPENDENT_OBJECTS_STILL_EXIST,
                        "role \"" + role.name() + "\" cannot be dropped because some objects depend on it")
                .withDetail(String.join("\n", lines)).exception();
    }

    private long largeObjects(DatabaseDef database, RoleDef role) {
        if (!scope.mayHaveContents(database.tenantNumber())) return 0;
        try (TenantSession session = scope.openTenant(database.tenantNumber())) {
            Transaction transaction = session.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_ONLY);
            try {
                transaction.beginStatement();
                return RoleUse.ofLargeObjects(transaction, transaction.catalog()).stream().filter(use -> use.role() == role.oid()).count();
            } finally {
                transaction.rollback();
            }
        }
    }

    private String text(RoleUse use) {
        if (use.classOid() == LargeObject.CLASS) return "large object " + Integer.toUnsignedString(use.object());
        for (CatalogObject object : scope.context().catalog().allObjects()) {
            if (object.oid() != use.object()) continue;
            if (object instanceof CatalogObject.DefaultAclDef defaults) return defaultPrivileges(defaults);
            if (object instanceof DatabaseDef database) return "database " + database.name();
            if (object instanceof TableDef table && use.column() != 0) {
                return "column " + table.column(use.column()).name() + " of " + ObjectText.of(table, scope.names());
            }
            return ObjectText.of(object, scope.names());
        }
        return "object " + Integer.toUnsignedString(use.object());
    }

    private String defaultPrivileges(CatalogObject.DefaultAclDef defaults) {
        String kind = switch (defaults.objectType()) {
            case 'r' -> "relations";
            case 'S' -> "sequences";
            case 'f' -> "functions";
            case 'T' -> "types";
            default -> "schemas";
        };
        return "default privileges on new " + kind + " belonging to role " + Acls.roleName(defaults.roleOid(), scope)
                + (defaults.schemaOid() == 0 ? "" : " in schema " + scope.names().schemaName(defaults.schemaOid()));
    }

    private String grantRole(RoleStatement.GrantRole grant) {
        RoleDef grantor = grant.grantedBy() == null || !grant.grant() ? null : RoleNames.require(grant.grantedBy(), scope);
        for (RoleStatement.Privilege privilege : grant.roles()) {
            if (!privilege.columns().isEmpty()) {
                throw new PgException(SqlState.INVALID_GRANT_OPERATION, "column names cannot be included in GRANT/REVOKE ROLE");
            }
            RoleDef role = RoleNames.find(java.util.Objects.requireNonNull(privilege.name()), scope);
            if (role == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "role \"" + privilege.name() + "\" does not exist");
            requireAdmin(role, grantor);
            if (grant.grant()) requireMembers(role, grantor);
            for (RoleSpec spec : grant.grantees()) {
                RoleDef member = RoleNames.require(spec, scope);
                if (grant.grant()) addMember(role, member, grant.adminOption(), grantor);
                else removeMember(role, member, grant.adminOption());
            }
        }
        return grant.grant() ? "GRANT ROLE" : "REVOKE ROLE";
    }

    private String alterGroup(RoleStatement.AlterGroup group) {
        RoleDef role = RoleNames.require(group.group(), scope);
        requireAdmin(role, null);
        if (group.add()) requireMembers(role, null);
        for (RoleSpec spec : group.members()) {
            if (group.add()) addMember(role, RoleNames.require(spec, scope), false, null);
            else removeMember(role, RoleNames.require(spec, scope), false);
        }
        return "ALTER ROLE";
    }

    /** 42501 for who may not give and take memberships in the role. */
    private void requireAdmin(RoleDef role, @Nullable RoleDef grantor) {
        if (role.superuser()) {
            if (!scope.context().session().superuser()) throw denied("must be superuser to alter superusers");
            return;
        }
        RoleDef current = RoleNames.find(scope.context().session().currentUser(), scope);
        if (current != null && (current.superuser() || current.createRole())) return;
        int giver = grantor == null ? scope.context().session().currentUserOid() : grantor.oid();
        if (!Memberships.of(scope.context()).admin(giver, role.oid())) throw denied("must have admin option on role \"" + role.name() + "\"");
    }

    private void requireMembers(RoleDef role, @Nullable RoleDef grantor) {
        if (role.oid() == Memberships.DATABASE_OWNER) {
            throw new PgException(SqlState.INTERNAL_ERROR, "role \"" + role.name() + "\" cannot have explicit members");
        }
        boolean other = grantor != null && grantor.oid() != scope.context().session().currentUserOid();
        if (other && !scope.context().session().superuser()) throw denied("must be superuser to set grantor");
    }

    private void addMember(RoleDef role, RoleDef member, boolean admin, @Nullable RoleDef grantor) {
        if (member.oid() == Memberships.DATABASE_OWNER) {
            throw new PgException(SqlState.INTERNAL_ERROR, "role \"" + member.name() + "\" cannot be a member of any role");
        }
        if (Memberships.of(scope.context()).rolesOf(role.oid()).contains(member.oid())) {
            throw new PgException(SqlState.INVALID_GRANT_OPERATION,
                    "role \"" + role.name() + "\" is a member of role \"" + member.name() + "\"");
        }
        MembershipDef existing = membership(role, member);
        if (existing != null && (existing.adminOption() || !admin)) {
            scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION,
                    "role \"" + member.name() + "\" is already a member of role \"" + role.name() + "\""));
            return;
        }
        int oid = existing != null ? existing.oid() : scope.context().transaction().newOid();
        int giver = grantor == null ? scope.context().session().currentUserOid() : grantor.oid();
        put(new MembershipDef(oid, role.oid(), member.oid(), giver, admin));
    }

    /** @param onlyOption takes the right to give the membership on, not the membership */
    private void removeMember(RoleDef role, RoleDef member, boolean onlyOption) {
        MembershipDef existing = membership(role, member);
        if (existing == null) {
            scope.context().notice(PgError.warning(SqlState.WARNING,
                    "role \"" + member.name() + "\" is not a member of role \"" + role.name() + "\""));
            return;
        }
        if (onlyOption) put(new MembershipDef(existing.oid(), role.oid(), member.oid(), existing.grantorOid(), false));
        else scope.context().transaction().change(new CatalogChange.Drop(existing));
    }

    private @Nullable MembershipDef membership(RoleDef role, RoleDef member) {
        for (MembershipDef def : scope.context().catalog().all(MembershipDef.class)) {
            if (def.roleOid() == role.oid() && def.memberOid() == member.oid()) return def;
        }
        return null;
    }

    private String setting(RoleStatement.AlterRoleSetting setting) {
        int role = setting.role() == null ? 0 : RoleNames.require(setting.role(), scope).oid();
        int database = 0;
        if (setting.database() != null) database = DatabaseDdl.require(setting.database(), scope).oid();
        changeSetting(role, database, setting.change(), scope);
        return "ALTER ROLE";
    }

    static void changeSetting(int role, int database, SessionStatement.SettingChange change, Scope scope) {
        RoleSettingDef existing = null;
        for (RoleSettingDef def : scope.context().catalog().all(RoleSettingDef.class)) {
            if (def.roleOid() == role && def.databaseOid() == database) existing = def;
        }
        if (role != 0 && SessionSettings.TENANT_MEMORY.equalsIgnoreCase(change.name()) && change.kind() != SessionStatement.SettingKind.RESET && change.kind() != SessionStatement.SettingKind.RESET_ALL) {
            throw PgError.error(SqlState.CANT_CHANGE_RUNTIME_PARAM, "parameter \"craton.tenant_memory\" cannot be set for a role")
                    .withHint("It is the database's: ALTER DATABASE .. SET craton.tenant_memory.").exception();
        }
        Map<String, String> settings = new HashMap<>(existing == null ? Map.of() : existing.settings());
        switch (change.kind()) {
            case VALUE -> {
                String value = value(change);
                scope.context().session().checkSetting(change.name(), value);
                settings.put(change.name(), value);
            }
            case FROM_CURRENT -> {
                String value = java.util.Objects.requireNonNull(scope.context().session().setting(change.name()));
                scope.context().session().checkSetting(change.name(), value);
                settings.put(change.name(), value);
            }
            case RESET, DEFAULT -> {
                String value = settings.remove(change.name());
                if (value != null && !mayChange(change.name(), value, scope)) scope.context().session().checkSetting(change.name(), value);
            }
            case RESET_ALL -> settings.entrySet().removeIf(entry -> mayChange(entry.getKey(), entry.getValue(), scope));
        }
        int oid = existing != null ? existing.oid() : scope.context().transaction().newOid();
        RoleSettingDef changed = new RoleSettingDef(oid, database, role, settings);
        if (!settings.isEmpty()) scope.context().transaction().change(new CatalogChange.Put(changed));
        else if (existing != null) scope.context().transaction().change(new CatalogChange.Drop(existing));
    }

    /** As in PostgreSQL, RESET ALL leaves what only superusers may set. */
    private static boolean mayChange(String name, String value, Scope scope) {
        try {
            scope.context().session().checkSetting(name, value);
            return true;
        } catch (PgException e) {
            return e.error().state() != SqlState.INSUFFICIENT_PRIVILEGE;
        }
    }

    static String value(SessionStatement.SettingChange change) {
        StringBuilder text = new StringBuilder();
        for (Expr value : change.values()) {
            if (!text.isEmpty()) text.append(", ");
            text.append(switch (value) {
                case Expr.StringLiteral literal -> literal.value();
                case Expr.IntegerLiteral literal -> Integer.toString(literal.value());
                case Expr.NumericLiteral literal -> literal.text();
                default -> throw PgException.notSupported("this value in ALTER ROLE SET");
            });
        }
        return text.toString();
    }
}
