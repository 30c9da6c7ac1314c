package io.craton.sql.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.SqlSession;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A unique index, or key, of rows that are there is made when no two of them have one key; else the error names the lowest that two have, as a query over all rows finds it. */
class UniqueIndexModelTest {
    private static final long SEED = Long.getLong("craton.seed", System.nanoTime());
    private static final int ROUNDS = 100;

    /**
     * One way to make it.
     *
     * @param keys as the error names them, which is as a query has them
     * @param rows which of them count
     */
    private record Making(String statement, String keys, String rows) {}

    private static final List<Making> MAKINGS = List.of(
            new Making("create unique index u on t (a)", "a", "a is not null"),
            new Making("create unique index u on t (a desc nulls last)", "a", "a is not null"),
            new Making("create unique index u on t (a desc) nulls not distinct", "a", "true"),
            new Making("create unique index u on t (b, a)", "b, a", "a is not null and b is not null"),
            new Making("create unique index u on t (b, a desc) nulls not distinct", "b, a", "true"),
            new Making("create unique index u on t (b) include (a) where c", "b", "c and b is not null"),
            new Making("create unique index u on t (b) nulls not distinct where c", "b", "c"),
            new Making("create unique index u on t (lower(b))", "lower(b)", "b is not null"),
            new Making("create unique index u on t (f)", "f", "f is not null"),
            new Making("alter table t add constraint u unique (a)", "a", "a is not null"),
            new Making("alter table t add constraint u unique nulls not distinct (b)", "b", "true"),
            new Making("alter table t add constraint u unique (a) deferrable initially deferred", "a", "a is not null"));

    @TempDir Path folder;
    private final Random random = new Random(SEED);

    @Test
    void uniqueIndexesAreMadeOfRowsThatHaveKeysOfTheirOwn() {
        System.out.println("UniqueIndexModelTest seed " + SEED);
        int made = 0;
        int refused = 0;
        try (SqlTestEngine engine = SqlTestEngine.open(folder)) {
            SqlSession session = engine.session("postgres");
            for (int round = 0; round < ROUNDS; round++) {
                Making making = MAKINGS.get(random.nextInt(MAKINGS.size()));
                boolean many = round % 40 == 0;
                int count = many ? 50_000 : random.nextInt(60);
                boolean temporary = random.nextInt(8) == 0;
                SqlTestEngine.run(session, "create " + (temporary ? "temporary " : "") + "table t (id int primary key, a int, b text, c boolean, f numeric)");
                SqlTestEngine.run(session, "insert into t select g, g * 3, case when g % 2 = 0 then 'Some ' else 'some ' end || g, g % 3 > 0, g / 2.0 from generate_series(1, " + count + ") g");
                if (random.nextBoolean()) SqlTestEngine.run(session, change(count));
                SqlTestEngine.run(session, "begin");
                StringBuilder changes = new StringBuilder();
                for (int i = random.nextInt(5); i > 0; i--) {
                    String change = change(count);
                    changes.append("; ").append(change);
                    SqlTestEngine.run(session, change);
                }
                String as = "seed " + SEED + ", round " + round + ", " + count + " rows" + changes + "; " + making.statement;
                List<List<String>> twice = SqlTestEngine.run(session, "select " + making.keys + " from t where " + making.rows + " group by 1" + (making.keys.contains(",") ? ", 2" : "")
                        + " having count(*) > 1 order by 1" + (making.keys.contains(",") ? ", 2" : "") + " limit 1").rows();
                PgException refusal = catchThrowableOfType(PgException.class, () -> SqlTestEngine.run(session, making.statement));
                if (twice.isEmpty()) {
                    made++;
                    assertThat(refusal).as(as).isNull();
                    SqlTestEngine.run(session, "commit");
                    int some = random.nextInt(count + 1);
                    String found = "select id from t where a = " + some * 3 + " or b in ('some " + some + "', 'Some " + some + "') order by id";
                    assertThat(SqlTestEngine.run(session, found).rows()).as(as).isEqualTo(SqlTestEngine.run(session, found.replace("a =", "a + 0 =").replace("b in", "b || '' in")).rows());
                } else {
                    refused++;
                    assertThat(refusal).as(as).isNotNull();
                    assertThat(refusal.error().state()).as(as).isEqualTo(SqlState.UNIQUE_VIOLATION);
                    assertThat(refusal.getMessage()).as(as).isEqualTo("could not create unique index \"u\"");
                    if (!making.keys.equals("f")) assertThat(refusal.error().detail()).as(as).isEqualTo("Key (" + making.keys + ")=(" + String.join(", ", twice.getFirst().stream().map(String::valueOf).toList()) + ") is duplicated.");
                    SqlTestEngine.run(session, "rollback");
                }
                SqlTestEngine.run(session, "drop table t");
            }
        }
        assertThat(made).as("indexes, seed %d", SEED).isPositive();
        assertThat(refused).as("refusals, seed %d", SEED).isPositive();
    }

    private String change(int count) {
        int one = 1 + random.nextInt(count + 1);
        int other = 1 + random.nextInt(count + 1);
        return switch (random.nextInt(9)) {
            case 0 -> "update t set a = (select a from t where id = " + one + ") where id = " + other;
            case 1 -> "update t set b = (select b from t where id = " + one + ") where id in (" + other + ", " + random.nextInt(count + 1) + ")";
            case 2 -> "update t set a = null where id = " + one;
            case 3 -> "update t set b = null where id in (" + one + ", " + other + ")";
            case 4 -> "update t set f = f + 0.00, b = upper(b) where id % 5 = 1";
            case 5 -> "update t set f = (select f * 1.000 from t where id = " + one + ") where id = " + other;
            case 6 -> "delete from t where id in (" + one + ", " + other + ")";
            case 7 -> "insert into t select max(id) + 1, " + one * 3 + ", 'some " + other + "', true, null from t having max(id) > 0";
            default -> "update t set id = -id where id = " + one + "; update t set a = a - 3 where id < 0";
        };
    }

    /** Rows that others have committed since the transaction's snapshot are in the index, so they are looked at. */
    @Test
    void whatTheSnapshotDoesNotSeeCounts() {
        try (SqlTestEngine engine = SqlTestEngine.open(folder)) {
            SqlSession session = engine.session("postgres");
            SqlSession other = engine.session("postgres");
            SqlTestEngine.run(session, "create table t (id int primary key, a int); insert into t values (1, 10), (2, 20)");
            SqlTestEngine.run(session, "begin isolation level repeatable read");
            SqlTestEngine.run(session, "select count(*) from t");
            SqlTestEngine.run(other, "insert into t values (3, 20)");
            PgException refusal = catchThrowableOfType(PgException.class, () -> SqlTestEngine.run(session, "create unique index u on t (a)"));
            assertThat(refusal.error().detail()).isEqualTo("Key (a)=(20) is duplicated.");
            SqlTestEngine.run(session, "rollback");
            SqlTestEngine.run(session, "begin isolation level repeatable read");
            SqlTestEngine.run(session, "select count(*) from t");
            SqlTestEngine.run(other, "delete from t where id = 3");
            SqlTestEngine.run(session, "create unique index u on t (a)");
            SqlTestEngine.run(session, "commit");
            assertThat(SqlTestEngine.run(session, "select id from t where a = 20").rows()).isEqualTo(List.of(List.of("2")));
        }
    }
}
