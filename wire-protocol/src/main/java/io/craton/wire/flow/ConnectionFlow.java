package io.craton.wire.flow;

import io.craton.wire.message.MessageTag;

/**
 * State of an open session between messages, as PostgreSQL's main loop keeps it. Pure. After an error in the extended protocol
 * everything up to the next Sync is skipped; COPY messages outside COPY are leftovers of a COPY that failed and are skipped too.
 */
public enum ConnectionFlow {
    READY,
    /** An extended-protocol message failed; Sync ends this. */
    SKIPPING,
    ENDED;

    public enum Action { RUN, DISCARD, END }

    public Action actionFor(MessageTag tag) {
        return switch (this) {
            case READY -> switch (tag) {
                case QUERY, PARSE, BIND, DESCRIBE, EXECUTE, CLOSE, FLUSH, SYNC, FUNCTION_CALL -> Action.RUN;
                case COPY_DATA, COPY_DONE, COPY_FAIL -> Action.DISCARD;
                case TERMINATE -> Action.END;
            };
            case SKIPPING -> switch (tag) {
                case SYNC -> Action.RUN;
                case TERMINATE -> Action.END;
                case QUERY, PARSE, BIND, DESCRIBE, EXECUTE, CLOSE, FLUSH, FUNCTION_CALL, COPY_DATA, COPY_DONE, COPY_FAIL ->
                    Action.DISCARD;
            };
            case ENDED -> Action.DISCARD;
        };
    }

    /** State while such a message runs and after its success. */
    public ConnectionFlow running(MessageTag tag) {
        return this == SKIPPING && tag == MessageTag.SYNC ? READY : this;
    }

    /** State after an error of such a message. */
    public ConnectionFlow failed(MessageTag tag) {
        return this == ENDED || endsWithReadyForQuery(tag) ? this : SKIPPING;
    }

    /** Does ReadyForQuery follow such a message, whether it succeeds or fails? */
    public static boolean endsWithReadyForQuery(MessageTag tag) {
        return tag == MessageTag.QUERY || tag == MessageTag.SYNC || tag == MessageTag.FUNCTION_CALL;
    }
}
