package io.craton.sql.session;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.settings.SessionSettings;
import io.craton.core.session.SessionFactory.Tls;
import io.craton.sql.function.Memberships;
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
    /** In a SECURITY DEFINER function. */
    private boolean actsForAnother;
    private boolean restricted;
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

    /** As whom a session acts, and what it may not do meanwhile. */
    record Acting(RoleDef role, boolean forAnother, boolean restricted) {}

    Acting acting() {
        return new Acting(currentUser, actsForAnother, restricted);
    }

    void actAs(Acting acting) {
        currentUser = acting.role;
        actsForAnother = acting.forAnother;
        restricted = acting.restricted;
    }

    /** Runs code of an object's owner (SECURITY_RESTRICTED_OPERATION): nothing of it may outlive it. */
    boolean restricted() {
        return restricted;
    }

    /** 42501 for a command that a security-restricted operation may not run. */
    void requireUnrestricted(String what) {
        if (restricted) throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "cannot " + what + " within security-restricted operation");
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

    @Override
    public boolean superuser() {
        return live(currentUser).superuser();
    }

    /** The role that logged in, whatever the session became later. */
    RoleDef authenticated() {
        return authenticated;
    }

    boolean authenticatedSuperuser() {
        return live(authenticated).superuser();
    }

    static @Nullable RoleDef find(Catalog catalog, String name) {
        for (RoleDef role : catalog.all(RoleDef.class)) {
            if (role.name().equals(name)) return role;
        }
        return null;
    }

    @Override
    public void setRole(@Nullable String name) {
        requireFree("role");
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
        requireFree("session_authorization");
        RoleDef role = name == null ? authenticated : require(name);
        if (role.oid() != authenticated.oid() && !live(authenticated).superuser()) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied to set session authorization");
        }
        sessionUser = role;
        currentUser = role;
    }

    /** Is who the settings say, which may have gone back to what was checked when it was set. Answers whether anything changed. */
    boolean follow(SessionSettings settings) {
        if (followed == settings.revision() || actsForAnother || restricted) return false;
        followed = settings.revision();
        String user = settings.get("session_authorization");
        String role = settings.get("role");
        String acting = role.equals("none") ? user : role;
        if (sessionUser.name().equals(user) && currentUser.name().equals(acting)) return false;
        if (!sessionUser.name().equals(user)) sessionUser = allowed(user, authenticated);
        currentUser = acting.equals(user) ? sessionUser : allowed(acting, sessionUser);
        settings.superuser(superuser());
        return true;
    }

    /** The role of this name; {@code from} itself when it is gone or {@code from} may not become it. */
    private RoleDef allowed(String name, RoleDef from) {
        RoleDef role = name.equals(from.name()) ? from : find(catalog.get(), name);
        return role != null && mayBecome(from, role) ? role : from;
    }

    private boolean mayBecome(RoleDef from, RoleDef role) {
        return live(from).superuser() || new Memberships(catalog.get(), databaseOid).rolesOf(from.oid()).contains(role.oid());
    }

    private void requireFree(String parameter) {
        String place = restricted ? "security-restricted operation" : actsForAnother ? "security-definer function" : null;
        if (place == null) return;
        throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "cannot set parameter \"" + parameter + "\" within " + place);
    }

    private RoleDef require(String name) {
        RoleDef role = find(catalog.get(), name);
        if (role == null) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "role \"" + name + "\" does not exist");
        return role;
    }

    /** What the role is now: it may have been altered since it was taken. */
    private RoleDef live(RoleDef role) {
        RoleDef now = catalog.get().find(RoleDef.class, role.oid());
        return now == null ? role : now;
    }
}
