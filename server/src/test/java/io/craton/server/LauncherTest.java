package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.server.BackupTest.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts of {@code bin/}, as they lie beside {@code lib/} where Craton is installed: what they write is for its owner alone, and each mistake is one line. */
class LauncherTest {
    @TempDir Path home;
    private Path data;

    private Installation installed;

    @BeforeEach
    void install() throws IOException {
        installed = Installation.in(home);
        data = home.resolve("data");
    }

    private ProcessBuilder program(String name, String... arguments) {
        return installed.program(name, arguments);
    }

    private Outcome run(String name, String... arguments) throws Exception {
        return installed.run(name, arguments);
    }

    private static List<String> open(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            List<String> open = new ArrayList<>();
            for (Path each : files.toList()) {
                String rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(each));
                if (!rights.endsWith("------")) open.add(rights + " " + root.relativize(each));
            }
            return open;
        }
    }

    @Test
    void dataAndBackupsAreForTheirOwnerAlone() throws Exception {
        Process server = program("craton-server", "--data-dir", data.toString(), "--bind", "0.0.0.0:0").redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader said = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(said.readLine()).startsWith("craton " + Version.TEXT + " is ready");
            assertThat(said.readLine()).as("an address that a client can connect to").matches("try: psql -h 127\\.0\\.0\\.1 -p \\d+ -U postgres");
            Path stream = home.resolve("stream");
            Path snapshot = home.resolve("snapshot.tar.gz");
            Path restored = home.resolve("restored");
            run("craton-backup", "stream", "--once", "--source", data.toString(), "--destination", stream.toString()).done();
            run("craton-backup", "snapshot", "--data-dir", data.toString(), "--output", snapshot.toString()).done();
            run("craton-restore", "--source", snapshot.toString(), "--data-dir", restored.toString()).done();
            for (Path each : List.of(data, stream, snapshot, restored)) assertThat(open(each)).as(each.toString()).isEmpty();
        } finally {
            server.destroy();
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** A JDK of two lines that writes down what it is asked, and makes the caches that it is to make. */
    private Path talkingJdk() throws IOException {
        Path jdk = home.resolve("jdk");
        Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25\"\n");
        Files.writeString(java, "#!/bin/sh\necho \"$*\" >>\"" + home.resolve("asked") + "\"\nfor each; do case $each in -XX:AOTCacheOutput=*) echo >\"${each#*=}\" ;; esac; done\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        return jdk;
    }

    @Test
    void aFirstStartMakesBothCachesAndLaterOnesUseThem() throws Exception {
        Path jdk = talkingJdk();
        for (String[] each : new String[][] {{"craton-server", "--data-dir", "x"}, {"craton-server"}, {"craton-admin", "status"}}) {
            ProcessBuilder builder = program(each[0], Arrays.copyOfRange(each, 1, each.length)).redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().putAll(java.util.Map.of("CRATON_AOT", "on", "JAVA_HOME", jdk.toString()));
            assertThat(builder.start().waitFor()).isZero();
        }
        List<String> asked = Files.readAllLines(home.resolve("asked"));
        assertThat(asked).hasSize(5);
        for (int call = 0; call < 5; call++) { // two collectors are one too many for the JVM
            String options = asked.get(call).replaceFirst(" -cp .*", "");
            assertThat(Arrays.stream(options.split(" ")).filter(option -> option.matches("-XX:\\+Use(G1|Serial)GC"))).as(options).containsExactly(call == 1 || call == 4 ? "-XX:+UseSerialGC" : "-XX:+UseG1GC");
        }
        assertThat(asked.get(0)).contains("-XX:AOTCacheOutput=" + home.resolve("lib/craton.aot"), " io.craton.server.Rehearsal");
        assertThat(asked.get(1)).contains("-XX:AOTCacheOutput=" + home.resolve("lib/craton-tools.aot"), " io.craton.server.ToolsRehearsal ");
        assertThat(asked.get(2)).contains("-XX:AOTCache=" + home.resolve("lib/craton.aot"), " io.craton.server.Main --data-dir x");
        assertThat(asked.get(3)).contains("-XX:AOTCache=" + home.resolve("lib/craton.aot"));
        assertThat(asked.get(4)).contains("-XX:AOTCache=" + home.resolve("lib/craton-tools.aot"), " io.craton.server.AdminMain status");
    }

    @Test
    void eachMistakeIsOneLine() throws Exception {
        record Wrong(int status, String said, String... command) {}
        Path folder = Files.createDirectory(home.resolve("migrations"));
        for (Wrong each : List.of(
                new Wrong(2, "craton-server: Unrecognized option: --nonsense (see craton-server --help)", "craton-server", "--nonsense"),
                new Wrong(2, "craton-server: Unrecognized option: --data=x (see craton-server --help)", "craton-server", "--data=x"),
                new Wrong(2, "craton-server: Missing argument for option: bind (see craton-server --help)", "craton-server", "--bind"),
                new Wrong(2, "craton-server: Option --bind was given twice (see craton-server --help)", "craton-server", "--bind", "127.0.0.1:1", "--bind=127.0.0.1:2"),
                new Wrong(2, "craton-server: Unrecognized argument: nonsense (see craton-server --help)", "craton-server", "nonsense"),
                new Wrong(2, "craton-migrate: Unmatched argument at index 0: 'nonsense' (see craton-migrate --help)", "craton-migrate", "nonsense"),
                new Wrong(2, "craton-migrate apply: Invalid value for option '--canary': 'x' is not an int (see craton-migrate apply --help)", "craton-migrate", "apply", "--canary", "x"),
                new Wrong(2, "craton-migrate: --url \"jdbc:mysql://x\": it must have the form jdbc:postgresql://host:port/database", "craton-migrate", "status", "--url", "jdbc:mysql://x"),
                new Wrong(2, "craton-migrate: --canary, --max-failures and --lock-wait must not be negative, --parallel at least 1", "craton-migrate", "apply", "--parallel", "0"),
                new Wrong(1, "craton-migrate: nowhere: no such folder", "craton-migrate", "lint", "--dir", "nowhere"),
                new Wrong(3, "craton-migrate: Connection to 127.0.0.1:1 refused.", "craton-migrate", "apply", "--port", "1", "--dir", folder.toString()),
                new Wrong(2, "craton-admin log verify: Missing required option: '--data-dir=<PATH>' (see craton-admin log verify --help)", "craton-admin", "log", "verify"),
                new Wrong(2, "craton-admin cluster: Missing required subcommand (see craton-admin cluster --help)", "craton-admin", "cluster"))) {
            Outcome outcome = run(each.command[0], Arrays.copyOfRange(each.command, 1, each.command.length));
            assertThat(outcome.err()).startsWith(each.said).hasLineCount(1);
            assertThat(outcome.out()).isEmpty();
            assertThat(outcome.status()).as(outcome.err()).isEqualTo(each.status);
        }
        Outcome help = run("craton-admin", "log", "verify", "--help").done();
        assertThat(help.out()).startsWith("Usage: craton-admin log verify ");
        assertThat(run("craton-migrate", "apply", "--help").done().out()).startsWith("Usage: craton-migrate apply ");
        assertThat(run("craton-migrate", "--help").done().out()).contains("  apply     Applies all pending files.\n", "Has anybody changed the schema past the migrations?");
    }
}
