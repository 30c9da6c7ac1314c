package io.craton.bench.tpch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The rows of a query in PostgreSQL's text form, and their comparison. */
record Answer(List<String> rows) {
    Answer {
        rows = List.copyOf(rows);
    }

    static Answer read(ResultSet result) throws SQLException {
        int columns = result.getMetaData().getColumnCount();
        List<String> rows = new ArrayList<>();
        StringBuilder row = new StringBuilder();
        while (result.next()) {
            row.setLength(0);
            for (int column = 1; column <= columns; column++) {
                row.append(Objects.requireNonNullElse(result.getString(column), "\\N")).append('|');
            }
            rows.add(row.toString());
        }
        return new Answer(rows);
    }

    /** What differs from {@code expected}, if anything; {@code ties} allows another order of the rows. */
    Optional<String> difference(Answer expected, Ties ties) {
        List<String> ours = ties == Ties.POSSIBLE ? rows.stream().sorted().toList() : rows;
        List<String> theirs = ties == Ties.POSSIBLE ? expected.rows.stream().sorted().toList() : expected.rows;
        if (ours.equals(theirs)) return Optional.empty();
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            if (!ours.get(i).equals(theirs.get(i))) {
                return Optional.of("row %d of %d is %s, expected %s of %d".formatted(i + 1, ours.size(), ours.get(i), theirs.get(i), theirs.size()));
            }
        }
        return Optional.of("%d rows, expected %d".formatted(ours.size(), theirs.size()));
    }

    /** Whether the ORDER BY of a query leaves equal rows in any order. */
    enum Ties {
        IMPOSSIBLE, POSSIBLE
    }
}
