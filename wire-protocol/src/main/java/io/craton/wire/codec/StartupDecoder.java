package io.craton.wire.codec;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.wire.message.StartupPacket;
import io.craton.wire.message.StartupPacket.CancelRequest;
import io.craton.wire.message.StartupPacket.GssEncRequest;
import io.craton.wire.message.StartupPacket.SslRequest;
import io.craton.wire.message.StartupPacket.Startup;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the packets before a session:
 *
 * <pre>
 * length   4 bytes, itself included, at most 10,000
 * code     4 bytes: protocol version, or what else is asked for
 * rest     parameters as zero-terminated names and values, one more zero; or the cancel key
 * </pre>
 *
 * What breaks the rules throws a FATAL error.
 */
public final class StartupDecoder {
    public static final int LENGTH_MAX = 10_000;
    private static final String EXTENSION_PREFIX = "_pq_.";

    private StartupDecoder() {}

    /** The next packet, or null when it has not arrived as a whole. */
    public static @Nullable StartupPacket decode(ByteBuf in) {
        if (in.readableBytes() < 4) return null;
        int length = in.getInt(in.readerIndex());
        if (length < 8 || length > LENGTH_MAX) throw fatal(SqlState.PROTOCOL_VIOLATION, "invalid length of startup packet");
        if (in.readableBytes() < length) return null;
        in.skipBytes(4);
        int code = in.readInt();
        byte[] body = new byte[length - 8];
        in.readBytes(body);
        return switch (code) {
            case StartupPacket.SSL_REQUEST -> alone(body, new SslRequest());
            case StartupPacket.GSSENC_REQUEST -> alone(body, new GssEncRequest());
            case StartupPacket.CANCEL_REQUEST -> cancel(body);
            default -> startup(code, body);
        };
    }

    private static StartupPacket alone(byte[] body, StartupPacket packet) {
        if (body.length != 0) throw fatal(SqlState.PROTOCOL_VIOLATION, "invalid length of startup packet");
        return packet;
    }

    private static StartupPacket cancel(byte[] body) {
        if (body.length != 8) throw fatal(SqlState.PROTOCOL_VIOLATION, "invalid length of startup packet");
        MessageReader reader = new MessageReader();
        reader.over(body, 0, body.length);
        return new CancelRequest(reader.readInt(), reader.readInt());
    }

    private static StartupPacket startup(int version, byte[] body) {
        int major = version >>> 16;
        int minor = version & 0xffff;
        if (major != 3) {
            throw fatal(SqlState.FEATURE_NOT_SUPPORTED, "unsupported frontend protocol " + major + "." + minor
                    + ": server supports 3.0 to 3.0");
        }
        MessageReader reader = new MessageReader();
        reader.over(body, 0, body.length);
        Map<String, String> parameters = new LinkedHashMap<>();
        List<String> extensions = new ArrayList<>();
        try {
            for (String name = reader.readText(); !name.isEmpty(); name = reader.readText()) {
                String value = reader.readText();
                if (name.startsWith(EXTENSION_PREFIX)) extensions.add(name);
                else parameters.put(name, value);
            }
        } catch (PgException bad) {
            if (bad.state() != SqlState.PROTOCOL_VIOLATION) throw bad.error().withSeverity(Severity.FATAL).exception();
            throw badLayout();
        }
        if (reader.remaining() != 0) throw badLayout();
        return new Startup(minor, parameters, List.copyOf(extensions));
    }

    private static PgException badLayout() {
        return fatal(SqlState.PROTOCOL_VIOLATION, "invalid startup packet layout: expected terminator as last byte");
    }

    private static PgException fatal(SqlState state, String message) {
        return PgError.of(Severity.FATAL, state, message).exception();
    }
}
