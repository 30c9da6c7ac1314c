package io.craton.sql.fuzz;

import io.craton.core.error.PgException;
import io.craton.core.session.SqlSession;
import io.craton.sql.testing.CollectingSink;
import io.craton.sql.testing.SqlTestEngine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs statements on several roads and says where they part. A road is a session with settings of its own. */
final class Fuzz {
    /** What came of a statement: rows as text in order, or an error's code. */
    record Outcome(@Nullable String error, List<List<@Nullable String>> rows) {
        static Outcome failed(String code) {
            return new Outcome(code, List.of());
        }

        /** Which error of several comes first, and whether a row that is dropped later raises one, is nobody's promise. */
        boolean agrees(Outcome other) {
            if (error == null && other.error == null) return rows.equals(other.rows);
            return data(error) || data(other.error) || java.util.Objects.equals(error, other.error);
        }

        private static boolean data(@Nullable String code) {
            return code != null && code.startsWith("22");
        }

        @Override
        public String toString() {
            if (error != null) return "error " + error;
            StringBuilder text = new StringBuilder(rows.size() + " rows");
            for (List<String> row : rows.subList(0, Math.min(rows.size(), 12))) text.append("\n    ").append(row);
            return text.toString();
        }
    }

    private static final String BEST = "optimised";
    private static final Map<String, String> SETTINGS = new LinkedHashMap<>();

    static {
        SETTINGS.put(BEST, "");
        SETTINGS.put("as written", "set craton.enable_optimizer = off");
        SETTINGS.put("little memory", "set craton.statement_memory = '64kB'");
        SETTINGS.put("several threads", "set min_parallel_table_scan_size = 0");
    }

    private final Map<String, SqlSession> roads = new LinkedHashMap<>();
    private final SqlSession preparing;

    /** @param timeout of a statement on each road */
    Fuzz(SqlTestEngine engine, String timeout) {
        SETTINGS.forEach((name, settings) -> {
            SqlSession session = engine.session("postgres");
            SqlTestEngine.run(session, "set statement_timeout = '" + timeout + "'");
            if (!settings.isEmpty()) SqlTestEngine.run(session, settings);
            roads.put(name, session);
        });
        preparing = engine.session("postgres");
    }

    void prepare(String statement) {
        SqlTestEngine.run(preparing, statement);
    }

    /** What each road gives, by its name. */
    Map<String, Outcome> run(String statement) {
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        roads.forEach((name, session) -> outcomes.put(name, run(session, statement)));
        return outcomes;
    }

    private static Outcome run(SqlSession session, String statement) {
        try {
            CollectingSink sink = SqlTestEngine.run(session, statement);
            return new Outcome(null, sink.rows());
        } catch (PgException e) {
            return Outcome.failed(e.error().state().code + (e.error().state().code.equals("XX000") ? " " + e.error().message() : ""));
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            StackTraceElement[] trace = e.getStackTrace();
            return Outcome.failed("fault " + e + (trace.length > 0 ? " at " + trace[0] : ""));
        }
    }

    /** Differences from {@code expected}, in words; empty when all roads agree. Only the best road must be in time. */
    static List<String> differences(Map<String, Outcome> outcomes, Outcome expected) {
        List<String> differences = new ArrayList<>();
        outcomes.forEach((name, outcome) -> {
            boolean slow = !name.equals(BEST) && "57014".equals(outcome.error);
            if (!slow && !outcome.agrees(expected)) differences.add(name + ": " + outcome);
        });
        return differences;
    }
}
