package io.craton.core.session;

import io.craton.core.error.PgError;
import java.net.SocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens sessions for authenticated clients and knows their credentials. */
public interface SessionFactory {
    /**
     * @param parameters all start-up parameters as sent, "user" and "database" (defaulted to user) included, protocol extensions removed
     * @param processId what BackendKeyData reports; unique among open sessions of the cluster
     * @param tls null on a plain connection
     * @param place what the node is that the client connected to
     */
    record StartUp(Map<String, String> parameters, int processId, @Nullable SocketAddress remote, @Nullable Tls tls, Place place) {
        /** A standby carries its sessions to the leader, and says of itself that it is in hot standby. */
        public enum Place { PRIMARY, STANDBY }

        public StartUp {
            parameters = Map.copyOf(parameters);
        }

        public StartUp(Map<String, String> parameters, int processId, @Nullable SocketAddress remote, @Nullable Tls tls) {
            this(parameters, processId, remote, tls, Place.PRIMARY);
        }

        public StartUp at(Place other) {
            return new StartUp(parameters, processId, remote, tls, other);
        }
    }

    /**
     * How a connection is encrypted.
     *
     * @param version "TLSv1.3"
     * @param cipher name of the cipher suite
     * @param bits length of its key
     * @param client what the client's certificate says; null without
     */
    record Tls(String version, String cipher, int bits, @Nullable ClientCertificate client) {}

    /** Names as pg_stat_ssl shows them: {@code /O=Example/CN=ann}. */
    record ClientCertificate(String subject, String serial, String issuer) {}

    /**
     * Opens a session; throws FATAL errors as PostgreSQL does (3D000, 28000, 42704, 22023, 53300).
     *
     * @param state of a session that was open at another node and goes on here; null for a new one
     */
    SqlSession open(StartUp startUp, @Nullable SessionState state);

    default SqlSession open(StartUp startUp) {
        return open(startUp, null);
    }

    /**
     * How this role may log in.
     *
     * @param scramVerifier pg_authid.rolpassword in PostgreSQL's SCRAM-SHA-256 form, null when the role has no password
     */
    record Credentials(boolean exists, boolean canLogin, @Nullable String scramVerifier) {}

    /** May wait. */
    Credentials credentials(String role);

    /** Number of the raft group whose leader runs the session; -1 when this node does not know the database. Does not wait. */
    default int group(StartUp startUp) {
        return 0;
    }

    /** Whether {@link #elsewhere} is to be asked about a database before anybody logs in. Does not wait. */
    default boolean mayBeElsewhere(String database) {
        return false;
    }

    /**
     * A database is in another region.
     *
     * @param refusal why its sessions are not here
     * @param carryTo where they are carried to in place of being refused, HOST:PORT; null when they are not
     */
    record Elsewhere(PgError refusal, @Nullable String carryTo) {}

    /** Sessions of a database are not here, whoever they are: it is in another region. Null when it is not. May wait. */
    default @Nullable Elsewhere elsewhere(String database) {
        return null;
    }

    /** Who is told, from any thread, when {@link #group} may answer something else for a database than before; must not wait. */
    default void onMove(Runnable listener) {}
}
