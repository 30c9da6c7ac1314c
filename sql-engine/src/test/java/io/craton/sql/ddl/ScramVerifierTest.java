package io.craton.sql.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which words are hashed passwords already: as PostgreSQL's get_password_type. */
class ScramVerifierTest {
    private final SecureRandom random = new SecureRandom();

    @Test
    void verifiersAreKept() {
        String verifier = ScramVerifier.of("secret", random);
        assertThat(verifier).matches("SCRAM-SHA-256\\$4096:[^$]{24}\\$[^:]{44}:.{44}");
        assertThat(ScramVerifier.of(verifier, random)).isEqualTo(verifier);
    }

    @ParameterizedTest
    @ValueSource(strings = {"md5", "md5rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr", "md5D41D8CD98F00B204E9800998ECF8427E", "SCRAM-SHA-256$", "SCRAM-SHA-256$4096:c2FsdA==$c2hvcnQ=:c2hvcnQ=",
        "SCRAM-SHA-256$99999999999:c2FsdA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="})
    void whatOnlyLooksLikeOneIsHashed(String password) {
        assertThat(ScramVerifier.of(password, random)).isNotEqualTo(password).matches("SCRAM-SHA-256\\$4096:[^$]{24}\\$[^:]{44}:.{44}");
    }

    @Test
    void md5IsRefused() {
        assertThatThrownBy(() -> ScramVerifier.of("md5d41d8cd98f00b204e9800998ecf8427e", random)).isInstanceOf(PgException.class);
    }
}
