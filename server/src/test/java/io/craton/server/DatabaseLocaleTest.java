package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Locales that CREATE DATABASE takes, with what PostgreSQL 15 says of them and of others. */
@ExtendWith(TestNode.class)
@Timeout(180)
class DatabaseLocaleTest {
    private String database;
    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        database = "locale_" + TestNode.newSchema();
        connection = TestNode.connect();
    }

    @AfterEach
    void disconnect() throws SQLException {
        TestNode.run(connection, "drop database if exists " + database);
        connection.close();
    }

    private List<String> locale(String options) throws SQLException {
        TestNode.run(connection, "drop database if exists " + database, "create database " + database + " " + options);
        return TestNode.values(connection, "select datcollate || ' ' || datctype from pg_database where datname = '" + database + "'");
    }

    private String refused(String options) {
        SQLException error = catchThrowableOfType(SQLException.class, () -> TestNode.run(connection, "create database " + database + " " + options));
        return error == null ? "accepted" : error.getSQLState() + " " + error.getMessage().lines().findFirst().orElse("");
    }

    @Test
    void namesAreKept() throws SQLException {
        assertThat(locale("template template0 encoding utf8 lc_collate \"C\" lc_ctype \"C\"")).containsExactly("C C");
        assertThat(locale("template template0 locale 'POSIX'")).containsExactly("C C");
        assertThat(locale("template template0 locale 'C.utf8'")).containsExactly("C.utf8 C.utf8");
        assertThat(locale("template template0 locale ''")).containsExactly("C.UTF-8 C.UTF-8");
        assertThat(locale("template template0 locale 'C.UTF-8' lc_collate 'C'")).containsExactly("C C.UTF-8");
        assertThat(locale("template template0 lc_collate default")).containsExactly("C.UTF-8 C.UTF-8");
        assertThat(locale("lc_collate 'C.UTF-8' locale_provider libc")).containsExactly("C.UTF-8 C.UTF-8");
    }

    @Test
    void theyStayWhenTheDatabaseChanges() throws SQLException {
        locale("template template0 locale 'C'");
        TestNode.run(connection, "alter database " + database + " connection limit 5", "grant connect on database " + database + " to public",
                "alter database " + database + " owner to postgres", "alter database " + database + " rename to " + database + "_2");
        try (Connection there = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + TestNode.port() + "/" + database + "_2?user=postgres")) {
            assertThat(TestNode.values(there, "show lc_collate")).containsExactly("C");
            assertThat(TestNode.values(there, "select datctype from pg_database where datname = current_database()")).containsExactly("C");
        } finally {
            TestNode.run(connection, "alter database " + database + "_2 rename to " + database);
        }
    }

    @Test
    void othersAreRefused() {
        assertThat(refused("template template0 lc_collate 'xx_YY'")).isEqualTo("42809 ERROR: invalid locale name: \"xx_YY\"");
        assertThat(refused("template template0 lc_collate 'C' lc_ctype 'nope'")).isEqualTo("42809 ERROR: invalid locale name: \"nope\"");
        assertThat(refused("template template0 lc_collate C")).isEqualTo("42809 ERROR: invalid locale name: \"c\"");
        assertThat(refused("template template0 lc_collate 'C.latin1'")).isEqualTo("42809 ERROR: invalid locale name: \"C.latin1\"");
        assertThat(refused("lc_collate 'POSIX'"))
                .isEqualTo("22023 ERROR: new collation (C) is incompatible with the collation of the template database (C.UTF-8)");
        assertThat(refused("lc_ctype 'C'")).isEqualTo("22023 ERROR: new LC_CTYPE (C) is incompatible with the LC_CTYPE of the template database (C.UTF-8)");
        assertThat(refused("lc_collate 'C' lc_collate 'C'")).isEqualTo("42601 ERROR: conflicting or redundant options");
        assertThat(refused("locale_provider foo")).isEqualTo("42P17 ERROR: unrecognized locale provider: foo");
        assertThat(refused("locale_provider icu")).isEqualTo("22023 ERROR: ICU locale must be specified");
        assertThat(refused("icu_locale 'en'")).isEqualTo("42P17 ERROR: ICU locale cannot be specified unless locale provider is ICU");
        assertThat(refused("template template0 locale_provider icu icu_locale 'en'")).startsWith("0A000");
        assertThat(refused("template template0 locale 'de_DE.utf8'")).startsWith("0A000");
    }
}
