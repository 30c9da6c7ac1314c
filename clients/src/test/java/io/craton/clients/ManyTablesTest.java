package io.craton.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** With 2,000 tables psql's commands and pgjdbc's metadata still answer at once, and print what PostgreSQL prints. */
@ExtendWith(Servers.class)
class ManyTablesTest {
    private static final int TABLES = 2000;
    private static final int ROUNDS = 12;
    private static final int LIMIT_MILLIS = 50;

    private static final List<String> COMMANDS = List.of("\\dt wide.*", "\\d wide.t1000", "\\d+ wide.t1000", "\\d wide.p", "\\di wide.t100_*", "\\d wide.t77", "\\dt+ wide.t12",
            "\\dp wide.t5", "\\dd wide.*", "\\dn+", "\\df wide.*", "\\dv", "\\ds wide.*", "\\dT", "\\dC int4", "\\do ||", "\\dx", "\\ddp", "\\dd");

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
                long best = Long.MAX_VALUE;
                for (int round = 0; round < ROUNDS; round++) {
                    long start = System.nanoTime();
                    try (ResultSet columns = connection.getMetaData().getColumns(null, "wide", "t5", "%")) {
                        while (columns.next()) assertThat(columns.getString("TABLE_NAME")).isEqualTo("t5");
                    }
                    try (ResultSet keys = connection.getMetaData().getImportedKeys(null, "wide", "t5")) {
                        assertThat(keys.next()).isTrue();
                    }
                    best = Math.min(best, System.nanoTime() - start);
                }
                quick(database, "pgjdbc's columns and keys", best);
            }
        });
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
