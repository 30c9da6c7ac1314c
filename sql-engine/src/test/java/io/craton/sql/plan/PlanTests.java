package io.craton.sql.plan;

import io.craton.core.session.SqlSession;
import io.craton.sql.testing.SqlTestEngine;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A session in an engine of its own, for tests of what EXPLAIN shows. */
abstract class PlanTests {
    @TempDir Path folder;
    private SqlTestEngine engine;
    SqlSession session;

    @BeforeEach
    void open() {
        engine = SqlTestEngine.open(folder);
        session = engine.session("postgres");
    }

    @AfterEach
    void close() {
        session.close();
        engine.close();
    }

    List<List<String>> run(String sql) {
        return SqlTestEngine.run(session, sql).rows();
    }

    String plan(String sql) {
        return String.join("\n", run("explain (costs off) " + sql).stream().map(List::getFirst).toList());
    }
}
