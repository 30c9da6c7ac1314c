package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.type.FormatContext;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.session.SessionView;
import io.craton.storage.txn.Transaction;

/** Just enough of a statement for pure functions. */
final class PureContext implements ExecContext {
    @Override
    public Transaction transaction() {
        throw new UnsupportedOperationException();
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
    public Object parameter(int index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long statementMicros() {
        return 0;
    }

    @Override
    public void checkInterrupts() {}

    @Override
    public boolean charge(long bytes) {
        return true;
    }

    @Override
    public void notice(PgError notice) {}

    @Override
    public io.craton.sql.exec.ConstraintQueue constraints() {
        throw new UnsupportedOperationException();
    }
}
