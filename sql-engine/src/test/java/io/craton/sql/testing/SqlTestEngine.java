package io.craton.sql.testing;

import io.craton.core.error.PgException;
import io.craton.core.session.SessionFactory.StartUp;
import io.craton.core.session.SqlSession;
import io.craton.core.session.SqlSession.Mode;
import io.craton.sql.session.SqlEngine;
import io.craton.storage.engine.StorageConfig;
import io.craton.storage.engine.StorageEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A whole SQL engine over a log in memory, in a folder of the test's. */
public final class SqlTestEngine implements AutoCloseable {
    /** Few, so that small tables have several segments. */
    private static final int SEGMENT_ROWS = 700;

    private final StorageEngine storage;
    private final SerialCommitLog log;
    private final SqlEngine sql;
    private int processes;

    private SqlTestEngine(StorageEngine storage, SerialCommitLog log, SqlEngine sql) {
        this.storage = storage;
        this.log = log;
        this.sql = sql;
    }

    public static SqlTestEngine open(Path folder) {
        try {
            Path spill = Files.createDirectories(folder.resolve("spill"));
            StorageEngine storage = StorageEngine.open(
                    new StorageConfig(folder.resolve("data"), 16 << 20, 8 << 20, 8 << 20, 32 << 20, 8 << 20, 1 << 20, 10_000, 64 << 20)
                            .withSegmentRows(SEGMENT_ROWS));
            SerialCommitLog log = SerialCommitLog.forgetful(storage.consumer());
            storage.attach(log);
            return new SqlTestEngine(storage, log, new SqlEngine(storage, spill));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /**
     * Opens a folder, which may have been open before, with limits so low that nearly every transaction is a large one.
     *
     * @param entries of the log, to which it adds
     */
    public static SqlTestEngine openNarrow(Path folder, int writeSetBytes, int entryBytes, List<byte[]> entries) {
        try {
            Path spill = Files.createDirectories(folder.resolve("spill"));
            StorageEngine storage = StorageEngine.open(
                    new StorageConfig(folder.resolve("data"), 16 << 20, 8 << 20, 8 << 20, 32 << 20, writeSetBytes, entryBytes, 50, 64 << 20)
                            .withSegmentRows(SEGMENT_ROWS));
            SerialCommitLog log = SerialCommitLog.over(storage.consumer(), entries, storage.recoveryPosition());
            storage.attach(log);
            storage.attach(log.archive());
            return new SqlTestEngine(storage, log, new SqlEngine(storage, spill));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** From now on reads of the log need a barrier; answers how many there have been. */
    int readsNeedBarrier(boolean value) {
        log.readsNeedBarrier(value);
        return log.barriers();
    }

    /** As before a clean stop. */
    public void checkpoint() {
        storage.checkpoint();
    }

    /** Entries behind it are applied again after a start. */
    public long recoveryPosition() {
        return storage.recoveryPosition();
    }

    /** A session of the superuser in a database. */
    public SqlSession session(String database) {
        return sql.open(new StartUp(Map.of("user", "postgres", "database", database), ++processes, null, null));
    }

    /** Runs a simple query message; an error leaves the session as after the protocol's answer to it. */
    public static CollectingSink run(SqlSession session, String text) {
        CollectingSink sink = new CollectingSink();
        try {
            session.simpleQuery(text, sink, Mode.BLOCKING);
            session.sync(sink, Mode.BLOCKING);
        } catch (PgException e) {
            session.failed(e.error());
            session.sync(sink, Mode.BLOCKING);
            throw e;
        }
        return sink;
    }

    @Override
    public void close() {
        log.close();
        storage.close();
    }
}
