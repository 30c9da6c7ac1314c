package io.craton.clients;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.SimpleJdbcCall;
import org.springframework.jdbc.core.simple.SimpleJdbcInsert;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring's JDBC support: nested transactions over savepoints, suspended ones, exceptions translated from SQLSTATEs, calls and inserts found in the metadata. */
@ExtendWith(Servers.class)
class SpringTest {
    @Test
    void transactionsNestAndErrorsAreTranslated(Servers.Both both) throws Exception {
        both.same((database, out) -> {
            database.run("create table t (id serial primary key, name text not null unique, n int check (n > 0))",
                    "create function twice(n int, out result int, out text text) language plpgsql as $$ begin result := n * 2; text := 'x' || n; end $$");
            var source = new DriverManagerDataSource(database.url(), Database.USER, "");
            var jdbc = new JdbcTemplate(source);
            var manager = new JdbcTransactionManager(source);
            TransactionTemplate outer = new TransactionTemplate(manager);
            TransactionTemplate nested = template(manager, TransactionDefinition.PROPAGATION_NESTED);
            TransactionTemplate apart = template(manager, TransactionDefinition.PROPAGATION_REQUIRES_NEW);
            outer.executeWithoutResult(status -> {
                jdbc.update("insert into t (name) values (?)", "outer");
                assertThatThrownBy(() -> nested.executeWithoutResult(inner -> {
                    jdbc.update("insert into t (name) values (?)", "nested");
                    jdbc.update("insert into t (name) values (?)", "outer");
                })).isInstanceOf(DuplicateKeyException.class);
                nested.executeWithoutResult(inner -> jdbc.update("insert into t (name) values (?)", "nested 2"));
                apart.executeWithoutResult(inner -> jdbc.update("insert into t (name) values (?)", "apart"));
            });
            outer.executeWithoutResult(status -> {
                jdbc.update("delete from t");
                status.setRollbackOnly();
            });
            out.line(jdbc.queryForList("select id, name from t order by id"));
            assertThatThrownBy(() -> jdbc.update("insert into t (n) values (1)")).isInstanceOf(DataIntegrityViolationException.class);
            assertThatThrownBy(() -> jdbc.update("insert into t (name, n) values ('c', 0)")).isInstanceOf(DataIntegrityViolationException.class);
            assertThatThrownBy(() -> jdbc.update("selec")).isInstanceOf(BadSqlGrammarException.class);
            TransactionTemplate timed = new TransactionTemplate(manager);
            timed.setTimeout(1);
            timed.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
            assertThatThrownBy(() -> timed.executeWithoutResult(status -> jdbc.queryForList("select pg_sleep(30)"))).isInstanceOf(QueryTimeoutException.class);
            outer.executeWithoutResult(status -> {
                jdbc.queryForList("select * from t for update");
                assertThatThrownBy(() -> apart.executeWithoutResult(inner -> jdbc.queryForList("select * from t for update nowait")))
                        .hasStackTraceContaining("could not obtain lock on row");
            });
            TransactionTemplate reading = new TransactionTemplate(manager);
            reading.setReadOnly(true);
            out.line(reading.<Integer>execute(status -> jdbc.queryForObject("select count(*) from t", Integer.class)));
            out.line(new SimpleJdbcInsert(source).withTableName("t").usingGeneratedKeyColumns("id").executeAndReturnKey(Map.of("name", "simple", "n", 3)).intValue() > 0);
            out.line(new SimpleJdbcCall(source).withFunctionName("twice").withSchemaName("public").execute(Map.of("n", 21)));
            out.line(new NamedParameterJdbcTemplate(source).queryForList("select name from t where name in (:names) order by 1",
                    Map.of("names", List.of("outer", "apart", "none")), String.class));
            out.line(jdbc.batchUpdate("update t set n = ? where name = ?", List.of(new Object[] {1, "outer"}, new Object[] {2, "none"})).length);
        });
    }

    private static TransactionTemplate template(JdbcTransactionManager manager, int propagation) {
        TransactionTemplate template = new TransactionTemplate(manager);
        template.setPropagationBehavior(propagation);
        return template;
    }
}
