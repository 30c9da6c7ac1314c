package io.craton.replication.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * The first bytes of a connection between members: what it is for, and the proof that both ends know the cluster's secret. Leaves the pipeline when that is done.
 *
 * <pre>
 * caller:   hello u64 ("CRATON", kind, version) | nonce, 16 bytes
 * answerer: nonce, 16 bytes
 * caller:   proof, 32 bytes
 * answerer: proof, 32 bytes
 * </pre>
 */
abstract class PeerGreeting extends ByteToMessageDecoder {
    /** Raft and what members ask each other. */
    static final long MESSAGES = 0x4352_4154_4f4e_5201L;

    /** One client's session on its way to the leader. */
    static final long SESSION = 0x4352_4154_4f4e_5301L;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long PATIENCE_SECONDS = 5;
    private static final byte CALLER = 'c';
    private static final byte ANSWERER = 'a';
    private static final String STRANGER = "it does not know the cluster's secret";

    private final PeerSecurity security;
    private final byte[] nonce = new byte[PeerSecurity.NONCE_BYTES];

    private PeerGreeting(PeerSecurity security) {
        this.security = security;
        RANDOM.nextBytes(nonce);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.executor().schedule(() -> {
            if (!context.isRemoved()) context.close();
        }, PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static String stranger(long hello) {
        if (hello >>> Byte.SIZE != MESSAGES >>> Byte.SIZE && hello >>> Byte.SIZE != SESSION >>> Byte.SIZE) return "it does not speak as nodes do";
        return "it speaks version " + (hello & 0xff) + " of what nodes speak, this node version " + (MESSAGES & 0xff) + ": it is of a version of Craton that does not work with this one";
    }

    private static byte[] take(ByteBuf in, int bytes) {
        byte[] taken = new byte[bytes];
        in.readBytes(taken);
        return taken;
    }

    /** The first two bytes of a TLS record: a handshake or an alert. */
    static boolean isTls(ByteBuf in) {
        return in.readableBytes() > 1 && (in.getByte(in.readerIndex()) == 0x16 || in.getByte(in.readerIndex()) == 0x15) && in.getByte(in.readerIndex() + 1) == 3;
    }

    static PeerGreeting caller(PeerSecurity security, long hello, Runnable greeted) {
        return new Caller(security, hello, greeted);
    }

    static PeerGreeting answerer(PeerSecurity security, LongConsumer greeted) {
        return new Answerer(security, greeted);
    }

    private static final class Caller extends PeerGreeting {
        private final long hello;
        private final Runnable greeted;
        private byte[] answererNonce = {};
        /** Why it came to nothing was said. */
        private boolean told;

        Caller(PeerSecurity security, long hello, Runnable greeted) {
            super(security);
            this.hello = hello;
            this.greeted = greeted;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(Unpooled.buffer(24).writeLong(hello).writeBytes(super.nonce));
            context.fireChannelActive();
        }

        @Override
        protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            if (told) return;
            if (answererNonce.length > 0) throw failed("it closed the connection before both knew each other; perhaps it does not know the same secret");
            throw failed("it closed the connection at once; perhaps " + (super.security.tls() == null ? "its cluster port speaks TLS, and this node's does not"
                    : "its cluster port does not speak TLS, and this node's does") + ", or it is of a version of Craton that does not work with this one");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            told = true;
            context.fireExceptionCaught(cause);
        }

        private CorruptedFrameException failed(String why) {
            told = true;
            return new CorruptedFrameException(why);
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            if (told) return;
            if (answererNonce.length == 0) {
                if (in.readableBytes() < PeerSecurity.NONCE_BYTES) return;
                answererNonce = take(in, PeerSecurity.NONCE_BYTES);
                context.writeAndFlush(Unpooled.wrappedBuffer(super.security.proof(CALLER, hello, super.nonce, answererNonce)));
            }
            if (in.readableBytes() < PeerSecurity.PROOF_BYTES) return;
            byte[] expected = super.security.proof(ANSWERER, hello, super.nonce, answererNonce);
            if (!PeerSecurity.equal(expected, take(in, PeerSecurity.PROOF_BYTES))) throw failed(STRANGER);
            context.pipeline().remove(this);
            greeted.run();
        }
    }

    private static final class Answerer extends PeerGreeting {
        private final LongConsumer greeted;
        private long hello;
        private byte[] callerNonce = {};

        Answerer(PeerSecurity security, LongConsumer greeted) {
            super(security);
            this.greeted = greeted;
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            if (callerNonce.length == 0) {
                if (in.readableBytes() < Long.BYTES + PeerSecurity.NONCE_BYTES) return;
                if (isTls(in)) throw new CorruptedFrameException("it speaks TLS, and this node's cluster port does not");
                hello = in.readLong();
                if (hello != MESSAGES && hello != SESSION) throw new CorruptedFrameException(stranger(hello));
                callerNonce = take(in, PeerSecurity.NONCE_BYTES);
                context.writeAndFlush(Unpooled.wrappedBuffer(super.nonce));
            }
            if (in.readableBytes() < PeerSecurity.PROOF_BYTES) return;
            byte[] expected = super.security.proof(CALLER, hello, callerNonce, super.nonce);
            if (!PeerSecurity.equal(expected, take(in, PeerSecurity.PROOF_BYTES))) throw new CorruptedFrameException(STRANGER);
            context.writeAndFlush(Unpooled.wrappedBuffer(super.security.proof(ANSWERER, hello, callerNonce, super.nonce)));
            greeted.accept(hello);
            context.pipeline().remove(this);
        }
    }
}
