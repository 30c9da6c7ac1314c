package io.craton.conformance;

import io.craton.conformance.compare.Causes;
import io.craton.conformance.compare.Judge;
import io.craton.conformance.compare.Verdict;
import io.craton.conformance.report.Difference;
import io.craton.conformance.report.Report;
import io.craton.conformance.report.Tally;
import io.craton.conformance.run.Exchange;
import io.craton.conformance.run.ScriptRun;
import io.craton.conformance.run.Side;
import io.craton.conformance.source.Suite;
import io.craton.conformance.wire.Answer;
import io.craton.conformance.wire.Result;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** All scripts of a run: the reference goes one script ahead, the server under test follows, the judge compares. */
final class Campaign {
    private final Suite suite;
    private final Side reference;
    private final Side tested;
    private final Judge judge;
    private final Path work;
    /** What scripts load. */
    private final Path files;
    private final @Nullable PrintStream differences;
    private final Causes causes = new Causes();
    private final Report report = new Report();

    /** @param differences takes every statement that differs; null for none */
    Campaign(Suite suite, Side reference, Side tested, Judge judge, Path work, @Nullable PrintStream differences) {
        this.suite = suite;
        this.reference = reference;
        this.tested = tested;
        this.judge = judge;
        this.work = work;
        this.files = work.resolve("suite");
        this.differences = differences;
    }

    private record Leading(ScriptRun run, long millis) {}

    /** @param counted the scripts that go into the report; the others only prepare */
    Report run(List<String> scripts, Set<String> counted, PrintStream progress) throws IOException, InterruptedException {
        suite.copyData(files);
        try (ExecutorService ahead = Executors.newSingleThreadExecutor()) {
            @Nullable Future<Leading> next = null;
            for (int i = 0; i < scripts.size(); i++) {
                Future<Leading> present = next == null ? ahead.submit(lead(scripts.get(0))) : next;
                Leading leading = await(present);
                next = i + 1 < scripts.size() ? ahead.submit(lead(scripts.get(i + 1))) : null;
                compare(scripts.get(i), leading, counted.contains(scripts.get(i)), progress);
            }
        }
        return report;
    }

    private Callable<Leading> lead(String script) {
        return () -> {
            long began = System.nanoTime();
            ScriptRun run = ScriptRun.run(reference, script, suite.text(script), files, work.resolve("expected"), null);
            return new Leading(run, (System.nanoTime() - began) / 1_000_000);
        };
    }

    private static Leading await(Future<Leading> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException("the reference failed: " + e.getCause(), e.getCause());
        }
    }

    private void compare(String script, Leading leading, boolean counted, PrintStream progress) throws IOException {
        long began = System.nanoTime();
        ScriptRun actual = ScriptRun.run(tested, script, suite.text(script), files, work.resolve("actual"), leading.run());
        long millis = (System.nanoTime() - began) / 1_000_000;
        Tally tally = new Tally();
        for (Exchange expected : leading.run().exchanges().values()) {
            Exchange got = actual.exchanges().get(expected.key());
            Verdict verdict = judge.judge(expected, got);
            tally.add(verdict, rows(expected.answer()));
            if (verdict.kind() == Verdict.Kind.SAME) causes.succeeded(expected.sql());
            if (verdict.reason().isEmpty()) continue;
            String root = causes.root(expected.sql(), verdict.reason());
            if (!counted) continue;
            if (verdict.kind() == Verdict.Kind.HUNG && got != null && got.answer() != null) {
                report.hung(script + ":" + expected.line() + " " + expected.sql().strip(), got.answer().threads());
            }
            report.ranking().add(script, verdict.reason(), root);
            if (differences != null) {
                String because = root.equals(verdict.reason()) ? "" : "  <- " + root;
                differences.print(Difference.text(script + ":" + expected.line(), expected.sql(), verdict.reason() + because, expected.answer(),
                        got == null ? null : got.answer()));
            }
        }
        tally.corrected(actual.corrections());
        if (counted) report.add(script, suite.core(script), tally, leading.millis(), millis);
        progress.printf("%-24s %5d of %5d%s%n", script, tally.same(), tally.statements(), tally.broken() > 0 ? "  BROKEN " + tally.broken() : "");
    }

    private static boolean rows(@Nullable Answer answer) {
        return answer != null && answer.results().stream().anyMatch(r -> r instanceof Result.Rows);
    }
}
