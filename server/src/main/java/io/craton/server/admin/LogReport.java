package io.craton.server.admin;

import io.craton.server.config.DataFolder;
import io.craton.storage.io.RealFiles;
import io.craton.storage.log.LogVerifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** What a checked log is, in words. */
final class LogReport {
    private LogReport() {}

    /** Checks the logs of all groups and prints what they are. */
    static void printAll(DataFolder folder, LongConsumer progress, PrintWriter out) throws IOException {
        for (int group = 0; group < folder.groups(); group++) print(LogVerifier.verify(RealFiles.at(folder.log(group)), progress), name(group), out);
    }

    static String name(int group) {
        return group == 0 ? "log" : "log of group " + group;
    }

    static void print(LogVerifier.Report log, String name, PrintWriter out) {
        if (log.lastIndex() < log.firstIndex()) {
            out.println(name + ": ok; it is empty");
        } else {
            out.printf(Locale.ROOT, "%s: ok; entries %d to %d in %d segments, %s: every checksum, hash and link holds%n", name, log.firstIndex(),
                    log.lastIndex(), log.segments(), Progress.megabytes(log.bytes()));
            out.printf("%s: head %s at entry %d of term %d; entries up to %d are known to be committed%n", name, log.head(), log.lastIndex(),
                    log.lastTerm(), log.committed());
        }
        if (!log.tornTail().isEmpty()) {
            out.printf("%s: an append was cut short %s; it was never acknowledged, the next start removes it%n", name, log.tornTail());
        }
        out.flush();
    }

    /** Bytes to be read, for the progress; a guess is enough. */
    static long bytes(DataFolder folder) throws IOException {
        long bytes = 0;
        for (int group = 0; group < folder.groups(); group++) bytes += bytes(folder.log(group));
        return bytes;
    }

    private static long bytes(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                if (!name.startsWith("next.") && !name.equals("state.record")) bytes += Files.size(file);
            }
        }
        return bytes;
    }

    static String message(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
