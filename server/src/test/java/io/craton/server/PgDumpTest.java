package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * pg_dump of a database with something of everything says what it says about the same database in PostgreSQL ({@code rich.dump}, recorded by
 * {@link ClientRecorder}); and what is restored from a dump is dumped alike.
 */
@ExtendWith(TestNode.class)
class PgDumpTest {
    static final Path SCRIPT = Path.of("src/test/pgdump/rich.sql");
    static final Path DUMP = Path.of("src/test/pgdump/rich.dump");

    @TempDir
    Path folder;

    private ClientProgram craton;

    @BeforeEach
    void make() throws Exception {
        for (String program : new String[] {"pg_dump", "pg_restore", "pg_dumpall", "psql"}) {
            assumeTrue(ClientProgram.find(program) != null, program + " is not on this machine");
        }
        craton = new ClientProgram("127.0.0.1", TestNode.port(), folder);
        ClientRecorder.make(craton, SCRIPT);
    }

    @AfterEach
    void drop() throws Exception {
        if (craton == null) return;
        craton.run("psql", "-X", "-q", "-c", "drop database if exists restored");
        ClientRecorder.drop(craton);
    }

    @Test
    @Timeout(400)
    void dumpsAsPostgresDoesAndRestoresEveryFormat() throws Exception {
        String dump = craton.ok("pg_dump", ClientRecorder.DATABASE);
        assertThat(ClientProgram.dumped(dump)).isEqualTo(Files.readString(DUMP));

        Path plain = Files.writeString(folder.resolve("plain.sql"), dump);
        restored(dump, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", plain.toString(), "-d", "restored");
        craton.ok("pg_dump", "-Fc", "-f", "dump.custom", ClientRecorder.DATABASE);
        restored(dump, "pg_restore", "-1", "-d", "restored", "dump.custom");
        restored(dump, "pg_restore", "-j", "2", "-d", "restored", "dump.custom");
        craton.ok("pg_dump", "-Fd", "-j", "2", "-f", "dump.folder", ClientRecorder.DATABASE);
        restored(dump, "pg_restore", "-d", "restored", "dump.folder");
        craton.ok("pg_dump", "-Fp", "--inserts", "-f", "inserts.sql", ClientRecorder.DATABASE);
        restored(dump, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "inserts.sql", "-d", "restored");
    }

    private void restored(String dump, String program, String... arguments) throws Exception {
        craton.ok("psql", "-X", "-q", "-c", "drop database if exists restored", "-c", "create database restored");
        craton.ok(program, arguments);
        assertThat(ClientProgram.dumped(craton.ok("pg_dump", "restored"))).as(program + " " + String.join(" ", arguments))
                .isEqualTo(ClientProgram.dumped(dump));
    }

    @Test
    @Timeout(180)
    void globalsOnly() throws Exception {
        assertThat(craton.ok("pg_dumpall", "--globals-only")).contains("CREATE ROLE \"App Owner\";", "CREATE ROLE app_user;",
                "ALTER ROLE app_user WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB NOLOGIN NOREPLICATION NOBYPASSRLS;",
                "ALTER ROLE app_user SET search_path TO 'app', 'public';");
    }

    @Test
    @Timeout(180)
    void maintenancePrograms() throws Exception {
        craton.ok("vacuumdb", "-z", ClientRecorder.DATABASE);
        craton.ok("vacuumdb", "--analyze-in-stages", ClientRecorder.DATABASE);
        craton.ok("vacuumdb", "-f", "-t", "app.orders", ClientRecorder.DATABASE);
        craton.ok("reindexdb", ClientRecorder.DATABASE);
        craton.ok("reindexdb", "-i", "app.customer_lower", ClientRecorder.DATABASE);
        craton.ok("clusterdb", ClientRecorder.DATABASE);
        craton.ok("pg_isready");
        craton.ok("createdb", "-T", "template0", "-E", "UTF8", "-O", "app_user", "restored");
        craton.ok("dropdb", "restored");
        craton.ok("createuser", "-d", "-r", "program_user");
        craton.ok("dropuser", "program_user");
    }
}
