package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a projection keeps no more is answered from the log, as a projection that kept everything answered it. */
@ExtendWith(TestNode.class)
@Timeout(400)
class RetentionTest {
    @Test
    void aRebuiltPastAnswersAsTheKeptOne() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String database = "retention_" + TestNode.newSchema();
        try (Connection admin = TestNode.connect()) {
            TestNode.run(admin, "create database " + database);
            try (Connection session = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + TestNode.port() + "/" + database + "?user=postgres")) {
                TestNode.run(session, "create table t (id int primary key, a int, b text)", "create index t_a on t (a)", "create table other (x int)",
                        "insert into t select g, g % 10, 'b' || g from generate_series(1, 200) g");
                List<String> positions = new ArrayList<>();
                for (int round = 0; round < 30; round++) {
                    TestNode.run(session, change(random, round));
                    if (round == 8) TestNode.run(session, "alter table t add c int default 7");
                    if (round == 14) TestNode.run(session, "truncate t", "insert into t select g, g % 7, 'again' from generate_series(1, 150) g");
                    if (round == 18) TestNode.run(session, "alter table t alter a type bigint");
                    if (round == 22) TestNode.run(session, "drop table other");
                    if (round % 3 == 2) positions.add(TestNode.value(session, "select craton_position()"));
                }
                List<List<String>> kept = answers(session, positions);
                Thread.sleep(1_100);
                TestNode.run(session, "alter table t set (craton.retention = '1 second')", "update t set b = b || '.' where id < 5");
                TestNode.run(admin, "alter database " + database + " set craton.retention = '1 s'");
                Thread.sleep(1_100);
                TestNode.run(session, "vacuum");
                String before = TestNode.value(session, "select count(*) from t");
                assertThat(answers(session, positions)).as("seed " + seed).isEqualTo(kept);
                assertThat(TestNode.value(session, "select count(*) from t")).isEqualTo(before);
                assertThat(TestNode.value(session, "select craton_projection_status()")).contains("rebuilt_past");
                // the session that lives there, and the tables that are gone
                TestNode.run(session, "set craton.as_of = '" + positions.get(1) + "'");
                assertThat(TestNode.value(session, "select count(*) from other")).isEqualTo("0");
                assertThat(TestNode.value(session, "select count(*) from t where a = 3")).isEqualTo(kept.get(1).get(1));
                TestNode.run(session, "reset craton.as_of");
            }
            TestNode.run(admin, "drop database " + database + " with (force)");
        }
    }

    private static String change(Random random, int round) {
        int id = random.nextInt(200);
        return switch (random.nextInt(4)) {
            case 0 -> "delete from t where id between " + id + " and " + (id + 3);
            case 1 -> "insert into t (id, a, b) values (" + (1_000 + round) + ", " + random.nextInt(10) + ", 'new')";
            case 2 -> "update t set a = a + 1 where id % 7 = " + random.nextInt(7);
            default -> "update t set b = 'r" + round + "' where id > " + id;
        };
    }

    private static List<List<String>> answers(Connection session, List<String> positions) throws SQLException {
        List<List<String>> all = new ArrayList<>();
        for (String position : positions) {
            List<String> answers = new ArrayList<>();
            String past = "t for system_time as of position " + position;
            answers.add(TestNode.values(session, "select t::text from " + past + " order by id").toString());
            answers.add(TestNode.value(session, "select count(*) from " + past + " where a = 3"));
            answers.add(TestNode.values(session, "select b from " + past + " where id = 17").toString());
            answers.add(TestNode.values(session, "select craton_diff::text from craton_diff('t', " + positions.getFirst() + ", " + position + ") order by 1").toString());
            all.add(answers);
        }
        all.add(List.of(TestNode.values(session, "select h::text from craton_row_history('t', 17) h where position <= " + positions.getLast() + " order by 1").toString()));
        return all;
    }

    @Test
    void aRetentionIsADatabasesOrATables() throws Exception {
        try (Connection session = TestNode.connect("currentSchema", TestNode.newSchema())) {
            TestNode.run(session, "create table r (a int) with (craton.retention = '7 days')");
            assertThat(TestNode.value(session, "select reloptions::text from pg_class where relname = 'r' and relnamespace = current_schema()::regnamespace"))
                    .isEqualTo("{\"craton.retention=7 days\"}");
            TestNode.run(session, "alter table r reset (craton.retention)");
            assertThatThrownBy(() -> TestNode.run(session, "alter table r set (craton.retention = 'soon')")).hasMessageContaining("invalid value for option \"retention\": soon");
            assertThatThrownBy(() -> TestNode.run(session, "set craton.retention = '1 day'")).hasMessageContaining("cannot be set in a session");
            assertThatThrownBy(() -> TestNode.run(session, "alter database postgres set craton.retention = 'x'")).hasMessageContaining("invalid value for parameter");
        }
    }
}
