package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scripts of meta-commands: psql prints what it prints of PostgreSQL ({@link ClientRecorder}). */
@ExtendWith(TestNode.class)
class PsqlScriptsTest {
    static List<Path> scripts() throws Exception {
        return ClientRecorder.scripts();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    @Timeout(180)
    void printsWhatPostgresPrints(Path script, @TempDir Path folder) throws Exception {
        assumeTrue(ClientProgram.find("psql") != null, "psql is not on this machine");
        ClientProgram craton = new ClientProgram("127.0.0.1", TestNode.port(), folder);
        assertThat(ClientRecorder.output(craton, script)).isEqualTo(Files.readString(ClientRecorder.recorded(script)));
    }
}
