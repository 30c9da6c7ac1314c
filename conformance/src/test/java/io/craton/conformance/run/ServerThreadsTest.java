package io.craton.conformance.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.bench.server.Processes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the system says of a server's process. */
@Timeout(60)
class ServerThreadsTest {
    @Test
    void aStoppedProcessIsSeen() throws Exception {
        Process process = new ProcessBuilder("sleep", "60").start();
        try {
            assertThat(ServerThreads.stopped(process.toHandle())).isFalse();
            signal("STOP", process);
            while (!ServerThreads.stopped(process.toHandle())) Thread.onSpinWait();
            signal("CONT", process);
            while (ServerThreads.stopped(process.toHandle())) Thread.onSpinWait();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(ServerThreads.stopped(process.toHandle())).as("gone").isFalse();
    }

    private static void signal(String name, Process process) throws Exception {
        Processes.require(List.of("kill", "-" + name, Long.toString(process.pid())), Duration.ofSeconds(10));
    }

    @Test
    void threadsOfAJavaProcessAreShown() {
        assertThat(ServerThreads.dump(ProcessHandle.current())).contains("ServerThreadsTest.threadsOfAJavaProcessAreShown", "java.lang.Thread.State");
    }

    @Test
    void ofOthersItSaysWhyNot() throws Exception {
        Process process = new ProcessBuilder("sleep", "60").start();
        try {
            assertThat(ServerThreads.dump(process.toHandle())).isNotBlank().doesNotContain("java.lang.Thread.State");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
