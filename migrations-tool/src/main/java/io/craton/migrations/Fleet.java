package io.craton.migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Does the same to many tenants: first to the canaries, and only when all of them went well to the others, so many at a time, until too many failed. */
final class Fleet {
    /** @param failuresMax so many may fail before no more are begun */
    record Limits(int canaries, int parallel, int failuresMax) {}

    /** What is done to one tenant; answers the files applied. */
    interface Task {
        List<Migration> run(String tenant, Connection connection) throws SQLException, MigrationException;
    }

    /** Told each result as it comes, from many threads. */
    interface Listener {
        void result(TenantResult result);
    }

    private final Endpoint endpoint;
    private final Limits limits;
    private final @Nullable Journal journal;

    Fleet(Endpoint endpoint, Limits limits, @Nullable Journal journal) {
        this.endpoint = endpoint;
        this.limits = limits;
        this.journal = journal;
    }

    /** Results in the order of the tenants. */
    List<TenantResult> run(List<String> tenants, Task task, Listener listener) throws InterruptedException {
        int canaries = Math.min(limits.canaries(), tenants.size());
        List<TenantResult> results = new ArrayList<>(some(tenants.subList(0, canaries), task, 0, listener));
        boolean sick = results.stream().anyMatch(result -> result.state() == TenantResult.State.FAILED);
        List<String> others = tenants.subList(canaries, tenants.size());
        if (!sick) results.addAll(some(others, task, limits.failuresMax(), listener));
        else for (String tenant : others) results.add(new TenantResult(tenant, TenantResult.State.SKIPPED, List.of(), 0, null));
        return results;
    }

    private List<TenantResult> some(List<String> tenants, Task task, int failuresMax, Listener listener) throws InterruptedException {
        AtomicInteger failures = new AtomicInteger();
        Map<String, Future<TenantResult>> running = new HashMap<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, limits.parallel()))) {
            for (String tenant : tenants) {
                running.put(tenant, threads.submit(() -> {
                    if (failures.get() > failuresMax) return new TenantResult(tenant, TenantResult.State.SKIPPED, List.of(), 0, null);
                    TenantResult result = one(tenant, task);
                    if (result.state() == TenantResult.State.FAILED) failures.incrementAndGet();
                    listener.result(result);
                    return result;
                }));
            }
        }
        List<TenantResult> results = new ArrayList<>();
        for (String tenant : tenants) {
            try {
                results.add(java.util.Objects.requireNonNull(running.get(tenant)).get());
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
        return results;
    }

    private TenantResult one(String tenant, Task task) {
        if (journal != null && journal.isDone(tenant)) return new TenantResult(tenant, TenantResult.State.CURRENT, List.of(), 0, null);
        long started = System.nanoTime();
        try (Connection connection = endpoint.connect(tenant)) {
            List<String> files = task.run(tenant, connection).stream().map(Migration::file).toList();
            if (journal != null) journal.done(tenant);
            return new TenantResult(tenant, files.isEmpty() ? TenantResult.State.CURRENT : TenantResult.State.DONE, files, millis(started), null);
        } catch (MigrationException e) {
            return failed(tenant, e.getCause() instanceof SQLException sql ? sql : null, String.valueOf(e.getMessage()), millis(started));
        } catch (SQLException e) {
            return failed(tenant, e, ServerError.text(e), millis(started));
        }
    }

    /** A database that is dropped under a run is no failure of the migration; whether it was, the server is asked once more. */
    private TenantResult failed(String tenant, @Nullable SQLException cause, String text, long millis) {
        String state = cause == null ? null : cause.getSQLState();
        boolean gone = state != null && (state.equals("3D000") || (state.startsWith("57P") || state.startsWith("08")) && vanished(tenant));
        return new TenantResult(tenant, gone ? TenantResult.State.VANISHED : TenantResult.State.FAILED, List.of(), millis, text);
    }

    private boolean vanished(String tenant) {
        try (Connection _ = endpoint.connect(tenant)) {
            return false;
        } catch (SQLException e) {
            return "3D000".equals(e.getSQLState());
        }
    }

    private static long millis(long startedNanos) {
        return (System.nanoTime() - startedNanos) / 1_000_000;
    }
}
