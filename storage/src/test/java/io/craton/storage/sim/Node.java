package io.craton.storage.sim;

import io.craton.storage.engine.StorageConfig;
import io.craton.storage.engine.StorageEngine;
import io.craton.storage.engine.TenantSession;
import io.craton.storage.txn.AccessMode;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.Transaction;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** An engine with a log in memory. */
public final class Node implements AutoCloseable {
    public static final int POSTGRES = 1;

    public final StorageEngine engine;
    public final MemoryCommitLog log;
    private int processes = 100;

    private Node(StorageEngine engine, MemoryCommitLog log) {
        this.engine = engine;
        this.log = log;
    }

    public static Node open(Path folder) {
        return open(config(folder), List.of());
    }

    /** Opens the folder again and replays what it does not have. */
    public static Node open(StorageConfig config, List<MemoryCommitLog.Entry> entries) {
        StorageEngine engine = StorageEngine.open(config);
        MemoryCommitLog.replay(entries, engine.recoveryPosition(), engine.consumer(), 7);
        MemoryCommitLog log = new MemoryCommitLog(engine.consumer(), entries);
        engine.attach(log);
        return new Node(engine, log);
    }

    public static StorageConfig config(Path folder) {
        return new StorageConfig(folder, 16 << 20, 8 << 20, 8 << 20, 32 << 20, 8 << 20, 1 << 20, 10_000, 64 << 20);
    }

    public TenantSession session() {
        return engine.openSession(POSTGRES, ++processes);
    }

    public Transaction begin(IsolationLevel isolation) {
        Transaction transaction = session().begin(isolation, AccessMode.READ_WRITE);
        transaction.beginStatement();
        return transaction;
    }

    public Transaction begin() {
        return begin(IsolationLevel.READ_COMMITTED);
    }

    /** One committed transaction. */
    public void run(Consumer<Transaction> work) {
        Transaction transaction = begin();
        try {
            work.accept(transaction);
            transaction.commit();
        } catch (RuntimeException e) {
            transaction.rollback();
            throw e;
        }
    }

    @Override
    public void close() throws InterruptedException {
        log.close();
        engine.close();
    }
}
