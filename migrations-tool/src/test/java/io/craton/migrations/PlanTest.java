package io.craton.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlanTest {
    private static Migration file(String name, String sql) throws MigrationException {
        return Migration.of(name, sql);
    }

    private static History history(Migration... files) {
        List<History.Row> rows = new ArrayList<>();
        for (Migration file : files) {
            rows.add(new History.Row(rows.size() + 1, file.kind().word(), file.version(), file.name(), file.file(), file.checksum(), OffsetDateTime.MIN, "me", 0, true, null));
        }
        return new History(rows);
    }

    private static Plan plan(List<Migration> files, Migration... applied) throws MigrationException {
        return Plan.of(MigrationSet.of(files, true), history(applied));
    }

    @Test
    void newFilesArePendingInOrder() throws MigrationException {
        Migration one = file("V1__a.sql", "x");
        Migration two = file("V2__b.sql", "y");
        assertThat(plan(List.of(one, two), one)).isEqualTo(new Plan(List.of(two), List.of()));
    }

    @Test
    void changedMissingAndOvertakenFilesAreProblems() throws MigrationException {
        Migration one = file("V1__a.sql", "x");
        Migration two = file("V2__b.sql", "y");
        assertThat(plan(List.of(file("V1__a.sql", "changed")), one).problems()).singleElement().asString().contains("V1__a.sql: was changed");
        assertThat(plan(List.of(one), one, two).problems()).containsExactly("V2__b.sql: is applied, but the file is missing");
        assertThat(plan(List.of(one, two), two).problems()).singleElement().asString().contains("V1__a.sql: version 1 is older than 2");
    }

    @Test
    void lineEndsDoNotCountInTheChecksum() throws MigrationException {
        assertThat(file("V1__a.sql", "a\r\nb\r\n").checksum()).isEqualTo(file("V1__a.sql", "a\nb\n").checksum())
                .isNotEqualTo(file("V1__a.sql", "a\nc\n").checksum());
    }

    @Test
    void versionsCompareByNumber() {
        assertThat(List.of("1", "1.1", "1_2", "1.10", "2", "20260115")).extracting(Version::parse).isSorted();
        assertThat(Version.parse("1.0")).isEqualTo(Version.parse("1")).hasSameHashCodeAs(Version.parse("1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"V1_a.sql", "Vx__a.sql", "V1..2__a.sql", "V1__.sql", "create.sql", "R_a.sql", "1__a.sql"})
    void misnamedFilesAreRefused(String name) {
        assertThatThrownBy(() -> file(name, "")).isInstanceOf(MigrationException.class).hasMessageContaining(name);
    }

    @Test
    void folderIsReadInOrderOfVersionsAndRefusesTwins(@TempDir Path folder) throws Exception {
        for (String name : List.of("V10__c.sql", "V2__b.sql", "V1__a.sql", "README.md")) Files.writeString(folder.resolve(name), "");
        assertThat(MigrationSet.folder(folder).versioned()).extracting(Migration::file).containsExactly("V1__a.sql", "V2__b.sql", "V10__c.sql");
        Files.writeString(folder.resolve("V2.0__twin.sql"), "");
        assertThatThrownBy(() -> MigrationSet.folder(folder)).hasMessageContaining("same version");
    }

    @Test
    void undoneVersionsAreAppliedAgainAndRepeatableFilesWhenTheyChange() throws MigrationException {
        Migration one = file("V1__a.sql", "x");
        Migration undo = file("U1__a.sql", "y");
        Migration view = file("R__v.sql", "z");
        assertThat(plan(List.of(one, undo, view), one, undo, view).pending()).containsExactly(one);
        assertThat(plan(List.of(one, file("R__v.sql", "other")), one, view).pending()).extracting(Migration::sql).containsExactly("other");
        assertThat(plan(List.of(view, one)).pending()).containsExactly(one, view);
    }

    @Test
    void placeholdersAreFilledAndUnknownOnesNamedWithTheirPlace() throws MigrationException {
        Placeholders values = Placeholders.of(java.util.Map.of("schema", "shop"));
        assertThat(values.fill(file("V1__a.sql", "a ${schema}.b $${schema} ${ x}"))).isEqualTo("a shop.b $${schema} ${ x}");
        assertThatThrownBy(() -> values.fill(file("V1__a.sql", "a\n  ${nowhere}"))).hasMessageStartingWith("V1__a.sql:2:3: there is no value for the placeholder ${nowhere}");
    }
}
