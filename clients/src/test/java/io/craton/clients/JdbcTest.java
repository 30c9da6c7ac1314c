package io.craton.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Statement;
import java.sql.Types;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.util.PGInterval;
import org.postgresql.util.PGobject;

/** pgjdbc: all of its metadata over a rich schema, and the corners of its API that server/src/test's PgJdbcTest leaves out. */
@ExtendWith(Servers.class)
class JdbcTest {
    /** What differs by its nature, or is no plain value. */
    private static final Set<String> LEFT_OUT = Set.of("getURL", "getConnection", "getCatalogs", "getDatabaseProductVersion", "getDatabaseMinorVersion", "getTypeInfo",
            "getSchemas", "toString", "hashCode", "getClass", "notify", "notifyAll", "wait", "getRowIdLifetime");

    /** A call of the metadata that gives rows. */
    private interface Lookup {
        ResultSet rows(DatabaseMetaData metadata) throws Exception;
    }

    private static void show(Transcript out, String name, DatabaseMetaData metadata, Lookup lookup, Database database) throws Exception {
        Transcript rows = new Transcript();
        try (ResultSet result = lookup.rows(metadata)) {
            rows.rows(result);
        }
        out.line("== " + name + "\n" + rows.toString().replace(database.name(), "DATABASE").replaceAll("_\\d{5,}\\b", "_OID")
                .replaceAll("(?m)^(DATABASE\\|rich\\|\\w+\\|[tf](?:\\|[^|]*){7})\\|\\d+", "$1|PAGES"));
    }

    @Test
    void metadata(Servers.Both both) throws Exception {
        both.same((database, out) -> {
            database.run(RichSchema.STATEMENTS);
            database.run("grant select, update (name) on rich.customer to pg_monitor", "grant execute on function rich.add to pg_monitor with grant option", "analyze");
            try (Connection connection = database.connect()) {
                DatabaseMetaData metadata = connection.getMetaData();
                for (Method method : Stream.of(DatabaseMetaData.class.getMethods()).filter(m -> m.getParameterCount() == 0 && !LEFT_OUT.contains(m.getName()))
                        .sorted(Comparator.comparing(Method::getName)).toList()) {
                    Object value = method.invoke(metadata);
                    if (value instanceof ResultSet rows) {
                        out.line("== " + method.getName());
                        out.rows(rows);
                    } else {
                        out.line(method.getName() + " = " + value);
                    }
                }
                show(out, "schemas", metadata, m -> m.getSchemas(null, "%"), database);
                show(out, "tables", metadata, m -> m.getTables(null, "rich", "%", null), database);
                show(out, "system tables", metadata, m -> m.getTables(null, "pg_catalog", "pg_c%", new String[] {"SYSTEM TABLE", "SYSTEM VIEW"}), database);
                show(out, "columns", metadata, m -> m.getColumns(null, "rich", "%", "%"), database);
                show(out, "columns of the catalog", metadata, m -> m.getColumns(null, "pg_catalog", "pg_class", "%"), database);
                show(out, "primary", metadata, m -> m.getPrimaryKeys(null, "rich", "Order"), database);
                show(out, "imported", metadata, m -> m.getImportedKeys(null, "rich", "note"), database);
                show(out, "exported", metadata, m -> m.getExportedKeys(null, "rich", "customer"), database);
                show(out, "cross", metadata, m -> m.getCrossReference(null, "rich", "customer", null, "rich", "Order"), database);
                for (String table : List.of("customer", "Order", "note")) {
                    show(out, "index of " + table, metadata, m -> m.getIndexInfo(null, "rich", table, false, true), database);
                    show(out, "identifier of " + table, metadata, m -> m.getBestRowIdentifier(null, "rich", table, DatabaseMetaData.bestRowSession, true), database);
                    show(out, "version of " + table, metadata, m -> m.getVersionColumns(null, "rich", table), database);
                    show(out, "privileges of " + table, metadata, m -> m.getTablePrivileges(null, "rich", table), database);
                }
                show(out, "column privileges", metadata, m -> m.getColumnPrivileges(null, "rich", "customer", "n%"), database);
                show(out, "procedures", metadata, m -> m.getProcedures(null, "rich", "%"), database);
                show(out, "procedure columns", metadata, m -> m.getProcedureColumns(null, "rich", "%", "%"), database);
                show(out, "functions", metadata, m -> m.getFunctions(null, "rich", "%"), database);
                show(out, "function columns", metadata, m -> m.getFunctionColumns(null, "rich", "%", "%"), database);
                show(out, "user types", metadata, m -> m.getUDTs(null, "rich", "%", null), database);
            }
        });
    }

    @Test
    void resultSetsAreScrolledUpdatedAndDescribed(Servers.Both both) throws Exception {
        both.same((database, out) -> {
            database.run(RichSchema.STATEMENTS);
            try (Connection connection = database.connect("currentSchema", "rich");
                    Statement statement = connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
                try (ResultSet rows = statement.executeQuery("select * from customer order by id")) {
                    ResultSetMetaData columns = rows.getMetaData();
                    for (int i = 1; i <= columns.getColumnCount(); i++) {
                        out.line(columns.getColumnName(i) + " " + columns.getColumnType(i) + " " + columns.getColumnTypeName(i) + " " + columns.getColumnClassName(i) + " "
                                + columns.getPrecision(i) + " " + columns.getScale(i) + " " + columns.getColumnDisplaySize(i) + " " + columns.isNullable(i) + " "
                                + columns.isAutoIncrement(i) + " " + columns.isSigned(i) + " " + columns.getTableName(i) + " " + columns.getSchemaName(i) + " "
                                + columns.isCaseSensitive(i));
                    }
                    assertThat(rows.last()).isTrue();
                    rows.updateString("name", "Bert");
                    rows.updateArray("tags", connection.createArrayOf("text", new Object[] {"z", null}));
                    rows.updateRow();
                    rows.moveToInsertRow();
                    rows.updateString("name", "Cleo");
                    rows.updateString("mail", "cleo@x");
                    rows.updateObject("pause", new PGInterval(0, 0, 1, 2, 0, 0));
                    rows.insertRow();
                    rows.first();
                    rows.refreshRow();
                    out.line(rows.getObject("place") + " " + rows.getObject("mood") + " " + rows.getObject("address") + " " + rows.getObject("extra") + " " + rows.getObject("pause")
                            + " " + rows.getObject("bits") + " " + rows.getTime("wake") + " " + rows.getObject("flag"));
                    rows.absolute(-1);
                    rows.relative(-1);
                    out.line(rows.getRow() + " " + rows.getString("name") + " " + rows.isLast());
                }
                try (ResultSet rows = statement.executeQuery("select id, name, tags, pause from customer order by id")) {
                    out.rows(rows);
                }
                try (PreparedStatement prepared = connection.prepareStatement("insert into customer (name, mail, place, mood) values (?, ?, ?, ?) returning id, place")) {
                    ParameterMetaData parameters = prepared.getParameterMetaData();
                    for (int i = 1; i <= parameters.getParameterCount(); i++) {
                        out.line(parameters.getParameterTypeName(i) + " " + parameters.getParameterType(i) + " " + parameters.getParameterClassName(i));
                    }
                    PGobject place = new PGobject();
                    place.setType("rich.point3");
                    place.setValue("(7,,\"a b\")");
                    prepared.setString(1, "Dora");
                    prepared.setString(2, "d@x");
                    prepared.setObject(3, place);
                    prepared.setObject(4, "so so", Types.OTHER);
                    try (ResultSet rows = prepared.executeQuery()) {
                        out.rows(rows);
                    }
                }
                out.failure(() -> statement.executeUpdate("insert into customer (name, mail) values ('x', 'no address')"));
                out.failure(() -> statement.executeUpdate("delete from customer"));
                statement.executeUpdate("insert into \"Order\" (customer_id) values (1)", new String[] {"Id", "line"});
                try (ResultSet keys = statement.getGeneratedKeys()) {
                    out.rows(keys);
                }
                try (CallableStatement call = connection.prepareCall("{? = call rich.add(?, ?)}")) {
                    call.registerOutParameter(1, Types.INTEGER);
                    call.setInt(2, 40);
                    call.setInt(3, 2);
                    call.execute();
                    out.line(call.getInt(1));
                }
                try (Statement many = connection.createStatement()) {
                    boolean rows = many.execute("select 1; update customer set small = 2; select 2, 3");
                    while (rows || many.getUpdateCount() >= 0) {
                        if (rows) out.rows(many.getResultSet());
                        else out.line(many.getUpdateCount());
                        rows = many.getMoreResults();
                    }
                }
                PGConnection postgres = connection.unwrap(PGConnection.class);
                statement.execute("listen \"Some News\"");
                database.run("select pg_notify('Some News', 'text')");
                for (PGNotification each : postgres.getNotifications(20_000)) out.line(each.getName() + " " + each.getParameter());
                connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
                out.line(postgres.escapeIdentifier("A b") + postgres.escapeLiteral("it's") + " " + connection.isValid(5) + " " + connection.getCatalog().equals(database.name()));
                connection.setClientInfo("ApplicationName", "named");
                try (ResultSet rows = statement.executeQuery("show application_name")) {
                    out.rows(rows);
                }
            }
        });
    }
}
