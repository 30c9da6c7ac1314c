package io.craton.wire.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.wire.flow.ConnectionFlow.Action;
import io.craton.wire.message.MessageTag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole table of states and messages, as PostgreSQL's main loop has it. */
final class ConnectionFlowTest {
    @ParameterizedTest
    @EnumSource(MessageTag.class)
    void knowsWhatEachMessageMeans(MessageTag tag) {
        String row = switch (tag) {
            case QUERY, FUNCTION_CALL -> "RUN READY DISCARD";
            case SYNC -> "RUN READY RUN";
            case PARSE, BIND, DESCRIBE, EXECUTE, CLOSE, FLUSH -> "RUN SKIPPING DISCARD";
            case COPY_DATA, COPY_DONE, COPY_FAIL -> "DISCARD - DISCARD";
            case TERMINATE -> "END - END";
        };
        String[] expected = row.split(" ");
        assertThat(ConnectionFlow.READY.actionFor(tag)).isEqualTo(Action.valueOf(expected[0]));
        if (!expected[1].equals("-")) {
            assertThat(ConnectionFlow.READY.running(tag).failed(tag)).isEqualTo(ConnectionFlow.valueOf(expected[1]));
        }
        assertThat(ConnectionFlow.SKIPPING.actionFor(tag)).isEqualTo(Action.valueOf(expected[2]));
        assertThat(ConnectionFlow.ENDED.actionFor(tag)).isEqualTo(Action.DISCARD);
        assertThat(ConnectionFlow.SKIPPING.running(tag)).isEqualTo(
                tag == MessageTag.SYNC ? ConnectionFlow.READY : ConnectionFlow.SKIPPING);
    }
}
