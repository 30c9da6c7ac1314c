package io.craton.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class PgExceptionTest {
    @Test
    void aDiskThatFailsIsNoInternalError() {
        PgException full = PgException.of(new UncheckedIOException(new IOException("No space left on device")));
        assertThat(full.state()).isEqualTo(SqlState.DISK_FULL);
        assertThat(full.error().message()).isEqualTo("could not write or read a file: No space left on device");
        assertThat(PgException.of(new UncheckedIOException(new IOException("Input/output error"))).state()).isEqualTo(SqlState.IO_ERROR);
        assertThat(PgException.of(new IllegalStateException("x")).state()).isEqualTo(SqlState.INTERNAL_ERROR);
    }
}
