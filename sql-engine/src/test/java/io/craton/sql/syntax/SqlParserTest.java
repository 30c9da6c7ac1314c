package io.craton.sql.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SqlParserTest {
    static List<StatementCase> cases() {
        return StatementCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void acceptsAndRefusesWithMessageAndPosition(StatementCase statement) {
        String error = "";
        try {
            SqlParser.parse(statement.sql());
        } catch (PgException e) {
            error = e.error().message() + " @" + e.error().position();
        }
        assertThat(error).isEqualTo(statement.error());
    }

    @Test
    void deepNestingIsStatementTooComplex() {
        for (String sql : List.of("select " + "(".repeat(100_000), "select " + "- ".repeat(100_000) + "1", "select " + "array[".repeat(100_000),
                "select 1" + " + 1".repeat(100_000), "select " + "case when ".repeat(100_000), "select * from " + "(".repeat(100_000),
                "select " + "not ".repeat(50_000) + "true")) {
            assertThatThrownBy(() -> SqlParser.parse(sql)).isInstanceOfSatisfying(PgException.class,
                    e -> assertThat(e.state()).isEqualTo(SqlState.STATEMENT_TOO_COMPLEX));
        }
    }

    @Test
    void longListsAreNoNesting() {
        assertThat(SqlParser.parse("select 1 where true" + " and true".repeat(50_000) + " or a in (1" + ", 1".repeat(50_000) + ")")).hasSize(1);
    }

    @Test
    void statementsCarrySpansAndParameters() {
        List<ParsedStatement> statements = SqlParser.parse(" select '\uD83D\uDE00' ; ; select $2 + $7 -- end");
        assertThat(statements).hasSize(2);
        assertThat(statements.get(0).span()).isEqualTo(new SourceSpan(2, 12));
        assertThat(statements.get(1).span()).isEqualTo(new SourceSpan(17, 31));
        assertThat(statements.get(1).parameterCount()).isEqualTo(7);
    }

    @Test
    void longIdentifiersAreCutWithNotice() {
        ParsedStatement statement = SqlParser.parse("select 1 as " + "é".repeat(40)).getFirst();
        assertThat(statement.notices()).singleElement().satisfies(notice -> {
            assertThat(notice.state()).isEqualTo(SqlState.NAME_TOO_LONG);
            assertThat(notice.message()).endsWith("will be truncated to \"" + "é".repeat(31) + "\"");
        });
    }

    @Test
    void stringsResolveTheirEscapes() {
        assertThat(value("e'a\\n\\x41\\101\\u0041\\'\\\\'")).isEqualTo("a\nAAA'\\");
        assertThat(value("U&'d!0061t!+000061' uescape '!'")).isEqualTo("data");
        assertThat(value("'a' \n 'b'")).isEqualTo("ab");
        assertThat(value("$a$ $b$ '' $a$")).isEqualTo(" $b$ '' ");
        assertThat(value("e'\\xc3\\xa9'")).isEqualTo("é");
        assertThatThrownBy(() -> value("e'\\xff'")).hasMessage("invalid byte sequence for encoding \"UTF8\": 0xff");
    }

    @Test
    void backslashesEscapeInPlainStringsWhenSettingsSaySo() {
        LexerSettings old = new LexerSettings(false, true, true);
        ParsedStatement statement = SqlParser.parse("select 'a\\'b'", old).getFirst();
        assertThat(statement.notices()).extracting(notice -> notice.message()).containsExactly("nonstandard use of \\' in a string literal");
        assertThatThrownBy(() -> SqlParser.parse("select 'a\\'b'")).hasMessageStartingWith("unterminated bit string literal");
    }

    @Test
    void keywordTableHasPostgresCounts() {
        assertThat(Token.keywords()).hasSize(460);
        assertThat(Token.keywords()).filteredOn(token -> token.category == Token.Category.R).hasSize(77);
        assertThat(Token.SELECT.label()).isEqualTo(Token.Label.BARE);
        assertThat(Token.OVER.label()).isEqualTo(Token.Label.AS);
    }

    private static String value(String literal) {
        return ((Expr.StringLiteral) SqlParser.parseExpression(literal)).value();
    }
}
