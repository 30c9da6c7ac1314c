package io.craton.wire.auth;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Decides how a client must authenticate, in the manner of pg_hba.conf. Pure and quick: called on event loops. */
@FunctionalInterface
public interface AccessRules {

    /** @param remote null when the transport has no address */
    record Attempt(String user, String database, @Nullable InetSocketAddress remote, boolean tls) {
        public boolean loopback() {
            return remote != null && remote.getAddress() != null && remote.getAddress().isLoopbackAddress();
        }
    }

    AuthMethod methodFor(Attempt attempt);

    /** Loopback clients are trusted, all others need a password. */
    static AccessRules trustLoopback() {
        return attempt -> attempt.loopback() ? AuthMethod.TRUST : AuthMethod.SCRAM_SHA_256;
    }

    /** Everybody needs a password. */
    static AccessRules scram() {
        return attempt -> AuthMethod.SCRAM_SHA_256;
    }
}
