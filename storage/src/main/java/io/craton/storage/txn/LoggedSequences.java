package io.craton.storage.txn;

import io.craton.storage.entry.EntryWriter;
import io.craton.storage.projection.TenantProjection;
import io.craton.storage.projection.TenantProjection.SequenceValue;
import org.jspecify.annotations.Nullable;

/** Reservations in the log: entries of their own. Any thread. */
record LoggedSequences(TenantProjection projection, CommitPipeline pipeline) implements Sequences.Reservations {
    @Override
    public @Nullable SequenceValue stored(long storage) {
        return projection.sequence(storage);
    }

    @Override
    public void reserve(long storage, long value, boolean called, long term) {
        pipeline.submitAndWait(EntryWriter.sequence(projection.tenant(), storage, value, called), term);
    }

    @Override
    public long term() {
        return pipeline.term();
    }

    @Override
    public boolean waits() {
        return true;
    }
}
