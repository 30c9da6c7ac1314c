package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Conversations recorded from PostgreSQL, message by message; see {@link Transcript}. */
@ExtendWith(TestNode.class)
@Timeout(180)
class TranscriptTest {
    static Stream<Path> files() throws IOException {
        return Transcript.files();
    }

    @ParameterizedTest
    @MethodSource("files")
    void answersAsPostgresDoes(Path file) throws IOException, SQLException {
        String database = "transcript_" + file.getFileName().toString().replace(".pgt", "");
        List<String> lines = Files.readAllLines(file);
        try (Connection admin = TestNode.connect()) {
            TestNode.run(admin, "create database " + database);
            try {
                var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), TestNode.port());
                assertThat(Transcript.replay(address, database, lines)).containsExactlyElementsOf(lines);
            } finally {
                TestNode.run(admin, "drop database " + database + " with (force)");
            }
        }
    }
}
