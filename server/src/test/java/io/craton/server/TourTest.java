package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's tour of tenants and migrations, command for command as it is printed, but for the port: with the installed programs, psql, pg_dump, and Flyway out of Maven's repositories. */
@Tag("guide")
@Timeout(400)
class TourTest {
    private static final Path PROJECT = Path.of("..");

    @TempDir Path root;

    /** The commands of a section, in order. */
    private static String commands(String section) throws Exception {
        String readme = Files.readString(PROJECT.resolve("README.md"));
        int begin = readme.indexOf("## " + section + "\n");
        assertThat(begin).as(section).isPositive();
        String text = readme.substring(begin, readme.indexOf("\n## ", begin));
        return text.lines().filter(line -> line.startsWith("    ")).map(line -> line.substring(4)).collect(Collectors.joining("\n", "", "\n"));
    }

    private String run(Installation installed, int port, String script) throws Exception {
        Path out = root.resolve("tour.out");
        Path file = Files.writeString(root.resolve("tour.sh"), script);
        ProcessBuilder builder = installed.program("craton-admin").command("bash", "-v", file.toString()).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("PGPORT", Integer.toString(port));
        Process process = builder.start();
        assertThat(process.waitFor(350, TimeUnit.SECONDS)).as("the tour ends").isTrue();
        return Files.readString(out).replaceAll("\u001b\\[[0-9;]*m", ""); // Maven colours
    }

    /** What was said between this command and the next one. */
    private static String answer(String said, String command) {
        int at = said.indexOf("\n" + command);
        assertThat(at).as("%s, in%n%s", command, said).isPositive();
        List<String> lines = said.substring(at + 1).lines().skip(1).takeWhile(line -> !line.matches("(bin/|psql -h|before=|PGOPTIONS=|mvn |rm |for i |printf |mkdir ).*")).toList();
        return String.join("\n", lines);
    }

    @Test
    void itGoesAsItIsPrinted() throws Exception {
        for (String program : List.of("psql", "pg_dump", "mvn", "bash")) assumeTrue(ClientProgram.find(program) != null, program + " is not on this machine");
        Installation installed = Installation.in(Files.createDirectory(root.resolve("home")));
        Files.copy(PROJECT.resolve("clients/flyway.xml"), Files.createDirectory(installed.home().resolve("clients")).resolve("flyway.xml"));
        ServerProcess server = ServerProcess.start(root.resolve("data"), "512m");
        String said;
        try {
            said = run(installed, server.port(), commands("Tenants and migrations").replace("127.0.0.1:5432", "127.0.0.1:" + server.port()).replace("mvn -f", "mvn -B -ntp -f"));
        } finally {
            server.stop();
        }
        assertThat(answer(said, "bin/craton-admin tenant create shop")).startsWith("tenant ").endsWith(": shop");
        assertThat(answer(said, "bin/craton-migrate apply --tenant shop")).endsWith("1 tenants: 1 done");
        assertThat(answer(said, "psql -h 127.0.0.1 -U postgres shop -c \"INSERT")).isEqualTo("INSERT 0 1");
        assertThat(answer(said, "bin/craton-migrate rollback")).endsWith("1 tenants: 1 done");
        assertThat(answer(said, "bin/craton-migrate apply --tenant shop      ")).contains("V3__paid.sql:2:19: column \"payed\"", "1 tenants: 1 failed");
        assertThat(answer(said, "bin/craton-migrate plan  --match")).contains("100 tenants: shop_001").doesNotContain("V3__");
        assertThat(answer(said, "bin/craton-migrate apply --match")).endsWith("100 tenants: 100 done");
        assertThat(answer(said, "psql -h 127.0.0.1 -U postgres shop_007")).contains("CREATE TABLE orders", "ADD COLUMN note");
        assertThat(answer(said, "psql -h 127.0.0.1 -U postgres shop -c 'SELECT position")).contains("| alter     | table ", "| orders");
        assertThat(answer(said, "bin/craton-admin schema show --tenant shop --diff")).contains("note");
        assertThat(answer(said, "psql -h 127.0.0.1 -U postgres shop -c \"SELECT * FROM orders FOR SYSTEM_TIME")).contains("id | total |   note", " 1 |  9.90 | by phone", "(1 row)");
        assertThat(answer(said, "PGOPTIONS=")).contains("note text DEFAULT 'none'::text", "1\t9.90\tby phone");
        assertThat(answer(said, "mvn -B -ntp -f clients/flyway.xml")).contains("Successfully applied 2 migrations").doesNotContain("ERROR");
        assertThat(answer(said, "bin/craton-migrate import flyway")).isEqualTo("flown: 2 rows imported from flyway");
        assertThat(answer(said, "bin/craton-migrate status --tenant flown")).isEqualTo("1 tenants have everything: flown");
    }
}
