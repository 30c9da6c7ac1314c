package io.craton.jepsen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Starts the real node of this checkout and hurts it; run by {@code mvn -Pfaults -pl jepsen test}. */
@Tag("faults")
final class RealNodeFaultTest {
    private static int run(Path folder, String... arguments) {
        String[] all = new String[arguments.length + 4];
        System.arraycopy(new String[] {"--home", "..", "--out", folder.toString()}, 0, all, 0, 4);
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        return new CommandLine(new Main()).execute(all);
    }

    private static void assumeRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting a volume needs root");
    }

    @Test
    void keepsEveryPromiseWhenKilled(@TempDir Path folder) {
        assertThat(run(folder, "--fault", "kill", "--rounds", "20")).isZero();
    }

    @Test
    void keepsEveryPromiseWhenPowerIsCut(@TempDir Path folder) {
        assumeRoot();
        assertThat(run(folder, "--fault", "power-cut", "--rounds", "10")).isZero();
    }

    @Test
    void keepsEveryPromiseWhenTheDiskRunsFull(@TempDir Path folder) {
        assumeRoot();
        assertThat(run(folder, "--fault", "disk-full", "--rounds", "3")).isZero();
    }
}
