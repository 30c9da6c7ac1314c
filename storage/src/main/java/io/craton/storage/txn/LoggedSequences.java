package io.craton.storage.txn;

import io.craton.core.error.PgException;
import io.craton.storage.entry.EntryWriter;
import io.craton.storage.projection.TenantProjection.SequenceValue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reservations in the log: entries of their own. Any thread. */
record LoggedSequences(TransactionManager manager) implements Sequences.Reservations {
    @Override
    public @Nullable SequenceValue stored(long storage) {
        return manager.projection.sequence(storage);
    }

    @Override
    public void reserve(long storage, long value, boolean called, long term, Consumer<@Nullable PgException> done) {
        Home home = manager.home();
        byte[] entry = EntryWriter.sequence(manager.projection.tenant(), storage, value, called);
        // where another home's values were counted on, term 0 refuses them
        long own = home.isOf(term) ? Home.termOf(term) : 0;
        if (manager.isLeaving()) Thread.startVirtualThread(() -> submit(entry, home, own, done));
        else submit(entry, home, own, done);
    }

    private void submit(byte[] entry, Home home, long term, Consumer<@Nullable PgException> done) {
        manager.submit(entry, home, term, true, () -> {}, null, _ -> (position, error) -> done.accept(error));
    }

    @Override
    public long nanos() {
        return manager.nanos();
    }

    @Override
    public long term() {
        return manager.home().era();
    }

    @Override
    public boolean waits() {
        return true;
    }
}
