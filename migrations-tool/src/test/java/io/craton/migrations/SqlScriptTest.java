package io.craton.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SqlScriptTest {
    private static List<String> split(String script) {
        return SqlScript.split(script).stream().map(SqlScript.Statement::sql).toList();
    }

    @Test
    void semicolonsEndStatementsAndEmptyOnesVanish() {
        assertThat(split("a; b;; ;\n c")).containsExactly("a", "b", "c");
        assertThat(split(" -- nothing\n /* at all */ ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "SELECT ';'", "SELECT 'it''s; so'", "SELECT \"a;\"\"b\"", "SELECT E'\\';'", "SELECT $$a;b$$", "SELECT $body$ a; $$ ; $body$",
        "SELECT 1 -- a; b", "SELECT /* ; /* ; */ ; */ 1", "SELECT a$b$c", "SELECT 'back\\'",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END"})
    void semicolonsInsideTokensDoNot(String statement) {
        assertThat(split(statement + "\n; SELECT 2")).hasSize(2).last().isEqualTo("SELECT 2");
    }

    @Test
    void linesAreThoseOfTheFile() {
        String script = "-- head\n\nSELECT 1;\nSELECT\n  2\n  + x;";
        List<SqlScript.Statement> parts = SqlScript.split(script);
        assertThat(parts).extracting(SqlScript.Statement::place).containsExactly(new Place(3, 1), new Place(4, 1));
        assertThat(parts.get(1).placeOf(script, 16)).isEqualTo(new Place(6, 5));
        assertThat(parts.get(1).placeOf(script, 1)).isEqualTo(new Place(4, 1));
    }
}
