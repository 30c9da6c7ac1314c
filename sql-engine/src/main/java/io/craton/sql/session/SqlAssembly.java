package io.craton.sql.session;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Puts together what an engine needs whatever its data, most of all the tables of built-in functions and relations, beside what else a start has to do. For one engine. */
public final class SqlAssembly {
    private final FutureTask<SqlParts> parts = new FutureTask<>(SqlParts::assemble);

    private SqlAssembly() {}

    /** Begins at once, on a thread of its own. */
    public static SqlAssembly begin() {
        SqlAssembly assembly = new SqlAssembly();
        Thread.ofPlatform().daemon().name("sql-assembly").start(assembly.parts);
        return assembly;
    }

    /** Waits for the rest. */
    SqlParts parts() {
        try {
            return parts.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
