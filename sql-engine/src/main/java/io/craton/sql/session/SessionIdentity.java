package io.craton.sql.session;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.SessionFactory.Tls;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Who a session belongs to, where it is connected, and as whom it acts now. One session's thread. */
final class SessionIdentity implements SettingStatements.Roles {
    private final int processId;
    private final String database;
    private final int databaseOid;
    private final int tenantNumber;
    private final @Nullable InetSocketAddress remote;
    private final @Nullable Tls tls;
    private final long startMicros;
    private final RoleDef authenticated;
    private RoleDef sessionUser;
    private RoleDef currentUser;
    private java.util.function.Supplier<Catalog> catalog;

    SessionIdentity(int processId, String database, int databaseOid, int tenantNumber, @Nullable InetSocketAddress remote, @Nullable Tls tls, long startMicros,
            RoleDef role, java.util.function.Supplier<Catalog> catalog) {
        this.processId = processId;
        this.database = database;
        this.databaseOid = databaseOid;
        this.tenantNumber = tenantNumber;
        this.remote = remote;
        this.tls = tls;
        this.startMicros = startMicros;
        this.authenticated = role;
        this.sessionUser = role;
        this.currentUser = role;
        this.catalog = catalog;
    }

    /** Roles are looked up here from now on: those too that the session's transaction has just made. */
    void lookIn(java.util.function.Supplier<Catalog> roles) {
        catalog = roles;
    }

    int processId() {
        return processId;
    }

    String database() {
        return database;
    }

    int databaseOid() {
        return databaseOid;
    }

    int tenantNumber() {
        return tenantNumber;
    }

    @Nullable Tls tls() {
        return tls;
    }

    @Nullable InetSocketAddress remote() {
        return remote;
    }

    long startMicros() {
        return startMicros;
    }

    String sessionUser() {
        return sessionUser.name();
    }

    RoleDef currentRole() {
        return currentUser;
    }

    /** Acts as another role for a while (SECURITY DEFINER). */
    void actAs(RoleDef role) {
        currentUser = role;
    }

    RoleDef role(int oid) {
        RoleDef role = catalog.get().find(RoleDef.class, oid);
        return role == null ? currentUser : role;
    }

    String currentUser() {
        return currentUser.name();
    }

    int currentUserOid() {
        return currentUser.oid();
    }

    boolean superuser() {
        return currentUser.superuser();
    }

    /** The role that logged in, whatever the session became later. */
    RoleDef authenticated() {
        return authenticated;
    }

    boolean authenticatedSuperuser() {
        return authenticated.superuser();
    }

    static @Nullable RoleDef find(Catalog catalog, String name) {
        for (RoleDef role : catalog.all(RoleDef.class)) {
            if (role.name().equals(name)) return role;
        }
        return null;
    }

    @Override
    public void setRole(@Nullable String name) {
        if (name == null || name.equals("none")) {
            currentUser = sessionUser;
            return;
        }
        RoleDef role = require(name);
        if (!sessionUser.superuser() && role.oid() != sessionUser.oid() && !member(role)) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied to set role \"" + name + "\"");
        }
        currentUser = role;
    }

    @Override
    public void setSessionUser(@Nullable String name) {
        RoleDef role = name == null ? authenticated : require(name);
        if (role.oid() != authenticated.oid() && !authenticated.superuser()) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied to set session authorization");
        }
        sessionUser = role;
        currentUser = role;
    }

    private RoleDef require(String name) {
        RoleDef role = find(catalog.get(), name);
        if (role == null) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "role \"" + name + "\" does not exist");
        return role;
    }

    /** Whether the session user is, directly or not, a member of the role. */
    private boolean member(RoleDef role) {
        return memberOf(sessionUser.oid(), role.oid(), new java.util.HashSet<>());
    }

    private boolean memberOf(int member, int role, java.util.Set<Integer> seen) {
        if (!seen.add(member)) return false;
        for (var membership : catalog.get().all(io.craton.storage.catalog.CatalogObject.MembershipDef.class)) {
            if (membership.memberOid() == member
                    && (membership.roleOid() == role || memberOf(membership.roleOid(), role, seen))) {
                return true;
            }
        }
        return false;
    }
}
