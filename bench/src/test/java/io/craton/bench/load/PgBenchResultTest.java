package io.craton.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class PgBenchResultTest {
    @Test
    void readsRateLatencyAndFailures() throws IOException {
        PgBench.Result result = PgBench.Result.parse("""
                number of transactions actually processed: 2345
                number of failed transactions: 3 (0.128%)
                latency average = 5.117 ms
                initial connection time = 9.871 ms
                tps = 781.712345 (without initial connection time)
                """);
        assertThat(result).isEqualTo(new PgBench.Result(781.712345, 5.117, 3));
    }

    @Test
    void readsRateOfReconnectingRuns() throws IOException {
        assertThat(PgBench.Result.parse("latency average = 1.5 ms\ntps = 334.5 (including reconnection times)\n").perSecond()).isEqualTo(334.5);
    }

    @Test
    void refusesOutputWithoutARate() {
        assertThatThrownBy(() -> PgBench.Result.parse("pgbench: error")).isInstanceOf(IOException.class);
    }
}
