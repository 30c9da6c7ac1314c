package io.craton.sql.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.error.PgException;
import io.craton.core.session.SqlSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file under src/test/slt answers as PostgreSQL did when it was recorded ({@link LogicRecorder}). Each file has a database of its own. */
final class LogicTest {
    @TempDir static Path folder;
    private static SqlTestEngine engine;

    @BeforeAll
    static void open() {
        engine = SqlTestEngine.open(folder);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    static Path root() {
        Path inModule = Path.of("src/test/slt");
        return Files.isDirectory(inModule) ? inModule : Path.of("sql-engine").resolve(inModule);
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(root())) {
            return files.filter(file -> file.toString().endsWith(".slt")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void answersAsRecorded(Path file) throws IOException {
        String database = file.getFileName().toString().replace(".slt", "");
        try (SqlSession session = engine.session("postgres")) {
            SqlTestEngine.run(session, "create database \"" + database + "\"");
        }
        List<String> wrong = new java.util.ArrayList<>();
        try (SqlSession session = engine.session(database)) {
            for (LogicFile.Record record : LogicFile.read(file).records()) {
                LogicFile.Outcome got = outcome(session, record.sql());
                if (got.equals(record.outcome()) == record.gap()) wrong.add((record.gap() ? "no longer a gap: " : "") + file.getFileName() + ":" + record.line() + " " + record.sql() + "\n  expected "
                        + record.outcome() + "\n  but was  " + got);
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static LogicFile.Outcome outcome(SqlSession session, String sql) {
        try {
            CollectingSink sink = SqlTestEngine.run(session, sql);
            return sink.returnsRows() ? new LogicFile.Outcome.Rows(sink.rows().stream().map(LogicFile::row).toList()) : new LogicFile.Outcome.Ok();
        } catch (PgException e) {
            return new LogicFile.Outcome.Failure(e.error().code());
        }
    }
}
