package io.craton.server;

import io.craton.core.error.PgException;
import io.craton.core.memory.MemoryPool;
import io.craton.core.metric.Latencies;
import io.craton.core.trace.Traces;
import io.craton.replication.cluster.ClusterConfig;
import io.craton.replication.cluster.ClusterNode;
import io.craton.replication.cluster.ForcedRecovery;
import io.craton.replication.cluster.ClusterStatus;
import io.craton.replication.cluster.FirstCopy;
import io.craton.replication.raft.LoneGroup;
import io.craton.replication.raft.LoneGroupConfig;
import io.craton.replication.rpc.PeerDialer;
import io.craton.server.admin.VerifyCommand;
import io.craton.server.audit.AuditTrail;
import io.craton.server.backup.SnapshotCommand;
import io.craton.server.config.DataFolder;
import io.craton.server.config.AccessControl;
import io.craton.server.config.ConfigKey;
import io.craton.server.config.Configuration;
import io.craton.server.config.EncryptionConfig;
import io.craton.server.config.LiveConfiguration;
import io.craton.server.config.NodeConfig;
import io.craton.server.config.StartException;
import io.craton.server.config.TraceEndpoint;
import io.craton.server.http.Health;
import io.craton.server.http.Machine;
import io.craton.server.http.NodeInspection;
import io.craton.server.http.NodePages;
import io.craton.server.metrics.NodeMetrics;
import io.craton.server.region.RegionDirectory;
import io.craton.server.metrics.WireCounts;
import io.craton.server.tracing.OtlpTraces;
import io.craton.sql.optimize.Optimizer;
import io.craton.sql.session.SqlAssembly;
import io.craton.sql.session.SqlEngine;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.engine.DataVerifier;
import io.craton.storage.engine.GroupFolder;
import io.craton.storage.engine.ProjectionCopy;
import io.craton.storage.engine.ProjectionRebuild;
import io.craton.storage.engine.StorageEngine;
import io.craton.storage.encryption.EncryptionException;
import io.craton.storage.encryption.KeyRing;
import io.craton.storage.encryption.MasterKey;
import io.craton.storage.entry.NewerEntryException;
import io.craton.storage.entry.DamagedEntryException;
import io.craton.storage.entry.EntryHeader;
import io.craton.storage.io.FileStore;
import io.craton.storage.io.RealFiles;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.EventLogArchive;
import io.craton.storage.log.LogDamagedException;
import io.craton.storage.log.LogOptions;
import io.craton.storage.projection.StoreFailedException;
import io.craton.storage.txn.ClusterChanges;
import io.craton.wire.HttpResponder;
import io.craton.wire.netty.Cluster;
import io.craton.wire.netty.HttpPort;
import io.craton.wire.netty.PgServer;
import io.craton.wire.tls.TlsSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running node: its parts in order of their dependencies, closed in reverse. */
public final class NodeAssembly implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAssembly.class);

    /** Disk space kept for projections and spills when the disk fills; on a small disk an eighth of it. */
    private static final long RESERVE_BYTES_MAX = 256L << 20;

    /** Under wal/: a copy of another node's projections on its way in. */
    private static final String ARRIVING = "arriving";

    private interface Part {
        void close() throws Exception;
    }

    private record Named(String name, Part part) {}

    private final Deque<Named> parts = new ArrayDeque<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean failed = new AtomicBoolean();
    private @Nullable MemoryPool memoryPool;
    private final Runnable onFailure;
    private volatile @Nullable PgServer wire;
    private List<LoneGroup> lone = List.of();
    private @Nullable AuditTrail audit;
    private @Nullable InetSocketAddress metricsAddress;

    private NodeAssembly(Runnable onFailure) {
        this.onFailure = onFailure;
    }

    /** A node that no file configures. */
    public static NodeAssembly start(NodeConfig config, DataFolder folder, Runnable onFailure) {
        return start(config, folder, LiveConfiguration.bare(), onFailure);
    }

    /**
     * Starts everything; when it returns, clients can connect.
     *
     * @param onFailure called once when the node can no longer work and should be closed (disk failed, log damaged)
     */
    public static NodeAssembly start(NodeConfig config, DataFolder folder, LiveConfiguration live, Runnable onFailure) {
        NodeAssembly node = new NodeAssembly(onFailure);
        try {
            node.assemble(config, folder, live);
            return node;
        } catch (LogDamagedException e) {
            node.close();
            throw new StartException(StartException.FAILURE, config.cluster() == null ? e.getMessage()
                    : e.getMessage() + "; move the data folder away and start with an empty one: this node comes back from the others");
        } catch (BindException e) {
            node.close();
            throw ListeningPorts.cannotListen(config.wire().bindAddress(), e.getMessage(), "--bind");
        } catch (IOException e) {
            node.close();
            String message = e.getMessage() == null ? e.toString() : e.getMessage();
            // The operating system does not say which disk.
            throw new StartException(StartException.FAILURE, message.startsWith("No space left") ? "data folder " + folder.root() + ": " + message : message);
        } catch (InterruptedException e) {
            node.close();
            Thread.currentThread().interrupt();
            throw new StartException(StartException.FAILURE, "interrupted while starting");
        } catch (StoreFailedException e) {
            node.fail(e);
            node.close();
            if (e.isNoSpace()) throw new StartException(StartException.FAILURE, "data folder " + folder.root() + ": no disk space for the projections (" + e.getMessage() + ")");
            throw new StartException(StartException.FAILURE, "the projections cannot be read (" + e.getMessage() + "); remove "
                    + folder.projections() + " and start again: they are built anew from the log");
        } catch (EncryptionException | NewerEntryException | DamagedEntryException e) {
            node.close();
            throw new StartException(StartException.FAILURE, e.getMessage());
        } catch (StartException e) {
            node.close();
            throw e;
        } catch (UncheckedIOException e) {
            node.fail(e);
            node.close();
            throw new StartException(StartException.FAILURE, e.getCause().toString());
        } catch (RuntimeException e) {
            node.fail(e);
            node.close();
            throw e;
        }
    }

    private void assemble(NodeConfig config, DataFolder folder, LiveConfiguration live) throws IOException, InterruptedException {
        SqlAssembly assembly = SqlAssembly.begin();
        MasterKey master = masterKey(config.encryption(), folder);
        emptySpillFolder(folder.wal().resolve("spill"));
        DataVerifier.deleteFolder(folder.wal().resolve(VerifyCommand.SCRATCH));
        DataVerifier.deleteFolder(folder.wal().resolve(ProjectionRebuild.SCRATCH));
        removeSnapshots(folder.wal());
        LogOptions logOptions = config.log().withReserveBytes(Math.min(RESERVE_BYTES_MAX, Files.getFileStore(folder.root()).getTotalSpace() / 8));
        EventLog log = openLog(config, folder, logOptions);
        own("event log", log::close);
        List<EventLog> logs = openOtherLogs(config, folder, logOptions, log);
        StorageEngine storage = StorageEngine.open(config.storage(), master == null ? null : KeyRing.open(folder.root(), master));
        own("projections", storage::close);
        memoryPool = storage.memoryPool();
        for (int group = 0; group < logs.size(); group++) storage.attach(group, new EventLogArchive(logs.get(group)));
        storage.compressWhen(() -> live.current().flag(ConfigKey.LOG_COMPRESSION));
        requireGroups(storage);
        own("checkpoint", () -> {
            if (!failed.get()) storage.checkpoint();
        });
        ClusterNode peers = config.cluster() == null ? null : join(config.cluster(), folder, logs, storage, live);
        Supplier<ClusterStatus> status = peers == null ? standAlone(config, folder, logs, storage) : peers::status;
        AuditTrail audit = auditTrail(config, live, storage, peers);
        RegionDirectory regions = RegionDirectory.of(live.current());
        if (regions != null) {
            own("directory of regions", regions::close);
            live.regions(regions);
        }
        SqlEngine sql = new SqlEngine(storage, folder.wal().resolve("spill"), live, audit, traces(config, live.current()), assembly);
        Health health = new Health(folder.root(), Machine.of(folder.root()), () -> refusal(logs), () -> {
            PgServer clients = wire;
            return clients == null ? 0 : clients.sessionsOpen();
        }, status);
        AccessControl access = new AccessControl(live.current(), sql::memberOf);
        live.accessControl(access);
        WireCounts counts = new WireCounts(audit::refused);
        NodeMetrics metrics = new NodeMetrics(new NodeMetrics.Parts(counts, health, logs, storage::figures, status,
                peers == null ? lone.stream().<Supplier<@Nullable Latencies>>map(group -> group::commitTimes).toList() : peers.commitTimes(), sql::sessionsByDatabase));
        own("metrics", metrics::close);
        NodePages pages = new NodePages(health, status, metrics::page, live.current().find(ConfigKey.CLUSTER_NAME));
        live.inspector(new NodeInspection(log, storage, pages, folder.wal())::tell);
        PgServer port = new PgServer(config.wire(), sql, access, pages, counts,
                peers == null ? Cluster.ALONE : cluster(config.nodeId(), peers, storage.groups()));
        warnOfDates(config.wire().tls());
        if (peers != null) peers.carriedTo(port::adopt);
        own("wire", port::close);
        tellRecovery(config.nodeId(), folder, storage, audit, peers);
        firstPassword(live.current().find(ConfigKey.PASSWORD), sql, peers);
        port.start();
        wire = port;
        Optimizer.warm();
        audit.administered("start", Version.TEXT);
        if (config.metrics() != null) metricsPort(config.metrics(), pages, counts);
        live.onChange(List.of(ConfigKey.TLS_CERT, ConfigKey.TLS_KEY, ConfigKey.TLS_CA, ConfigKey.REQUIRE_CLIENT_CERT),
                changed -> {
                    port.reloadTls(NodeConfig.tls(changed));
                    warnOfDates(NodeConfig.tls(changed));
                    config.reloadClusterTls(changed);
                });
        live.onChange(List.of(ConfigKey.AUDIT_EVENTS, ConfigKey.AUDIT_RECORDS_PER_MINUTE), audit::configure);
        live.onChange(List.of(ConfigKey.HBA_FILE, ConfigKey.IDENT_FILE, ConfigKey.REQUIRE_CLIENT_CERT, ConfigKey.CARRIERS, ConfigKey.MAX_FAILED_LOGINS,
                ConfigKey.MAX_LOGINS_PER_ADDRESS, ConfigKey.MAX_LOGINS_PER_TENANT, ConfigKey.MAX_REQUESTS_PER_ADDRESS,
                ConfigKey.MAX_REQUESTS_PER_TENANT), access::reload);
    }

    /** Clients that do not look at the certificate go on; the others are told by their own libraries. */
    private static void warnOfDates(@Nullable TlsSettings tls) {
        if (tls == null) return;
        try {
            String outOfDate = tls.outOfDate();
            if (outOfDate != null) LOG.warn("{}; clients that check it will not connect", outOfDate);
        } catch (IOException e) {
            LOG.warn("{}", e.getMessage());
        }
    }

    /** Why some group's log takes no entries now, empty when all do. */
    private static String refusal(List<EventLog> logs) {
        for (EventLog log : logs) {
            String refusal = log.refusal();
            if (refusal != null) return refusal;
        }
        return "";
    }

    private AuditTrail auditTrail(NodeConfig config, LiveConfiguration live, StorageEngine storage, @Nullable ClusterNode peers) {
        AuditTrail audit = new AuditTrail(storage, peers == null ? null : peers::note, config.nodeId(), InstantSource.system(), live.current());
        if (peers != null) {
            peers.onNotes(audit::take);
            peers.onAdministered(what -> audit.administered("cluster", what));
        }
        own("audit", () -> {
            if (!failed.get()) audit.administered("stop", null);
            audit.close();
        });
        this.audit = audit;
        return audit;
    }

    private Traces traces(NodeConfig config, Configuration configuration) {
        String endpoint = configuration.find(ConfigKey.TRACING_ENDPOINT);
        if (!configuration.flag(ConfigKey.TRACING_ENABLED)) return Traces.NONE;
        String address = TraceEndpoint.of(Objects.requireNonNull(endpoint));
        long percent = configuration.number(ConfigKey.TRACING_SAMPLE_PERCENT);
        OtlpTraces traces = new OtlpTraces(address, percent / 100.0, config.nodeId());
        LOG.info("traces go to {}: of {} in 100 requests, and of those whose client says so", address, percent);
        own("traces", traces::close);
        return traces;
    }

    /** Something was done to the node by who has its machine. */
    public void administered(String action, @Nullable String detail) {
        if (audit != null) audit.administered(action, detail);
    }

    /** Null where nothing is encrypted. Refuses a folder that is not what the configuration says, before anything in it is changed. */
    private static @Nullable MasterKey masterKey(@Nullable EncryptionConfig encryption, DataFolder folder) throws IOException {
        boolean marked = KeyRing.marks(folder.root());
        if (encryption == null) {
            if (!marked) return null;
            throw new EncryptionException("data folder " + folder.root() + " is encrypted, but encryption.enabled is false; set it, with kms_provider and kms_key_id");
        }
        MasterKey master = encryption.open();
        if (marked) {
            KeyRing.open(folder.root(), master);
            return master;
        }
        try (DirectoryStream<Path> segments = Files.newDirectoryStream(folder.log())) {
            if (segments.iterator().hasNext()) {
                throw new EncryptionException("data folder " + folder.root() + " is not encrypted, and encryption.enabled is true: only an empty folder can begin encrypted;"
                        + " start with a new one and load a dump, or let it join a cluster that is encrypted");
            }
        }
        KeyRing.mark(folder.root());
        return master;
    }

    /** Where this node leads, now or later. */
    private static void firstPassword(@Nullable String password, SqlEngine sql, @Nullable ClusterNode peers) {
        if (password == null) return;
        if (peers == null) {
            sql.firstPassword(password);
            return;
        }
        Runnable whenLeading = () -> {
            if (peers.leadership(0).here()) Thread.startVirtualThread(() -> {
                try {
                    sql.firstPassword(password);
                } catch (PgException e) {
                    LOG.warn("the first password was not set: {}", e.getMessage());
                }
            });
        };
        peers.leadership(0).onChange(whenLeading);
        whenLeading.run();
    }

    /** What a forced recovery gave up becomes an entry of the log; where the node has peers, once it leads. */
    private static void tellRecovery(int node, DataFolder folder, StorageEngine storage, AuditTrail audit, @Nullable ClusterNode peers) throws IOException {
        if (peers == null) {
            FileStore meta = RealFiles.at(folder.meta());
            String what = ForcedRecovery.untold(meta, node);
            if (!what.isEmpty() && audit.recovered(what)) ForcedRecovery.told(meta, node);
            return;
        }
        if (peers.recovery().isEmpty()) return;
        AtomicBoolean telling = new AtomicBoolean();
        Runnable whenLeading = () -> {
            if (peers.leadership(0).here() && telling.compareAndSet(false, true)) Thread.startVirtualThread(() -> {
                try {
                    String what = peers.recovery();
                    if (!what.isEmpty() && audit.recovered(what)) peers.recoveryTold();
                } catch (IOException e) {
                    LOG.warn("the forced recovery may be told again at the next start: {}", e.getMessage());
                } finally {
                    telling.set(false);
                }
            });
        };
        peers.leadership(0).onChange(whenLeading);
        whenLeading.run();
    }

    /** A node without entries first gets a copy of another's projections, where there is a cluster; the log then goes on behind it. */
    private EventLog openLog(NodeConfig config, DataFolder folder, LogOptions options) throws IOException, InterruptedException {
        ClusterConfig cluster = config.cluster();
        FileStore files = RealFiles.at(folder.log());
        EventLog log = EventLog.open(files, options, this::fail);
        Path arriving = folder.wal().resolve(ARRIVING);
        if (cluster == null || log.lastIndex() > 0) {
            DataVerifier.deleteFolder(arriving);
            return log;
        }
        log.close();
        // A copy that was being put in place when the node stopped counts for nothing yet.
        if (Files.exists(arriving)) ProjectionCopy.clear(folder.root());
        try (FirstCopy copying = new FirstCopy(cluster, RealFiles.at(folder.meta()), arriving, config.storage().groups())) {
            FirstCopy.Arrived arrived = copying.fetch();
            if (arrived != null) {
                if (arrived.copy().encrypted() != (config.encryption() != null)) {
                    throw new EncryptionException("the cluster's data are " + (arrived.copy().encrypted() ? "" : "not ") + "encrypted, but encryption.enabled is "
                            + (config.encryption() != null) + " on this node");
                }
                arrived.copy().moveInto(folder.root(), arrived.position());
                EventLog.begin(files, arrived.base());
            }
        }
        DataVerifier.deleteFolder(arriving);
        return EventLog.open(files, options, this::fail);
    }

    private void metricsPort(InetSocketAddress address, NodePages pages, WireCounts counts) {
        try {
            HttpPort port = HttpPort.open(address, request -> request.path().equals("/status") ? HttpResponder.NOT_FOUND : pages.respond(request), counts);
            own("port for metrics", port::close);
            metricsAddress = port.address();
        } catch (BindException e) {
            throw ListeningPorts.cannotListen(address, e.getMessage(), "metrics_address");
        }
    }

    /** Logs of all groups in order; the first one's is open. */
    private List<EventLog> openOtherLogs(NodeConfig config, DataFolder folder, LogOptions options, EventLog first) throws IOException {
        int groups = config.storage().groups();
        if (folder.groups() > groups) {
            throw new StartException(StartException.FAILURE, "data folder " + folder.root() + " has " + folder.groups() + " raft groups, but consensus.groups is " + groups
                    + "; it can be raised, not lowered");
        }
        List<EventLog> logs = new ArrayList<>(List.of(first));
        for (int group = 1; group < groups; group++) {
            EventLog log = EventLog.open(RealFiles.at(folder.log(group)), options, this::fail);
            own("event log of group " + group, log::close);
            logs.add(log);
        }
        return logs;
    }

    private static void requireGroups(StorageEngine storage) {
        for (DatabaseDef database : storage.cluster().all(DatabaseDef.class)) {
            if (database.group() < storage.groups()) continue;
            throw new StartException(StartException.FAILURE, "database \"" + database.name() + "\" is in group " + database.group() + ", but consensus.groups is " + storage.groups());
        }
    }

    private Supplier<ClusterStatus> standAlone(NodeConfig config, DataFolder folder, List<EventLog> logs, StorageEngine storage) throws IOException, InterruptedException {
        FileStore meta = RealFiles.at(folder.meta());
        String name = ClusterNode.loneName(meta, config.nodeId(), logs, config.forceRecover());
        LoneGroupConfig alone = LoneGroupConfig.of(name, meta, EntryHeader::tenant);
        if (config.forceRecover()) alone = alone.decreeing();
        List<LoneGroup> groups = new ArrayList<>();
        for (int number = 0; number < logs.size(); number++) {
            // All replay beside each other, for entries of one group wait for those of another.
            LoneGroup group = LoneGroup.start(number == 0 ? alone : alone.inGroup(GroupFolder.name(number)), logs.get(number), storage.consumer(number), this::fail);
            own("raft", group::close);
            groups.add(group);
        }
        if (logs.size() > 1) own("waits", storage::stopWaiting); // in front of the groups' ends, for one may wait for another that has failed
        for (int number = 0; number < groups.size(); number++) {
            if (!groups.get(number).awaitLeader(Duration.ofMinutes(10))) throw new IOException("the raft group of this node elected no leader");
            storage.attach(number, groups.get(number).commitLog());
        }
        lone = List.copyOf(groups);
        own("sequences", () -> {
            if (!failed.get()) storage.giveBackSequences();
        });
        return () -> {
            ClusterStatus status = ClusterStatus.alone(config.nodeId(), groups.getFirst().status());
            if (groups.size() == 1) return status;
            List<ClusterStatus.Group> all = new ArrayList<>();
            for (int number = 0; number < groups.size(); number++) all.add(ClusterStatus.Group.of(number, groups.get(number).status()));
            return status.withGroups(all);
        };
    }

    private static Cluster cluster(int nodeId, ClusterNode peers, int groups) {
        PeerDialer dialer = peers.dialer();
        return new Cluster(nodeId, IntStream.range(0, groups).mapToObj(peers::leadership).toList(), (leader, bootstrap, handler) -> dialer.dial(leader.host(), leader.port(), bootstrap, handler));
    }

    private ClusterNode join(ClusterConfig config, DataFolder folder, List<EventLog> logs, StorageEngine storage, LiveConfiguration live) throws IOException {
        List<EntryConsumer> consumers = IntStream.range(0, logs.size()).mapToObj(storage::consumer).toList();
        ClusterNode cluster = ClusterNode.start(config, RealFiles.at(folder.meta()), logs, consumers, EntryHeader::tenant, this::fail);
        own("cluster", cluster::close);
        storage.compressWhen(() -> live.current().flag(ConfigKey.LOG_COMPRESSION) && cluster.takeCompressed());
        ClusterChanges changes = storage.clusterChanges();
        if (changes != null) {
            own("waits", storage::stopWaiting);
            changes.sendBy(cluster::changeCluster);
            changes.tellAuditsWhen(cluster::takeAudits);
            storage.placeWhere(group -> cluster.status().asSafe(group));
            cluster.onClusterChange(changes::take);
        }
        cluster.offer(folder.wal(), storage::copyTo);
        storage.onDamage(_ -> cluster.damaged());
        for (int group = 0; group < logs.size(); group++) storage.attach(group, cluster.commitLog(group));
        own("leadership", () -> {
            if (failed.get()) return;
            if (logs.size() > 1 || cluster.commitLog().leaderTerm() > 0) storage.giveBackSequences();
            cluster.stepDown();
        });
        return cluster;
    }

    private static void removeSnapshots(Path wal) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(wal, SnapshotCommand.SCRATCH + "*")) {
            for (Path folder : left) DataVerifier.deleteFolder(folder);
        }
    }

    private static void emptySpillFolder(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) Files.delete(file);
        }
    }

    private void own(String name, Part part) {
        parts.push(new Named(name, part));
    }

    private void fail(Throwable cause) {
        if (failed.compareAndSet(false, true)) {
            if (cause instanceof NewerEntryException || cause instanceof DamagedEntryException) LOG.error("the node stops: {}", cause.getMessage());
            else LOG.error("the node stops: {}", cause.toString(), cause);
            onFailure.run();
        }
    }

    /** Where clients connect, the true port included. */
    public InetSocketAddress address() {
        return Objects.requireNonNull(wire).address();
    }

    /** What its statements hold of the heap. */
    MemoryPool memoryPool() {
        return Objects.requireNonNull(memoryPool);
    }

    /** Where metrics are served besides; null for nowhere. */
    public @Nullable InetSocketAddress metricsAddress() {
        return metricsAddress;
    }

    /** The node stopped because it could no longer work. */
    public boolean failed() {
        return failed.get();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) return;
        while (!parts.isEmpty()) {
            Named next = parts.pop();
            try {
                next.part().close();
            } catch (Exception e) {
                LOG.warn("closing the {} failed: {}", next.name(), e.toString());
            }
        }
    }
}
