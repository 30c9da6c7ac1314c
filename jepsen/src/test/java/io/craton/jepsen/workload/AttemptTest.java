package io.craton.jepsen.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.jepsen.history.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AttemptTest {
    @ParameterizedTest
    @CsvSource({"08006,UNKNOWN", "57P01,UNKNOWN", "57P02,UNKNOWN", "40003,UNKNOWN", "58030,UNKNOWN", "XX000,UNKNOWN", ",UNKNOWN",
            "40001,FAIL", "40P01,FAIL", "23505,FAIL", "53100,FAIL", "57014,FAIL"})
    void failedCommitIsUnknownUnlessTheServerRefusedIt(String state, Outcome outcome) {
        assertThat(Attempt.outcome(state)).isEqualTo(outcome);
    }
}
