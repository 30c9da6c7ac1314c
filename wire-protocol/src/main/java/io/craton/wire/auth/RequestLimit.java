package io.craton.wire.auth;

import io.craton.core.error.PgError;
import org.jspecify.annotations.Nullable;

/** How often one session may ask for something, together with all those that it shares the limit with. Any thread. */
@FunctionalInterface
public interface RequestLimit {
    RequestLimit NONE = () -> null;

    /** One more request; why it is refused, null when it is not. */
    @Nullable PgError more();
}
