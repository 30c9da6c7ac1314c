package io.craton.sql.session;

import io.craton.core.session.TransactionStatus;

/**
 * State of a session's transaction block. Pure: no clock, no I/O, no locks; the session performs the effect.
 *
 * <p>IMPLICIT is the transaction of a simple Query message or of a pipelined batch up to Sync; BEGIN makes a block of it.
 */
enum TransactionBlock {
    IDLE, IMPLICIT, OPEN, FAILED;

    enum Event { STATEMENT, BEGIN, COMMIT, ROLLBACK, ERROR, END_OF_BATCH }

    enum Effect {
        NONE, START, COMMIT, ROLLBACK, WARN_ALREADY_OPEN, WARN_NOT_OPEN, COMMIT_WARN_NOT_OPEN, ROLLBACK_WARN_NOT_OPEN
    }

    record Step(TransactionBlock next, Effect effect) {}

    Step on(Event event) {
        return switch (this) {
            case IDLE -> switch (event) {
                case STATEMENT -> new Step(IMPLICIT, Effect.START);
                case BEGIN -> new Step(OPEN, Effect.START);
                case COMMIT, ROLLBACK -> new Step(IDLE, Effect.WARN_NOT_OPEN);
                case ERROR, END_OF_BATCH -> new Step(IDLE, Effect.NONE);
            };
            case IMPLICIT -> switch (event) {
                case STATEMENT -> new Step(IMPLICIT, Effect.NONE);
                case BEGIN -> new Step(OPEN, Effect.NONE);
                case COMMIT -> new Step(IDLE, Effect.COMMIT_WARN_NOT_OPEN);
                case ROLLBACK -> new Step(IDLE, Effect.ROLLBACK_WARN_NOT_OPEN);
                case ERROR -> new Step(IDLE, Effect.ROLLBACK);
                case END_OF_BATCH -> new Step(IDLE, Effect.COMMIT);
            };
            case OPEN -> switch (event) {
                case STATEMENT, END_OF_BATCH -> new Step(OPEN, Effect.NONE);
                case BEGIN -> new Step(OPEN, Effect.WARN_ALREADY_OPEN);
                case COMMIT -> new Step(IDLE, Effect.COMMIT);
                case ROLLBACK -> new Step(IDLE, Effect.ROLLBACK);
                case ERROR -> new Step(FAILED, Effect.NONE);
            };
            case FAILED -> switch (event) {
                case STATEMENT, BEGIN, ERROR, END_OF_BATCH -> new Step(FAILED, Effect.NONE);
                // COMMIT of a failed block answers with the tag ROLLBACK.
                case COMMIT, ROLLBACK -> new Step(IDLE, Effect.ROLLBACK);
            };
        };
    }

    TransactionStatus status() {
        return switch (this) {
            case IDLE, IMPLICIT -> TransactionStatus.IDLE;
            case OPEN -> TransactionStatus.IN_TRANSACTION;
            case FAILED -> TransactionStatus.FAILED;
        };
    }
}
