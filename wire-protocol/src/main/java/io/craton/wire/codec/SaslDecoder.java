package io.craton.wire.codec;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads SASLInitialResponse and SASLResponse, both with the tag 'p'. What breaks the rules throws a FATAL 08P01. */
public final class SaslDecoder {
    public static final int LENGTH_MAX = 1024;

    private SaslDecoder() {}

    public record Initial(String mechanism, String message) {}

    /** SASLInitialResponse, or null when it has not arrived as a whole. */
    public static @Nullable Initial initial(ByteBuf in) {
        byte[] body = body(in);
        if (body == null) return null;
        MessageReader reader = new MessageReader();
        reader.over(body, 0, body.length);
        try {
            String mechanism = reader.readText();
            int length = reader.readInt();
            if (length != reader.remaining()) throw fatal("invalid message format");
            return new Initial(mechanism, new String(body, reader.position(), length, StandardCharsets.UTF_8));
        } catch (PgException malformed) {
            throw malformed.error().withSeverity(Severity.FATAL).exception();
        }
    }

    /** SASLResponse, or null when it has not arrived as a whole. */
    public static @Nullable String response(ByteBuf in) {
        byte[] body = body(in);
        return body == null ? null : new String(body, StandardCharsets.UTF_8);
    }

    private static byte @Nullable [] body(ByteBuf in) {
        if (!in.isReadable()) return null;
        int tag = in.getUnsignedByte(in.readerIndex());
        if (tag != 'p') throw fatal("expected SASL response, got message type " + tag);
        if (in.readableBytes() < 5) return null;
        int length = in.getInt(in.readerIndex() + 1);
        if (length < 4 || length > LENGTH_MAX) throw fatal("invalid message length");
        if (in.readableBytes() <= length) return null;
        in.skipBytes(5);
        byte[] body = new byte[length - 4];
        in.readBytes(body);
        return body;
    }

    private static PgException fatal(String message) {
        return PgError.of(Severity.FATAL, SqlState.PROTOCOL_VIOLATION, message).exception();
    }
}
