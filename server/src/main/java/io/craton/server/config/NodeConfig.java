package io.craton.server.config;

import io.craton.replication.cluster.ClusterConfig;
import io.craton.replication.rpc.PeerTls;
import io.craton.storage.encryption.EncryptionException;
import io.craton.storage.engine.StorageConfig;
import io.craton.storage.log.LogOptions;
import io.craton.storage.log.SyncMode;
import io.craton.wire.WireConfig;
import io.craton.wire.tls.TlsContexts;
import io.craton.wire.tls.TlsSettings;
import io.craton.wire.tls.TlsSettings.ClientCertificate;
import io.craton.wire.tls.TlsSettings.PlainConnections;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node needs to know to start.
 *
 * @param log without the space it keeps free, which depends on the disk
 * @param wire where clients connect and how
 * @param metrics where /metrics answers besides; null for nowhere
 * @param cluster the other nodes; null for a node alone
 * @param encryption null where nothing is encrypted at rest
 * @param forceRecover leave lost members of a cluster behind
 */
public record NodeConfig(Path dataDir, int nodeId, LogOptions log, StorageConfig storage, WireConfig wire, @Nullable InetSocketAddress metrics,
        @Nullable ClusterConfig cluster, @Nullable EncryptionConfig encryption, boolean forceRecover) {

    /** What is said nowhere is as a bare start has it. */
    public static NodeConfig of(Configuration configuration, boolean forceRecover) {
        Path folder = Path.of(configuration.text(ConfigKey.DATA_DIR)).toAbsolutePath().normalize();
        LogOptions log = LogOptions.DEFAULT.withSegmentBytes(configuration.number(ConfigKey.SEGMENT_SIZE))
                .withSyncMode(configuration.text(ConfigKey.SYNC_MODE).equals("async") ? SyncMode.ASYNC : SyncMode.FSYNC);
        StorageConfig storage = StorageConfig.of(folder)
                .withCheckpointEntries((int) configuration.number(ConfigKey.CHECKPOINT_INTERVAL))
                .withEntryBytesMax((int) configuration.number(ConfigKey.MAX_BATCH_SIZE))
                .withPastBytesMax(configuration.number(ConfigKey.PAST_SIZE))
                .withGroups((int) configuration.number(ConfigKey.GROUPS));
        if (configuration.find(ConfigKey.CACHE_SIZE) != null) storage = storage.withCacheBytes(configuration.number(ConfigKey.CACHE_SIZE));
        long rowBytes = configuration.number(ConfigKey.MAX_RECORD_SIZE);
        if (rowBytes > 0) storage = storage.withRowBytesMax((int) rowBytes);
        WireConfig wire = WireConfig.of(address(configuration, ConfigKey.BIND_ADDRESS))
                .withConnectionsMax((int) configuration.number(ConfigKey.MAX_CONNECTIONS))
                .withTls(tls(configuration));
        return new NodeConfig(folder, (int) configuration.number(ConfigKey.NODE_ID), log, storage, wire,
                configuration.find(ConfigKey.METRICS_ADDRESS) == null ? null : address(configuration, ConfigKey.METRICS_ADDRESS),
                ClusterKeys.cluster(configuration, forceRecover), EncryptionConfig.of(configuration), forceRecover);
    }

    /** A bare start of one node in this folder, clients at this address. */
    public static NodeConfig of(Path dataDir, InetSocketAddress bind) {
        String address = bind.getAddress().getHostAddress() + ":" + bind.getPort();
        return of(new Configuration.Sources(null, Map.of(), Map.of(ConfigKey.DATA_DIR, dataDir.toString(), ConfigKey.BIND_ADDRESS, address)).read(), false);
    }

    /** Reads the files that the configuration names; throws when one cannot be used. */
    public void check(Configuration configuration) {
        AccessControl.read(configuration, (user, role) -> false);
        AccessControl.carriers(configuration);
        if (configuration.flag(ConfigKey.CARRY) && configuration.find(ConfigKey.REGION) == null) {
            throw new StartException(StartException.USAGE, "region.carry is true, but region.region is not set");
        }
        if (configuration.find(ConfigKey.REGION) != null && configuration.find(ConfigKey.DIRECTORY) == null) {
            throw new StartException(StartException.USAGE, "region.region is " + configuration.text(ConfigKey.REGION) + ", but region.directory is not set");
        }
        try {
            if (encryption != null) encryption.open();
        } catch (EncryptionException e) {
            throw new StartException(StartException.USAGE, e.getMessage());
        }
        String traces = configuration.find(ConfigKey.TRACING_ENDPOINT);
        if (traces != null) TraceEndpoint.of(traces);
        TlsSettings tls = wire.tls();
        if (tls == null) return;
        try {
            TlsContexts.load(tls);
            String outOfDate = tls.outOfDate();
            if (outOfDate != null) throw new StartException(StartException.FAILURE, configuration.place(ConfigKey.TLS_CERT) + outOfDate);
        } catch (IOException e) {
            throw new StartException(StartException.USAGE, e.getMessage());
        }
    }

    public NodeConfig withLog(LogOptions options) {
        return new NodeConfig(dataDir, nodeId, options, storage, wire, metrics, cluster, encryption, forceRecover);
    }

    /** Reads the certificates that nodes show each other again; they hold for connections made from then on. */
    public void reloadClusterTls(Configuration configuration) throws IOException {
        PeerTls tls = cluster == null ? null : cluster.security().tls();
        if (tls != null) ClusterKeys.reload(tls, configuration);
    }

    /** Null without TLS. */
    public static @Nullable TlsSettings tls(Configuration configuration) {
        Path certificate = configuration.path(ConfigKey.TLS_CERT);
        Path key = configuration.path(ConfigKey.TLS_KEY);
        if (certificate == null || key == null) return null;
        boolean required = configuration.flag(ConfigKey.REQUIRE_CLIENT_CERT);
        return new TlsSettings(certificate, key, configuration.path(ConfigKey.TLS_CA), required ? ClientCertificate.REQUIRED : ClientCertificate.NOT_ASKED,
                required ? PlainConnections.REFUSED : PlainConnections.ALLOWED);
    }

    /** Where to listen; throws when the host is unknown. */
    static InetSocketAddress address(Configuration configuration, ConfigKey key) {
        String text = configuration.text(key);
        int port = Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
        try {
            InetAddress host = ValueType.host(text);
            return host == null ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
        } catch (ValueType.Refused e) {
            throw new StartException(StartException.USAGE, configuration.place(key) + "invalid " + key.path() + ": " + e.getMessage());
        }
    }
}
