package io.craton.server.config;

import io.craton.core.audit.AuditClass;
import io.craton.server.config.ValueType.Absolute;
import io.craton.server.config.ValueType.Address;
import io.craton.server.config.ValueType.Addresses;
import io.craton.server.config.ValueType.Bytes;
import io.craton.server.config.ValueType.Flag;
import io.craton.server.config.ValueType.Millis;
import io.craton.server.config.ValueType.OneOf;
import io.craton.server.config.ValueType.Port;
import io.craton.server.config.ValueType.SomeOf;
import io.craton.server.config.ValueType.Text;
import io.craton.server.config.ValueType.Whole;
import io.craton.server.config.ValueType.Zero;
import io.craton.storage.log.LogOptions;
import io.craton.wire.WireConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every key of the configuration, declared once: file, environment, command line, {@code config show}, pg_settings and the documentation's table come from
 * these rows.
 */
public enum ConfigKey {
    BIND_ADDRESS("server.bind_address", new Address(null, Port.ANY), "127.0.0.1:5432", Change.RESTART, "--bind",
            "Where clients connect: PostgreSQL, TLS and HTTP share the port."),
    CLUSTER_ADDRESS("server.cluster_address", new Address(7001, Port.FIXED), ":7001", Change.RESTART, "--cluster-address",
            "Where other nodes connect; opened only with cluster_peers."),
    CLUSTER_PEERS("server.cluster_peers", new Addresses(7001), null, Change.RESTART, "--cluster-peers",
            "The other nodes' cluster addresses, separated by commas; without it the node is alone."),
    ADVERTISE_ADDRESS("server.advertise_address", new Address(7001, Port.FIXED), null, Change.RESTART, "--advertise-address",
            "What other nodes call this place (default: the cluster address, or this host's name where that names no host)."),
    NODE_ID("server.node_id", new Whole(1, 127, Zero.REFUSED), "1", Change.RESTART, "--node-id", "Node identifier, different on each node."),
    CLUSTER_NAME("server.cluster_name", new Text("production"), null, Change.RESTART, null, "A name for people: /status and SHOW cluster_name tell it."),
    REGION("region.region", new Text("eu-west"), null, Change.RESTART, null,
            "The region that this cluster is in, where there are several, each with a cluster of its own; sessions for databases of another one are told where that is."),
    DIRECTORY("region.directory", new Address(5432, Port.FIXED), null, Change.RESTART, null,
            "Where clients of the cluster connect that has the directory: which database is in which region."),
    DIRECTORY_USER("region.directory_user", new Text("postgres"), "postgres", Change.RESTART, null, "Role that nodes ask the directory as."),
    DIRECTORY_PASSWORD("region.directory_password", new Text("a password"), null, Change.RESTART, null, "Its password there."),
    CARRY("region.carry", new Flag(), "false", Change.RESTART, null,
            "Sessions for databases of another region are carried there, in place of being told where that is."),
    CARRIERS("region.carriers", new Text("10.1.0.0/16,10.2.0.7"), null, Change.RELOAD, null,
            "Addresses of other regions' nodes that carry sessions here: who comes from there is never trusted without a password, and logins are not bound to the channel."),
    DATA_DIR("storage.data_dir", new ValueType.File(Absolute.REQUIRED), "data", Change.RESTART, "--data-dir", "Data directory."),
    SEGMENT_SIZE("storage.segment_size", new Bytes(1 << 20, LogOptions.SEGMENT_BYTES_MAX, Zero.REFUSED), "64MB", Change.RESTART, null,
            "Size at which a segment of the log is full; it is allocated in advance."),
    SYNC_MODE("storage.sync_mode", new OneOf(List.of("fsync", "async")), "fsync", Change.RESTART, null,
            "fsync: a commit answers when it is on disk. async: when the operating system has it; a power failure loses the newest."),
    LOG_COMPRESSION("storage.log_compression", new Flag(), "true", Change.RELOAD, null,
            "Entries of the log with more than 4 kB of rows are compressed, once all nodes can read such. A version of Craton that does not know them refuses a log with one."),
    HEARTBEAT_INTERVAL("consensus.heartbeat_interval", new Millis(10, 60_000), null, Change.RESTART, null,
            "The leader shows its followers that it is there at least this often (default: a tenth of election_timeout_min)."),
    ELECTION_TIMEOUT_MIN("consensus.election_timeout_min", new Millis(50, 60_000), "300ms", Change.RESTART, "--election-timeout",
            "A follower that hears nothing of the leader for this long seeks election, at the earliest."),
    ELECTION_TIMEOUT_MAX("consensus.election_timeout_max", new Millis(50, 120_000), null, Change.RESTART, null,
            "And at the latest (default: twice election_timeout_min)."),
    MAX_ENTRIES_PER_RPC("consensus.max_entries_per_rpc", new Whole(1, 65_536, Zero.REFUSED), "1024", Change.RESTART, null,
            "Entries that the leader sends a follower in one message, at most."),
    GROUPS("consensus.groups", new Whole(1, 64, Zero.REFUSED), "1", Change.RESTART, null,
            "Raft groups, each with a log and a leader of its own; databases are spread over them. The same on every node; it can be raised, not lowered."),
    CACHE_SIZE("projections.cache_size", new Bytes(64L << 20, 1L << 40, Zero.REFUSED), null, Change.RESTART, null,
            "Memory of the caches of rows, columns and RocksDB blocks together (default: by the heap)."),
    CHECKPOINT_INTERVAL("projections.checkpoint_interval", new Whole(1, 1_000_000_000, Zero.REFUSED), "10000", Change.RESTART, null,
            "The projections are made durable after so many entries of the log; a restart replays what came after."),
    PAST_SIZE("projections.past_size", new Bytes(64L << 20, 1L << 44, Zero.REFUSED), "16GB", Change.RESTART, null,
            "What one database's past beyond its retention may take on the disk while it is rebuilt from the log to be read."),
    TLS_CERT("security.tls_cert", new ValueType.File(Absolute.REQUIRED), null, Change.RELOAD, null,
            "PEM file with the server's certificate and its chain; with tls_key it turns TLS on."),
    TLS_KEY("security.tls_key", new ValueType.File(Absolute.REQUIRED), null, Change.RELOAD, null, "PEM file with the certificate's private key (PKCS#8)."),
    TLS_CA("security.tls_ca", new ValueType.File(Absolute.REQUIRED), null, Change.RELOAD, null,
            "PEM file with the authorities that sign certificates of clients and nodes; with tls_cert and tls_key it turns TLS between nodes on."),
    REQUIRE_CLIENT_CERT("security.require_client_cert", new Flag(), "false", Change.RELOAD, null,
            "Clients must use TLS and show a certificate of tls_ca; without hba_file its common name is the role, or map craton of ident_file says which."),
    HBA_FILE("security.hba_file", new ValueType.File(Absolute.REQUIRED), null, Change.RELOAD, null,
            "Who may connect from where, and how: access rules in the form of pg_hba.conf (default: trust on this machine, passwords elsewhere)."),
    IDENT_FILE("security.ident_file", new ValueType.File(Absolute.REQUIRED), null, Change.RELOAD, null,
            "Which roles a certificate's name may be, in the form of pg_ident.conf."),
    PASSWORD_MIN_LENGTH("security.password_min_length", new Whole(1, 1000, Zero.NO_LIMIT), "0", Change.RELOAD, null,
            "Characters that a new password must have at least; it must then also have letters and others, and not contain the role's name."),
    PASSWORD("security.password", new Text("a password"), null, Change.RESTART, null, "Password that the superuser postgres gets at a start where it has none."),
    CLUSTER_SECRET("security.cluster_secret", new Text("a long random text"), null, Change.RESTART, null, "What all nodes of a cluster know and nobody else."),
    ENCRYPTION_ENABLED("encryption.enabled", new Flag(), "false", Change.RESTART, null, "Encryption at rest: the log's entries, what the projections hold, spill files. For an empty data folder."),
    KMS_PROVIDER("encryption.kms_provider", new OneOf(List.of("local", "aws-kms", "gcp-kms", "azure-keyvault")), null, Change.RESTART, null,
            "Who keeps the master key: local is a file."),
    KMS_KEY_ID("encryption.kms_key_id", new Text("arn:aws:kms:..."), null, Change.RESTART, null, "The master key's name there; the path of the key file for local."),
    KMS_TIMEOUT("encryption.kms_timeout", new Millis(100, 600_000), "15s", Change.RESTART, null,
            "How long one question to a key management service may take, with its repetitions."),
    MAX_TENANTS("limits.max_tenants", new Whole(1, 1_000_000, Zero.NO_LIMIT), "0", Change.RELOAD, null, "Databases that may be made; postgres, craton and the templates do not count."),
    MAX_STREAMS_PER_TENANT("limits.max_streams_per_tenant", new Whole(1, 1_000_000, Zero.NO_LIMIT), "0", Change.RELOAD, null,
            "Tables that a database may have, temporary ones not counted."),
    MAX_RECORD_SIZE("limits.max_record_size", new Bytes(1 << 10, 1 << 30, Zero.NO_LIMIT), "0", Change.RESTART, null, "Bytes that a row may take as it is stored."),
    MAX_BATCH_SIZE("limits.max_batch_size", new Bytes(64 << 10, 64 << 20, Zero.REFUSED), "1MB", Change.RESTART, null,
            "Bytes of one entry of the log, before it is compressed; larger transactions are logged in several; a row that is larger, or changes of definitions, are one by themselves."),
    MAX_CONNECTIONS("limits.max_connections", new Whole(1, 262_143, Zero.REFUSED), Integer.toString(WireConfig.CONNECTIONS_MAX), Change.RESTART, null,
            "Sessions at the same time."),
    MAX_CONNECTIONS_PER_TENANT("limits.max_connections_per_tenant", new Whole(1, 262_143, Zero.NO_LIMIT), "0", Change.RELOAD, null,
            "Sessions at the same time in one database, superusers' not limited; CONNECTION LIMIT of the database and the role hold as well."),
    MAX_MEMORY_PER_TENANT("limits.max_memory_per_tenant", new Bytes(1 << 20, 1L << 40, Zero.NO_LIMIT), "0", Change.RELOAD, null,
            "Memory that the statements of one database may hold together on a node; ALTER DATABASE .. SET craton.tenant_memory says otherwise for one."),
    MAX_LOGINS_PER_ADDRESS("limits.max_logins_per_address", new Whole(1, 1_000_000, Zero.NO_LIMIT), "0", Change.RELOAD, null,
            "Logins from one address in a minute, whatever comes of them; then it is turned away for the rest of it."),
    MAX_LOGINS_PER_TENANT("limits.max_logins_per_tenant", new Whole(1, 1_000_000, Zero.NO_LIMIT), "0", Change.RELOAD, null,
            "Logins into one database in a minute, whatever comes of them; then all are turned away for the rest of it."),
    MAX_REQUESTS_PER_ADDRESS("limits.max_requests_per_address", new Whole(1, 1_000_000_000, Zero.NO_LIMIT), "0", Change.RELOAD, null,
            "Requests from one address in a second; then those that are not part of an open transaction are refused for the rest of it."),
    MAX_REQUESTS_PER_TENANT("limits.max_requests_per_tenant", new Whole(1, 1_000_000_000, Zero.NO_LIMIT), "0", Change.RELOAD, null,
            "Requests in one database in a second; then those that are not part of an open transaction are refused for the rest of it."),
    MAX_FAILED_LOGINS("limits.max_failed_logins", new Whole(1, 1_000_000, Zero.NO_LIMIT), "0", Change.RELOAD, null,
            "Wrong passwords from one address in a minute; then it is turned away for the rest of it."),
    AUDIT_EVENTS("audit.events", new SomeOf(Arrays.stream(AuditClass.values()).map(AuditClass::text).toList()),
            Arrays.stream(AuditClass.values()).map(AuditClass::text).collect(Collectors.joining(",")), Change.RELOAD, null,
            "What is written down in the log, for craton_audit: some of login, failed_login, ddl, rights, denied, admin, or none."),
    AUDIT_RECORDS_PER_MINUTE("audit.records_per_minute", new Whole(1, 1_000_000, Zero.REFUSED), "100", Change.RELOAD, null,
            "How many different logins, failed ones and denials of a minute are written down each; of the others, how many there were."),
    METRICS_ADDRESS("telemetry.metrics_address", new Address(9090, Port.ANY), null, Change.RESTART, null,
            "Where /metrics answers besides the port for clients; opened only when set."),
    TRACING_ENABLED("telemetry.tracing_enabled", new Flag(), "false", Change.RESTART, null,
            "Spans of requests and of their way through the log go to tracing_endpoint."),
    TRACING_ENDPOINT("telemetry.tracing_endpoint", new Text("http://collector:4318/v1/traces"), null, Change.RESTART, null,
            "The collector's address, for OpenTelemetry's protocol over HTTP."),
    TRACING_SAMPLE_PERCENT("telemetry.tracing_sample_percent", new Whole(0, 100, Zero.REFUSED), "1", Change.RESTART, null,
            "How many of a hundred requests are traced whose client gave no trace context; those that did say it themselves."),
    LOG_LEVEL("log.level", new OneOf(List.of("trace", "debug", "info", "warn", "error")), "info", Change.RELOAD, "--log-level", "Log level."),
    LOG_FORMAT("log.format", new OneOf(List.of("auto", "text", "json")), "auto", Change.RELOAD, null,
            "Lines of the log, on standard error: JSON, or text for people; auto: text in a terminal, JSON elsewhere.");

    /** When a change of the file takes effect. */
    public enum Change { RELOAD, RESTART }

    private final String path;
    final ValueType type;
    private final @Nullable String byDefault;
    private final Change change;
    private final @Nullable String flag;
    private final String description;

    ConfigKey(String path, ValueType type, @Nullable String byDefault, Change change, @Nullable String flag, String description) {
        this.path = path;
        this.type = type;
        this.byDefault = byDefault;
        this.change = change;
        this.flag = flag;
        this.description = description;
    }

    /** A value in its canonical form, as people write it: with its unit. */
    public String told(String canonical) {
        return type.told(canonical);
    }

    /** As the file nests it: section, dot, key. */
    public String path() {
        return path;
    }

    public String section() {
        return path.substring(0, path.indexOf('.'));
    }

    /** CRATON_ and the key; with its section where the key alone says too little. */
    public String environment() {
        String name = switch (this) {
            case ENCRYPTION_ENABLED -> "encryption_enabled";
            case AUDIT_EVENTS -> "audit_events";
            case AUDIT_RECORDS_PER_MINUTE -> "audit_records_per_minute";
            case LOG_LEVEL -> "log_level";
            case LOG_FORMAT -> "log_format";
            default -> path.substring(path.indexOf('.') + 1);
        };
        return "CRATON_" + name.toUpperCase(Locale.ROOT);
    }

    public @Nullable String flag() {
        return flag;
    }

    /** As people write it; null when there is none. */
    public @Nullable String byDefault() {
        return byDefault;
    }

    public Change change() {
        return change;
    }

    public String description() {
        return description;
    }

    /** Never shown. */
    public boolean secret() {
        return this == CLUSTER_SECRET || this == PASSWORD || this == DIRECTORY_PASSWORD;
    }

    /** Null when there is none. */
    static @Nullable ConfigKey of(String path) {
        for (ConfigKey key : values()) if (key.path.equals(path)) return key;
        return null;
    }
}
