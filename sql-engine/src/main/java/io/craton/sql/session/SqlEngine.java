package io.craton.sql.session;

import io.craton.core.audit.AuditClass;
import io.craton.core.audit.AuditLog;
import io.craton.core.audit.AuditRecord;
import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.session.SessionFactory;
import io.craton.core.session.SessionState;
import io.craton.core.session.SqlSession;
import io.craton.core.trace.Traces;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.sql.analyze.BuiltinRelations;
import io.craton.sql.exec.QueryExecutor;
import io.craton.sql.exec.WorkerPool;
import io.craton.sql.ddl.ScramVerifier;
import io.craton.sql.function.Memberships;
import io.craton.sql.statistics.StatementStatistics;
import io.craton.sql.function.Privileges;
import io.craton.sql.settings.AccessRule;
import io.craton.sql.settings.NodeSettings;
import io.craton.sql.settings.SessionSettings;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.RoleSettingDef;
import io.craton.storage.catalog.DatabaseLocale;
import io.craton.storage.engine.StorageEngine;
import io.craton.storage.engine.TenantSession;
import io.craton.storage.io.TemporaryFolder;
import io.craton.storage.txn.AccessMode;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.Transaction;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The door of sql-engine: opens sessions over a {@link StorageEngine}. One for the node, any thread. */
public final class SqlEngine implements SessionFactory {
    private static final long POSTGRES_EPOCH_SECONDS = 946_684_800L;
    private static final String FIRST_SUPERUSER = "postgres";
    /** Connection limit of a database that is half made. */
    private static final int INVALID_DATABASE = -2;

    private final StorageEngine storage;
    private final TemporaryFolder spillFolder;
    private final Configuration configuration;
    private final AuditLog audit;
    private final Traces traces;
    private final SqlParts parts;
    private final Planner planner;
    private final LiftedPlans liftedPlans;
    private final Formats formats;
    private final long startMicros;
    /** The statement's own thread works too. */
    private final WorkerPool workers = new WorkerPool(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
    private final Notifications notifications = new Notifications();
    private final StatementStatistics statementStatistics = new StatementStatistics(this::nowMicros);
    private final Map<Integer, Session> sessions = new ConcurrentHashMap<>();

    /** The node's configuration as sessions see it. Any thread. */
    public interface Configuration {
        /** Without any. */
        Configuration NONE = new Configuration() {
            @Override
            public NodeSettings settings() {
                return NodeSettings.NONE;
            }

            @Override
            public boolean reload() {
                return true;
            }
        };

        /** As it is now; the same object until a reload changes something. */
        NodeSettings settings();

        /** When that was; null: at the start. */
        default @Nullable Instant read() {
            return null;
        }

        /** What the node tells of itself, for diagnostics. */
        default String inspect(String what) {
            throw PgException.notSupported("looking at the node");
        }

        /** Where databases are that are not here. */
        default Regions regions() {
            return Regions.NONE;
        }

        /** Rules for clients, in order. */
        default List<AccessRule> accessRules() {
            return List.of();
        }

        default List<AccessRule.Mapping> identMappings() {
            return List.of();
        }

        /** Reads it again; false when it cannot be used, and stays as it was. May wait. */
        boolean reload();
    }

    /** @param spillFolder where statements over their memory budget put rows; emptied at start by the caller */
    public SqlEngine(StorageEngine storage, Path spillFolder) {
        this(storage, spillFolder, Configuration.NONE);
    }

    public SqlEngine(StorageEngine storage, Path spillFolder, Configuration configuration) {
        this(storage, spillFolder, configuration, AuditLog.NONE);
    }

    public SqlEngine(StorageEngine storage, Path spillFolder, Configuration configuration, AuditLog audit) {
        this(storage, spillFolder, configuration, audit, Traces.NONE, SqlAssembly.begin());
    }

    public SqlEngine(StorageEngine storage, Path spillFolder, Configuration configuration, AuditLog audit, Traces traces, SqlAssembly assembly) {
        this.traces = traces;
        this.audit = audit;
        this.configuration = configuration;
        this.storage = storage;
        this.spillFolder = new TemporaryFolder(spillFolder, storage.encrypts());
        this.parts = assembly.parts();
        this.planner = new Planner(parts.executor(), parts.optimizer(), storage.memoryPool());
        this.liftedPlans = new LiftedPlans(planner);
        this.formats = new Formats(parts.regNames());
        this.startMicros = nowMicros();
        storage.memoryTerms(new TenantMemory(configuration::settings, storage::cluster));
        storage.onNotification(notifications);
        storage.onDrop(this::dropped);
    }

    StatementStatistics statementStatistics() {
        return statementStatistics;
    }

    WorkerPool workers() {
        return workers;
    }

    @Override
    public SqlSession open(StartUp startUp, @Nullable SessionState state) {
        try {
            return opened(startUp, state);
        } catch (PgException refused) {
            if (audit.wants(AuditClass.FAILED_LOGIN)) {
                Map<String, String> given = startUp.parameters();
                String user = given.getOrDefault("user", "");
                AuditRecord.Actor actor = new AuditRecord.Actor(user, null, given.getOrDefault("database", user),
                        SessionAudit.address(startUp.remote() instanceof InetSocketAddress address ? address : null), startUp.processId(), given.getOrDefault("application_name", ""), 0);
                audit.record(new AuditRecord(AuditClass.FAILED_LOGIN, nowMicros(), 1, actor, "login", refused.error().message(), refused.error().state().code));
            }
            throw refused;
        }
    }

    private SqlSession opened(StartUp startUp, @Nullable SessionState state) {
        String user = startUp.parameters().getOrDefault("user", "");
        String databaseName = databaseOf(startUp);
        storage.awaitCluster();
        RoleDef role = SessionIdentity.find(storage.cluster(), user);
        if (role == null) throw fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "role \"" + user + "\" does not exist");
        boolean moved = state != null;
        if (!moved && !role.canLogin()) {
            throw fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "role \"" + user + "\" is not permitted to log in");
        }
        DatabaseDef database = storage.database(databaseName);
        if (database == null) throw fatal(SqlState.UNDEFINED_DATABASE, "database \"" + databaseName + "\" does not exist");
        if (!moved && !database.allowConnections()) {
            throw fatal(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "database \"" + databaseName + "\" is not currently accepting connections");
        }
        if (database.connectionLimit() == INVALID_DATABASE) {
            throw new PgException(PgError.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "cannot connect to invalid database \"" + databaseName + "\"")
                    .withHint("Use DROP DATABASE to drop invalid databases.").withSeverity(Severity.FATAL));
        }
        if (!Privileges.connects(storage.cluster(), role, database)) {
            throw new PgException(PgError.error(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for database \"" + databaseName + "\"")
                    .withDetail("User does not have CONNECT privilege.").withSeverity(Severity.FATAL));
        }
        if (!moved) checkLimits(role, database);
        SessionSettings settings = new SessionSettings(role.superuser(), configuration::settings);
        TenantSession store = storage.openSession(database.tenantNumber(), startUp.processId());
        try {
            long begun = state == null ? 0 : SessionMove.startMicros(state);
            SessionIdentity identity = new SessionIdentity(startUp.processId(), database.name(), database.oid(), database.tenantNumber(),
                    startUp.remote() instanceof InetSocketAddress address ? address : null, startUp.tls(), begun == 0 ? nowMicros() : begun, role, storage::cluster);
            settings.preset("session_authorization", role.name());
            settings.preset("in_hot_standby", startUp.place() == StartUp.Place.STANDBY ? "on" : "off");
            settings.preset("is_superuser", role.superuser() ? "on" : "off");
            applyLocale(settings, database);
            applyRoleSettings(settings, role, database);
            applyStartUp(settings, startUp.parameters());
            Session session = new Session(this, store, settings, identity);
            identity.lookIn(session::catalog);
            if (state != null) session.restore(state);
            sessions.put(startUp.processId(), session);
            if (!moved) session.audit.loggedIn();
            return session;
        } catch (PgException e) {
            store.close();
            throw new PgException(e.error().withSeverity(Severity.FATAL));
        }
    }

    private static String databaseOf(StartUp startUp) {
        return startUp.parameters().getOrDefault("database", startUp.parameters().getOrDefault("user", ""));
    }

    @Override
    public int group(StartUp startUp) {
        return storage.group(databaseOf(startUp));
    }

    @Override
    public boolean mayBeElsewhere(String database) {
        return configuration.regions() != Regions.NONE && storage.database(database) == null;
    }

    boolean hasDatabase(String name) {
        return storage.database(name) != null;
    }

    @Override
    public @Nullable Elsewhere elsewhere(String database) {
        storage.awaitCluster();
        return storage.database(database) == null ? configuration.regions().elsewhere(database) : null;
    }

    @Override
    public void onMove(Runnable listener) {
        storage.onMove(listener);
    }

    /** A tenant was dropped from another node than the one its sessions are on. */
    private void dropped(int tenant) {
        for (Session session : sessions.values()) if (session.identity.tenantNumber() == tenant) session.terminate();
    }

    private void checkLimits(RoleDef role, DatabaseDef database) {
        if (role.superuser()) return;
        if (role.connectionLimit() >= 0
                && sessions.values().stream().filter(s -> s.identity.sessionUser().equals(role.name())).count() >= role.connectionLimit()) {
            throw tooMany("role", role.name(), "End some that nobody needs, or raise the limit: ALTER ROLE .. CONNECTION LIMIT.");
        }
        if (database.connectionLimit() >= 0
                && sessions.values().stream().filter(s -> s.identity.databaseOid() == database.oid()).count() >= database.connectionLimit()) {
            throw tooMany("database", database.name(), "End some that nobody needs, or raise the limit: ALTER DATABASE .. CONNECTION LIMIT.");
        }
        NodeSettings.Given most = configuration.settings().given("craton.limits.max_connections_per_tenant");
        if (most != null && !most.value().equals("0")
                && sessions.values().stream().filter(s -> s.identity.databaseOid() == database.oid()).count() >= Long.parseLong(most.value())) {
            throw tooMany("database", database.name(), "End some that nobody needs, or raise max_connections_per_tenant in the configuration file, section [limits].");
        }
    }

    private static PgException tooMany(String what, String name, String hint) {
        return PgError.of(Severity.FATAL, SqlState.TOO_MANY_CONNECTIONS, "too many connections for " + what + " \"" + name + "\"").withHint(hint).exception();
    }

    private static void applyLocale(SessionSettings settings, DatabaseDef database) {
        if (database.locale().equals(DatabaseLocale.DEFAULT)) return;
        settings.preset("lc_collate", database.locale().collate());
        settings.preset("lc_ctype", database.locale().ctype());
    }

    private void applyRoleSettings(SessionSettings settings, RoleDef role, DatabaseDef database) {
        List<RoleSettingDef> defs = new ArrayList<>();
        for (RoleSettingDef def : storage.cluster().all(RoleSettingDef.class)) {
            boolean roleFits = def.roleOid() == 0 || def.roleOid() == role.oid();
            boolean databaseFits = def.databaseOid() == 0 || def.databaseOid() == database.oid();
            if (roleFits && databaseFits) defs.add(def);
        }
        // More specific ones last: all, database, role, role in database.
        defs.sort(Comparator.comparingInt(def -> (def.roleOid() != 0 ? 2 : 0) + (def.databaseOid() != 0 ? 1 : 0)));
        for (RoleSettingDef def : defs) def.settings().forEach((name, value) -> settings.startUp(name, value, source(def)));
    }

    private static String source(RoleSettingDef def) {
        if (def.roleOid() == 0) return def.databaseOid() == 0 ? "global" : "database";
        return def.databaseOid() == 0 ? "user" : "database user";
    }

    private static void applyStartUp(SessionSettings settings, Map<String, String> parameters) {
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            switch (parameter.getKey()) {
                case "user", "database", "replication" -> { }
                case "options" -> applyOptions(settings, parameter.getValue());
                default -> settings.startUp(parameter.getKey(), parameter.getValue(), "client");
            }
        }
    }

    /** {@code -c name=value --name=value}, with backslash before blanks that belong to the value. */
    private static void applyOptions(SessionSettings settings, String options) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < options.length(); i++) {
            char c = options.charAt(i);
            if (c == '\\' && i + 1 < options.length()) word.append(options.charAt(++i));
            else if (!Character.isWhitespace(c)) word.append(c);
            else if (!word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
            }
        }
        if (!word.isEmpty()) words.add(word.toString());
        for (int i = 0; i < words.size(); i++) {
            String text = words.get(i);
            String assignment;
            if (text.equals("-c") && i + 1 < words.size()) assignment = words.get(++i);
            else if (text.startsWith("-c")) assignment = text.substring(2);
            else if (text.startsWith("--")) assignment = text.substring(2);
            else throw fatal(SqlState.SYNTAX_ERROR, "invalid command-line argument for server process: " + text);
            int equals = assignment.indexOf('=');
            if (equals < 0) throw fatal(SqlState.SYNTAX_ERROR, "-c " + assignment + " requires a value");
            settings.startUp(assignment.substring(0, equals).replace('-', '_'), assignment.substring(equals + 1), "client");
        }
    }

    @Override
    public Credentials credentials(String name) {
        storage.awaitCluster();
        RoleDef role = SessionIdentity.find(storage.cluster(), name);
        if (role == null) return new Credentials(false, false, null);
        return new Credentials(true, role.canLogin(), expired(role) ? null : role.scramVerifier());
    }

    /** VALID UNTIL has passed: the password is none any more. */
    private boolean expired(RoleDef role) {
        return role.validUntil() != null
                && TypeCodecs.fromText(PgTypes.TIMESTAMPTZ, role.validUntil(), -1, FormatContext.DEFAULT) instanceof Long until && until < nowMicros();
    }

    /** Whether a user is, or belongs to, a role; a superuser only where it was granted. Quick. */
    public boolean memberOf(String user, String role) {
        Catalog cluster = storage.cluster();
        RoleDef member = SessionIdentity.find(cluster, user);
        RoleDef group = SessionIdentity.find(cluster, role);
        return member != null && group != null && new Memberships(cluster, 0).rolesOf(member.oid()).contains(group.oid());
    }

    /** Gives the first superuser a password, where it has none. Waits for the commit. */
    public void firstPassword(String password) {
        RoleDef first = SessionIdentity.find(storage.cluster(), FIRST_SUPERUSER);
        DatabaseDef database = storage.database(FIRST_SUPERUSER);
        if (first == null || first.scramVerifier() != null || database == null) return;
        try (TenantSession session = storage.openSession(database.tenantNumber(), 0)) {
            Transaction transaction = session.begin(IsolationLevel.READ_COMMITTED, AccessMode.READ_WRITE);
            transaction.readsCluster();
            transaction.change(new CatalogChange.Put(new RoleDef(first.oid(), first.name(), first.superuser(), first.inherit(), first.createRole(), first.createDatabase(),
                    first.canLogin(), first.replication(), first.bypassRowSecurity(), first.connectionLimit(), ScramVerifier.of(password, new SecureRandom()),
                    first.validUntil())));
            transaction.commit();
        }
    }

    void closed(Session session) {
        sessions.remove(session.identity.processId(), session);
    }

    /** pg_cancel_backend and pg_terminate_backend. */
    boolean signal(int processId, boolean terminate) {
        Session target = sessions.get(processId);
        if (target == null) return false;
        if (terminate) target.terminate();
        else target.cancel();
        return true;
    }

    Traces traces() {
        return traces;
    }

    AuditLog audit() {
        return audit;
    }

    Configuration configuration() {
        return configuration;
    }

    /** pg_reload_conf. */
    boolean reloadConfiguration() {
        return configuration.reload();
    }

    /** Open sessions by database; those without any are not there. */
    public Map<String, Integer> sessionsByDatabase() {
        Map<String, Integer> counts = new TreeMap<>();
        for (Session session : sessions.values()) counts.merge(session.identity.database(), 1, Integer::sum);
        return counts;
    }

    /** What all sessions do now. */
    List<SessionActivity> activity() {
        return sessions.values().stream().map(SessionActivity::of).toList();
    }

    Planner planner() {
        return planner;
    }

    LiftedPlans liftedPlans() {
        return liftedPlans;
    }

    QueryExecutor executor() {
        return parts.executor();
    }

    Notifications notifications() {
        return notifications;
    }

    DataStatements dataStatements() {
        return parts.dataStatements();
    }

    BuiltinRelations builtinRelations() {
        return parts.builtinRelations();
    }

    Formats formats() {
        return formats;
    }

    StorageEngine storage() {
        return storage;
    }

    TemporaryFolder spillFolder() {
        return spillFolder;
    }

    long startMicros() {
        return startMicros;
    }

    /** Micros since 2000-01-01 UTC. */
    long nowMicros() {
        return micros(Instant.now());
    }

    static long micros(Instant time) {
        return (time.getEpochSecond() - POSTGRES_EPOCH_SECONDS) * 1_000_000L + time.getNano() / 1000;
    }

    private static PgException fatal(SqlState state, String message) {
        return PgError.of(Severity.FATAL, state, message).exception();
    }
}
