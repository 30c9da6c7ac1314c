package io.craton.conformance.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files that scripts load and write. COPY with a file on the server, which Craton refuses on purpose, is sent to both servers as COPY FROM STDIN or
 * TO STDOUT with the same data: what is compared is the loading, not the server's eyes on its disk. Written files are kept per server.
 */
final class ScriptFiles {
    /** Stands in the scripts for the folder of built files. */
    static final String BUILD = "/conformance-build";

    /** Stands in the scripts for the folder of PostgreSQL's library of test functions, which no package holds. */
    static final String LIBRARY = "/conformance-library";

    private static final Pattern SERVER_COPY = Pattern.compile("(?is)\\A(\\s*copy\\b.*)\\b(from|to)\\s+E?'([^']*)'(.*)\\z");
    private static final Pattern CLIENT_COPY = Pattern.compile("(?is)\\A(.*?)\\b(from|to)\\s+('[^']*'|\\S+)(.*)\\z");

    private final String source;
    private final Path written;

    /**
     * @param source the folder src/test/regress
     * @param written a folder for what this server writes
     */
    ScriptFiles(Path source, Path written) {
        this.source = source.toString();
        this.written = written;
    }

    Map<String, String> environment() {
        return Map.of("PG_ABS_SRCDIR", source, "PG_ABS_BUILDDIR", BUILD, "PG_LIBDIR", LIBRARY, "PG_DLSUFFIX", ".so");
    }

    /** A COPY over the connection in place of one with a file. */
    record Transfer(String sql, @Nullable Path from, @Nullable Path to) {
        /** The data to send; null when this is not a COPY FROM a file that exists. */
        @Nullable String data() throws IOException {
            return from == null || !Files.exists(from) ? null : Files.readString(from, StandardCharsets.ISO_8859_1);
        }

        void write(String data) throws IOException {
            if (to == null) return;
            Files.createDirectories(to.getParent());
            Files.writeString(to, data, StandardCharsets.ISO_8859_1);
        }
    }

    Optional<Transfer> serverCopy(String sql) {
        Matcher matcher = SERVER_COPY.matcher(sql);
        if (!matcher.matches()) return Optional.empty();
        Path path = local(matcher.group(3));
        return path == null ? Optional.empty() : Optional.of(transfer(matcher.group(1), matcher.group(2), path, matcher.group(4)));
    }

    /** The COPY that psql's \copy sends, for standard input and output and for the files of the suite. */
    Optional<Transfer> clientCopy(String line) {
        int from = line.startsWith("(") ? closing(line) : 0;
        Matcher matcher = CLIENT_COPY.matcher(line.substring(from));
        if (!matcher.matches()) return Optional.empty();
        String table = "COPY " + line.substring(0, from) + matcher.group(1);
        String place = matcher.group(3);
        if (place.equalsIgnoreCase("stdin") || place.equalsIgnoreCase("stdout") || place.equalsIgnoreCase("pstdin") || place.equalsIgnoreCase("pstdout")) {
            return Optional.of(transfer(table, matcher.group(2), null, matcher.group(4)));
        }
        Path path = place.startsWith("'") ? local(place.substring(1, place.length() - 1)) : null;
        return path == null ? Optional.empty() : Optional.of(transfer(table, matcher.group(2), path, matcher.group(4)));
    }

    private static Transfer transfer(String table, String direction, @Nullable Path path, String options) {
        return direction.equalsIgnoreCase("from") ? new Transfer(table + "FROM STDIN" + options, path, null)
                : new Transfer(table + "TO STDOUT" + options, null, path);
    }

    private static int closing(String line) {
        int depth = 0;
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '(') depth++;
            if (line.charAt(i) == ')' && --depth == 0) return i + 1;
        }
        return 0;
    }

    private @Nullable Path local(String path) {
        if (path.startsWith(BUILD + "/")) return written.resolve(path.substring(BUILD.length() + 1));
        return path.startsWith(source + "/") ? Path.of(path) : null;
    }
}
