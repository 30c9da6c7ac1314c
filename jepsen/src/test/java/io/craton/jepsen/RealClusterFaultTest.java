package io.craton.jepsen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Starts three real nodes of this checkout and hurts them; run by {@code mvn -Pfaults -pl jepsen test}. */
@Tag("faults")
final class RealClusterFaultTest {
    private static int run(Path folder, String faults, String network) {
        return new CommandLine(new Main()).execute("--home", "..", "--out", folder.toString(), "--nodes", "3", "--faults", faults, "--network", network, "--time", "45",
                "--clients", "1", "--election-timeout", "1000");
    }

    @Test
    void keepsEveryPromiseWhenProcessesFail(@TempDir Path folder) {
        assertThat(run(folder, "kill,pause,stop,rolling,wipe", "plain")).isZero();
    }

    @Test
    void keepsEveryPromiseWhenLinksFail(@TempDir Path folder) {
        assumeTrue(ClusterRun.root(), "cutting links needs root");
        assertThat(run(folder, "kill,partition,one-way,ring,slow,loss", "namespaces")).isZero();
    }
}
