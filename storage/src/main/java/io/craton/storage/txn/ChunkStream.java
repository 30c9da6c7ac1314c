package io.craton.storage.txn;

import io.craton.core.error.PgException;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.entry.EntryWriter;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends the row operations of a large transaction to the log in chunks, a few at a time on their way. They have no effect until the entry that ends the transaction;
 * should that never come, the next term drops them. One thread.
 */
final class ChunkStream {
    private static final int ON_THE_WAY = 4;
    private static final int BACKLOG_BYTES = 16 << 20;

    private final TransactionManager manager;
    private final long transaction;
    /** All chunks, and their end, are in one log. */
    private final Home home;
    private final long term;
    private final EntryWriter chunk;
    private final ArrayDeque<CommitPipeline.Ending> sent = new ArrayDeque<>();
    private boolean begun;
    /** Whether there is something in the chunk that can go without the next operation. */
    private boolean filled;
    private int count;

    ChunkStream(TransactionManager manager, long transaction, Home home, long term) {
        this.manager = manager;
        this.transaction = transaction;
        this.home = home;
        this.term = term;
        this.chunk = new EntryWriter(manager.limits.entryBytesMax() + (64 << 10));
    }

    /** Chunks sent, and not dropped. */
    int count() {
        return count;
    }

    /** Where operations go. */
    EntryWriter operations(boolean startsPart, List<CatalogChange> changes) {
        if (begun) throw new IllegalStateException("a chunk is begun");
        chunk.beginChunk(manager.projection.tenant(), transaction, count, startsPart, changes);
        begun = true;
        filled = !changes.isEmpty();
        return chunk;
    }

    /**
     * After an operation.
     *
     * @param before size of the chunk in front of it
     * @return true when it did not fit: the chunk has gone without it, and it is to be written again
     */
    boolean overflowed(int before) {
        if (!filled || chunk.size() <= manager.limits.payloadBytesMax()) {
            filled = true;
            return false;
        }
        chunk.cut(before);
        send();
        operations(false, List.of());
        filled = true;
        return true;
    }

    /** The begun chunk goes, as short as it is. */
    void send() {
        begun = false;
        CommitPipeline.Ending ending = new CommitPipeline.Ending();
        manager.submit(chunk.finish(), home, term, false, () -> {}, null, _ -> (position, error) -> ending.accept(error));
        sent.add(ending);
        count++;
        if (sent.size() >= ON_THE_WAY) await();
    }

    private void await() {
        PgException error = sent.removeFirst().await();
        if (error != null) throw error;
        manager.limits.staging().await(transaction, BACKLOG_BYTES);
    }

    /** Everything sent is in the log when it returns, and worked out on this node. */
    void finish() {
        while (!sent.isEmpty()) await();
        manager.limits.staging().prepareEnd(transaction);
    }

    /** Everything sent is worked out on this node when it returns; more may come. */
    void settle() {
        while (!sent.isEmpty()) await();
        manager.limits.staging().settle(transaction);
    }

    /** Chunks from this one on will have no effect. */
    void drop(int from) {
        begun = false;
        if (count <= from) return;
        count = from;
        manager.submit(EntryWriter.dropChunks(manager.projection.tenant(), transaction, from), home, term, false, () -> {}, null, _ -> (position, error) -> dropped(error));
    }

    /** When it could not be said, the end of the term says it. */
    private static void dropped(@Nullable PgException error) {}
}
