package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.type.FormatContext;
import io.craton.sql.exec.ConstraintQueue;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.RunningQueries;
import io.craton.sql.exec.TransitionTable;
import io.craton.sql.function.RoutineCalls;
import io.craton.sql.session.SessionView;
import io.craton.storage.txn.Transaction;
import io.craton.storage.io.TemporaryFolder;
import org.jspecify.annotations.Nullable;

/** A context inside another: all is the caller's but what the implementation says itself. */
public interface CallerContext extends ExecContext {
    ExecContext caller();

    @Override
    default @Nullable Object parameter(int index) {
        return caller().parameter(index);
    }

    @Override
    default Transaction transaction() {
        return caller().transaction();
    }

    @Override
    default FormatContext format() {
        return caller().format();
    }

    @Override
    default boolean asciiLetters() {
        return caller().asciiLetters();
    }

    @Override
    default SessionView session() {
        return caller().session();
    }

    @Override
    default ConstraintQueue constraints() {
        return caller().constraints();
    }

    @Override
    default RoutineCalls routines() {
        return caller().routines();
    }

    @Override
    default long statementMicros() {
        return caller().statementMicros();
    }

    @Override
    default void checkInterrupts() {
        caller().checkInterrupts();
    }

    @Override
    default boolean charge(long bytes) {
        return caller().charge(bytes);
    }

    @Override
    default ExecContext root() {
        return caller().root();
    }

    @Override
    default void insist() {
        caller().insist();
    }

    @Override
    default @Nullable TemporaryFolder spillFolder() {
        return caller().spillFolder();
    }

    @Override
    default @Nullable RunningQueries running() {
        return caller().running();
    }

    @Override
    default @Nullable TransitionTable transitionTable(String name) {
        return caller().transitionTable(name);
    }

    @Override
    default void notice(PgError notice) {
        caller().notice(notice);
    }

    @Override
    default String callStack() {
        return caller().callStack();
    }
}
