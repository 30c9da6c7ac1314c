package io.craton.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.MigrateResult;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Flyway: migrations into several schemas, side by side, failing ones, validation, baseline, clean. */
@ExtendWith(Servers.class)
class FlywayTest {
    /** CREATE INDEX CONCURRENTLY waits for all transactions: Flyway must then take its advisory lock outside of one. */
    private static Flyway flyway(Database database, String... folders) {
        FluentConfiguration configuration = Flyway.configure().dataSource(database.url(), Database.USER, "")
                .locations(Stream.of(folders).map(folder -> "classpath:" + folder).toArray(String[]::new))
                .schemas("app", "audit").cleanDisabled(false);
        configuration.getConfigurationExtension(PostgreSQLConfigurationExtension.class).setTransactionalLock(false);
        return configuration.load();
    }

    @Test
    void migrationsRunOnceAndCleanLeavesNothing(Servers.Both both) throws Exception {
        both.same((database, out) -> {
            Flyway flyway = flyway(database, "flyway");
            try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
                List<Future<MigrateResult>> runs = new ArrayList<>();
                for (int i = 0; i < 3; i++) runs.add(threads.submit(() -> flyway(database, "flyway").migrate()));
                int executed = 0;
                for (Future<MigrateResult> run : runs) executed += run.get().migrationsExecuted;
                out.line("executed " + executed);
            }
            flyway.validate();
            for (MigrationInfo info : flyway.info().all()) out.line(info.getVersion() + " " + info.getDescription() + " " + info.getState());
            database.query(out, "select installed_rank, version, description, type, script, checksum, installed_by, success "
                    + "from app.flyway_schema_history order by 1");
            database.query(out, "select id, name, balance from app.account order by id");
            database.query(out, "select operation, row_id from audit.entry order by 1, 2");
            database.query(out, "select * from app.rich order by 1");
            Flyway failing = flyway(database, "flyway", "flyway-failing");
            assertThatThrownBy(failing::migrate).isInstanceOf(FlywayException.class).hasMessageContaining("42P01");
            database.query(out, "select to_regclass('app.half_done'), count(*) from app.flyway_schema_history");
            flyway.clean();
            database.query(out, "select nspname from pg_namespace where nspname in ('app', 'audit')");
            out.line(flyway.migrate().migrationsExecuted);
        });
    }

    @Test
    void anExistingSchemaIsTakenOver(Servers.Both both) throws Exception {
        both.same((database, out) -> {
            database.run("create schema app", "create schema audit", "create table app.old (id int)");
            Flyway flyway = flyway(database, "flyway");
            assertThatThrownBy(flyway::migrate).isInstanceOf(FlywayException.class).hasMessageContaining("non-empty schema");
            Flyway baselined = flyway(database, "flyway-baseline");
            assertThat(baselined.baseline().successfullyBaselined).isTrue();
            out.line(baselined.migrate().migrationsExecuted);
            out.line(baselined.repair().repairActions);
        });
    }
}
