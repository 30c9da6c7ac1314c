package io.craton.sql.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An .slt file: records separated by empty lines. {@code statement ok}, {@code statement error SQLSTATE}, or {@code query} with its rows behind
 * {@code ----}; values are separated by {@code |}, null is {@code NULL} and an empty string {@code (empty)}. Lines that begin with # are comments.
 * A directive behind {@code gap} is a known difference: it must differ, and loses the word when it no longer does.
 */
public record LogicFile(List<Record> records) {
    /** @param line of the directive, 1-based */
    public record Record(int line, boolean gap, String sql, Outcome outcome) {}

    /** What PostgreSQL answered. */
    public sealed interface Outcome {
        record Ok() implements Outcome {}

        record Failure(String state) implements Outcome {}

        record Rows(List<String> rows) implements Outcome {}
    }

    static LogicFile read(Path file) throws IOException {
        List<Record> records = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int at = 0; at < lines.size(); at++) {
            String directive = lines.get(at);
            if (directive.isBlank() || directive.startsWith("#")) continue;
            int line = at + 1;
            boolean gap = directive.startsWith("gap ");
            if (gap) directive = directive.substring(4);
            StringBuilder sql = new StringBuilder();
            for (at++; at < lines.size() && !lines.get(at).isBlank() && !lines.get(at).equals("----"); at++) {
                if (!sql.isEmpty()) sql.append('\n');
                sql.append(lines.get(at));
            }
            List<String> rows = new ArrayList<>();
            if (at < lines.size() && lines.get(at).equals("----")) {
                for (at++; at < lines.size() && !lines.get(at).isBlank(); at++) rows.add(lines.get(at));
            }
            Outcome outcome = directive.equals("statement ok") ? new Outcome.Ok()
                    : directive.startsWith("statement error ") ? new Outcome.Failure(directive.substring("statement error ".length()).trim())
                    : directive.equals("query") ? new Outcome.Rows(rows) : null;
            if (outcome == null) throw new IOException(file + ":" + line + ": unknown directive " + directive);
            records.add(new Record(line, gap, sql.toString(), outcome));
        }
        return new LogicFile(records);
    }

    static String text(Record record) {
        String gap = record.gap() ? "gap " : "";
        return gap + switch (record.outcome()) {
            case Outcome.Ok ok -> "statement ok\n" + record.sql() + "\n";
            case Outcome.Failure failure -> "statement error " + failure.state() + "\n" + record.sql() + "\n";
            case Outcome.Rows rows -> "query\n" + record.sql() + "\n----\n" + rows.rows().stream().map(row -> row + "\n")
                    .collect(java.util.stream.Collectors.joining());
        };
    }

    static String row(List<@Nullable String> values) {
        List<String> shown = new ArrayList<>();
        for (@Nullable String value : values) {
            shown.add(value == null ? "NULL" : value.isEmpty() ? "(empty)" : value.replace("\\", "\\\\").replace("\n", "\\n"));
        }
        return String.join("|", shown);
    }
}
