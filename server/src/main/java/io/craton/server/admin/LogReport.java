package io.craton.server.admin;

import io.craton.storage.log.LogVerifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** What a checked log is, in words. */
final class LogReport {
    private LogReport() {}

    static void print(LogVerifier.Report log, PrintWriter out) {
        if (log.lastIndex() < log.firstIndex()) {
            out.println("log: ok; it is empty");
        } else {
            out.printf(Locale.ROOT, "log: ok; entries %d to %d in %d segments, %s: every checksum, hash and link holds%n", log.firstIndex(),
                    log.lastIndex(), log.segments(), Progress.megabytes(log.bytes()));
            out.printf("log: head %s at entry %d of term %d; entries up to %d are known to be committed%n", log.head(), log.lastIndex(),
                    log.lastTerm(), log.committed());
        }
        if (!log.tornTail().isEmpty()) {
            out.printf("log: an append was cut short %s; it was never acknowledged, the next start removes it%n", log.tornTail());
        }
        out.flush();
    }

    /** Bytes to be read, for the progress; a guess is enough. */
    static long bytes(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
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
