package io.craton.sql.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class StatementFingerprintTest {
    @Test
    void changingLiteralsHitTheSameText() {
        StatementFingerprint one = of("UPDATE t SET a = a + -5, b = 'it''s' WHERE id = 42 AND c = 1.5");
        StatementFingerprint two = of("UPDATE t SET a = a + -77, b = E'\\n' WHERE id = 1 AND c = 2e3");
        assertThat(one.text()).isEqualTo(two.text()).isEqualTo("UPDATE t SET a = a + -?i, b = ?s WHERE id = ?i AND c = ?n");
        assertThat(one.literals()).extracting(StatementFingerprint.Literal::value).containsExactly("5", "it's", "42", "1.5");
        assertThat(two.literals()).extracting(StatementFingerprint.Literal::value).containsExactly("77", "\n", "1", "2e3");
    }

    @Test
    void kindsOfLiteralsBelongToTheKey() {
        assertThat(of("select 1").text()).isNotEqualTo(of("select 1.0").text()).isNotEqualTo(of("select '1'").text());
        assertThat(of("select 2147483647").text()).isNotEqualTo(of("select 2147483648").text());
    }

    @Test
    void positionsPointIntoTheTree() {
        StatementFingerprint fingerprint = of("select - 7");
        assertThat(fingerprint.literals()).containsExactly(new StatementFingerprint.Literal(StatementFingerprint.LiteralKind.INTEGER, "7", 10, 8));
        assertThat(SqlParser.parseExpression("- 7")).isEqualTo(new Expr.IntegerLiteral(-7, 1));
    }

    @Test
    void severalStatementsAreTold() {
        assertThat(of("select 1; ").single()).isTrue();
        assertThat(of("select 1; select 2").single()).isFalse();
        assertThat(of(" begin").first()).isEqualTo(Token.BEGIN);
    }

    private static StatementFingerprint of(String sql) {
        return StatementFingerprint.of(sql, LexerSettings.DEFAULT);
    }
}
