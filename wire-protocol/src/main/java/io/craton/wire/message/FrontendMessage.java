package io.craton.wire.message;

import io.craton.core.session.BoundParameters;

/** A message of a client whose session is open. The byte is its tag on the wire. Immutable; arrays are not changed after decoding. */
public sealed interface FrontendMessage {
    record Query(String sql) implements FrontendMessage {}

    record Parse(String statement, String sql, int[] parameterTypes) implements FrontendMessage {}

    record Bind(String portal, String statement, BoundParameters parameters, short[] resultFormats) implements FrontendMessage {}

    record DescribeStatement(String statement) implements FrontendMessage {}

    record DescribePortal(String portal) implements FrontendMessage {}

    /** @param maxRows 0 for all rows */
    record Execute(String portal, int maxRows) implements FrontendMessage {}

    record CloseStatement(String statement) implements FrontendMessage {}

    record ClosePortal(String portal) implements FrontendMessage {}

    record Flush() implements FrontendMessage {
        public static final Flush MESSAGE = new Flush();
    }

    record Sync() implements FrontendMessage {
        public static final Sync MESSAGE = new Sync();
    }

    record Terminate() implements FrontendMessage {
        public static final Terminate MESSAGE = new Terminate();
    }

    record CopyData(byte[] bytes) implements FrontendMessage {}

    record CopyDone() implements FrontendMessage {
        public static final CopyDone MESSAGE = new CopyDone();
    }

    record CopyFail(String reason) implements FrontendMessage {}

    /** A call of a function by its oid, as libpq's and pgjdbc's calls for large objects are. */
    record FunctionCall(int function, BoundParameters arguments, short resultFormat) implements FrontendMessage {}

    /** A whole frame whose content breaks the protocol: an error of this message only, as framing is intact. */
    record Malformed(MessageTag tag, io.craton.core.error.PgError error) implements FrontendMessage {}

    default MessageTag tag() {
        return switch (this) {
            case Query q -> MessageTag.QUERY;
            case Parse p -> MessageTag.PARSE;
            case Bind b -> MessageTag.BIND;
            case DescribeStatement d -> MessageTag.DESCRIBE;
            case DescribePortal d -> MessageTag.DESCRIBE;
            case Execute e -> MessageTag.EXECUTE;
            case CloseStatement c -> MessageTag.CLOSE;
            case ClosePortal c -> MessageTag.CLOSE;
            case Flush f -> MessageTag.FLUSH;
            case Sync s -> MessageTag.SYNC;
            case Terminate t -> MessageTag.TERMINATE;
            case CopyData c -> MessageTag.COPY_DATA;
            case CopyDone c -> MessageTag.COPY_DONE;
            case CopyFail c -> MessageTag.COPY_FAIL;
            case FunctionCall f -> MessageTag.FUNCTION_CALL;
            case Malformed m -> m.tag();
        };
    }
}
