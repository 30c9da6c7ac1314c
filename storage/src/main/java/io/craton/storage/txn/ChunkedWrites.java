package io.craton.storage.txn;

import io.craton.core.error.PgException;
import io.craton.storage.entry.EntryWriter;
import io.craton.storage.projection.Schema;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Sends a large write set to the log in chunks, a few at a time on their way. They have no effect until the entry that ends the transaction; should that never
 * come, the next term drops them. One thread.
 */
final class ChunkedWrites {
    private static final int ON_THE_WAY = 4;

    private final TransactionManager manager;
    private final long transaction;
    private final long term;
    private final EntryWriter chunk;
    private final ArrayDeque<CommitPipeline.Ending> sent = new ArrayDeque<>();
    private int count;

    ChunkedWrites(TransactionManager manager, long transaction, long term) {
        this.manager = manager;
        this.transaction = transaction;
        this.term = term;
        this.chunk = new EntryWriter(manager.entryBytesMax + (64 << 10));
    }

    /** Answers the number of chunks, all of which are in the log. */
    int submit(WriteSet writes, Schema schema) {
        begin();
        writes.each(schema, row -> {
            LocalTransaction.put(chunk, row);
            if (chunk.size() >= manager.entryBytesMax) {
                send();
                begin();
            }
        });
        send();
        while (!sent.isEmpty()) await();
        return count;
    }

    private void begin() {
        chunk.beginChunk(manager.projection.tenant(), transaction, count);
    }

    private void send() {
        CommitPipeline.Ending ending = new CommitPipeline.Ending();
        manager.pipeline.submit(chunk.finish(), term, () -> {}, (position, error) -> ending.accept(error));
        sent.add(ending);
        count++;
        if (sent.size() >= ON_THE_WAY) await();
    }

    private void await() {
        @Nullable PgException error = sent.removeFirst().await();
        if (error != null) throw error;
    }
}
