package io.craton.sql.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Column names, types, typmods, parameter types and errors of the statements in the case files are the recorded ones of PostgreSQL 15. */
final class AnalyzerTest {
    @ParameterizedTest
    @ValueSource(strings = {"queries.txt", "modifications.txt", "more.txt"})
    void answersAsPostgres(String file) throws IOException {
        CatalogView catalog = Fixture.view();
        List<String> differences = new ArrayList<>();
        String statement = "";
        for (String line : lines(file)) {
            if (!line.startsWith("=> ")) {
                statement = line;
                continue;
            }
            String expected = line.substring(3);
            String actual;
            try {
                actual = Recording.answer(statement, catalog);
            } catch (RuntimeException | StackOverflowError e) {
                actual = "crash " + e + " at " + java.util.Arrays.stream(e.getStackTrace()).limit(4).toList();
            }
            if (!actual.equals(expected)) differences.add(statement + "\n  expected " + expected + "\n  actual   " + actual);
        }
        assertThat(String.join("\n", differences)).isEmpty();
    }

    private static List<String> lines(String file) throws IOException {
        try (var in = AnalyzerTest.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
