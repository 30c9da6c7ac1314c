package io.craton.wire.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.wire.auth.ScramExchange.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

final class ScramExchangeTest {
    // The example of RFC 7677, section 3.
    private static final String CLIENT_FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String SERVER_FIRST = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private static final String CLIENT_FINAL = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private static final String SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
    private static final byte[] HASH = "hash of a certificate".getBytes(StandardCharsets.US_ASCII);

    private static ScramVerifier verifier() {
        return ScramVerifier.parse(Passwords.verifier("pencil", Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096));
    }

    private static ScramExchange exchange() {
        return new ScramExchange(verifier(), SERVER_NONCE, null);
    }

    @Test
    void followsTheExampleOfTheRfc() {
        ScramExchange exchange = exchange();
        assertThat(exchange.clientFirst(ScramExchange.PLAIN, CLIENT_FIRST)).isEqualTo(SERVER_FIRST);
        assertThat(exchange.clientFinal(CLIENT_FINAL)).isEqualTo(new Outcome.Accepted(SERVER_FINAL));
    }

    @Test
    void refusesEveryOtherProof() {
        String proof = CLIENT_FINAL.substring(CLIENT_FINAL.indexOf(",p=") + 3);
        byte[] bytes = Base64.getDecoder().decode(proof);
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            ScramExchange exchange = exchange();
            exchange.clientFirst(ScramExchange.PLAIN, CLIENT_FIRST);
            assertThat(exchange.clientFinal(CLIENT_FINAL.replace(proof, Base64.getEncoder().encodeToString(flipped))))
                    .isEqualTo(new Outcome.Refused());
        }
    }

    @Test
    void refusesAForeignNonce() {
        ScramExchange exchange = new ScramExchange(verifier(), "another", null);
        exchange.clientFirst(ScramExchange.PLAIN, CLIENT_FIRST);
        assertFatal(() -> exchange.clientFinal(CLIENT_FINAL), SqlState.PROTOCOL_VIOLATION);
    }

    @Test
    void refusesBrokenMessages() {
        for (String bad : new String[] {"", "n", "n,", "n,,", "n,,n=user", "x,,n=user,r=abc", "n,,r=abc,n=user", "n,,n=user,r=",
            "n,,n=user,r=a\u0001b", "p=tls-server-end-point,,n=user,r=abc"}) {
            assertFatal(() -> exchange().clientFirst(ScramExchange.PLAIN, bad), SqlState.PROTOCOL_VIOLATION);
        }
        assertFatal(() -> exchange().clientFirst("SCRAM-SHA-1", CLIENT_FIRST), SqlState.PROTOCOL_VIOLATION);
        assertFatal(() -> exchange().clientFirst(ScramExchange.PLUS, CLIENT_FIRST), SqlState.PROTOCOL_VIOLATION);
        assertFatal(() -> exchange().clientFirst(ScramExchange.PLAIN, "n,a=other,n=user,r=abc"), SqlState.FEATURE_NOT_SUPPORTED);
        assertFatal(() -> exchange().clientFirst(ScramExchange.PLAIN, "n,,m=x,n=user,r=abc"), SqlState.FEATURE_NOT_SUPPORTED);
        for (String bad : new String[] {"", "c=biws", "c=biws,r=x", CLIENT_FINAL + "x", CLIENT_FINAL.replace("biws", "eSws"),
            CLIENT_FINAL.substring(0, CLIENT_FINAL.length() - 4)}) {
            ScramExchange exchange = exchange();
            exchange.clientFirst(ScramExchange.PLAIN, CLIENT_FIRST);
            assertFatal(() -> exchange.clientFinal(bad), SqlState.PROTOCOL_VIOLATION);
        }
    }

    @Test
    void noticesADowngradeOfChannelBinding() {
        ScramExchange bindable = new ScramExchange(verifier(), SERVER_NONCE, HASH);
        assertThat(bindable.mechanisms()).containsExactly(ScramExchange.PLUS, ScramExchange.PLAIN);
        assertFatal(() -> bindable.clientFirst(ScramExchange.PLAIN, "y,,n=user,r=abc"),
                SqlState.INVALID_AUTHORIZATION_SPECIFICATION);
        ScramExchange bound = new ScramExchange(verifier(), SERVER_NONCE, HASH);
        String first = bound.clientFirst(ScramExchange.PLUS, "p=tls-server-end-point,,n=user,r=abc");
        String nonce = first.substring(2, first.indexOf(','));
        String wrongBinding = Base64.getEncoder().encodeToString("p=tls-server-end-point,,other".getBytes(StandardCharsets.US_ASCII));
        String proof = Base64.getEncoder().encodeToString(new byte[32]);
        assertFatal(() -> bound.clientFinal("c=" + wrongBinding + ",r=" + nonce + ",p=" + proof),
                SqlState.INVALID_AUTHORIZATION_SPECIFICATION);
    }

    @Test
    void mockVerifiersAreSteadyAndNeverAccept() {
        MockVerifiers mocks = new MockVerifiers(new byte[] {1, 2, 3});
        assertThat(mocks.verifierFor("a").salt()).isEqualTo(mocks.verifierFor("a").salt()).isNotEqualTo(mocks.verifierFor("b").salt());
        assertThat(mocks.verifierFor("a").salt()).hasSize(16);
    }

    @Test
    void readsOnlyWellFormedVerifiers() {
        for (String bad : new String[] {"", "md5abc", "SCRAM-SHA-256$4096", "SCRAM-SHA-256$x:AA==$AA==:AA==", "SCRAM-SHA-256$4096:AA==$AA==:AA=="}) {
            assertThat(ScramVerifier.parse(bad)).isNull();
        }
    }

    private static void assertFatal(Runnable action, SqlState state) {
        assertThatThrownBy(action::run).isInstanceOfSatisfying(PgException.class, e -> {
            assertThat(e.state()).isEqualTo(state);
            assertThat(e.error().severity()).isEqualTo(Severity.FATAL);
        });
    }
}
