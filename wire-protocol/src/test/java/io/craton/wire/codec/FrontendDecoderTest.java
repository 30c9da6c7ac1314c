package io.craton.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.session.BoundParameters;
import io.craton.wire.WireConfig;
import io.craton.wire.message.FrontendMessage;
import io.craton.wire.message.FrontendMessage.Bind;
import io.craton.wire.message.FrontendMessage.ClosePortal;
import io.craton.wire.message.FrontendMessage.CloseStatement;
import io.craton.wire.message.FrontendMessage.CopyData;
import io.craton.wire.message.FrontendMessage.CopyDone;
import io.craton.wire.message.FrontendMessage.CopyFail;
import io.craton.wire.message.FrontendMessage.DescribePortal;
import io.craton.wire.message.FrontendMessage.DescribeStatement;
import io.craton.wire.message.FrontendMessage.Execute;
import io.craton.wire.message.FrontendMessage.Flush;
import io.craton.wire.message.FrontendMessage.Malformed;
import io.craton.wire.message.FrontendMessage.Parse;
import io.craton.wire.message.FrontendMessage.Query;
import io.craton.wire.message.FrontendMessage.Sync;
import io.craton.wire.message.FrontendMessage.Terminate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FrontendDecoderTest {
    private static final String[] TEXTS = {"", "s", "P0_1", "select 1", "h\u00e4\u00df \u20ac \uD83D\uDC18", "x".repeat(100), "\uFFFD", "y".repeat(20_000)};
    private final Random random = new Random(SEED);
    private static final long SEED = 7_202_611;
    private final FrontendDecoder decoder = new FrontendDecoder(WireConfig.FRAME_BYTES_MAX);

    @Test
    void whatIsEncodedIsDecodedHoweverItIsCut() {
        for (int round = 0; round < 300; round++) {
            List<FrontendMessage> messages = new ArrayList<>();
            ByteBuf bytes = Unpooled.buffer();
            for (int i = random.nextInt(20); i >= 0; i--) {
                FrontendMessage message = any();
                if (message instanceof CopyData && !messages.isEmpty() && messages.getLast() instanceof CopyData) continue;
                messages.add(message);
                encode(message, bytes);
            }
            List<FrontendMessage> decoded = new ArrayList<>();
            ByteBuf arrived = Unpooled.buffer();
            while (bytes.isReadable()) {
                arrived.writeBytes(bytes, Math.min(bytes.readableBytes(), 1 + random.nextInt(random.nextBoolean() ? 7 : 30_000)));
                for (FrontendMessage m = decoder.decode(arrived); m != null; m = decoder.decode(arrived)) decoded.add(m);
            }
            assertThat(shown(decoded)).as("seed %s round %s", SEED, round).isEqualTo(shown(messages));
            assertThat(arrived.isReadable()).isFalse();
        }
    }

    @Test
    void neighbouringCopyDataBecomesOne() {
        ByteBuf bytes = Unpooled.buffer();
        for (int i = 0; i < 10; i++) encode(new CopyData((i + "\n").getBytes(StandardCharsets.US_ASCII)), bytes);
        encode(CopyDone.MESSAGE, bytes);
        assertThat(decoder.decode(bytes)).isInstanceOfSatisfying(CopyData.class,
                data -> assertThat(new String(data.bytes(), StandardCharsets.US_ASCII)).isEqualTo("0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n"));
        assertThat(decoder.decode(bytes)).isEqualTo(CopyDone.MESSAGE);
    }

    @Test
    void framesThatCannotBeCutAreFatal() {
        for (int[] header : new int[][] {{'Q', 3}, {'Q', 0}, {'Q', -1}, {'Q', Integer.MIN_VALUE}, {'Q', 0x40000000}, {'S', 10_001}, {0, 4},
            {'z', 4}, {0xff, 4}, {'p', 8}}) {
            ByteBuf bytes = Unpooled.buffer().writeByte(header[0]).writeInt(header[1]);
            assertThatThrownBy(() -> decoder.decode(bytes)).isInstanceOfSatisfying(PgException.class, e -> {
                assertThat(e.state()).isEqualTo(SqlState.PROTOCOL_VIOLATION);
                assertThat(e.error().severity()).isEqualTo(Severity.FATAL);
            });
        }
    }

    /** Every body that is cut short or changed is read or refused, and the next message is found. */
    @Test
    void damagedBodiesNeverShiftTheNextMessage() {
        for (int round = 0; round < 3000; round++) {
            ByteBuf one = Unpooled.buffer();
            FrontendMessage message = any();
            if (message instanceof CopyData) continue;
            encode(message, one);
            byte[] frame = new byte[one.readableBytes()];
            one.readBytes(frame);
            int kept = 5 + (frame.length > 5 ? random.nextInt(frame.length - 5) : 0);
            byte[] damaged = Arrays.copyOf(frame, kept);
            for (int i = 5; i < kept; i++) if (random.nextInt(10) == 0) damaged[i] = (byte) random.nextInt();
            ByteBuf bytes = Unpooled.buffer().writeByte(damaged[0]).writeInt(kept - 1).writeBytes(damaged, 5, kept - 5);
            encode(Sync.MESSAGE, bytes);
            assertThat(decoder.decode(bytes)).as("seed %s round %s", SEED, round).isNotNull();
            assertThat(decoder.decode(bytes)).isEqualTo(Sync.MESSAGE);
        }
    }

    @Test
    void hugeCountsDoNotAllocate() {
        ByteBuf parse = Unpooled.buffer().writeByte('P').writeInt(4 + 2 + 2).writeShort(0).writeShort(0xffff);
        assertThat(decoder.decode(parse)).isInstanceOfSatisfying(Malformed.class,
                m -> assertThat(m.error().message()).isEqualTo("insufficient data left in message"));
        ByteBuf bind = Unpooled.buffer().writeByte('B').writeInt(4 + 2 + 4 + 4).writeShort(0).writeShort(0).writeShort(1).writeInt(Integer.MAX_VALUE);
        assertThat(decoder.decode(bind)).isInstanceOf(Malformed.class);
    }

    @Test
    void badUtf8IsNamedAsPostgresNamesIt() {
        record Case(int[] bytes, String shown) {}
        for (Case each : new Case[] {new Case(new int[] {'a', 0xff}, "0xff"), new Case(new int[] {0xc3, 'x'}, "0xc3 0x78"),
            new Case(new int[] {0xe2, 0x82}, "0xe2 0x82"), new Case(new int[] {0xc0, 0x80}, "0xc0 0x80"),
            new Case(new int[] {0xed, 0xa0, 0x80}, "0xed 0xa0 0x80"), new Case(new int[] {0xf5, 0x80, 0x80, 0x80}, "0xf5 0x80 0x80 0x80")}) {
            ByteBuf query = Unpooled.buffer().writeByte('Q').writeInt(5 + each.bytes.length);
            for (int b : each.bytes) query.writeByte(b);
            query.writeByte(0);
            assertThat(decoder.decode(query)).isInstanceOfSatisfying(Malformed.class, m -> {
                assertThat(m.error().state()).isEqualTo(SqlState.CHARACTER_NOT_IN_REPERTOIRE);
                assertThat(m.error().message()).isEqualTo("invalid byte sequence for encoding \"UTF8\": " + each.shown);
            });
        }
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private String name() {
        return TEXTS[random.nextInt(TEXTS.length - 2)];
    }

    private FrontendMessage any() {
        return switch (random.nextInt(14)) {
            case 0 -> new Query(text());
            case 1 -> new Parse(name(), text(), random.ints(random.nextInt(4)).toArray());
            case 2, 3 -> bind();
            case 4 -> new DescribeStatement(name());
            case 5 -> new DescribePortal(name());
            case 6 -> new Execute(name(), random.nextInt());
            case 7 -> new CloseStatement(name());
            case 8 -> new ClosePortal(name());
            case 9 -> Flush.MESSAGE;
            case 10 -> Sync.MESSAGE;
            case 11 -> Terminate.MESSAGE;
            case 12 -> new CopyData(text().getBytes(StandardCharsets.UTF_8));
            default -> random.nextBoolean() ? CopyDone.MESSAGE : new CopyFail(name());
        };
    }

    private Bind bind() {
        int count = random.nextInt(4);
        short[] formats = formats(switch (random.nextInt(3)) {
            case 0 -> 0;
            case 1 -> 1;
            default -> count;
        });
        ByteBuf values = Unpooled.buffer();
        int[] offsets = new int[count];
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++) {
            byte[] value = text().getBytes(StandardCharsets.UTF_8);
            lengths[i] = random.nextInt(4) == 0 ? -1 : value.length;
            values.writeInt(lengths[i]);
            offsets[i] = values.writerIndex();
            if (lengths[i] >= 0) values.writeBytes(value);
        }
        byte[] bytes = new byte[values.readableBytes()];
        values.readBytes(bytes);
        return new Bind(name(), name(), new BoundParameters(bytes, formats, offsets, lengths), formats(random.nextInt(3)));
    }

    private short[] formats(int count) {
        short[] formats = new short[count];
        for (int i = 0; i < count; i++) formats[i] = (short) random.nextInt(2);
        return formats;
    }

    private static void encode(FrontendMessage message, ByteBuf out) {
        out.writeByte(message.tag().tag);
        int lengthAt = out.writerIndex();
        out.writeInt(0);
        switch (message) {
            case Query query -> text(out, query.sql());
            case Parse parse -> {
                text(out, parse.statement());
                text(out, parse.sql());
                out.writeShort(parse.parameterTypes().length);
                for (int type : parse.parameterTypes()) out.writeInt(type);
            }
            case Bind bind -> {
                text(out, bind.portal());
                text(out, bind.statement());
                shorts(out, bind.parameters().formats());
                out.writeShort(bind.parameters().count());
                out.writeBytes(bind.parameters().bytes());
                shorts(out, bind.resultFormats());
            }
            case DescribeStatement describe -> text(out.writeByte('S'), describe.statement());
            case DescribePortal describe -> text(out.writeByte('P'), describe.portal());
            case CloseStatement close -> text(out.writeByte('S'), close.statement());
            case ClosePortal close -> text(out.writeByte('P'), close.portal());
            case Execute execute -> {
                text(out, execute.portal());
                out.writeInt(execute.maxRows());
            }
            case CopyData data -> out.writeBytes(data.bytes());
            case CopyFail fail -> text(out, fail.reason());
            default -> { }
        }
        out.setInt(lengthAt, out.writerIndex() - lengthAt);
    }

    private static void shorts(ByteBuf out, short[] values) {
        out.writeShort(values.length);
        for (short each : values) out.writeShort(each);
    }

    private static void text(ByteBuf out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8)).writeByte(0);
    }

    private static List<String> shown(List<FrontendMessage> messages) {
        return messages.stream().map(FrontendDecoderTest::show).toList();
    }

    private static String show(FrontendMessage message) {
        return switch (message) {
            case Parse parse -> "Parse " + parse.statement() + " " + parse.sql() + Arrays.toString(parse.parameterTypes());
            case CopyData data -> "CopyData " + Arrays.toString(data.bytes());
            case Bind bind -> {
                StringBuilder line = new StringBuilder("Bind " + bind.portal() + " " + bind.statement() + Arrays.toString(bind.resultFormats()));
                BoundParameters values = bind.parameters();
                for (int i = 0; i < values.count(); i++) {
                    int from = values.offsets()[i];
                    line.append(' ').append(values.format(i)).append(values.lengths()[i] < 0 ? "null"
                            : Arrays.toString(Arrays.copyOfRange(values.bytes(), from, from + values.lengths()[i])));
                }
                yield line.toString();
            }
            default -> message.toString();
        };
    }
}
