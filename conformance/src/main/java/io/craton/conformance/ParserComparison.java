package io.craton.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The parser against libpg_query over the suite's statements. The comparison is a test of sql-engine, since only that module may know the parser; here
 * it is started with the suite as its corpus, and its figures are passed on.
 */
final class ParserComparison {
    private final Path home;

    ParserComparison(Path home) {
        this.home = home;
    }

    /** Returns the exit status: 0 when the parsers agree as far as the test demands. */
    int run(Path corpus, PrintStream out) throws IOException, InterruptedException {
        ProcessBuilder maven = new ProcessBuilder(List.of("mvn", "-q", "-B", "-Dquick", "-pl", "sql-engine", "-am", "-Dtest=ParserOracleTest",
                "-Dsurefire.failIfNoSpecifiedTests=false", "-Dsurefire.useFile=false", "test")).directory(home.toFile()).redirectErrorStream(true);
        maven.environment().put("CRATON_SQL_CORPUS", corpus.toString());
        Process process = maven.start();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) out.println(line);
        }
        return process.waitFor() == 0 ? 0 : 1;
    }
}
