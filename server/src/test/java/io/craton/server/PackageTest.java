package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Debian package and the archive, installed and run by {@code distribution/src/test/package-installs}, where {@code mvn -Pdist -DskipTests package} has made them. */
@Tag("guide")
@Timeout(300)
class PackageTest {
    private static final Path SCRIPT = Path.of("..", "distribution/src/test/package-installs");
    /** Of the script, where the machine lacks something. */
    private static final int SKIPPED = 77;

    @TempDir Path root;

    @Test
    void itInstallsRunsAndGoesWithoutTheData() throws Exception {
        int port = FreePorts.next();
        Path said = root.resolve("said");
        ProcessBuilder builder = new ProcessBuilder("sh", SCRIPT.toString(), Integer.toString(port)).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().keySet().removeIf(each -> each.startsWith("CRATON_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process script = builder.start();
        try {
            assertThat(script.waitFor(280, TimeUnit.SECONDS)).as("the script ends").isTrue();
        } finally {
            script.destroy(); // it stops what it started
            script.waitFor(60, TimeUnit.SECONDS);
        }
        List<String> lines = Files.readAllLines(said);
        boolean skipped = script.exitValue() == SKIPPED;
        if (skipped) System.out.println("PackageTest " + lines.getLast());
        assumeTrue(!skipped, lines.getLast());
        assertThat(script.exitValue()).as(String.join("\n", lines)).isZero();
        lines.forEach(line -> System.out.println("PackageTest: " + line));
    }
}
