package io.craton.sql.session;

import io.craton.storage.engine.StorageEngine;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.memory.MemoryAccount;
import io.craton.core.type.ByteReader;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.core.type.PgArray;
import io.craton.sql.largeobject.Descriptors;
import io.craton.sql.settings.AccessRule;
import io.craton.sql.settings.NodeSettings;
import io.craton.sql.settings.SettingDef;
import io.craton.sql.syntax.SessionStatement.Scroll;
import io.craton.storage.engine.ProjectionRebuild;
import io.craton.storage.txn.AccessStatistics;
import io.craton.storage.txn.LockReport;
import io.craton.storage.txn.Transaction;
import io.craton.storage.txn.Transaction.AdvisoryKey;
import io.craton.storage.txn.Transaction.AdvisoryScope;
import io.craton.storage.txn.WaitPolicy;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session as functions and system views see it. The session's own thread, but for {@link #activity} which reads others. */
final class SessionFacts implements SessionView {
    private static final int CHANNEL_BYTES_MAX = 63;
    private static final int PAYLOAD_BYTES_MAX = 7999;

    private final Session session;
    private final Map<Integer, Long> sequenceValues = new HashMap<>();
    private int lastSequence;
    private long sequenceChanges;

    SessionFacts(Session session) {
        this.session = session;
    }

    @Override
    public int processId() {
        return session.identity.processId();
    }

    @Override
    public String database() {
        return session.identity.database();
    }

    @Override
    public int databaseOid() {
        return session.identity.databaseOid();
    }

    @Override
    public String sessionUser() {
        return session.identity.sessionUser();
    }

    @Override
    public String currentUser() {
        return session.identity.currentUser();
    }

    @Override
    public int currentUserOid() {
        return session.identity.currentUserOid();
    }

    @Override
    public boolean superuser() {
        return session.identity.superuser();
    }

    @Override
    public io.craton.sql.analyze.CatalogView names() {
        return session.names();
    }

    @Override
    public List<Integer> searchPath() {
        return session.searchPath();
    }

    @Override
    public @Nullable String setting(String name) {
        if (session.settings.find(name) == null) return null;
        SettingDef def = session.settings.def(name);
        if (def != null) SettingStatements.checkExaminable(session.settings, def);
        return session.settings.show(name);
    }

    @Override
    public @Nullable String settingValue(String name) {
        return session.settings.find(name);
    }

    @Override
    public @Nullable String resetValue(String name) {
        SettingDef def = session.settings.def(name);
        return def == null ? null : session.settings.resetValue(def);
    }

    @Override
    public void checkSetting(String name, String value) {
        session.settings.check(name, value);
    }

    @Override
    public List<SettingDef> settings() {
        return session.settings.all().stream().filter(session.settings::mayExamine).toList();
    }

    @Override
    public NodeSettings.Given settingOrigin(SettingDef def) {
        return session.settings.origin(def);
    }

    @Override
    public String setSetting(String name, @Nullable String value, boolean local) {
        session.assignSetting(name, value, local);
        return session.settings.show(name);
    }

    @Override
    public @Nullable Long lastSequenceValue(int sequenceOid) {
        return sequenceValues.get(sequenceOid);
    }

    @Override
    public void rememberSequenceValue(int sequenceOid, long value) {
        session.reads.wrote();
        sequenceValues.put(sequenceOid, value);
        lastSequence = sequenceOid;
        sequenceChanges++;
    }

    @Override
    public int lastSequence() {
        return lastSequence;
    }

    void forgetSequences() {
        sequenceValues.clear();
        lastSequence = 0;
        sequenceChanges++;
    }

    /** Grows whenever currval or lastval would give something else. */
    long sequenceChanges() {
        return sequenceChanges;
    }

    void writeSequences(ByteWriter out) {
        out.putInt(lastSequence);
        sequenceValues.forEach((oid, value) -> {
            out.putInt(oid);
            out.putLong(value);
        });
    }

    void readSequences(ByteReader in) {
        lastSequence = in.getInt();
        while (in.remaining() > 0) sequenceValues.put(in.getInt(), in.getLong());
    }

    @Override
    public boolean advisoryLock(long key1, int key2, boolean twoKeys, boolean shared, boolean forTransaction, boolean wait) {
        session.reads.requireLeader(session.transactions, "an advisory lock");
        return transaction().advisoryLock(key(key1, key2, twoKeys), shared,
                forTransaction ? AdvisoryScope.TRANSACTION : AdvisoryScope.SESSION, wait ? WaitPolicy.WAIT : WaitPolicy.SKIP_LOCKED);
    }

    @Override
    public boolean advisoryUnlock(long key1, int key2, boolean twoKeys, boolean shared) {
        return transaction().advisoryUnlock(key(key1, key2, twoKeys), shared);
    }

    @Override
    public Descriptors largeObjects() {
        return session.largeObjects;
    }

    @Override
    public void advisoryUnlockAll() {
        transaction().advisoryUnlockAll();
    }

    private static AdvisoryKey key(long key1, int key2, boolean twoKeys) {
        return twoKeys ? AdvisoryKey.of((int) key1, key2) : AdvisoryKey.of(key1);
    }

    private Transaction transaction() {
        Transaction open = session.transactions.current();
        if (open == null) throw new PgException(SqlState.NO_ACTIVE_SQL_TRANSACTION, "no transaction is open");
        return open;
    }

    @Override
    public void notify(String channel, String payload) {
        session.reads.requireLeader(session.transactions, "NOTIFY");
        if (channel.isEmpty()) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "channel name cannot be empty");
        if (utf8Length(channel) > CHANNEL_BYTES_MAX) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "channel name too long");
        if (utf8Length(payload) > PAYLOAD_BYTES_MAX) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "payload string too long");
        if (session.engine.notifications().usage() >= 1) {
            throw new PgException(SqlState.PROGRAM_LIMIT_EXCEEDED, "too many notifications in the NOTIFY queue");
        }
        transaction().notify(channel, payload);
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public List<String> listeningChannels() {
        return session.listener.channels();
    }

    @Override
    public double notificationQueueUsage() {
        return session.engine.notifications().usage();
    }

    @Override
    public io.craton.storage.catalog.Catalog catalog(io.craton.storage.catalog.CatalogObject.DatabaseDef database) {
        return session.engine.storage().catalog(database.tenantNumber());
    }

    @Override
    public io.craton.sql.statistics.StatementStatistics statementStatistics() {
        return session.engine.statementStatistics();
    }

    @Override
    public byte @Nullable [] cursorKey(String cursor, int tableOid, String tableName) {
        Portal portal = session.portals.get(cursor);
        if (portal == null) throw new PgException(SqlState.UNDEFINED_CURSOR, "cursor \"" + cursor + "\" does not exist");
        return CursorPlan.key(portal, tableOid, tableName);
    }

    @Override
    public List<@Nullable Object[]> cursors() {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Portal portal : session.portals.values()) {
            if (portal.name.isEmpty()) continue;
            rows.add(new Object[] {portal.name, portal.cursor || portal.statement == null ? portal.declaration : portal.statement.sql, portal.hold,
                portal.binary, portal.cursor && portal.scroll != Scroll.NO_SCROLL, portal.createdMicros});
        }
        return rows;
    }

    @Override
    public List<@Nullable Object[]> preparedStatements() {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (PreparedStatement statement : session.statements.all()) {
            if (statement.name.isEmpty()) continue;
            PreparedStatement.Shape shape = statement.shape();
            Object[] types = shape == null ? new Object[0] : shape.parameterTypes().stream().map(type -> (Object) (type.oid() & 0xffffffffL)).toArray();
            rows.add(new Object[] {statement.name, statement.sql, statement.preparedMicros, PgArray.of(PgTypes.get(TypeOid.REGTYPE), types),
                statement.fromSql, statement.executions, 0L});
        }
        return rows;
    }

    @Override
    public List<SessionActivity> activity() {
        return session.engine.activity();
    }

    @Override
    public List<LockReport> locks() {
        return session.engine.storage().locks();
    }

    @Override
    public @Nullable AccessStatistics statistics(int databaseOid) {
        return session.engine.storage().statistics(databaseOid);
    }

    @Override
    public MemoryAccount memory(int tenantNumber) {
        return session.engine.storage().memory(tenantNumber);
    }

    @Override
    public List<Integer> blockers(int processId) {
        return session.engine.storage().blockers(processId);
    }

    @Override
    public boolean signal(int processId, boolean terminate) {
        boolean there = session.engine.signal(processId, terminate);
        if (there) session.audit.administered(terminate ? "terminate session" : "cancel statement", "process " + processId);
        return there;
    }

    @Override
    public long configurationMicros() {
        Instant read = session.engine.configuration().read();
        return read == null ? session.engine.startMicros() : SqlEngine.micros(read);
    }

    @Override
    public void audits(StorageEngine.AuditVisitor visitor) {
        session.engine.storage().audits(visitor);
    }

    @Override
    public List<AccessRule> accessRules() {
        return session.engine.configuration().accessRules();
    }

    @Override
    public List<AccessRule.Mapping> identMappings() {
        return session.engine.configuration().identMappings();
    }

    @Override
    public boolean reloadConfiguration() {
        boolean taken = session.engine.reloadConfiguration();
        session.audit.administered("reload configuration", taken ? null : "it could not be used");
        return taken;
    }

    @Override
    public long newDataKeys() {
        int made = session.engine.storage().newDataKeys();
        session.audit.administered("new data keys", made + " keys");
        return made;
    }

    @Override
    public long wrapDataKeysAgain() {
        int wrapped = session.engine.storage().wrapDataKeysAgain();
        session.audit.administered("rewrap data keys", wrapped + " keys");
        return wrapped;
    }

    @Override
    public String projectionStatus() {
        return session.engine.storage().projectionStatus(session.identity.tenantNumber());
    }

    @Override
    public String rebuildProjection(String name) {
        ProjectionRebuild.Report report = session.engine.storage().rebuild(session.identity.tenantNumber(), name);
        return String.format(Locale.ROOT, "{\"position\": %d, \"entries\": %d, \"mended\": %d, \"restart_needed\": %b, \"seconds\": %.3f}", report.position(), report.entries(),
                report.mended(), report.restart(), report.seconds());
    }

    @Override
    public int moveDatabase(int group) {
        session.engine.storage().move(session.identity.tenantNumber(), group);
        session.audit.administered("move database", session.identity.database() + " to raft group " + group);
        return group;
    }

    @Override
    public String inspect(String what) {
        return session.engine.configuration().inspect(what);
    }

    @Override
    public long serverStartMicros() {
        return session.engine.startMicros();
    }

    @Override
    public @Nullable String clientAddress() {
        InetSocketAddress remote = session.identity.remote();
        return remote == null ? null : remote.getAddress().getHostAddress();
    }

    @Override
    public int clientPort() {
        InetSocketAddress remote = session.identity.remote();
        return remote == null ? -1 : remote.getPort();
    }
}
