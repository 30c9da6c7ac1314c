package io.craton.storage.io;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealFilesTest {
    @TempDir
    Path folder;

    @Test
    void aWriteThatFailsSaysWhere() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "no /dev/full on this machine");
        Files.createSymbolicLink(folder.resolve("some.file"), full);
        try (BlockFile file = RealFiles.at(folder).open("some.file")) {
            assertThatThrownBy(() -> file.write(ByteBuffer.wrap(new byte[] {1}), 0)).isInstanceOf(IOException.class).hasMessage(folder + ": No space left on device");
        }
    }
}
