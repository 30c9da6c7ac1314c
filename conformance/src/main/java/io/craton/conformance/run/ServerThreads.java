package io.craton.conformance.run;

import io.craton.bench.server.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server's process as the system sees it: whether it is stopped, and what its threads do when it is a Java one. */
final class ServerThreads {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private ServerThreads() {}

    /** Whether a signal or a debugger has stopped the process. */
    static boolean stopped(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state == 'T' || state == 't';
        } catch (IOException e) {
            return false; // no such process any more: whoever reads from it finds out
        }
    }

    /** The stacks and locks of its platform threads, then all threads, virtual ones too. Says why not where it cannot. */
    static String dump(ProcessHandle process) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String pid = Long.toString(process.pid());
        try {
            Path folder = Files.createTempDirectory("craton-threads");
            Path all = folder.resolve("threads.txt");
            try {
                String platform = Processes.run(List.of(jcmd, pid, "Thread.print", "-l"), LIMIT).text();
                Processes.Output virtual = Processes.run(List.of(jcmd, pid, "Thread.dump_to_file", all.toString()), LIMIT);
                return platform + (Files.exists(all) ? Files.readString(all) : virtual.text());
            } finally {
                Files.deleteIfExists(all);
                Files.delete(folder);
            }
        } catch (IOException e) {
            return "no thread dump: " + e.getMessage() + "\n";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "no thread dump: interrupted\n";
        }
    }
}
