package io.craton.storage.log;

import io.craton.storage.io.FileStore;
import java.io.IOException;
import java.util.function.Consumer;

/** Logs that have no thread of their own: whoever appends keeps house. */
public final class InlineLog {
    private InlineLog() {}

    public static EventLog open(FileStore store, LogOptions options, Consumer<Throwable> onFailure) throws IOException {
        return EventLog.open(store, options, onFailure, LogKeeper.inline());
    }
}
