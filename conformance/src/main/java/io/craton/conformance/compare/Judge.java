package io.craton.conformance.compare;

import io.craton.conformance.run.Exchange;
import io.craton.conformance.wire.Answer;
import io.craton.conformance.wire.Field;
import io.craton.conformance.wire.Report;
import io.craton.conformance.wire.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares the two answers to a statement: number and kind of results, column names and types, rows (in order where the statement says ORDER BY, as
 * bags elsewhere), command tags, SQLSTATE and message. OIDs of objects that the scripts made are equal to each other, since no two servers give the same.
 */
public final class Judge {
    private static final int FIRST_USER_OID = 16384;
    private static final int OID = 26;

    private final Map<Integer, String> typeNames;

    /** @param typeNames names of PostgreSQL's types by OID, for the reasons */
    public Judge(Map<Integer, String> typeNames) {
        this.typeNames = Map.copyOf(typeNames);
    }

    /** @param actual null when the server under test was never asked */
    public Verdict judge(Exchange expected, @Nullable Exchange actual) {
        switch (expected.kind()) {
            case META -> {
                return Verdict.apart(Verdict.Kind.META);
            }
            case LIBRARY -> {
                return Verdict.apart(Verdict.Kind.LIBRARY);
            }
            case STATEMENT -> {}
        }
        Answer wanted = Objects.requireNonNull(expected.answer());
        if (actual == null || actual.answer() == null) return Verdict.different("not run: an earlier answer led elsewhere");
        Answer got = actual.answer();
        if (got.end() == Answer.End.HUNG || got.end() == Answer.End.CANCELLED && wanted.end() != Answer.End.CANCELLED) {
            return new Verdict(Verdict.Kind.HUNG, "no answer in time", false);
        }
        if (got.end() == Answer.End.CLOSED && wanted.end() != Answer.End.CLOSED) return new Verdict(Verdict.Kind.CLOSED, "connection closed", false);
        if (SqlText.begins(expected.sql(), "explain") && !wanted.failed() && !got.failed()) return Verdict.apart(Verdict.Kind.PLAN);
        String reason = results(wanted.results(), got.results(), SqlText.ordered(expected.sql()));
        return reason.isEmpty() ? Verdict.same(exact(wanted, got)) : Verdict.different(reason);
    }

    private String results(List<Result> wanted, List<Result> got, boolean ordered) {
        for (int i = 0; i < Math.min(wanted.size(), got.size()); i++) {
            String reason = result(wanted.get(i), got.get(i), ordered);
            if (!reason.isEmpty()) return reason;
        }
        return wanted.size() == got.size() ? "" : "results: expected " + wanted.size() + ", got " + got.size();
    }

    private String result(Result wanted, Result got, boolean ordered) {
        if (wanted instanceof Result.Failure expected && got instanceof Result.Failure actual) return failures(expected.report(), actual.report());
        if (wanted instanceof Result.Failure expected) return "no error, expected " + words(expected.report());
        if (got instanceof Result.Failure actual) return words(actual.report());
        if (wanted instanceof Result.Rows expected && got instanceof Result.Rows actual) return rows(expected, actual, ordered);
        if (wanted instanceof Result.Command expected && got instanceof Result.Command actual) return tags(expected.tag(), actual.tag());
        if (wanted instanceof Result.CopyOut expected && got instanceof Result.CopyOut actual) {
            return sameBag(expected.data(), actual.data()) ? tags(expected.tag(), actual.tag()) : "copied data differ";
        }
        return wanted instanceof Result.Empty && got instanceof Result.Empty ? "" : "kind of result: expected " + kind(wanted) + ", got " + kind(got);
    }

    private static String kind(Result result) {
        return switch (result) {
            case Result.Rows rows -> "rows";
            case Result.Command command -> "tag " + command.tag();
            case Result.CopyOut copy -> "copied data";
            case Result.Failure failure -> "error";
            case Result.Empty empty -> "nothing";
        };
    }

    private static String failures(Report wanted, Report got) {
        if (wanted.state().equals(got.state()) && wanted.message().equals(got.message())) return "";
        String expected = words(wanted);
        String actual = words(got);
        // followers of a failure have the state that tells; otherwise both sides of the difference matter
        return expected.equals(actual) ? "error text: " + wanted.message() + " | " + got.message() : "error: expected " + expected + ", got " + actual;
    }

    private static String words(Report report) {
        return Reasons.of(report.state(), report.message());
    }

    private static String tags(String wanted, String got) {
        return wanted.equals(got) ? "" : "tag: expected " + Reasons.numbers(wanted) + ", got " + Reasons.numbers(got);
    }

    private String rows(Result.Rows wanted, Result.Rows got, boolean ordered) {
        if (wanted.fields().size() != got.fields().size()) return "number of columns";
        for (int i = 0; i < wanted.fields().size(); i++) {
            Field expected = wanted.fields().get(i);
            Field actual = got.fields().get(i);
            if (!expected.name().equals(actual.name())) return "column name: expected " + expected.name() + ", got " + actual.name();
            if (!sameOid(expected.type(), actual.type())) return "column type: expected " + type(expected) + ", got " + type(actual);
        }
        List<List<@Nullable String>> expected = plain(wanted);
        List<List<@Nullable String>> actual = plain(got);
        if (ordered ? expected.equals(actual) : sameBag(expected, actual)) return tags(wanted.tag(), got.tag());
        if (expected.size() != actual.size()) return "number of rows";
        if (sameBag(expected, actual)) return "order of rows";
        return firstDifference(wanted, expected, actual).map(f -> "value of " + f.name() + " (" + type(f) + ")").orElse("rows");
    }

    /** The column to blame: the first with another value in rows that are otherwise in the same places. */
    private static Optional<Field> firstDifference(Result.Rows rows, List<List<@Nullable String>> expected, List<List<@Nullable String>> actual) {
        for (int row = 0; row < expected.size(); row++) {
            for (int column = 0; column < rows.fields().size(); column++) {
                if (!Objects.equals(expected.get(row).get(column), actual.get(row).get(column))) return Optional.of(rows.fields().get(column));
            }
        }
        return Optional.empty();
    }

    private List<List<@Nullable String>> plain(Result.Rows rows) {
        if (rows.fields().stream().noneMatch(f -> f.type() == OID)) return rows.rows();
        List<List<@Nullable String>> plain = new ArrayList<>();
        for (List<@Nullable String> row : rows.rows()) {
            List<@Nullable String> cells = new ArrayList<>(row);
            for (int i = 0; i < cells.size(); i++) {
                String cell = cells.get(i);
                if (rows.fields().get(i).type() == OID && cell != null && Long.parseLong(cell) >= FIRST_USER_OID) cells.set(i, "user object");
            }
            plain.add(cells);
        }
        return plain;
    }

    private static boolean sameOid(int one, int other) {
        return one == other || one >= FIRST_USER_OID && other >= FIRST_USER_OID;
    }

    private String type(Field field) {
        return typeNames.getOrDefault(field.type(), field.type() >= FIRST_USER_OID ? "user type" : "type " + field.type());
    }

    private static <T> boolean sameBag(List<T> one, List<T> other) {
        if (one.size() != other.size()) return false;
        Map<T, Integer> counts = new HashMap<>();
        for (T element : one) counts.merge(element, 1, Integer::sum);
        for (T element : other) {
            Integer left = counts.get(element);
            if (left == null) return false;
            if (left == 1) counts.remove(element);
            else counts.put(element, left - 1);
        }
        return true;
    }

    private static boolean exact(Answer wanted, Answer got) {
        return letters(wanted.notices()).equals(letters(got.notices())) && letters(failures(wanted)).equals(letters(failures(got)));
    }

    private static List<Report> failures(Answer answer) {
        return answer.results().stream().filter(r -> r instanceof Result.Failure).map(r -> ((Result.Failure) r).report()).toList();
    }

    private static List<String> letters(List<Report> reports) {
        return reports.stream().map(r -> String.join("\u0001", r.severity(), r.state(), r.message(), r.detail(), r.hint(), r.position())).toList();
    }
}
