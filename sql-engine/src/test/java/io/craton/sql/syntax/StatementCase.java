package io.craton.sql.syntax;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A line of a statement file: SQL, and behind {@code " --> "} the error's message and position when it must fail. In the SQL, {@code \n} stands for a line
 * break. Lines that are empty or start with # are comments.
 */
record StatementCase(String sql, String error) {
    private static final List<String> FILES = List.of("statements.txt", "errors.txt");

    static List<StatementCase> all() {
        return FILES.stream().flatMap(file -> read(file).stream()).toList();
    }

    static List<StatementCase> read(String file) {
        try (InputStream in = Objects.requireNonNull(StatementCase.class.getResourceAsStream(file), file)) {
            List<StatementCase> cases = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (line.isBlank() || line.startsWith("#")) continue;
                int arrow = line.indexOf(" --> ");
                String sql = (arrow < 0 ? line : line.substring(0, arrow)).replace("\\n", "\n");
                cases.add(new StatementCase(sql, arrow < 0 ? "" : line.substring(arrow + 5)));
            }
            return cases;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
