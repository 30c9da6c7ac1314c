package io.craton.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes what PostgreSQL's programs print about a PostgreSQL beside the scripts that the tests run: {@code ClientRecorder [SCRIPT..]} with
 * {@code -Dcraton.record.postgres=HOST:PORT}; without scripts, all of them. The server must have no roles but its own.
 */
final class ClientRecorder {
    static final String DATABASE = "craton_recorded";
    static final Path PSQL = Path.of("src/test/psql");

    private ClientRecorder() {}

    public static void main(String[] scripts) throws Exception {
        String server = System.getProperty("craton.record.postgres");
        if (server == null) throw new IllegalArgumentException("-Dcraton.record.postgres=HOST:PORT is missing");
        String[] parts = server.split(":");
        ClientProgram postgres = new ClientProgram(parts[0], Integer.parseInt(parts[1]), Files.createTempDirectory("recorder"));
        List<Path> wanted = Stream.of(scripts).map(Path::of).toList();
        if (wanted.isEmpty() || wanted.contains(PgDumpTest.SCRIPT)) {
            make(postgres, PgDumpTest.SCRIPT);
            Files.writeString(PgDumpTest.DUMP, ClientProgram.dumped(postgres.ok("pg_dump", DATABASE)));
            drop(postgres);
        }
        for (Path script : scripts()) {
            if (!wanted.isEmpty() && !wanted.contains(script)) continue;
            Files.writeString(recorded(script), output(postgres, script));
        }
    }

    /** The scripts for psql. */
    static List<Path> scripts() throws Exception {
        try (Stream<Path> files = Files.list(PSQL)) {
            return files.filter(file -> file.toString().endsWith(".sql")).sorted().toList();
        }
    }

    static Path recorded(Path script) {
        return Path.of(script.toString().replace(".sql", ".out"));
    }

    /** What psql prints for a script, in a database of its own. */
    static String output(ClientProgram server, Path script) throws Exception {
        server.run("psql", "-X", "-q", "-c", "drop database if exists " + DATABASE, "-c", "create database " + DATABASE);
        try {
            return server.run("psql", "-X", "-q", "-d", DATABASE, "-f", script.toAbsolutePath().toString()).output()
                    .replace(script.toAbsolutePath().toString(), script.getFileName().toString());
        } finally {
            drop(server);
        }
    }

    static void make(ClientProgram server, Path script) throws Exception {
        drop(server);
        server.ok("psql", "-X", "-q", "-c", "create database " + DATABASE);
        server.ok("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", DATABASE, "-f", script.toAbsolutePath().toString());
    }

    /** The database, and the roles that scripts make. */
    static void drop(ClientProgram server) throws Exception {
        server.run("psql", "-X", "-q", "-c", "drop database if exists " + DATABASE + " with (force)");
        for (String role : List.of("app_user", "\"App Owner\"", "readers", "dump_owner", "dump_reader")) server.run("psql", "-X", "-q", "-c", "drop role if exists " + role);
    }
}
