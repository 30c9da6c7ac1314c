package io.craton.conformance.isolation;

import io.craton.conformance.wire.Answer;
import io.craton.conformance.wire.Connection;
import io.craton.conformance.wire.RunningClock;
import io.craton.conformance.wire.Report;
import io.craton.conformance.wire.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs one spec's permutations on one server. A step that does not end is reported as waiting when the server says that another of the spec's sessions blocks it. What
 * happens is a list of lines that is the same whenever the server does the same.
 */
final class PermutationRun implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int LOOK_MILLIS = 10;
    /** A step that is blocked by nothing that the server knows of, as in a sleep, is waited for so long. */
    private static final int PATIENCE_MILLIS = 6_000;

    private final Spec spec;
    private final Connection control;
    private final RunningClock clock;
    private final Map<String, Worker> workers = new LinkedHashMap<>();

    private static final class Worker implements AutoCloseable {
        final Connection connection;
        final String processId;
        Spec.@Nullable Use step;
        @Nullable CompletableFuture<Answer> answer;

        Worker(Connection connection, String processId) {
            this.connection = connection;
            this.processId = processId;
        }

        boolean done() {
            return answer != null && answer.isDone();
        }

        @Override
        public void close() {
            connection.close();
        }
    }

    PermutationRun(Spec spec, int port, String database, RunningClock clock) throws IOException {
        this.spec = spec;
        this.clock = clock;
        control = open(port, database, "isolation/control connection");
        for (Spec.Session session : spec.sessions()) {
            Connection connection = open(port, database, "isolation/" + session.name());
            workers.put(session.name(), new Worker(connection, value(connection, "select pg_backend_pid()")));
        }
    }

    private static Connection open(int port, String database, String application) throws IOException {
        try {
            return Connection.open(port, Map.of("user", "postgres", "database", database, "application_name", application, "client_min_messages", "warning",
                    "options", "-c DateStyle=ISO,MDY -c TimeZone=PST8PDT"));
        } catch (Connection.RefusedException e) {
            throw new IOException(e);
        }
    }

    private Answer query(Connection connection, String sql) {
        return connection.query(sql, () -> null, clock, LIMIT, () -> {});
    }

    private String value(Connection connection, String sql) {
        Answer answer = query(connection, sql);
        return answer.results().getFirst() instanceof Result.Rows rows && !rows.rows().isEmpty() ? String.valueOf(rows.rows().getFirst().getFirst()) : "";
    }

    /** What happened. */
    List<String> run(List<Spec.Use> permutation) {
        List<String> events = new ArrayList<>();
        for (String setup : spec.setup()) note("setup", query(control, setup), events);
        for (Spec.Session session : spec.sessions()) {
            if (session.setup() != null) note("setup " + session.name(), query(worker(session).connection, session.setup()), events);
        }
        List<Worker> waiting = new ArrayList<>();
        for (Spec.Use use : permutation) step(use, waiting, events);
        while (!waiting.isEmpty()) {
            int before = waiting.size();
            complete(waiting, events);
            if (waiting.size() == before) await(waiting.getFirst());
        }
        for (Spec.Session session : spec.sessions()) {
            Worker worker = worker(session);
            // What would have been refused had it been tried to commit is refused now.
            if (worker.connection.state() == 'T') note("end " + session.name(), query(worker.connection, "commit"), events);
            if (worker.connection.state() != 'I') query(worker.connection, "rollback");
            if (session.teardown() != null) note("teardown " + session.name(), query(worker.connection, session.teardown()), events);
        }
        if (spec.teardown() != null) query(control, spec.teardown());
        return events;
    }

    private Worker worker(Spec.Session session) {
        return java.util.Objects.requireNonNull(workers.get(session.name()));
    }

    private static void note(String what, Answer answer, List<String> events) {
        for (Result result : answer.results()) if (result instanceof Result.Failure failure) events.add(what + ": " + text(failure.report()));
    }

    private void step(Spec.Use use, List<Worker> waiting, List<String> events) {
        Spec.Session session = spec.owner(use.step());
        Worker worker = worker(session);
        while (waiting.contains(worker)) {
            await(worker);
            complete(waiting, events);
        }
        String sql = java.util.Objects.requireNonNull(session.steps().get(use.step()));
        worker.step = use;
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        worker.answer = answer;
        Thread.startVirtualThread(() -> answer.complete(query(worker.connection, sql)));
        boolean blocked = use.waits() || !settled(worker);
        if (blocked) {
            events.add(use.step() + ": <waiting ...>");
            waiting.add(worker);
        } else {
            report(use.step(), worker, events);
        }
        complete(waiting, events);
    }

    /** Reports waiting steps that have ended, until all that are left are blocked. */
    private void complete(List<Worker> waiting, List<String> events) {
        boolean progress = true;
        while (progress) {
            progress = false;
            for (Worker worker : List.copyOf(waiting)) {
                if (!settled(worker) || heldBack(worker, waiting)) continue;
                waiting.remove(worker);
                report(java.util.Objects.requireNonNull(worker.step).step() + " <... completed>", worker, events);
                progress = true;
            }
        }
    }

    private static boolean heldBack(Worker worker, List<Worker> waiting) {
        List<String> until = java.util.Objects.requireNonNull(worker.step).until();
        for (Worker other : waiting) if (other != worker && other.step != null && until.contains(other.step.step())) return true;
        return false;
    }

    /** Waits until the step has ended, which is true, or is blocked. */
    private boolean settled(Worker worker) {
        for (int millis = 0; millis < PATIENCE_MILLIS; millis += LOOK_MILLIS) {
            try {
                java.util.Objects.requireNonNull(worker.answer).get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException running) {
                if (blocked(worker)) return worker.done();
            } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        return worker.done();
    }

    private boolean blocked(Worker worker) {
        String others = String.join(",", workers.values().stream().map(each -> each.processId).toList());
        String sql = "select pg_blocking_pids(" + worker.processId + ") && '{" + others + "}'::int[]";
        return value(control, sql).equals("t") || value(control, "select cardinality(pg_safe_snapshot_blocking_pids(" + worker.processId + ")) > 0").equals("t");
    }

    private static void await(Worker worker) {
        java.util.Objects.requireNonNull(worker.answer).join();
    }

    private static void report(String step, Worker worker, List<String> events) {
        Answer answer = java.util.Objects.requireNonNull(worker.answer).join();
        for (Report notice : answer.notices()) events.add(step + ": " + text(notice));
        for (Result result : answer.results()) {
            switch (result) {
                case Result.Rows rows -> {
                    events.add(step + ": " + rows.tag());
                    for (List<@Nullable String> row : rows.rows()) events.add("    " + String.join("|", row.stream().map(cell -> cell == null ? "" : cell).toList()));
                }
                case Result.Command command -> events.add(step + ": " + command.tag());
                case Result.CopyOut copy -> events.add(step + ": " + copy.tag() + " " + copy.data());
                case Result.Failure failure -> events.add(step + ": " + text(failure.report()));
                case Result.Empty empty -> events.add(step + ": nothing");
            }
        }
        if (answer.end() != Answer.End.READY) events.add(step + ": " + answer.end());
        worker.answer = null;
        worker.step = null;
    }

    private static String text(Report report) {
        return report.severity() + " " + report.state() + " " + report.message();
    }

    @Override
    public void close() {
        workers.values().forEach(Worker::close);
        control.close();
    }
}
