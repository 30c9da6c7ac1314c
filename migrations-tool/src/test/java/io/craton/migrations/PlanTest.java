package io.craton.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlanTest {
    private static Migration file(String name, String sql) throws MigrationException {
        return Migration.of(name, sql);
    }

    private static Applied applied(Migration file) {
        return new Applied(file.version(), file.name(), file.file(), file.checksum(), OffsetDateTime.MIN);
    }

    @Test
    void newFilesArePendingInOrder() throws MigrationException {
        Migration one = file("V1__a.sql", "x");
        Migration two = file("V2__b.sql", "y");
        assertThat(Plan.of(List.of(one, two), List.of(applied(one)))).isEqualTo(new Plan(List.of(two), List.of()));
    }

    @Test
    void changedMissingAndOvertakenFilesAreProblems() throws MigrationException {
        Migration one = file("V1__a.sql", "x");
        Migration two = file("V2__b.sql", "y");
        assertThat(Plan.of(List.of(file("V1__a.sql", "changed")), List.of(applied(one))).problems()).singleElement().asString().contains("V1__a.sql: was changed");
        assertThat(Plan.of(List.of(one), List.of(applied(one), applied(two))).problems()).containsExactly("V2__b.sql: is applied, but the file is missing");
        assertThat(Plan.of(List.of(one, two), List.of(applied(two))).problems()).singleElement().asString().contains("V1__a.sql: version 1 is older than 2");
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
    @ValueSource(strings = {"V1_a.sql", "1__a.sql", "Vx__a.sql", "V1..2__a.sql", "V1__.sql", "create.sql"})
    void misnamedFilesAreRefused(String name) {
        assertThatThrownBy(() -> file(name, "")).isInstanceOf(MigrationException.class).hasMessageContaining(name);
    }

    @Test
    void folderIsReadInOrderOfVersionsAndRefusesTwins(@TempDir Path folder) throws Exception {
        for (String name : List.of("V10__c.sql", "V2__b.sql", "V1__a.sql", "README.md")) Files.writeString(folder.resolve(name), "");
        assertThat(MigrationFolder.read(folder)).extracting(Migration::file).containsExactly("V1__a.sql", "V2__b.sql", "V10__c.sql");
        Files.writeString(folder.resolve("V2.0__twin.sql"), "");
        assertThatThrownBy(() -> MigrationFolder.read(folder)).hasMessageContaining("same version");
    }
}
