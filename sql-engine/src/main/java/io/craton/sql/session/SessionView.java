package io.craton.sql.session;

import io.craton.core.memory.MemoryAccount;
import io.craton.storage.engine.StorageEngine;
import io.craton.sql.largeobject.Descriptors;
import io.craton.sql.settings.AccessRule;
import io.craton.sql.settings.NodeSettings;
import io.craton.sql.settings.SettingDef;
import io.craton.storage.txn.AccessStatistics;
import io.craton.storage.txn.LockReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What functions and system views may know of, and do to, the session that runs them. */
public interface SessionView {
    int processId();

    String database();

    int databaseOid();

    /** session_user and current_user: names and oids. */
    String sessionUser();

    String currentUser();

    int currentUserOid();

    boolean superuser();

    /** What names mean to the session now. */
    io.craton.sql.analyze.CatalogView names();

    /** Schema oids that unqualified names are looked up in, in order; with pg_catalog (11) and the temporary schema where PostgreSQL implies them. */
    List<Integer> searchPath();

    /** Value of a setting as SHOW prints it; null when it is unknown. */
    @Nullable String setting(String name);

    /** Value of a setting as pg_settings shows it: in the setting's own unit; null when it is unknown. */
    @Nullable String settingValue(String name);

    /** What RESET would set, in the form of {@link #settingValue}; null when the setting is unknown. */
    @Nullable String resetValue(String name);

    /** Throws as SET would. */
    void checkSetting(String name, String value);

    /** Those that pg_settings shows to this session. */
    List<SettingDef> settings();

    NodeSettings.Given settingOrigin(SettingDef def);

    /** set_config; {@code local} until the end of the transaction. Throws as SET does. */
    String setSetting(String name, @Nullable String value, boolean local);

    /** currval(): last value of a sequence in this session; null before the first nextval. */
    @Nullable Long lastSequenceValue(int sequenceOid);

    void rememberSequenceValue(int sequenceOid, long value);

    /** oid of the sequence nextval was last called for; 0 none. lastval(). */
    int lastSequence();

    /** Takes (or tries to take) an advisory lock; {@code shared}, {@code forTransaction}. True when it was taken. */
    boolean advisoryLock(long key1, int key2, boolean twoKeys, boolean shared, boolean forTransaction, boolean wait);

    boolean advisoryUnlock(long key1, int key2, boolean twoKeys, boolean shared);

    void advisoryUnlockAll();

    /** Large objects that the transaction has open. */
    Descriptors largeObjects();

    /** NOTIFY: with the transaction's commit. Throws 22023 for what is too long. */
    void notify(String channel, String payload);

    /** Channels the session listens to. */
    List<String> listeningChannels();

    /** Share of the room for waiting notifications that is used. */
    double notificationQueueUsage();

    /** Definitions of another database as they are now. */
    io.craton.storage.catalog.Catalog catalog(io.craton.storage.catalog.CatalogObject.DatabaseDef database);

    /** What statements have cost here. */
    io.craton.sql.statistics.StatementStatistics statementStatistics();

    /** Key of the row of a table that an open cursor stands on: see {@link io.craton.sql.logical.Scalar.CursorKey}. */
    byte @Nullable [] cursorKey(String cursor, int tableOid, String tableName);

    /** Rows of pg_cursors. */
    List<@Nullable Object[]> cursors();

    /** Rows of pg_prepared_statements. */
    List<@Nullable Object[]> preparedStatements();

    /** What all sessions of the node do now. */
    List<SessionActivity> activity();

    /** Locks that sessions have or wait for. */
    List<LockReport> locks();

    /** Processes that keep this one waiting. */
    List<Integer> blockers(int processId);

    /** How a database was used; null when nobody has opened it. */
    @Nullable AccessStatistics statistics(int databaseOid);

    /** What a tenant's statements hold of this node's memory, and may hold. */
    MemoryAccount memory(int tenantNumber);

    /** pg_cancel_backend, pg_terminate_backend. */
    boolean signal(int processId, boolean terminate);

    /** When the configuration was read last, micros since 2000. */
    long configurationMicros();

    /** Rules for clients that are in force, in order. */
    /** What was written down of who did what, in order of position. */
    void audits(StorageEngine.AuditVisitor visitor);

    List<AccessRule> accessRules();

    List<AccessRule.Mapping> identMappings();

    /** pg_reload_conf: false when the configuration could not be read, and stays as it was. */
    boolean reloadConfiguration();

    /** craton_new_data_keys: how many there are. */
    long newDataKeys();

    /** craton_rewrap_data_keys: how many were wrapped anew. */
    long wrapDataKeysAgain();

    /** Of the session's database, on this node, in JSON. */
    String projectionStatus();

    /** Has the projection of the session's database worked out again from the log; answers what was done, in JSON. */
    String rebuildProjection(String name);

    /** Moves the session's database to another raft group; answers its number. */
    int moveDatabase(int group);

    /** What the node tells of itself: logs, threads, log, rocksdb, metrics, status, ready. */
    String inspect(String what);

    /** Facts about the node and process. */
    long serverStartMicros();

    @Nullable String clientAddress();

    int clientPort();
}
