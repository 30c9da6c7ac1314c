package io.craton.conformance.report;

import io.craton.conformance.wire.Answer;
import io.craton.conformance.wire.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Two answers beside each other, short. */
public final class Difference {
    private static final int ROWS = 6;
    private static final int WIDTH = 600;

    private Difference() {}

    /** The statement and both answers; of long results the rows that the other side does not have. */
    public static String text(String place, String sql, String reason, @Nullable Answer expected, @Nullable Answer actual) {
        return "== " + place + "  " + readable(reason) + "\n" + cut(sql.strip().replaceAll("\\s*\\n\\s*", " ")) + "\n  expected "
                + answer(expected, actual) + "\n  actual   " + answer(actual, expected) + "\n";
    }

    private static String answer(@Nullable Answer answer, @Nullable Answer other) {
        if (answer == null) return "-";
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < answer.results().size(); i++) {
            parts.add(result(answer.results().get(i), other == null || i >= other.results().size() ? null : other.results().get(i)));
        }
        if (answer.end() != Answer.End.READY) parts.add(answer.end().toString());
        answer.notices().stream().limit(2).forEach(n -> parts.add(n.severity() + ": " + n.message()));
        return cut(String.join(" ; ", parts));
    }

    private static String result(Result result, @Nullable Result other) {
        return switch (result) {
            case Result.Rows rows -> rows(rows, other);
            case Result.Command command -> command.tag();
            case Result.CopyOut copy -> copy.tag() + " " + copy.data().stream().limit(ROWS).map(String::strip).toList();
            case Result.Failure failure -> "ERROR " + failure.report().state() + ": " + failure.report().message()
                    + (failure.report().position().isEmpty() ? "" : " @" + failure.report().position())
                    + (failure.report().detail().isEmpty() ? "" : " DETAIL " + failure.report().detail())
                    + (failure.report().hint().isEmpty() ? "" : " HINT " + failure.report().hint());
            case Result.Empty empty -> "(nothing)";
        };
    }

    private static String rows(Result.Rows rows, @Nullable Result other) {
        List<List<@Nullable String>> shown = rows.rows();
        if (other instanceof Result.Rows others && shown.size() > ROWS) {
            List<List<@Nullable String>> only = shown.stream().filter(r -> !others.rows().contains(r)).toList();
            if (!only.isEmpty()) shown = only;
        }
        String fields = rows.fields().stream().map(f -> f.name() + ":" + f.type()).collect(Collectors.joining(","));
        String cells = shown.stream().limit(ROWS).map(r -> r.stream().map(c -> c == null ? "NULL" : c).collect(Collectors.joining("|")))
                .collect(Collectors.joining(" / "));
        return "(" + fields + ") " + rows.tag() + " {" + cells + (shown.size() > ROWS ? " ..." : "") + "}";
    }

    private static String cut(String text) {
        String readable = readable(text).replace("\n", "\\n");
        return readable.length() > WIDTH ? readable.substring(0, WIDTH) + "..." : readable;
    }

    /** The bytes that the Latin-1 image stands for, read as UTF-8. */
    private static String readable(String text) {
        return text.chars().allMatch(c -> c < 256) ? new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8) : text;
    }
}
