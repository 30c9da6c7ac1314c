package io.craton.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.sql.Connection;
import java.util.TreeSet;
import liquibase.Contexts;
import liquibase.Liquibase;
import liquibase.LabelExpression;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.CatalogAndSchema;
import liquibase.snapshot.DatabaseSnapshot;
import liquibase.snapshot.SnapshotControl;
import liquibase.snapshot.SnapshotGeneratorFactory;
import liquibase.structure.DatabaseObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Liquibase 4: update, status, rollback, tag, and the snapshot it takes of a schema. */
@ExtendWith(Servers.class)
class LiquibaseTest {
    @Test
    void changesComeAndGo(Servers.Both both) throws Exception {
        both.same((database, out) -> {
            try (Connection connection = database.connect()) {
                Liquibase liquibase = new Liquibase("liquibase/changes.xml", new ClassLoaderResourceAccessor(), new JdbcConnection(connection));
                StringWriter planned = new StringWriter();
                liquibase.update(new Contexts(), new LabelExpression(), planned);
                out.line(planned.toString().lines().filter(line -> !line.startsWith("--") && !line.contains("databasechangelog")).toList());
                liquibase.update(1, "");
                liquibase.tag("first");
                liquibase.update("");
                assertThat(liquibase.listUnrunChangeSets(new Contexts(), new LabelExpression())).isEmpty();
                database.query(out, "select id, author, filename, orderexecuted, exectype, md5sum, description, tag from databasechangelog order by orderexecuted");
                database.query(out, "select * from person order by id");
                database.query(out, "select locked, lockedby from databasechangeloglock");
                snapshot(liquibase, out);
                liquibase.rollback("first", "");
                database.query(out, "select count(*) from databasechangelog");
                database.query(out, "select table_name, table_type from information_schema.tables where table_schema = 'public' order by 1");
                liquibase.update("");
                liquibase.dropAll();
                database.query(out, "select relname, relkind from pg_class where relnamespace = 'public'::regnamespace order by 1");
            }
        });
    }

    private static void snapshot(Liquibase liquibase, Transcript out) throws Exception {
        DatabaseSnapshot snapshot = SnapshotGeneratorFactory.getInstance().createSnapshot(CatalogAndSchema.DEFAULT, liquibase.getDatabase(),
                new SnapshotControl(liquibase.getDatabase()));
        TreeSet<String> lines = new TreeSet<>();
        for (Class<? extends DatabaseObject> kind : snapshot.getSnapshotControl().getTypesToInclude()) {
            for (DatabaseObject each : snapshot.get(kind)) {
                StringBuilder line = new StringBuilder(kind.getSimpleName());
                for (String attribute : new TreeSet<>(each.getAttributes())) {
                    Object value = each.getAttribute(attribute, Object.class);
                    if (!(value instanceof DatabaseObject) && !(value instanceof java.util.Collection<?>)) line.append(' ').append(attribute).append('=').append(value);
                }
                lines.add(line.toString().replace(snapshot.getDatabase().getDefaultCatalogName(), "CATALOG"));
            }
        }
        lines.forEach(out::line);
    }
}
