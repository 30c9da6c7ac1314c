package io.craton.sql.exec;

import io.craton.core.error.PgError;
import io.craton.core.type.FormatContext;
import io.craton.sql.session.SessionView;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.txn.Transaction;
import io.craton.storage.io.TemporaryFolder;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The statement's context in the hands of a helping thread: it stops when the statement needs it no longer. */
final class WorkerContext implements ExecContext {
    private final ExecContext statement;
    private final BooleanSupplier stopped;

    WorkerContext(ExecContext statement, BooleanSupplier stopped) {
        this.statement = statement;
        this.stopped = stopped;
    }

    @Override
    public Transaction transaction() {
        return statement.transaction();
    }

    @Override
    public Catalog catalog() {
        return statement.catalog();
    }

    @Override
    public FormatContext format() {
        return statement.format();
    }

    @Override
    public SessionView session() {
        return statement.session();
    }

    @Override
    public boolean asciiLetters() {
        return statement.asciiLetters();
    }

    @Override
    public @Nullable Object parameter(int index) {
        return statement.parameter(index);
    }

    @Override
    public long statementMicros() {
        return statement.statementMicros();
    }

    @Override
    public void checkInterrupts() {
        if (stopped.getAsBoolean()) throw new CancellationException();
        statement.checkInterrupts();
    }

    @Override
    public boolean charge(long bytes) {
        return statement.charge(bytes);
    }

    @Override
    public ExecContext root() {
        return statement.root();
    }

    @Override
    public void insist() {
        statement.insist();
    }

    @Override
    public void notice(PgError notice) {
        statement.notice(notice);
    }

    @Override
    public ConstraintQueue constraints() {
        return statement.constraints();
    }

    @Override
    public @Nullable TemporaryFolder spillFolder() {
        return statement.spillFolder();
    }
}
