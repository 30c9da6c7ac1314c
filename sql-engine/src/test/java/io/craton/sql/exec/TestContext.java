package io.craton.sql.exec;

import io.craton.core.error.PgError;
import io.craton.core.type.FormatContext;
import io.craton.sql.session.SessionView;
import io.craton.storage.txn.Transaction;
import io.craton.storage.io.TemporaryFolder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A statement's context without session and storage; the budget can be small. */
public final class TestContext implements ExecContext {
    private static final Transaction.View NOWHERE = new Transaction.View() {};

    private final @Nullable Transaction transaction;
    private final long budget;
    private final @Nullable TemporaryFolder spillFolder;
    private long charged;
    public Object[] parameters = new Object[0];
    public boolean wentOver;

    public TestContext() {
        this(null, Long.MAX_VALUE, null);
    }

    public TestContext(@Nullable Transaction transaction, long budget, @Nullable Path spillFolder) {
        this.transaction = transaction;
        this.budget = budget;
        this.spillFolder = spillFolder == null ? null : new TemporaryFolder(spillFolder, true);
    }

    @Override
    public Transaction.View view() {
        return NOWHERE;
    }

    @Override
    public void view(Transaction.View view) {}

    @Override
    public Transaction transaction() {
        if (transaction == null) throw new UnsupportedOperationException();
        return transaction;
    }

    /** Trees without a transaction read no tables. */
    @Override
    public void requireSettled() {
        if (transaction != null) transaction.requireSettled();
    }

    @Override
    public FormatContext format() {
        return FormatContext.DEFAULT;
    }

    @Override
    public SessionView session() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean asciiLetters() {
        return false;
    }

    @Override
    public @Nullable Object parameter(int index) {
        return parameters[index];
    }

    @Override
    public long statementMicros() {
        return 0;
    }

    @Override
    public void checkInterrupts() {}

    @Override
    public boolean charge(long bytes) {
        charged += bytes;
        wentOver |= charged > budget;
        return charged <= budget;
    }

    long charged() {
        return charged;
    }

    @Override
    public void notice(PgError notice) {}

    @Override
    public @Nullable TemporaryFolder spillFolder() {
        return spillFolder;
    }

    @Override
    public io.craton.sql.exec.ConstraintQueue constraints() {
        throw new UnsupportedOperationException();
    }
}
