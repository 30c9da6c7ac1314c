package io.craton.core.session;

import org.jspecify.annotations.Nullable;

/** Bytes of COPY FROM STDIN. */
public interface CopySource {
    /** Waits for the next CopyData payload; null at CopyDone. CopyFail is 57014 with the client's message. */
    byte @Nullable [] next();
}
