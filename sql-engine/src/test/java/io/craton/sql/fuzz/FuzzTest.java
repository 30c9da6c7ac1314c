package io.craton.sql.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.craton.sql.testing.SqlTestEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random statements: all roads give what the first one gives. With a PostgreSQL at hand, {@link FuzzAgainstPostgres} asks it too. */
final class FuzzTest {
    private static final int STATEMENTS = 60;
    private static final int LARGE_ROWS = 300;

    @Test
    void everyRoadGivesTheSameRows(@TempDir Path folder) {
        long seed = Long.getLong("craton.seed", System.nanoTime() >>> 8 & 0xffffff);
        try (SqlTestEngine engine = SqlTestEngine.open(folder)) {
            Fuzz fuzz = new Fuzz(engine, "300ms");
            RandomTables tables = new RandomTables(new Random(seed), LARGE_ROWS);
            tables.statements.forEach(fuzz::prepare);
            RandomSelect select = new RandomSelect(new Random(seed + 1), tables);
            for (int i = 0; i < STATEMENTS; i++) {
                String statement = select.statement();
                Map<String, Fuzz.Outcome> outcomes = fuzz.run(statement);
                Fuzz.Outcome expected = outcomes.values().iterator().next();
                if ("57014".equals(expected.error())) continue; // more work than a short test has time for
                assertEquals(List.of(), Fuzz.differences(outcomes, expected), "seed " + seed + ", statement " + i + ":\n" + statement + "\ngives " + expected);
            }
        }
    }
}
