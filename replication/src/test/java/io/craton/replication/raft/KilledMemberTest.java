package io.craton.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.storage.io.RealFiles;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogOptions;
import io.craton.storage.log.LogVerifier;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed under load loses nothing it acknowledged, doubles nothing, and its chain holds. */
class KilledMemberTest {
    @TempDir Path folder;

    @Test
    void acknowledgedEntriesSurviveAKill() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        List<String> acknowledged = new ArrayList<>();
        for (int round = 0; round < 3; round++) acknowledged.addAll(runAndKill("round" + round, 100 + random.nextInt(1500)));
        RealFiles files = RealFiles.at(folder);
        var failure = new AtomicReference<Throwable>();
        var consumer = new RecordingConsumer(0);
        try (EventLog log = EventLog.open(files.folder("log"), LogOptions.DEFAULT.withSegmentBytes(32 << 10), failure::set);
                LoneGroup group = LoneGroup.start(LoneGroupConfig.of("127.0.0.1:7001", files.folder("meta"), _ -> 1), log, consumer, failure::set)) {
            assertThat(group.awaitLeader(Duration.ofSeconds(10))).isTrue();
            assertThat(consumer.payloads()).doesNotHaveDuplicates();
            assertThat(new HashSet<>(consumer.payloads())).containsAll(acknowledged);
        }
        assertThat(failure.get()).isNull();
        LogVerifier.Report report = LogVerifier.verify(files.folder("log"), _ -> {});
        assertThat(report.lastIndex()).isGreaterThan(acknowledged.size());
        assertThat(report.tornBytes()).isZero();
    }

    private List<String> runAndKill(String name, int lines) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"), KilledProcess.class.getName(),
                folder.toString(), name).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> acknowledged = new ArrayList<>();
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                acknowledged.add(line);
                if (acknowledged.size() == lines) process.toHandle().destroyForcibly();
            }
        }
        process.waitFor();
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(lines);
        // The last line may have been cut by the kill.
        acknowledged.removeLast();
        return acknowledged;
    }
}
