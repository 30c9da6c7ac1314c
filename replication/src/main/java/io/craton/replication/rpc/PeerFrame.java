package io.craton.replication.rpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One message on the wire. A connection starts with a {@link PeerGreeting}; then frames go both ways:
 *
 * <pre>
 * length u32 (of the rest) | crc32c u32 (of what follows) | call u64 | message number u16 | protobuf
 * </pre>
 *
 * An answer carries the number of its call.
 */
record PeerFrame(long call, Message message) {
    private static final int LENGTH_BYTES = 4;
    private static final int HEADER_BYTES = 18;
    private static final int BODY_OFFSET = 8;

    /** Gives an encoded frame the number of its call. */
    static void number(ByteBuf frame, long call) {
        frame.setLong(BODY_OFFSET, call);
        frame.setInt(LENGTH_BYTES, checksum(frame.nioBuffer(BODY_OFFSET, frame.readableBytes() - BODY_OFFSET)));
    }

    /** Encodes at once: the message may share a buffer that its sender uses again. */
    static ByteBuf encode(ByteBufAllocator allocator, long call, MessageLite message) {
        int payload = message.getSerializedSize();
        ByteBuf frame = allocator.ioBuffer(HEADER_BYTES + payload);
        frame.writeInt(HEADER_BYTES - LENGTH_BYTES + payload).writeInt(0).writeLong(call).writeShort(PeerMessages.numberOf(message));
        try {
            CodedOutputStream output = CodedOutputStream.newInstance(frame.nioBuffer(HEADER_BYTES, payload));
            message.writeTo(output);
            output.flush();
        } catch (IOException e) {
            frame.release();
            throw new UncheckedIOException(e);
        }
        frame.writerIndex(HEADER_BYTES + payload);
        number(frame, call);
        return frame;
    }

    private static int checksum(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** Cuts the stream into frames; anything unexpected closes the connection. */
    static final class Decoder extends ByteToMessageDecoder {
        private final int frameBytesMax;

        Decoder(int frameBytesMax) {
            this.frameBytesMax = frameBytesMax;
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws IOException {
            PeerFrame frame = frame(in);
            if (frame != null) out.add(frame);
        }

        private @Nullable PeerFrame frame(ByteBuf in) throws IOException {
            if (in.readableBytes() < LENGTH_BYTES) return null;
            int length = in.getInt(in.readerIndex());
            if (length < HEADER_BYTES - LENGTH_BYTES || length > frameBytesMax) throw new CorruptedFrameException("frame of " + length + " bytes");
            if (in.readableBytes() < LENGTH_BYTES + length) return null;
            in.skipBytes(LENGTH_BYTES);
            int crc = in.readInt();
            ByteBuffer body = in.nioBuffer(in.readerIndex(), length - Integer.BYTES);
            if (crc != checksum(body.duplicate())) throw new CorruptedFrameException("checksum of a frame does not match");
            long call = in.readLong();
            Message prototype = PeerMessages.prototype(in.readUnsignedShort());
            if (prototype == null) throw new CorruptedFrameException("unknown message");
            byte[] payload = new byte[length - (HEADER_BYTES - LENGTH_BYTES)];
            in.readBytes(payload);
            return new PeerFrame(call, prototype.getParserForType().parseFrom(payload));
        }
    }
}
