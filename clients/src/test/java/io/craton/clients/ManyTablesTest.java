package io.craton.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** With 2,000 tables psql's commands and pgjdbc's metadata still answer at once, and print what PostgreSQL prints. */
@ExtendWith(Servers.class)
class ManyTablesTest {
    private static final int TABLES = 2000;
    private static final int ROUNDS = 12;
    private static final int LIMIT_MILLIS = 50;

    private static final List<String> COMMANDS = List.of("\\dt wide.*", "\\d wide.t1000", "\\d+ wide.t1000", "\\d wide.p", "\\di wide.t100_*", "\\di wide.*", "\\di", "\\dt+ wide.*", "\\d wide.t77", "\\dt+ wide.t12",
            "\\dp wide.t5", "\\dd wide.*", "\\dn+", "\\df wide.*", "\\dv", "\\ds wide.*", "\\dT", "\\dC int4", "\\do ||", "\\dx", "\\ddp", "\\dd");

    private static final Map<String, Question> QUESTIONS = questions();

    @Test
    void answersAreQuick(Servers.Both both) throws Exception {
        both.same((database, out) -> {
            try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("create schema wide");
                statement.execute("create table wide.p (id int primary key)");
                for (int i = 1; i <= TABLES; i++) {
                    statement.execute("create table wide.t" + i + " (id serial primary key, a int references wide.p, b text not null, c timestamptz default now()); create index on wide.t"
                            + i + " (b); comment on table wide.t" + i + " is 't" + i + "'");
                }
                connection.commit();
                connection.setAutoCommit(true);
                psql(database, out);
                for (Map.Entry<String, Question> each : QUESTIONS.entrySet()) ask(database, out, connection, each.getKey(), each.getValue());
            }
        });
    }

    /** What drivers and tools ask of the catalogs. */
    @FunctionalInterface
    private interface Question {
        ResultSet ask(DatabaseMetaData metadata, Statement statement) throws SQLException;
    }

    private static Map<String, Question> questions() {
        Map<String, Question> all = new LinkedHashMap<>();
        all.put("getColumns", (metadata, statement) -> metadata.getColumns(null, "wide", "t5", "%"));
        all.put("getTables", (metadata, statement) -> metadata.getTables(null, "wide", "t5", null));
        all.put("getTables of all", (metadata, statement) -> metadata.getTables(null, "wide", "%", new String[] {"TABLE"}));
        all.put("getPrimaryKeys", (metadata, statement) -> metadata.getPrimaryKeys(null, "wide", "t5"));
        all.put("getImportedKeys", (metadata, statement) -> metadata.getImportedKeys(null, "wide", "t5"));
        all.put("getIndexInfo", (metadata, statement) -> metadata.getIndexInfo(null, "wide", "t5", false, false));
        all.put("getBestRowIdentifier", (metadata, statement) -> metadata.getBestRowIdentifier(null, "wide", "t5", DatabaseMetaData.bestRowSession, true));
        all.put("information_schema.columns", (metadata, statement) -> statement.executeQuery(
                "select column_name, data_type, column_default from information_schema.columns where table_schema = 'wide' and table_name = 't5' order by ordinal_position"));
        all.put("information_schema.tables", (metadata, statement) -> statement.executeQuery(
                "select table_name from information_schema.tables where table_schema = 'wide' order by 1"));
        return all;
    }

    /** The quickest of a number of times counts: others use the machine too. */
    private static void ask(Database database, Transcript out, Connection connection, String name, Question question) throws SQLException {
        long best = Long.MAX_VALUE;
        int rows = 0;
        try (Statement statement = connection.createStatement()) {
            for (int round = 0; round < ROUNDS; round++) {
                long start = System.nanoTime();
                rows = 0;
                try (ResultSet result = question.ask(connection.getMetaData(), statement)) {
                    while (result.next()) rows++;
                }
                best = Math.min(best, System.nanoTime() - start);
            }
        }
        out.line(name + ": " + rows + " rows");
        quick(database, name, best);
    }

    private static void quick(Database database, String what, long nanos) {
        if (database.server().equals("Craton")) assertThat(nanos / 1_000_000).as("%s, in ms", what).isLessThan(LIMIT_MILLIS);
    }

    /** One psql that stays; each command a number of times, the quickest counts: others use the machine too. */
    private static void psql(Database database, Transcript out) throws IOException {
        Process psql = new ProcessBuilder("psql", "-XqAt", "-h", Database.HOST, "-p", Integer.toString(database.port()), "-U", Database.USER, "-d", database.name())
                .redirectErrorStream(true).start();
        try (Writer in = psql.outputWriter(StandardCharsets.UTF_8); BufferedReader answers = psql.inputReader(StandardCharsets.UTF_8)) {
            for (String command : COMMANDS) {
                long best = Long.MAX_VALUE;
                String text = "";
                for (int round = 0; round < ROUNDS; round++) {
                    long start = System.nanoTime();
                    in.write(command + "\n\\echo = end\n");
                    in.flush();
                    StringBuilder answer = new StringBuilder();
                    for (String line = answers.readLine(); !"= end".equals(line); line = answers.readLine()) {
                        if (line == null) throw new IOException("psql ended at " + command);
                        answer.append(line).append('\n');
                    }
                    best = Math.min(best, System.nanoTime() - start);
                    text = answer.toString();
                }
                out.line("> " + command + "\n" + (command.contains("dt+") ? "" : text));
                quick(database, command, best);
            }
        } finally {
            psql.destroy();
        }
    }
}
