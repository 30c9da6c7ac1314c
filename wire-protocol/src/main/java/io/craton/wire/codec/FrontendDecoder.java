package io.craton.wire.codec;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.session.BoundParameters;
import io.craton.wire.message.FrontendMessage;
import io.craton.wire.message.FrontendMessage.Bind;
import io.craton.wire.message.FrontendMessage.CloseStatement;
import io.craton.wire.message.FrontendMessage.ClosePortal;
import io.craton.wire.message.FrontendMessage.CopyData;
import io.craton.wire.message.FrontendMessage.CopyDone;
import io.craton.wire.message.FrontendMessage.CopyFail;
import io.craton.wire.message.FrontendMessage.DescribePortal;
import io.craton.wire.message.FrontendMessage.DescribeStatement;
import io.craton.wire.message.FrontendMessage.Execute;
import io.craton.wire.message.FrontendMessage.Flush;
import io.craton.wire.message.FrontendMessage.FunctionCall;
import io.craton.wire.message.FrontendMessage.Malformed;
import io.craton.wire.message.FrontendMessage.Parse;
import io.craton.wire.message.FrontendMessage.Query;
import io.craton.wire.message.FrontendMessage.Sync;
import io.craton.wire.message.FrontendMessage.Terminate;
import io.craton.wire.message.MessageTag;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Cuts frames and reads messages of an open session:
 *
 * <pre>
 * tag      1 byte
 * length   4 bytes, itself included
 * body     length - 4 bytes
 * </pre>
 *
 * A frame that cannot be cut (unknown tag, impossible length) throws a FATAL 08P01: nothing behind it can be trusted. A frame whose
 * body is bad becomes {@link Malformed}. One decoder per event loop, owned by its thread; it holds nothing of a connection.
 */
public final class FrontendDecoder {
    private static final int HEADER_LENGTH = 5;
    private static final int SMALL_LENGTH_MAX = 10_000;
    private static final int SCRATCH_LENGTH = 16 * 1024;
    private static final int COPY_LENGTH = 64 * 1024;
    private static final int[] NO_INTS = {};
    private static final short[] NO_SHORTS = {};
    private static final short[] ALL_TEXT = {0};
    private static final short[] ALL_BINARY = {1};

    private final MessageReader reader = new MessageReader();
    private final byte[] scratch = new byte[SCRATCH_LENGTH];
    private final int frameBytesMax;

    public FrontendDecoder(int frameBytesMax) {
        this.frameBytesMax = frameBytesMax;
    }

    /** The next message, or null when it has not arrived as a whole; the reader index then stands at its start. */
    public @Nullable FrontendMessage decode(ByteBuf in) {
        if (in.readableBytes() < HEADER_LENGTH) {
            if (in.isReadable()) tagAt(in);
            return null;
        }
        MessageTag tag = tagAt(in);
        int length = lengthAt(in, tag);
        if (in.readableBytes() <= length) return null;
        if (tag == MessageTag.COPY_DATA) return copyData(in);
        int bodyLength = length - 4;
        in.skipBytes(HEADER_LENGTH);
        byte[] body = bodyLength <= SCRATCH_LENGTH ? scratch : new byte[bodyLength];
        in.readBytes(body, 0, bodyLength);
        reader.over(body, 0, bodyLength);
        try {
            return message(tag);
        } catch (PgException malformed) {
            return new Malformed(tag, malformed.error());
        }
    }

    /** Bytes that the message at the reader index needs, header included; 0 while that is unknown. */
    public int wanted(ByteBuf in) {
        return in.readableBytes() < HEADER_LENGTH ? 0 : 1 + lengthAt(in, tagAt(in));
    }

    private static MessageTag tagAt(ByteBuf in) {
        int first = in.getByte(in.readerIndex());
        MessageTag tag = MessageTag.of(first);
        if (tag == null) throw fatal("invalid frontend message type " + (first & 0xff));
        return tag;
    }

    private int lengthAt(ByteBuf in, MessageTag tag) {
        int length = in.getInt(in.readerIndex() + 1);
        int max = tag.length == MessageTag.Length.SMALL ? SMALL_LENGTH_MAX : frameBytesMax;
        if (length < 4 || length > max) throw fatal("invalid message length");
        return length;
    }

    private FrontendMessage message(MessageTag tag) {
        FrontendMessage message = switch (tag) {
            case QUERY -> new Query(reader.readText());
            case PARSE -> parse();
            case BIND -> bind();
            case EXECUTE -> new Execute(reader.readName(), reader.readInt());
            case DESCRIBE -> describe();
            case CLOSE -> close();
            case SYNC -> Sync.MESSAGE;
            case FLUSH -> Flush.MESSAGE;
            case TERMINATE -> Terminate.MESSAGE;
            case COPY_DATA -> throw new IllegalStateException("CopyData is read before");
            case COPY_DONE -> CopyDone.MESSAGE;
            case COPY_FAIL -> new CopyFail(reader.readText());
            case FUNCTION_CALL -> functionCall();
        };
        reader.end();
        return message;
    }

    private Parse parse() {
        String statement = reader.readName();
        String sql = reader.readText();
        int count = reader.readUnsignedShort();
        if (count == 0) return new Parse(statement, sql, NO_INTS);
        if (reader.remaining() < 4 * count) throw MessageReader.violation("insufficient data left in message");
        int[] types = new int[count];
        for (int i = 0; i < count; i++) types[i] = reader.readInt();
        return new Parse(statement, sql, types);
    }

    private Bind bind() {
        String portal = reader.readName();
        String statement = reader.readName();
        short[] formats = formats();
        int count = reader.readUnsignedShort();
        if (formats.length > 1 && formats.length != count) {
            throw MessageReader.violation("bind message has " + formats.length + " parameter formats but " + count
                    + " parameters");
        }
        BoundParameters parameters = count == 0 ? BoundParameters.NONE : parameters(formats, count);
        return new Bind(portal, statement, parameters, formats());
    }

    private BoundParameters parameters(short[] formats, int count) {
        if (reader.remaining() < 4 * count) throw MessageReader.violation("insufficient data left in message");
        int[] offsets = new int[count];
        int[] lengths = new int[count];
        int start = reader.position();
        for (int i = 0; i < count; i++) {
            int length = reader.readInt();
            if (length < -1) throw MessageReader.violation("insufficient data left in message");
            offsets[i] = reader.position() - start;
            lengths[i] = length;
            if (length > 0) reader.skip(length);
        }
        return new BoundParameters(reader.copyFrom(start), formats, offsets, lengths);
    }

    private short[] formats() {
        int count = reader.readUnsignedShort();
        if (count == 0) return NO_SHORTS;
        if (count == 1) {
            short only = format();
            return only == 0 ? ALL_TEXT : ALL_BINARY;
        }
        if (reader.remaining() < 2 * count) throw MessageReader.violation("insufficient data left in message");
        short[] formats = new short[count];
        for (int i = 0; i < count; i++) formats[i] = format();
        return formats;
    }

    private short format() {
        int format = (short) reader.readUnsignedShort();
        if (format != 0 && format != 1) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "unsupported format code: " + format);
        }
        return (short) format;
    }

    private FrontendMessage describe() {
        int kind = reader.readByte();
        String name = reader.readName();
        return switch (kind) {
            case 'S' -> new DescribeStatement(name);
            case 'P' -> new DescribePortal(name);
            default -> throw MessageReader.violation("invalid DESCRIBE message subtype " + kind);
        };
    }

    private FrontendMessage close() {
        int kind = reader.readByte();
        String name = reader.readName();
        return switch (kind) {
            case 'S' -> new CloseStatement(name);
            case 'P' -> new ClosePortal(name);
            default -> throw MessageReader.violation("invalid CLOSE message subtype " + kind);
        };
    }

    private FunctionCall functionCall() {
        int function = reader.readInt();
        short[] formats = formats();
        int count = reader.readUnsignedShort();
        if (formats.length > 1 && formats.length != count) {
            throw MessageReader.violation("function call message contains " + formats.length + " argument formats but " + count + " arguments");
        }
        BoundParameters arguments = count == 0 ? BoundParameters.NONE : parameters(formats, count);
        return new FunctionCall(function, arguments, format());
    }

    /** Many clients send one CopyData for each row. Their borders mean nothing, so those that have arrived become one message. */
    private CopyData copyData(ByteBuf in) {
        int total = 0;
        int at = in.readerIndex();
        while (true) {
            int length = completeCopyData(in, at);
            if (length < 0 || total > 0 && total + length > COPY_LENGTH) break;
            total += length;
            at += HEADER_LENGTH + length;
        }
        byte[] bytes = new byte[total];
        for (int filled = 0; in.readerIndex() < at; ) {
            int length = in.getInt(in.readerIndex() + 1) - 4;
            in.skipBytes(HEADER_LENGTH).readBytes(bytes, filled, length);
            filled += length;
        }
        return new CopyData(bytes);
    }

    /** Length of the data of a CopyData message that stands here as a whole, -1 when there is none. */
    private int completeCopyData(ByteBuf in, int at) {
        int available = in.writerIndex() - at - HEADER_LENGTH;
        if (available < 0 || in.getByte(at) != MessageTag.COPY_DATA.tag) return -1;
        int length = in.getInt(at + 1) - 4;
        return length < 0 || length > available || length > frameBytesMax - 4 ? -1 : length;
    }

    private static PgException fatal(String message) {
        return new PgException(PgError.of(Severity.FATAL, SqlState.PROTOCOL_VIOLATION, message));
    }
}
