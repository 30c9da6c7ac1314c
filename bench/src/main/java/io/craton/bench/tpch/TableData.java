package io.craton.bench.tpch;

import io.craton.bench.server.DatabaseServer;
import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Generates the eight tables and copies them straight into a server. */
final class TableData {
    private static final int CHUNK = 1 << 16;

    private TableData() {}

    static void load(DatabaseServer server, double scale) throws SQLException, IOException {
        for (TpchTable<?> table : TpchTable.getTables()) {
            try (Connection connection = server.connect()) {
                copy(connection, table, scale);
            }
        }
    }

    private static void copy(Connection connection, TpchTable<?> table, double scale) throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI()
                .copyIn("COPY " + table.getTableName() + " FROM STDIN (DELIMITER '|')");
        StringBuilder chunk = new StringBuilder(CHUNK + 1024);
        try {
            for (TpchEntity row : table.createGenerator(scale, 1, 1)) {
                String line = row.toLine();
                chunk.append(line, 0, line.endsWith("|") ? line.length() - 1 : line.length()).append('\n');
                if (chunk.length() >= CHUNK) send(copy, chunk);
            }
            send(copy, chunk);
            copy.endCopy();
        } finally {
            if (copy.isActive()) copy.cancelCopy();
        }
    }

    private static void send(CopyIn copy, StringBuilder chunk) throws SQLException {
        byte[] bytes = chunk.toString().getBytes(StandardCharsets.UTF_8);
        copy.writeToCopy(bytes, 0, bytes.length);
        chunk.setLength(0);
    }
}
