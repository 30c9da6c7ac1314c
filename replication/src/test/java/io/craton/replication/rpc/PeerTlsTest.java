package io.craton.replication.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.PingRequest;
import com.alipay.sofa.jraft.util.Endpoint;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Who may connect to whom, and what is said of it: one line at each end, however often it is tried. */
class PeerTlsTest {
    private static final String CALLER = "no connection to 127.0.0.1:PORT: ";
    private static final String ANSWERER = "turned away a connection from 127.0.0.1: ";

    @TempDir Path folder;
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private TestAuthority authority;
    private int port;

    @BeforeEach
    void listen() throws Exception {
        authority = new TestAuthority(folder, "cluster");
        lines.start();
        logger().addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger().detachAppender(lines);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(PeerTroubles.class);
    }

    /** Whether the caller gets an answer, after five attempts. */
    private boolean connects(PeerSecurity answering, PeerSecurity calling, List<String> memberHosts) throws Exception {
        PeerServer server = PeerRpcFactory.raftServer(new InetSocketAddress("127.0.0.1", 0), answering, Channel::close);
        server.memberHosts(named -> memberHosts.stream().anyMatch(named::contains));
        assertThat(server.init(null)).isTrue();
        port = server.boundPort();
        RpcClient client = new PeerRpcFactory().createRpcClient(null);
        client.init(new PeerOptions(calling));
        boolean answered = false;
        try {
            for (int i = 0; i < 5 && !answered; i++) {
                try {
                    answered = client.invokeSync(new Endpoint("127.0.0.1", port), PingRequest.newBuilder().setSendTimestamp(1).build(), 5000) instanceof ErrorResponse;
                } catch (RemotingException e) {
                    // As a node would, it tries again.
                }
            }
            return answered;
        } finally {
            client.shutdown();
            server.shutdown();
        }
    }

    private boolean connects(PeerSecurity answering, PeerSecurity calling) throws Exception {
        return connects(answering, calling, List.of("127.0.0.1"));
    }

    private List<String> said() {
        return lines.list.stream().map(event -> event.getFormattedMessage().replace(":" + port, ":PORT")).toList();
    }

    private PeerSecurity tls(PeerTls tls) {
        return PeerSecurity.ofSecret("").withTls(tls);
    }

    private PeerTls valid(String name, Instant from, Instant to) throws Exception {
        return PeerTls.unchecked(authority.certificate(name, from, to), authority.key(name), authority.authorities());
    }

    @Test
    void membersOfOneAuthorityKnowEachOther() throws Exception {
        assertThat(connects(tls(authority.node("a")), tls(authority.node("b")))).isTrue();
        assertThat(said()).isEmpty();
    }

    @Test
    void anotherAuthoritysCertificateIsRefusedAtBothEnds() throws Exception {
        TestAuthority other = new TestAuthority(folder.resolve("other"), "other");
        assertThat(connects(tls(authority.node("a")), tls(other.node("b")))).isFalse();
        assertThat(said()).containsExactlyInAnyOrder(CALLER + "its certificate is not signed by an authority of tls_ca",
                ANSWERER + "it refuses this node's certificate (certificate_unknown)");
        lines.list.clear();
        // The caller knows both authorities, the answerer only its own.
        Path both = Files.writeString(folder.resolve("both.pem"), Files.readString(authority.authorities()) + Files.readString(other.authorities()));
        PeerTls caller = PeerTls.load(other.certificate("c", Instant.now().minusSeconds(9), Instant.now().plusSeconds(99)), other.key("c"), both);
        assertThat(connects(tls(authority.node("a")), tls(caller))).isFalse();
        assertThat(said()).containsExactlyInAnyOrder(ANSWERER + "it shows no certificate that an authority of tls_ca has signed",
                CALLER + "it refuses this node's certificate (certificate_required)");
    }

    @Test
    void anExpiredCertificateIsRefusedByTheOtherEndAndAtTheStart() throws Exception {
        Instant now = Instant.now();
        assertThat(connects(tls(authority.node("a")), tls(valid("b", now.minusSeconds(100), now.minusSeconds(50))))).isFalse();
        assertThat(said()).hasSize(2).anyMatch(line -> line.startsWith(ANSWERER + "its certificate expired"))
                .anyMatch(line -> line.startsWith(CALLER + "it refuses this node's certificate (certificate_expired)")
                        || line.startsWith(CALLER + "it refuses this node's certificate (certificate_unknown)"));
        lines.list.clear();
        assertThat(connects(tls(valid("d", now.minusSeconds(100), now.minusSeconds(50))), tls(authority.node("c")))).isFalse();
        assertThat(said()).hasSize(2).anyMatch(line -> line.startsWith(CALLER + "its certificate expired"));
        Path expired = authority.certificate("e", now.minusSeconds(100), now.minusSeconds(50));
        assertThatThrownBy(() -> PeerTls.load(expired, authority.key("e"), authority.authorities())).hasMessageStartingWith("the TLS certificate " + expired + " expired at ");
    }

    @Test
    void aPlainEndAndOneWithTlsTellWhatIsWrong() throws Exception {
        assertThat(connects(tls(authority.node("a")), PeerSecurity.none())).isFalse();
        assertThat(said()).containsExactlyInAnyOrder(ANSWERER + "it does not speak TLS, and this node's cluster port does",
                CALLER + "it closed the connection at once; perhaps its cluster port speaks TLS, and this node's does not, or it is of a version of Craton that does not work with this one");
        lines.list.clear();
        assertThat(connects(PeerSecurity.none(), tls(authority.node("b")))).isFalse();
        assertThat(said()).containsExactlyInAnyOrder(ANSWERER + "it speaks TLS, and this node's cluster port does not",
                CALLER + "it closed the connection at once; perhaps its cluster port does not speak TLS, and this node's does, or it is of a version of Craton that does not work with this one");
    }

    @Test
    void aCertificateMustNameTheHostItStandsFor() throws Exception {
        Instant now = Instant.now();
        PeerTls elsewhere = PeerTls.load(authority.certificate("x", now.minusSeconds(9), now.plusSeconds(99), "10.1.2.3"), authority.key("x"), authority.authorities());
        assertThat(connects(tls(elsewhere), tls(authority.node("b")))).isFalse();
        assertThat(said()).anyMatch(line -> line.startsWith(CALLER + "its certificate does not name it: "));
        lines.list.clear();
        // Signed by the authority, as a client's may be, but no member is there; with the secret it may come from anywhere.
        assertThat(connects(tls(authority.node("a")), tls(elsewhere))).isFalse();
        assertThat(said()).contains(ANSWERER + "its certificate names [10.1.2.3], and no member is there");
        assertThat(connects(PeerSecurity.ofSecret("s").withTls(authority.node("a")), PeerSecurity.ofSecret("s").withTls(elsewhere))).isTrue();
        assertThat(connects(PeerSecurity.ofSecret("s").withTls(authority.node("a")), PeerSecurity.ofSecret("t").withTls(authority.node("b")))).isFalse();
    }

    @Test
    void whatIsLoadedAnewCountsFromTheNextConnectionOn() throws Exception {
        TestAuthority other = new TestAuthority(folder.resolve("other"), "other");
        PeerTls changing = authority.node("a");
        assertThat(connects(tls(changing), tls(other.node("b")))).isFalse();
        Path certificate = other.certificate("a2", Instant.now().minusSeconds(9), Instant.now().plusSeconds(99));
        changing.reload(certificate, other.key("a2"), other.authorities());
        assertThat(connects(tls(changing), tls(other.node("b")))).isTrue();
        assertThatThrownBy(() -> changing.reload(folder.resolve("none"), other.key("a2"), other.authorities())).hasMessageContaining("none");
        assertThat(connects(tls(changing), tls(other.node("c")))).isTrue();
    }
}
