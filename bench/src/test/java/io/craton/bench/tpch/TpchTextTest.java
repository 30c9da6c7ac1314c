package io.craton.bench.tpch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;

final class TpchTextTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyQueryHasItsParameters(long seed) {
        for (int number = 1; number <= 22; number++) {
            String text = QueryText.query(number, Parameters.draw(number, seed, 0.1));
            assertThat(text).as("q%d", number).doesNotContain(":").contains("SELECT");
        }
    }

    @Test
    void parametersFollowTheSeedAlone() {
        assertThat(Parameters.draw(16, 7, 1)).isEqualTo(Parameters.draw(16, 7, 1)).isNotEqualTo(Parameters.draw(16, 8, 1));
    }

    @Test
    void fractionShrinksWithTheScale() {
        assertThat(Parameters.draw(11, 1, 0.1)).containsEntry("fraction", "0.001");
        assertThat(Parameters.draw(11, 1, 1)).containsEntry("fraction", "0.00010");
    }

    @Test
    void missingParameterIsRefused() {
        assertThatThrownBy(() -> QueryText.substitute("SELECT :size", Map.of())).hasMessageContaining(":size");
    }

    @Test
    void answersDifferByRowsAndByOrderUnlessTiesArePossible() {
        Answer expected = new Answer(List.of("a|", "b|"));
        assertThat(expected.difference(expected, Answer.Ties.IMPOSSIBLE)).isEmpty();
        assertThat(new Answer(List.of("b|", "a|")).difference(expected, Answer.Ties.IMPOSSIBLE)).hasValueSatisfying(d -> assertThat(d).contains("row 1"));
        assertThat(new Answer(List.of("b|", "a|")).difference(expected, Answer.Ties.POSSIBLE)).isEmpty();
        assertThat(new Answer(List.of("b|", "c|")).difference(expected, Answer.Ties.POSSIBLE)).isPresent();
        assertThat(new Answer(List.of("a|")).difference(expected, Answer.Ties.IMPOSSIBLE)).hasValue("1 rows, expected 2");
    }
}
