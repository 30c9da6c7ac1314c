package io.craton.wire.codec;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.session.SessionFactory.StartUp;
import io.craton.core.session.SessionFactory.ClientCertificate;
import io.craton.core.session.SessionFactory.Tls;
import io.craton.core.session.SessionState;
import io.craton.core.type.ByteReader;
import io.craton.core.type.ByteWriter;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The first thing on a channel that a node opens to the leader for a client:
 *
 * <pre>
 * magic    4 bytes, "CRSN"
 * length   4 bytes: of what follows
 * version  1 byte
 * kind     1 byte: 1 session, 2 cancel
 * body     process id (4), secret (4); for a session also
 *          flags (1), with TLS its version, cipher and key length, remote address (1 byte length, then address and 2 bytes port),
 *          start-up parameters, parts of its state
 * </pre>
 *
 * The client has been authenticated where it connected; no password travels.
 */
public sealed interface CarryPreamble {
    int MAGIC = 0x4352534e;
    int VERSION = 1;
    int LENGTH_MAX = 256 << 20;
    int HEADER_LENGTH = 8;

    int processId();

    int secret();

    /** What the session is to begin with. */
    enum Opening {
        /** With a greeting: the client has just connected. */
        NEW,
        /** With nothing: the client knows of no change. */
        MOVED,
        /** In a transaction block whose next statement fails: the node that ran the block is gone. */
        MOVED_IN_BLOCK,
        /** As that, and the error comes at once: the block was lost in the middle of a batch of the extended protocol. */
        MOVED_IN_BATCH,
        /** In a transaction block that has failed, as the client knows. */
        MOVED_IN_FAILED_BLOCK
    }

    record Session(StartUp startUp, int secret, Opening opening, SessionState state) implements CarryPreamble {
        @Override
        public int processId() {
            return startUp.processId();
        }
    }

    record Cancel(int processId, int secret) implements CarryPreamble {}

    /** The preamble, or null when it has not arrived as a whole. */
    static @Nullable CarryPreamble decode(ByteBuf in) {
        if (in.readableBytes() < HEADER_LENGTH) return null;
        int start = in.readerIndex();
        if (in.getInt(start) != MAGIC) throw bad("is none");
        int length = in.getInt(start + 4);
        if (length < 10 || length > LENGTH_MAX) throw bad("of " + length + " bytes");
        if (in.readableBytes() < HEADER_LENGTH + length) return null;
        in.skipBytes(HEADER_LENGTH);
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        ByteReader reader = new ByteReader(bytes);
        int version = reader.getByte();
        if (version != VERSION) throw bad("of version " + version);
        int kind = reader.getByte();
        try {
            return switch (kind) {
                case 1 -> session(reader);
                case 2 -> new Cancel(reader.getInt(), reader.getInt());
                default -> throw bad("of kind " + kind);
            };
        } catch (IndexOutOfBoundsException | UnknownHostException e) {
            throw bad("cut short");
        }
    }

    private static Session session(ByteReader reader) throws UnknownHostException {
        int processId = reader.getInt();
        int secret = reader.getInt();
        int flags = reader.getByte();
        Tls tls = (flags & 1) == 0 ? null : new Tls(text(reader), text(reader), reader.getInt(), client(reader));
        int addressLength = reader.getByte();
        InetSocketAddress remote = null;
        if (addressLength > 0) {
            InetAddress address = InetAddress.getByAddress(reader.getBytes(addressLength));
            remote = new InetSocketAddress(address, reader.getShort() & 0xffff);
        }
        int count = reader.getShort() & 0xffff;
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) parameters.put(text(reader), text(reader));
        int parts = reader.getByte();
        if (parts != SessionState.Part.values().length) throw bad("with " + parts + " parts of state");
        byte[][] state = new byte[parts][];
        for (int i = 0; i < parts; i++) state[i] = reader.getBytes(reader.getInt());
        return new Session(new StartUp(parameters, processId, remote, tls, StartUp.Place.STANDBY), secret,
                opening(flags >>> 1), new SessionState(state));
    }

    private static Opening opening(int number) {
        if (number < 0 || number >= Opening.values().length) throw bad("that begins in an unknown way");
        return Opening.values()[number];
    }

    static void encode(ByteWriter out, CarryPreamble preamble) {
        out.putInt(MAGIC);
        int lengthAt = out.size();
        out.putInt(0);
        out.putByte(VERSION);
        out.putByte(preamble instanceof Session ? 1 : 2);
        out.putInt(preamble.processId());
        out.putInt(preamble.secret());
        if (preamble instanceof Session session) encodeSession(out, session);
        out.setInt(lengthAt, out.size() - lengthAt - 4);
    }

    private static void encodeSession(ByteWriter out, Session session) {
        StartUp startUp = session.startUp();
        Tls tls = startUp.tls();
        out.putByte((tls != null ? 1 : 0) | session.opening().ordinal() << 1);
        if (tls != null) {
            text(out, tls.version());
            text(out, tls.cipher());
            out.putInt(tls.bits());
            ClientCertificate client = tls.client();
            out.putByte(client == null ? 0 : 1);
            if (client != null) {
                text(out, client.subject());
                text(out, client.serial());
                text(out, client.issuer());
            }
        }
        if (startUp.remote() instanceof InetSocketAddress remote && remote.getAddress() != null) {
            byte[] address = remote.getAddress().getAddress();
            out.putByte(address.length);
            out.putBytes(address);
            out.putShort(remote.getPort());
        } else {
            out.putByte(0);
        }
        out.putShort(startUp.parameters().size());
        startUp.parameters().forEach((name, value) -> {
            text(out, name);
            text(out, value);
        });
        out.putByte(session.state().parts().length);
        for (byte[] part : session.state().parts()) {
            out.putInt(part.length);
            out.putBytes(part);
        }
    }

    private static void text(ByteWriter out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putInt(bytes.length);
        out.putBytes(bytes);
    }

    private static @Nullable ClientCertificate client(ByteReader reader) {
        return reader.getByte() == 0 ? null : new ClientCertificate(text(reader), text(reader), text(reader));
    }

    private static String text(ByteReader reader) {
        return reader.getUtf8(reader.getInt());
    }

    private static PgException bad(String how) {
        return PgError.of(Severity.FATAL, SqlState.PROTOCOL_VIOLATION, "preamble of a carried session " + how).exception();
    }
}
