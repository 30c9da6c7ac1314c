package io.craton.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.wire.auth.AccessRules;
import io.craton.wire.netty.PgServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays the transcripts: lines with {@code >} are sent in one write, lines with {@code <} must come back, and nothing else. The
 * answers are PostgreSQL's: {@link #main} records them anew from a server that is given to it.
 */
@Timeout(90)
final class TranscriptTest {
    private static PgServer server;
    private static RelayPair pair;

    @BeforeAll
    static void start() throws IOException {
        server = new PgServer(WireConfig.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                new FakeSessions(Map.of()), AccessRules.trustLoopback(),
                request -> HttpResponder.Response.of(200, "text/plain", new byte[0]), WireObserver.NONE);
        server.start();
        pair = new RelayPair(new FakeSessions(Map.of()));
    }

    @AfterAll
    static void stop() {
        server.close();
        pair.close();
    }

    static Stream<Path> transcripts() throws IOException, URISyntaxException {
        Path folder = Path.of(TranscriptTest.class.getResource("/transcripts").toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".pgt")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void answersAsRecorded(Path file) throws IOException {
        List<String> expected = Files.readAllLines(file);
        List<String> actual = replay(server.address(), expected, 10_000);
        assertThat(answers(actual)).containsExactlyElementsOf(answers(expected));
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void answersTheSameThroughARelay(Path file) throws IOException {
        List<String> expected = Files.readAllLines(file);
        assertThat(answers(replay(pair.follower.address(), expected, 10_000))).containsExactlyElementsOf(answers(expected));
        trickled(pair.follower.address(), expected);
    }

    private static void trickle(RawClient client, byte[] message) {
        try {
            for (byte each : message) client.send(new byte[] {each});
        } catch (UncheckedIOException closedByServer) {
            assertThat(client.socket().isConnected()).isTrue(); // its last words are still to be read
        }
    }

    private static List<String> answers(List<String> lines) {
        return lines.stream().filter(line -> line.startsWith("< ")).toList();
    }

    /** The same blocks arrive byte by byte: borders of packets mean nothing. */
    @ParameterizedTest
    @MethodSource("transcripts")
    void answersTheSameWhenBytesTrickle(Path file) throws IOException {
        trickled(server.address(), Files.readAllLines(file));
    }

    private static void trickled(InetSocketAddress address, List<String> lines) {
        try (RawClient client = RawClient.login(address)) {
            for (String line : lines) {
                if (line.startsWith("> ")) {
                    trickle(client, RawClient.encode(line.substring(2)));
                } else if (line.startsWith("< ")) {
                    assertThat("< " + client.read()).isEqualTo(line);
                }
            }
        }
    }

    /** Sends the blocks and writes what comes back in place of the recorded answers. */
    private static List<String> replay(InetSocketAddress address, List<String> lines, int quietMillis) {
        List<String> result = new ArrayList<>();
        try (RawClient client = RawClient.login(address)) {
            boolean recording = quietMillis < 1000;
            client.timeout(quietMillis);
            for (int i = 0; i < lines.size(); ) {
                if (!lines.get(i).startsWith("> ")) {
                    if (!lines.get(i).startsWith("< ")) result.add(lines.get(i));
                    i++;
                    continue;
                }
                List<byte[]> block = new ArrayList<>();
                for (; i < lines.size() && lines.get(i).startsWith("> "); i++) {
                    result.add(lines.get(i));
                    block.add(RawClient.encode(lines.get(i).substring(2)));
                }
                client.send(block.toArray(byte[][]::new));
                int answers = 0;
                while (i + answers < lines.size() && lines.get(i + answers).startsWith("< ")) answers++;
                for (int read = 0; recording || read < answers; read++) {
                    String answer = client.read();
                    if (answer.equals("Quiet")) break;
                    result.add("< " + answer);
                    if (answer.equals("Closed")) break;
                }
            }
            boolean closed = result.stream().anyMatch(line -> line.equals("< Closed"));
            if (!closed && !recording) {
                client.send("Terminate");
                String last = client.read();
                if (!last.equals("Closed")) result.add("< " + last + " (unexpected)");
            }
        }
        return result;
    }

    /** {@code host port folder}: records the answers of a PostgreSQL server into the transcripts of a folder. */
    public static void main(String[] arguments) throws IOException {
        InetSocketAddress address = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
        try (Stream<Path> files = Files.list(Path.of(arguments[2]))) {
            for (Path file : files.sorted().toList()) {
                List<String> lines = Files.readAllLines(file);
                if (lines.getFirst().contains("Craton only")) continue;
                Files.write(file, replay(address, lines, 400));
            }
        }
    }
}
