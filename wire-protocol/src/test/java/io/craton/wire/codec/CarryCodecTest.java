package io.craton.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import io.craton.core.session.SessionFactory.StartUp;
import io.craton.core.session.SessionFactory.ClientCertificate;
import io.craton.core.session.SessionFactory.Tls;
import io.craton.core.session.SessionState;
import io.craton.core.type.ByteWriter;
import io.craton.wire.codec.CarryPreamble.Opening;
import io.craton.wire.message.MessageTag;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The preamble, and both scanners over streams that are cut anywhere. */
final class CarryCodecTest {
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    @Test
    void preamblesComeBackWhole() throws UnknownHostException {
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 1}), 54_321);
        SessionState state = SessionState.fresh().with(0, new byte[] {1, 2, 3}).with(3, new byte[300]);
        for (Tls tls : new Tls[] {null, new Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", 256, null), new Tls("TLSv1.2", "x", 128, new ClientCertificate("/CN=ann", "77", "/CN=ca"))}) {
            for (Opening opening : Opening.values()) {
                StartUp startUp = new StartUp(Map.of("user", "ann", "database", "ünï"), 2 << 24 | 7, remote, tls, StartUp.Place.STANDBY);
                ByteBuf in = encoded(new CarryPreamble.Session(startUp, -5, opening, state));
                for (int length = 0; length < in.readableBytes(); length += 7) {
                    assertThat(CarryPreamble.decode(in.slice(0, length))).isNull();
                }
                CarryPreamble.Session back = (CarryPreamble.Session) CarryPreamble.decode(in);
                assertThat(back.startUp()).isEqualTo(startUp);
                assertThat(back.secret()).isEqualTo(-5);
                assertThat(back.opening()).isEqualTo(opening);
                assertThat(back.state().parts()).isDeepEqualTo(state.parts());
                assertThat(in.isReadable()).isFalse();
            }
        }
        assertThat(CarryPreamble.decode(encoded(new CarryPreamble.Cancel(3, 4)))).isEqualTo(new CarryPreamble.Cancel(3, 4));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "4, 127", "8, 2", "9, 9"})
    void otherBytesAreNoPreamble(int at, int value) {
        ByteBuf in = encoded(new CarryPreamble.Cancel(3, 4));
        in.setByte(at, value);
        assertThatThrownBy(() -> CarryPreamble.decode(in)).isInstanceOf(PgException.class).hasMessageContaining("preamble of a carried session");
    }

    private static ByteBuf encoded(CarryPreamble preamble) {
        ByteWriter out = new ByteWriter(64);
        CarryPreamble.encode(out, preamble);
        return Unpooled.wrappedBuffer(out.toByteArray());
    }

    /** Feeds a stream in pieces of random lengths; what is not taken comes again with the next piece. */
    private interface Taker {
        void take(ByteBuf in);
    }

    private void inPieces(byte[] stream, Taker taker) {
        ByteBuf in = Unpooled.buffer();
        for (int at = 0; at < stream.length; ) {
            int length = Math.min(stream.length - at, random.nextInt(5) == 0 ? 1 : 1 + random.nextInt(40));
            in.writeBytes(stream, at, length);
            at += length;
            taker.take(in);
        }
        assertThat(in.isReadable()).as("seed %d", seed).isFalse();
    }

    @Test
    void answersPassAndFramesForTheRelayDoNot() {
        for (int round = 0; round < 300; round++) {
            ByteWriter stream = new ByteWriter(64);
            ByteWriter passed = new ByteWriter(64);
            List<String> found = new ArrayList<>();
            int messages = random.nextInt(20);
            for (int i = 0; i < messages; i++) {
                if (random.nextInt(3) == 0) {
                    CarryFrame kind = CarryFrame.values()[random.nextInt(CarryFrame.values().length)];
                    byte[] body = new byte[random.nextInt(30)];
                    random.nextBytes(body);
                    kind.write(stream, body);
                    found.add(kind + " " + Unpooled.wrappedBuffer(body).toString(StandardCharsets.ISO_8859_1));
                    continue;
                }
                ByteWriter message = new ByteWriter(16);
                if (random.nextInt(3) == 0) {
                    message.putByte('Z');
                    message.putInt(5);
                    message.putByte('T');
                    found.add("ready T");
                } else {
                    message.putByte('D');
                    byte[] body = new byte[random.nextInt(60)];
                    random.nextBytes(body);
                    message.putInt(4 + body.length);
                    message.putBytes(body);
                }
                stream.putBytes(message.toByteArray());
                passed.putBytes(message.toByteArray());
            }
            ByteBuf out = Unpooled.buffer();
            List<String> seen = new ArrayList<>();
            BackendScanner scanner = new BackendScanner();
            BackendScanner.Found sink = new BackendScanner.Found() {
                @Override
                public void pass(ByteBuf in, int length) {
                    out.writeBytes(in, length);
                }

                @Override
                public void ready(char status) {
                    seen.add("ready " + status);
                }

                @Override
                public void frame(CarryFrame kind, ByteBuf body) {
                    seen.add(kind + " " + body.toString(StandardCharsets.ISO_8859_1));
                }
            };
            inPieces(stream.toByteArray(), in -> scanner.scan(in, sink));
            byte[] bytes = new byte[out.readableBytes()];
            out.readBytes(bytes);
            assertThat(bytes).as("seed %d", seed).isEqualTo(passed.toByteArray());
            assertThat(seen).as("seed %d", seed).isEqualTo(found);
            assertThat(scanner.atBoundary()).as("seed %d", seed).isTrue();
        }
    }

    @Test
    void aClientsMessagesAreCountedUntilTheyAreAnswered() {
        for (int round = 0; round < 300; round++) {
            ByteWriter stream = new ByteWriter(64);
            List<Integer> ends = new ArrayList<>();
            boolean batchOpen = false;
            int messages = random.nextInt(30);
            for (int i = 0; i < messages; i++) {
                MessageTag tag = MessageTag.values()[random.nextInt(MessageTag.values().length)];
                stream.putByte(tag.tag);
                byte[] body = new byte[random.nextInt(60)];
                stream.putInt(4 + body.length);
                stream.putBytes(body);
                switch (tag) {
                    case QUERY, SYNC, FUNCTION_CALL -> {
                        ends.add(stream.size());
                        batchOpen = false;
                    }
                    case PARSE, BIND, DESCRIBE, EXECUTE, CLOSE -> batchOpen = true;
                    default -> { }
                }
            }
            FrontendScanner scanner = new FrontendScanner(List.of());
            long[] forwarded = new long[1];
            inPieces(stream.toByteArray(), in -> {
                int length = scanner.scan(in, forwarded[0]);
                forwarded[0] += length;
                in.skipBytes(length);
            });
            for (int end : ends) {
                assertThat(scanner.atRest()).as("seed %d", seed).isFalse();
                assertThat(scanner.answered()).as("seed %d", seed).isEqualTo(end);
            }
            assertThat(scanner.answered()).isEqualTo(-1);
            assertThat(scanner.atRest()).as("seed %d", seed).isEqualTo(!batchOpen);
        }
    }

    /** Messages: Q text; P name text; B name; E; S. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "I | Q select 1 | true", "T | Q select 1 | false", "T | Q commit | true", "T | B old, E | true", "T | Q select 1; END | true", "T | Q select 'commit' | true",
        "T | Q update tendency set a = 1 | false", "T | Q rollback | false", "E | Q select 1 | false", "I | P . select 1 | false",
        "T | Q release savepoint a | false", "T | Q select * from committee | true", "T | Q rollback, Q insert into t values (1) | true",
        "T | Q rollback; insert into t values (1) | true", "E | Q ROLLBACK, Q begin | true", "T | P . commit, B ., E, S | true",
        "T | P . rollback, B ., E, S | false", "T | P . rollback, B ., E, S, B ., E, S | true", "T | P a commit, P b select 1, B b, E, S | false",
        "T | P a commit, P b select 1, B b, E, B a, E | true", "T | P a commit, P a select 1, B a, E, S | true"
    })
    void whatMayHaveCommittedIsKnown(char status, String messages, boolean may) {
        FrontendScanner scanner = new FrontendScanner(List.of("old"));
        long forwarded = 0;
        for (String message : messages.split(", ")) {
            ByteBuf in = Unpooled.wrappedBuffer(message(message));
            int length = scanner.scan(in, forwarded);
            assertThat(length).isEqualTo(in.readableBytes());
            forwarded += length;
        }
        assertThat(scanner.mayHaveCommitted(status)).isEqualTo(may);
    }

    private static byte[] message(String text) {
        String[] words = text.split(" ", 3);
        String name = words.length > 1 && !words[1].equals(".") ? words[1] : "";
        String body = switch (text.charAt(0)) {
            case 'Q' -> text.substring(2) + "\0";
            case 'P' -> name + "\0" + words[2] + "\0\0\0";
            case 'B' -> "\0" + name + "\0\0\0\0\0\0\0";
            case 'E' -> "\0\0\0\0\0";
            default -> "";
        };
        ByteWriter out = new ByteWriter(64);
        out.putByte(text.charAt(0));
        out.putInt(4 + body.length());
        out.putAscii(body);
        return out.toByteArray();
    }

    @Test
    void aMessageThatIsNotWholeMayCommit() {
        FrontendScanner scanner = new FrontendScanner(List.of());
        byte[] query = message("Q insert into t values (1)");
        scanner.scan(Unpooled.wrappedBuffer(query, 0, query.length - 3), 0);
        assertThat(scanner.mayHaveCommitted('T')).isTrue();
        assertThat(scanner.mayHaveCommitted('I')).isFalse();
        assertThat(scanner.atRest()).isFalse();
    }
}
