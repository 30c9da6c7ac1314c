package io.craton.sql.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SqlPrinterTest {
    static Stream<SelectStatement> queries() {
        return StatementCase.read("statements.txt").stream().flatMap(statement -> SqlParser.parse(statement.sql()).stream())
                .map(ParsedStatement::statement).filter(SelectStatement.class::isInstance).map(SelectStatement.class::cast)
                .filter(query -> !query.toString().contains("XmlTableItem"));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void printedQueriesParseToTheSameTree(SelectStatement query) {
        String printed = SqlPrinter.print(query);
        assertThat(tree(SqlParser.parse(printed).getFirst().statement())).as(printed).isEqualTo(tree(query));
    }

    @Test
    void namesAreQuotedLikePostgres() {
        assertThat(List.of("a", "A", "select", "abort", "int", "a b", "a\"b", "_x1", "1a", "é").stream().map(Identifiers::quote))
                .containsExactly("a", "\"A\"", "\"select\"", "abort", "\"int\"", "\"a b\"", "\"a\"\"b\"", "_x1", "\"1a\"", "\"é\"");
    }

    @Test
    void expressionsKeepTheirMeaning() {
        for (String text : List.of("(a + b) * c", "- (- 1)", "not (a and b)", "(a = b) = c", "a::numeric(10,2)[]", "x in (select 1)", "(r).f", "(f(x)).*",
                "a between 1 + 1 and (2 and 3)", "(a like b) is null", "interval '1' day to second(3)", "a < all (array[1,2])", "a[1:][2]", "'a\\b'")) {
            Expr expression = SqlParser.parseExpression(text);
            String printed = SqlPrinter.print(expression);
            assertThat(tree(SqlParser.parseExpression(printed))).as(text + " -> " + printed).isEqualTo(tree(expression));
        }
    }

    /** The tree without positions, and without the two flags that only say which of two spellings was used. */
    private static String tree(Object node) {
        return node.toString().replaceAll("position=\\d+|explicit=\\w+|syntax=\\w+", "");
    }
}
