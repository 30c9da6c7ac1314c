package io.craton.sql.session;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.settings.SessionSettings;
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
    /** The settings that the two were taken from. */
    private long followed = -1;
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
        if (!mayBecome(sessionUser, role)) {
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

    /** Is who the settings say, which may have gone back to what was checked when it was set. Answers whether anything changed. */
    boolean follow(SessionSettings settings) {
        if (followed == settings.revision()) return false;
        followed = settings.revision();
        String user = settings.get("session_authorization");
        String role = settings.get("role");
        String acting = role.equals("none") ? user : role;
        if (sessionUser.name().equals(user) && currentUser.name().equals(acting)) return false;
        if (!sessionUser.name().equals(user)) sessionUser = allowed(user, authenticated);
        currentUser = acting.equals(user) ? sessionUser : allowed(acting, sessionUser);
        return true;
    }

    /** The role of this name; {@code from} itself when it is gone or {@code from} may not become it. */
    private RoleDef allowed(String name, RoleDef from) {
        RoleDef role = name.equals(from.name()) ? from : find(catalog.get(), name);
        return role != null && mayBecome(from, role) ? role : from;
    }

    private boolean mayBecome(RoleDef from, RoleDef role) {
        return from.superuser() || from.oid() == role.oid() || memberOf(from.oid(), role.oid(), new java.util.HashSet<>());
    }

    private RoleDef require(String name) {
        RoleDef role = find(catalog.get(), name);
        if (role == null) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "role \"" + name + "\" does not exist");
        return role;
    }

    /** Whether one is, directly or not, a member of the other. */
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
