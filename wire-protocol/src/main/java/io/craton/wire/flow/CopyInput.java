package io.craton.wire.flow;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.session.CopySource;
import io.craton.wire.message.FrontendMessage;
import io.craton.wire.message.FrontendMessage.CopyData;
import io.craton.wire.message.FrontendMessage.CopyDone;
import io.craton.wire.message.FrontendMessage.CopyFail;
import io.craton.wire.message.FrontendMessage.Malformed;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The copy-in part of the protocol: data until CopyDone or CopyFail; Flush and Sync mean nothing here; all else ends the connection. */
public final class CopyInput implements CopySource {
    private final Supplier<FrontendMessage> messages;
    private boolean done;
    private boolean synchronizationLost;
    private int syncsPassedOver;

    /** @param messages waits for the client's next message; throws when the client is gone */
    public CopyInput(Supplier<FrontendMessage> messages) {
        this.messages = messages;
    }

    @Override
    public byte @Nullable [] next() {
        while (!done) {
            FrontendMessage message = messages.get();
            switch (message.tag()) {
                case COPY_DATA -> {
                    return ((CopyData) message).bytes();
                }
                case COPY_DONE -> done = true;
                case COPY_FAIL -> throw failed(message);
                case FLUSH -> { }
                case SYNC -> syncsPassedOver++;
                case QUERY, PARSE, BIND, DESCRIBE, EXECUTE, CLOSE, TERMINATE, FUNCTION_CALL -> throw unexpected(message);
            }
        }
        return null;
    }

    /** Did a message come that has no place in COPY? Then the session cannot go on. */
    boolean synchronizationLost() {
        return synchronizationLost;
    }

    int syncsPassedOver() {
        return syncsPassedOver;
    }

    private PgException failed(FrontendMessage message) {
        return switch (message) {
            case CopyFail fail -> new PgException(SqlState.QUERY_CANCELED, "COPY from stdin failed: " + fail.reason());
            case Malformed malformed -> malformed.error().exception();
            default -> unexpected(message);
        };
    }

    private PgException unexpected(FrontendMessage message) {
        if (message instanceof Malformed malformed && malformed.error().severity() == Severity.FATAL) {
            return malformed.error().exception();
        }
        synchronizationLost = true;
        return PgError.error(SqlState.PROTOCOL_VIOLATION,
                String.format("unexpected message type 0x%02X during COPY from stdin", (int) message.tag().tag)).exception();
    }
}
