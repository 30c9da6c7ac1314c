package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Bytes that no client should send, in every state of a connection of a real node: they may end the connection that sent them, and hurt nobody else. Each round says
 * the seed it can be repeated with.
 */
@ExtendWith(TestNode.class)
@Timeout(400)
class WireFuzzTest {
    private static final long SEED = Long.getLong("craton.seed", System.nanoTime());
    private static final int ROUNDS = Integer.getInteger("craton.fuzz.rounds", 400);

    /** States by what has been sent to reach them. */
    private static final List<List<String>> STATES = List.of(
            List.of(),
            List.of("Query begin"),
            List.of("Query begin", "Query nonsense"),
            List.of("Query copy fuzz from stdin"),
            List.of("Query copy fuzz from stdin (format binary)"),
            List.of("Parse s - insert into fuzz values ($1)", "Bind p s - 1"),
            List.of("Parse s - select g from generate_series(1, 100) g", "Bind p s -", "Execute p 3", "Flush"),
            List.of("Parse - - select nonsense"),
            List.of("Parse c - copy fuzz from stdin", "Bind p c -", "Execute p 0"),
            List.of("Query listen fuzz"),
            List.of("Query begin; declare c cursor for select 1; savepoint s"));

    private static final List<String> MESSAGES = List.of("Query select 1", "Query begin", "Query insert into fuzz values (2)", "Parse - - select $1::int", "Parse s 23 select $1",
            "Bind - - - 1", "Bind p s 0 1", "Describe S s", "Describe P p", "Execute p 0", "Execute - 7", "Close S s", "Close P p", "Sync", "Flush", "CopyData 1\\n",
            "CopyDone", "CopyFail no", "Query select repeat('x', 100000)");

    @Test
    void badBytesHurtNobodyElse() throws SQLException, IOException {
        System.out.println("WireFuzzTest seed " + SEED);
        Random random = new Random(SEED);
        try (Connection witness = TestNode.connect()) {
            TestNode.run(witness, "drop table if exists fuzz", "create table fuzz (a int)");
            for (int round = 0; round < ROUNDS; round++) {
                String context = "seed " + SEED + " round " + round;
                if (random.nextInt(5) == 0) strangers(random);
                else guests(random);
                assertThat(TestNode.value(witness, "select 40 + 2")).as(context).isEqualTo("42");
            }
            await(witness, "not exists (select from pg_stat_activity where application_name = 'fuzz')");
            TestNode.run(witness, "lock table fuzz", "drop table fuzz");
        }
    }

    private static void await(Connection witness, String condition) throws SQLException {
        witness.setAutoCommit(true);
        while (!TestNode.value(witness, "select " + condition).equals("t")) Thread.onSpinWait();
        witness.setAutoCommit(false);
    }

    /** Not logged in. */
    private static void strangers(Random random) throws IOException {
        byte[] bytes = switch (random.nextInt(6)) {
            case 0 -> bytes(random, 1 + random.nextInt(300));
            case 1 -> ints(random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(), 3 << 16);
            case 2 -> ints(8, 80_877_103, 8, 80_877_103);
            case 3 -> ints(16, 80_877_102, random.nextInt(), random.nextInt());
            case 4 -> ints(8 + random.nextInt(20), 3 << 16 | random.nextInt(4), random.nextInt(), 0, 0, 0, 0);
            default -> mutate(startUp(), random);
        };
        try (Socket socket = open()) {
            socket.getOutputStream().write(bytes);
            listen(socket, random);
        }
    }

    private static void guests(Random random) throws IOException {
        try (Socket socket = open()) {
            socket.getOutputStream().write(startUp());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (String line : STATES.get(random.nextInt(STATES.size()))) out.writeBytes(TranscriptClient.encode(line));
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                byte[] message = TranscriptClient.encode(MESSAGES.get(random.nextInt(MESSAGES.size())));
                out.writeBytes(random.nextInt(4) == 0 ? message : mutate(message, random));
            }
            socket.getOutputStream().write(out.toByteArray());
            listen(socket, random);
        }
    }

    private static Socket open() throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), TestNode.port()), 10_000);
        socket.setSoTimeout(1);
        return socket;
    }

    private static byte[] startUp() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Map.Entry<String, String> each : Map.of("user", "postgres", "database", "postgres", "application_name", "fuzz").entrySet()) {
            body.writeBytes((each.getKey() + "\0" + each.getValue() + "\0").getBytes(StandardCharsets.UTF_8));
        }
        body.write(0);
        return ByteBuffer.allocate(8 + body.size()).putInt(8 + body.size()).putInt(3 << 16).put(body.toByteArray()).array();
    }

    /** Reads a little or nothing, as clients do that go wrong. */
    private static void listen(Socket socket, Random random) throws IOException {
        if (random.nextBoolean()) return;
        try {
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[8192];
            while (in.read(buffer) >= 0) { }
        } catch (SocketTimeoutException quiet) {
            assertThat(socket.isConnected()).isTrue(); // the server waits for more
        } catch (java.net.SocketException reset) {
            assertThat(reset).isNotNull(); // the server has had enough
        }
    }

    private static byte[] mutate(byte[] message, Random random) {
        byte[] bytes = message.clone();
        switch (random.nextInt(8)) {
            case 0 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            case 1 -> bytes[0] = (byte) random.nextInt(256);
            case 2 -> bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 3 -> bytes = java.util.Arrays.copyOf(bytes, bytes.length + random.nextInt(50));
            case 4 -> setLength(bytes, random.nextInt(64) - 8);
            case 5 -> setLength(bytes, random.nextBoolean() ? Integer.MAX_VALUE - random.nextInt(16) : Integer.MIN_VALUE + random.nextInt(16));
            case 6 -> {
                for (int i = random.nextInt(8); i >= 0; i--) bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            default -> bytes = bytes(random, 1 + random.nextInt(100));
        }
        return bytes;
    }

    private static void setLength(byte[] message, int length) {
        if (message.length >= 5) ByteBuffer.wrap(message).putInt(1, length);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] ints(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length);
        for (int value : values) buffer.putInt(value);
        return buffer.array();
    }
}
