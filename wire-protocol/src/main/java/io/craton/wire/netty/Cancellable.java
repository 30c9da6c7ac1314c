package io.craton.wire.netty;

/** What a cancel key opens. */
interface Cancellable {
    /** Any thread: cancels the statement at work, if there is one; {@code done} runs when that has been done. */
    void cancelStatement(Runnable done);
}
