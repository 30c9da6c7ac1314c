package io.craton.storage.txn;

import io.craton.core.error.PgException;
import io.craton.storage.entry.EntryWriter;
import io.craton.storage.projection.TenantProjection;
import io.craton.storage.projection.TenantProjection.SequenceValue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reservations in the log: entries of their own. Any thread. */
record LoggedSequences(TenantProjection projection, CommitPipeline pipeline) implements Sequences.Reservations {
    @Override
    public @Nullable SequenceValue stored(long storage) {
        return projection.sequence(storage);
    }

    @Override
    public void reserve(long storage, long value, boolean called, long term, Consumer<@Nullable PgException> done) {
        pipeline.submit(EntryWriter.sequence(projection.tenant(), storage, value, called), term, () -> {}, null, (position, error) -> done.accept(error));
    }

    @Override
    public long nanos() {
        return pipeline.nanos();
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
