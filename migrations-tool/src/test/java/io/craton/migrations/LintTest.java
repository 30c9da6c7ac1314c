package io.craton.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LintTest {
    private static List<Lint.Finding> check(String sql) throws MigrationException {
        return Lint.check(List.of(Migration.of("V1__a.sql", sql)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "DROP TABLE IF EXISTS a.t | drop-table", "ALTER TABLE t ADD a int, DROP COLUMN b | drop-column", "TRUNCATE TABLE t | truncate",
        "ALTER TABLE t RENAME a TO b | rename", "ALTER TABLE t ALTER COLUMN a TYPE bigint | column-type", "ALTER TABLE t ADD a uuid DEFAULT gen_random_uuid() | volatile-default",
        "ALTER TABLE t ADD COLUMN a int NOT NULL | not-null-column", "ALTER TABLE t ADD a bigserial | volatile-default", "ALTER TABLE t ALTER a SET NOT NULL | set-not-null",
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u | foreign-key", "ALTER TABLE t ADD CHECK (a > 0) | check", "ALTER TABLE t ADD UNIQUE (a) | unique-constraint",
        "CREATE UNIQUE INDEX i ON ONLY t (a) | create-index", "REINDEX TABLE t | reindex", "UPDATE t SET a = (SELECT 1 WHERE true) | every-row", "DELETE FROM t | every-row",
        "LOCK TABLE t | lock-table", "CLUSTER t | whole-table", "COMMIT | transaction-control", "SELECT 1; VACUUM t | outside-transaction"})
    void dangerousStatementsAreNamed(String sql, String rule) throws MigrationException {
        assertThat(check(sql)).extracting(found -> found.rule().id()).containsExactly(rule);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ALTER TABLE t ADD a int DEFAULT 5 NOT NULL", "ALTER TABLE t ADD CHECK (a > 0) NOT VALID", "ALTER TABLE t VALIDATE CONSTRAINT c", "CREATE INDEX CONCURRENTLY i ON t (a)",
        "ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX i", "UPDATE t SET a = 1 WHERE b = 2", "ALTER TABLE t ALTER a DROP NOT NULL", "SELECT 'DROP TABLE t'",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM t $$", "CREATE TABLE u (a int); CREATE INDEX ON u (a); ALTER TABLE u ADD CHECK (a > 0)"})
    void safeStatementsAreNot(String sql) throws MigrationException {
        assertThat(check(sql)).isEmpty();
    }

    @Test
    void placeIsThatOfTheActionAndACommentAllowsIt() throws MigrationException {
        assertThat(check("SELECT 1;\nALTER TABLE t\n  ADD a int,\n  DROP COLUMN b")).singleElement()
                .satisfies(found -> assertThat(found.place()).isEqualTo(new Place(4, 3)))
                .satisfies(found -> assertThat(found.table()).isEqualTo("t"));
        assertThat(check("-- lint: allow drop-table\nDROP TABLE a;\nDROP TABLE b")).extracting(Lint.Finding::allowed).containsExactly(true, false);
    }
}
