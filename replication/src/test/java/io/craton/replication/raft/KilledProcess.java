package io.craton.replication.raft;

import io.craton.storage.io.RealFiles;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;

/** The victim of {@link KilledMemberTest}: commits from several threads until it is killed, telling each payload once it is acknowledged. */
final class KilledProcess {
    private KilledProcess() {}

    public static void main(String[] args) throws Exception {
        var files = RealFiles.at(Path.of(args[0]));
        String name = args[1];
        EventLog log = EventLog.open(files.folder("log"), LogOptions.DEFAULT.withSegmentBytes(32 << 10), KilledProcess::halt);
        LoneGroup group = LoneGroup.start(LoneGroupConfig.of("127.0.0.1:7001", files.folder("meta"), _ -> 1), log, new RecordingConsumer(0), KilledProcess::halt);
        if (!group.awaitLeader(Duration.ofSeconds(10))) halt(new IllegalStateException("no leader"));
        var out = new PrintStream(System.out, true);
        for (int thread = 0; thread < 4; thread++) {
            String prefix = name + "-" + thread + "-";
            Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; ; i++) {
                        if (Outcome.await(group.commitLog(), prefix + i) instanceof Outcome.Committed) out.println(prefix + i);
                    }
                } catch (Exception e) {
                    halt(e);
                }
            });
        }
    }

    private static void halt(Throwable cause) {
        cause.printStackTrace();
        Runtime.getRuntime().halt(1);
    }
}
