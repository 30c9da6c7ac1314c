package io.craton.clients;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.pgclient.pubsub.PgSubscriber;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The clients that do without JDBC and read the binary formats themselves: R2DBC and Vert.x. */
@ExtendWith(Servers.class)
class ReactiveTest {
    private static final String TABLE = "create table t (id serial primary key, name text, n numeric(10, 3), d date, at timestamptz, u uuid, tags text[], j jsonb, b bytea, "
            + "f float8, s int2, k bigint, ok bool, i interval)";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void r2dbc(Servers.Both both) throws Exception {
        both.same((database, out) -> {
            database.run(TABLE);
            var factory = new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder().host(Database.HOST).port(database.port())
                    .database(database.name()).username(Database.USER).preparedStatementCacheQueries(8).build());
            PostgresqlConnection connection = factory.create().block(LIMIT);
            try {
                out.line(connection.getMetadata().getDatabaseProductName());
                for (int i = 0; i < 3; i++) {
                    out.line(one(connection.createStatement("insert into t (name, n, d, at, u, tags, b, f, s, k, ok) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id, n, tags")
                            .bind("$1", "r" + i).bind("$2", new BigDecimal("12.5")).bind("$3", LocalDate.of(2020, 2, 29))
                            .bind("$4", OffsetDateTime.of(2020, 1, 1, 0, 0, 0, 1000, ZoneOffset.UTC)).bind("$5", new UUID(1, i)).bind("$6", new String[] {"a", null})
                            .bindNull("$7", byte[].class).bind("$8", 0.1).bind("$9", (short) 3).bind("$10", Long.MAX_VALUE).bind("$11", true).execute()));
                }
                connection.setTransactionIsolationLevel(IsolationLevel.SERIALIZABLE).block(LIMIT);
                connection.beginTransaction().block(LIMIT);
                connection.createSavepoint("here").block(LIMIT);
                Flux.from(connection.createStatement("delete from t").execute()).flatMap(PostgresqlResult::getRowsUpdated).doOnNext(out::line).blockLast(LIMIT);
                connection.rollbackTransactionToSavepoint("here").block(LIMIT);
                connection.commitTransaction().block(LIMIT);
                out.line(one(connection.createStatement("select count(*), min(at), max(u::text), sum(n), array_agg(name order by id) from t").execute()));
                List<Integer> streamed = connection.createStatement("select i from generate_series(1, $1) i").bind("$1", 1000).fetchSize(50).execute()
                        .flatMap(result -> result.map((row, metadata) -> row.get(0, Integer.class))).collectList().block(LIMIT);
                out.line(streamed.size());
                var batch = connection.createBatch().add("update t set s = 4 where id = 1").add("select 7");
                out.line(Flux.from(batch.execute()).flatMap(PostgresqlResult::getRowsUpdated).collectList().block(LIMIT));
                try {
                    connection.createStatement("insert into t (id) values (1)").execute().flatMap(PostgresqlResult::getRowsUpdated).blockLast(LIMIT);
                } catch (R2dbcException e) {
                    out.line(e.getClass().getSimpleName() + " " + e.getSqlState() + " " + e.getMessage());
                }
                LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
                connection.getNotifications().subscribe(notification -> heard.add(notification.getName() + ":" + notification.getParameter()));
                connection.createStatement("listen news").execute().flatMap(PostgresqlResult::getRowsUpdated).blockLast(LIMIT);
                database.run("notify news, 'hello'");
                out.line(heard.poll(20, TimeUnit.SECONDS));
                out.line(connection.copyIn("copy t (name) from stdin", Mono.just(io.netty.buffer.Unpooled.copiedBuffer("x\ny\n", java.nio.charset.StandardCharsets.UTF_8)))
                        .block(LIMIT));
            } finally {
                connection.close().block(LIMIT);
            }
        });
    }

    private static List<String> one(Flux<PostgresqlResult> results) {
        return results.flatMap(result -> result.map((row, metadata) -> {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < metadata.getColumnMetadatas().size(); i++) {
                Object value = row.get(i);
                text.append(metadata.getColumnMetadata(i).getName()).append('=').append(value instanceof Object[] array ? Arrays.toString(array) : value).append(' ');
            }
            return text.toString();
        })).collectList().block(LIMIT);
    }

    @Test
    void vertx(Servers.Both both) throws Exception {
        both.same((database, out) -> {
            database.run(TABLE);
            Vertx vertx = Vertx.vertx();
            PgConnectOptions options = new PgConnectOptions().setHost(Database.HOST).setPort(database.port()).setDatabase(database.name())
                    .setUser(Database.USER).setPassword("x").setCachePreparedStatements(true).setPipeliningLimit(16);
            Pool pool = PgBuilder.pool().with(new PoolOptions().setMaxSize(3)).connectingTo(options).using(vertx).build();
            try {
                List<Tuple> tuples = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    tuples.add(Tuple.tuple(Arrays.asList("v" + i, new BigDecimal("1.25"), LocalDate.of(1999, 1, 1 + i), OffsetDateTime.of(2020, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC),
                            new UUID(0, i), new String[] {"x"}, new JsonObject().put("i", i), 0.5, (short) 1, 2L, true)));
                }
                var inserted = pool.preparedQuery("insert into t (name, n, d, at, u, tags, j, f, s, k, ok) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id, j")
                        .executeBatch(tuples).await(30, TimeUnit.SECONDS);
                int results = 0;
                for (var each = inserted; each != null; each = each.next()) results += each.size();
                out.line(results);
                for (Row row : pool.query("select * from t where id < 3 order by id").execute().await(30, TimeUnit.SECONDS)) out.line(row.toJson().encode());
                for (Row row : pool.preparedQuery("select * from t where id = $1").execute(Tuple.of(2)).await(30, TimeUnit.SECONDS)) out.line(row.toJson().encode());
                var pipelined = new ArrayList<io.vertx.core.Future<?>>();
                for (int i = 0; i < 50; i++) pipelined.add(pool.preparedQuery("select name from t where id = $1").execute(Tuple.of(i % 20 + 1)));
                io.vertx.core.Future.all(pipelined).await(30, TimeUnit.SECONDS);
                out.line(pool.withTransaction(connection -> connection.preparedQuery("update t set s = s + 1").execute().map(result -> result.rowCount())).await(30, TimeUnit.SECONDS));
                out.line(pool.withTransaction(connection -> connection.prepare("select id from t order by id").compose(statement -> {
                    var cursor = statement.cursor();
                    return cursor.read(7).compose(first -> cursor.read(100).map(rest -> first.size() + " " + rest.size() + " " + cursor.hasMore()));
                })).await(30, TimeUnit.SECONDS));
                try {
                    pool.query("select 1/0").execute().await(30, TimeUnit.SECONDS);
                } catch (PgException e) {
                    out.line(e.getSqlState() + " " + e.getErrorMessage());
                }
                PgSubscriber subscriber = PgSubscriber.subscriber(vertx, options);
                LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
                subscriber.channel("Some Channel").handler(heard::add);
                subscriber.connect().await(30, TimeUnit.SECONDS);
                while (heard.isEmpty()) {
                    pool.preparedQuery("select pg_notify($1, $2)").execute(Tuple.of("Some Channel", "text")).await(30, TimeUnit.SECONDS);
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                out.line(heard.take());
                subscriber.close().await(30, TimeUnit.SECONDS);
            } finally {
                pool.close().await(30, TimeUnit.SECONDS);
                vertx.close().await(30, TimeUnit.SECONDS);
            }
        });
    }
}
