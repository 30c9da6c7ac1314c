package io.craton.sql.exec;

import org.jspecify.annotations.Nullable;

/** Takes rows as datums. */
@FunctionalInterface
public interface RowConsumer {
    void accept(@Nullable Object[] row);
}
