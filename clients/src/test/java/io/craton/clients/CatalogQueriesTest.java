package io.craton.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What development tools and business intelligence programs ask of the catalogs, one file of {@code src/test/catalog} per program: the rows must be the same, but for the
 * identities of objects, which are shown as {@code OID}. Rows count as a set where the query does not order them.
 */
@ExtendWith(Servers.class)
class CatalogQueriesTest {
    @TestFactory
    Stream<DynamicTest> programs(Servers.Both both) throws IOException {
        try (Stream<Path> files = Files.list(Servers.root().resolve("clients/src/test/catalog"))) {
            return files.sorted().toList().stream().map(file -> DynamicTest.dynamicTest(file.getFileName().toString().replace(".sql", ""), () -> both.same((database, out) -> {
                database.run(RichSchema.STATEMENTS);
                database.run("analyze");
                List<String> queries = Stream.of(Files.readString(file).split(";\\s*\\n")).map(String::strip).filter(query -> !query.isEmpty()).toList();
                assertThat(queries).isNotEmpty();
                try (Connection connection = database.connect("currentSchema", "rich,public", "preferQueryMode", "simple")) {
                    for (int i = 0; i < queries.size(); i++) run(connection, queries.get(i), "query " + (i + 1), database, out);
                }
            })));
        }
    }

    private static void run(Connection connection, String query, String place, Database database, Transcript out) {
        try (Statement statement = connection.createStatement()) {
            boolean rows = statement.execute(query);
            while (rows || statement.getUpdateCount() >= 0) {
                if (rows) rows(statement.getResultSet(), query, place, database, out);
                rows = statement.getMoreResults();
            }
        } catch (SQLException e) {
            out.line(place + ": ! " + e.getMessage());
        }
    }

    private static void rows(ResultSet rows, String query, String place, Database database, Transcript out) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        List<String> lines = new ArrayList<>();
        while (rows.next()) {
            StringBuilder line = new StringBuilder();
            for (int i = 1; i <= columns.getColumnCount(); i++) line.append(i == 1 ? "" : "|").append(rows.getString(i));
            lines.add(line.toString().replace(database.name(), "DATABASE").replaceAll("\\b(1638[4-9]|163[9]\\d|16[4-9]\\d\\d|1[7-9]\\d{3}|[2-9]\\d{4}|\\d{6})\\b", "OID"));
        }
        if (!query.toLowerCase(java.util.Locale.ROOT).contains("order by")) Collections.sort(lines);
        StringBuilder names = new StringBuilder(place + ": #");
        for (int i = 1; i <= columns.getColumnCount(); i++) names.append(' ').append(columns.getColumnLabel(i)).append(':').append(columns.getColumnTypeName(i));
        out.line(names);
        for (String line : lines) out.line(place + ": " + line);
    }
}
