package io.craton.wire.netty;

import static io.craton.wire.netty.OpeningHandler.fatal;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.session.SessionFactory.ClientCertificate;
import io.craton.core.session.SessionFactory.Credentials;
import io.craton.core.session.SessionFactory.StartUp;
import io.craton.core.session.SessionFactory.Tls;
import io.craton.core.type.ByteWriter;
import io.craton.wire.auth.AccessRules.Attempt;
import io.craton.wire.auth.AccessRules.Certificate;
import io.craton.wire.auth.AccessRules.Verdict;
import io.craton.wire.auth.AuthMethod;
import io.craton.wire.auth.ScramExchange;
import io.craton.wire.auth.ScramExchange.Outcome;
import io.craton.wire.auth.ScramVerifier;
import io.craton.wire.codec.BackendEncoder;
import io.craton.wire.codec.SaslDecoder;
import io.craton.wire.message.StartupPacket.Startup;
import io.craton.wire.tls.TlsContexts;
import io.craton.wire.tls.TlsSettings.PlainConnections;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** The authentication of one client: asks the access rules, then lets it in, refuses it, or holds a SCRAM exchange. Owned by the event loop. */
final class Login {
    /** What follows. Methods are called on the event loop. */
    interface Next {
        void write(ByteWriter out);

        void refuse(PgError error);

        void accepted(Login login);
    }

    private final ServerParts parts;
    private final Channel channel;
    private final @Nullable TlsContexts tls;
    private final Next next;
    private final Map<String, String> parameters;
    private final String user;
    private @Nullable ScramExchange exchange;
    private boolean firstSeen;
    private boolean mock;
    private @Nullable Attempt tried;

    /** @param tls what the connection is encrypted with, null for a plain one */
    Login(ServerParts parts, Channel channel, @Nullable TlsContexts tls, Startup startup, Next next) {
        this.parts = parts;
        this.channel = channel;
        this.tls = tls;
        this.next = next;
        parameters = new LinkedHashMap<>(startup.parameters());
        user = parameters.getOrDefault("user", "");
        if (user.isEmpty()) {
            throw fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "no PostgreSQL user name specified in startup packet");
        }
        if (parameters.getOrDefault("database", "").isEmpty()) parameters.put("database", user);
        refuseReplication();
    }

    private void refuseReplication() {
        String replication = parameters.remove("replication");
        if (replication == null) return;
        switch (replication.toLowerCase(Locale.ROOT)) {
            case "false", "off", "no", "0" -> { }
            case "true", "on", "yes", "1", "database" ->
                throw fatal(SqlState.FEATURE_NOT_SUPPORTED, "replication connections are not supported");
            default -> throw fatal(SqlState.INVALID_PARAMETER_VALUE,
                    "invalid value for parameter \"replication\": \"" + replication + "\"");
        }
    }

    String user() {
        return user;
    }

    String database() {
        return parameters.getOrDefault("database", "");
    }

    StartUp startUp(int processId) {
        return new StartUp(parameters, processId, channel.remoteAddress(), encryption());
    }

    private @Nullable Tls encryption() {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) return null;
        SSLSession session = handler.engine().getSession();
        String cipher = session.getCipherSuite();
        X509Certificate shown = shown(handler);
        ClientCertificate client = shown == null ? null : new ClientCertificate(slashed(shown.getSubjectX500Principal()), shown.getSerialNumber().toString(),
                slashed(shown.getIssuerX500Principal()));
        return new Tls(session.getProtocol(), cipher, cipher.contains("_128_") ? 128 : 256, client);
    }

    /** {@code /O=Example/CN=ann}. */
    private static String slashed(X500Principal principal) {
        StringBuilder text = new StringBuilder();
        for (Rdn part : parts(principal)) text.append('/').append(part.getType()).append('=').append(part.getValue());
        return text.toString();
    }

    /** The outermost part first. */
    private static List<Rdn> parts(X500Principal principal) {
        try {
            return new LdapName(principal.getName(X500Principal.RFC2253)).getRdns();
        } catch (InvalidNameException e) {
            throw fatal(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "a name in the client certificate cannot be read: " + e.getMessage());
        }
    }

    private static @Nullable X509Certificate shown(SslHandler handler) {
        try {
            return handler.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate certificate ? certificate : null;
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }

    void begin() {
        InetSocketAddress remote = channel.remoteAddress() instanceof InetSocketAddress address ? address : null;
        Attempt attempt = tried = new Attempt(user, parameters.getOrDefault("database", ""), remote, tls != null, certificate());
        TlsContexts offered = parts.tls;
        boolean plainRefused = tls == null && offered != null && offered.plainConnections() == PlainConnections.REFUSED;
        Verdict verdict = plainRefused ? attempt.rejected() : parts.rules.judge(attempt);
        if (verdict.refusal() != null) {
            parts.observer.authenticated(verdict.method(), false);
            throw verdict.refusal().exception();
        }
        switch (verdict.method()) {
            case TRUST, CERT -> {
                if (verdict.method() == AuthMethod.TRUST && parts.rules.carries(remote)) {
                    findVerifier(); // the address is a carrier's, not the client's
                    return;
                }
                parts.observer.authenticated(verdict.method(), true);
                next.accepted(this);
            }
            case REJECT -> throw new IllegalStateException("a rejection without a reason");
            case SCRAM_SHA_256 -> findVerifier();
        }
    }

    /** The certificate that the client has shown; the handshake has checked who signed it. */
    private @Nullable Certificate certificate() {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        X509Certificate shown = handler == null ? null : shown(handler);
        if (shown == null) return null;
        String common = "";
        for (Rdn part : parts(shown.getSubjectX500Principal())) if (part.getType().equalsIgnoreCase("CN")) common = part.getValue().toString();
        return new Certificate(common, shown.getSubjectX500Principal().getName(X500Principal.RFC2253));
    }

    private void findVerifier() {
        Thread.startVirtualThread(() -> {
            try {
                Credentials credentials = parts.sessions.credentials(user);
                String text = credentials.exists() && credentials.canLogin() ? credentials.scramVerifier() : null;
                ScramVerifier verifier = text == null ? null : ScramVerifier.parse(text);
                channel.eventLoop().execute(() -> ask(verifier));
            } catch (Throwable failure) {
                PgError error = OpeningHandler.errorOf(failure);
                channel.eventLoop().execute(() -> next.refuse(error));
            }
        });
    }

    private void ask(@Nullable ScramVerifier known) {
        mock = known == null;
        ScramVerifier verifier = known != null ? known : parts.mockVerifiers.verifierFor(user);
        // a client that is carried is bound to another channel than this
        boolean bound = tls != null && !parts.rules.carries(channel.remoteAddress() instanceof InetSocketAddress address ? address : null);
        byte[] certificateHash = tls == null || !bound ? null : tls.certificateHash();
        ScramExchange started = new ScramExchange(verifier, parts.nonce(), certificateHash);
        exchange = started;
        ByteWriter out = new ByteWriter(64);
        BackendEncoder.authenticationSasl(out, started.mechanisms());
        next.write(out);
    }

    /** Takes the client's next SASL message; true when there was one. */
    boolean read(ByteBuf in) {
        ScramExchange running = exchange;
        if (running == null) {
            if (in.readableBytes() > SaslDecoder.LENGTH_MAX) throw fatal(SqlState.PROTOCOL_VIOLATION, "unexpected data during authentication");
            return false;
        }
        if (!firstSeen) {
            SaslDecoder.Initial initial = SaslDecoder.initial(in);
            if (initial == null) return false;
            firstSeen = true;
            ByteWriter out = new ByteWriter(128);
            BackendEncoder.authenticationSaslContinue(out, running.clientFirst(initial.mechanism(), initial.message()));
            next.write(out);
            return true;
        }
        String message = SaslDecoder.response(in);
        if (message == null) return false;
        finish(running.clientFinal(message));
        return true;
    }

    private void finish(Outcome outcome) {
        boolean good = outcome instanceof Outcome.Accepted && !mock;
        parts.observer.authenticated(AuthMethod.SCRAM_SHA_256, good);
        if (tried != null) parts.rules.tried(tried, good);
        if (!good) {
            throw fatal(SqlState.INVALID_PASSWORD, "password authentication failed for user \"" + user + "\"");
        }
        ByteWriter out = new ByteWriter(64);
        BackendEncoder.authenticationSaslFinal(out, ((Outcome.Accepted) outcome).serverFinal());
        next.write(out);
        next.accepted(this);
    }
}
