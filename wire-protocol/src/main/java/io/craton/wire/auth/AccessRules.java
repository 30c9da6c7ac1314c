package io.craton.wire.auth;

import io.craton.core.error.PgError;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Decides how a client must authenticate, in the manner of pg_hba.conf. Pure and quick: called on event loops. */
@FunctionalInterface
public interface AccessRules {

    /** Names in a certificate that an authority of ours has signed: the common name, and all of it in RFC 2253's form. */
    record Certificate(String commonName, String distinguishedName) {}

    /**
     * @param remote null when the transport has no address
     * @param certificate that the client has shown; null without
     */
    record Attempt(String user, String database, @Nullable InetSocketAddress remote, boolean tls, @Nullable Certificate certificate) {
        public boolean loopback() {
            return remote != null && remote.getAddress() != null && remote.getAddress().isLoopbackAddress();
        }

        /** For messages, in PostgreSQL's words. */
        String place() {
            String host = remote == null || remote.getAddress() == null ? "[local]" : remote.getAddress().getHostAddress();
            return "host \"" + host + "\", user \"" + user + "\", database \"" + database + "\", " + (tls ? "SSL encryption" : "no encryption");
        }

        public Verdict rejected() {
            return refused(AuthMethod.REJECT, "pg_hba.conf rejects connection for " + place());
        }

        Verdict unknown() {
            return refused(AuthMethod.REJECT, "no pg_hba.conf entry for " + place());
        }

        /** 53400: more logins failed than may. */
        public Verdict tooMany() {
            return new Verdict(AuthMethod.REJECT, PgError.of(Severity.FATAL, SqlState.CONFIGURATION_LIMIT_EXCEEDED, "too many failed logins; try again in a minute"));
        }

        /** 53400: more clients came in a minute than may. {@code what} they have in common. */
        public Verdict tooOften(String what) {
            return new Verdict(AuthMethod.REJECT, PgError.of(Severity.FATAL, SqlState.CONFIGURATION_LIMIT_EXCEEDED, "too many logins " + what + "; try again in a minute"));
        }

        Verdict refused(AuthMethod method, String message) {
            return new Verdict(method, PgError.of(Severity.FATAL, SqlState.INVALID_AUTHORIZATION_SPECIFICATION, message));
        }
    }

    /** @param refusal why the client is not let in, whatever it could say; null when it may try the method */
    record Verdict(AuthMethod method, @Nullable PgError refusal) {
        public static final Verdict TRUST = new Verdict(AuthMethod.TRUST, null);
        public static final Verdict PASSWORD = new Verdict(AuthMethod.SCRAM_SHA_256, null);
    }

    Verdict judge(Attempt attempt);

    /** The password that the client gave for this attempt was right, or not. */
    default void tried(Attempt attempt, boolean right) {}

    /** Whether nodes of other regions carry sessions of their clients from this address: nobody is trusted for coming from there, and no login is bound to the channel. */
    default boolean carries(@Nullable InetSocketAddress remote) {
        return false;
    }

    /** What holds for the requests of a session in this database, of a client at this address. */
    default RequestLimit requests(String database, @Nullable InetSocketAddress remote) {
        return RequestLimit.NONE;
    }

    /** Loopback clients are trusted, all others need a password. */
    static AccessRules trustLoopback() {
        return attempt -> attempt.loopback() ? Verdict.TRUST : Verdict.PASSWORD;
    }

    /** Everybody needs a password. */
    static AccessRules scram() {
        return attempt -> Verdict.PASSWORD;
    }
}
