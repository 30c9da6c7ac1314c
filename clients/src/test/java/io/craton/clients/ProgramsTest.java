package io.craton.clients;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Programs in other languages, under {@code src/test/programs}: each must succeed and print the same on both servers. What a program needs comes from Debian or npm; a
 * program whose package is missing is not run, and the reason is printed.
 */
@ExtendWith(Servers.class)
class ProgramsTest {
    private static final int LIMIT_SECONDS = 180;

    /**
     * @param name what it tries
     * @param needs a command that succeeds when everything needed is there
     * @param packages Debian's names for it
     * @param command in the folder of the programs, or of the npm installation
     * @param npm the folder with a package.json to install before, or empty
     */
    private record Program(String name, List<String> needs, String packages, List<String> command, String npm) {
        static Program of(String name, List<String> needs, String packages, String... command) {
            return new Program(name, needs, packages, List.of(command), "");
        }

        static Program node(String name, String folder, String script) {
            return new Program(name, List.of("npm", "--version"), "nodejs npm", List.of("node", script), folder);
        }
    }

    private static final List<String> GO = List.of("env", "GO111MODULE=off", "GOPATH=/usr/share/gocode", "go", "list", "github.com/lib/pq");
    private static final List<String> ISQL = List.of("sh", "-c", "command -v isql && find /usr/lib -name psqlodbcw.so | grep .");

    private static List<String> python(String module) {
        return List.of("/usr/bin/python3", "-c", "import " + module);
    }

    private static final List<Program> PROGRAMS = List.of(
            Program.of("psycopg2", python("psycopg2"), "python3-psycopg2", "/usr/bin/python3", "python/psycopg2_api.py"),
            Program.of("SQLAlchemy", python("sqlalchemy, psycopg2"), "python3-sqlalchemy python3-psycopg2", "/usr/bin/python3", "python/sqlalchemy_reflection.py"),
            Program.of("Django", python("django, psycopg2"), "python3-django python3-psycopg2", "/usr/bin/python3", "python/django_site.py"),
            Program.node("node-postgres", "node", "pg.js"),
            Program.node("knex", "node", "knex.js"),
            Program.node("Sequelize", "node", "sequelize.js"),
            Program.node("TypeORM", "node", "typeorm.js"),
            Program.node("Prisma", "prisma", "prisma.js"),
            Program.node("SQLPad", "sqlpad", "sqlpad.js"),
            Program.of("isql over psqlODBC", ISQL, "unixodbc odbc-postgresql", "sh", "odbc/isql.sh", "0"),
            Program.of("isql over psqlODBC with cursors", ISQL, "unixodbc odbc-postgresql", "sh", "odbc/isql.sh", "1"),
            Program.of("Perl DBD::Pg", List.of("perl", "-MDBD::Pg", "-e", "1"), "libdbd-pg-perl", "perl", "perl/dbd_pg.pl"),
            Program.of("Go lib/pq", GO, "golang-go golang-github-lib-pq-dev", "env", "GO111MODULE=off", "GOPATH=/usr/share/gocode", "go", "run", "go/main.go"),
            Program.of("Ruby pg", List.of("ruby", "-e", "require 'pg'"), "ruby ruby-pg", "ruby", "ruby/pg.rb"));

    @TestFactory
    Stream<DynamicTest> programs(Servers.Both both) {
        return PROGRAMS.stream().map(program -> DynamicTest.dynamicTest(program.name(), () -> {
            if (!succeeds(program.needs())) {
                String reason = program.name() + " is not tried: Debian's " + program.packages() + " would be needed";
                System.out.println(reason);
                Assumptions.abort(reason);
            }
            Path sources = Servers.root().resolve("clients/src/test/programs");
            Path folder = program.npm().isEmpty() ? sources : install(sources.resolve(program.npm()));
            both.same((database, out) -> out.line(output(program, folder, database)));
        }));
    }

    private static boolean succeeds(List<String> command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Copies the scripts into the build folder and installs what they depend on beside them, by the package's install scripts in none. */
    private static Path install(Path sources) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Servers.root().resolve("clients/target/npm").resolve(sources.getFileName()));
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.toList()) Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
        Path log = folder.resolve("install.log");
        Process process = new ProcessBuilder("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline").directory(folder.toFile())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) throw new AssertionError("npm install: " + Files.readString(log));
        return folder;
    }

    private static String output(Program program, Path folder, Database database) throws Exception {
        Path output = Files.createTempFile("craton-clients", ".out");
        Path schema = Files.writeString(Files.createTempFile("craton-clients", ".sql"), String.join(";;\n", RichSchema.STATEMENTS));
        try {
            ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(program.command())).directory(folder.toFile()).redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
            builder.environment().putAll(Map.of("PGHOST", Database.HOST, "PGPORT", Integer.toString(database.port()), "PGUSER", Database.USER, "PGDATABASE", database.name(),
                    "LC_ALL", "C.UTF-8", "TZ", "UTC", "RICH_SCHEMA", schema.toString(), "NODE_NO_WARNINGS", "1"));
            Process process = builder.start();
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            String text = Files.readString(output, StandardCharsets.UTF_8).replace(Integer.toString(database.port()), "PORT");
            if (!ended || process.exitValue() != 0) throw new AssertionError(program.name() + (ended ? " fails" : " does not end") + "\n" + text);
            return program.name().startsWith("isql") ? text.replaceAll("\\| [1-9]\\d{4} +\\|", "| OID |") : text;
        } finally {
            Files.delete(output);
            Files.delete(schema);
        }
    }
}
