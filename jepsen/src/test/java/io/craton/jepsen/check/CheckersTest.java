package io.craton.jepsen.check;

import static io.craton.jepsen.history.Outcome.FAIL;
import static io.craton.jepsen.history.Outcome.OK;
import static io.craton.jepsen.history.Outcome.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.craton.jepsen.history.Op;
import io.craton.jepsen.history.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Every checker passes an honest state and turns red on each planted fault. */
final class CheckersTest {
    private static long clock;

    private static Op op(int process, String action, Outcome outcome, long... value) {
        List<Long> numbers = java.util.Arrays.stream(value).boxed().toList();
        return new Op(process, "w", action, numbers, outcome, ++clock, ++clock);
    }

    @Nested
    final class Presences {
        private final Map<String, Outcome> tried = Map.of("a", OK, "b", FAIL, "c", UNKNOWN, "d", UNKNOWN);

        private Verdict with(String... found) {
            return Presence.check("p", tried, List.of(found));
        }

        @Test
        void unknownMayBeThereOrNot() {
            assertThat(with("a", "c").holds()).isTrue();
            assertThat(with("a").holds()).isTrue();
        }

        @Test
        void lostDoubledRefusedAndInventedThingsAreFound() {
            assertThat(with("c").problems()).containsExactly("acknowledged, but lost: a");
            assertThat(with("a", "a").problems()).containsExactly("there 2 times: a");
            assertThat(with("a", "c", "c").problems()).containsExactly("there 2 times: c");
            assertThat(with("a", "b").problems()).containsExactly("refused, but there: b");
            assertThat(with("a", "x").problems()).containsExactly("never written, but there: x");
        }

        @Test
        void settledUnknownMustNotAppearLater() {
            assertThat(Presence.settled("d", Presence.distinct(List.of("a")))).isEqualTo(FAIL);
            assertThat(Presence.settled("a", Presence.distinct(List.of("a")))).isEqualTo(OK);
        }
    }

    @Nested
    final class Banks {
        private final List<Op> ops = List.of(op(1, "transfer", OK, 1, 10, 11, 5), op(2, "transfer", UNKNOWN, 2, 11, 10, 7),
                op(1, "transfer", FAIL, 3, 10, 11, 9), op(3, "read", OK, 95, 105));
        private final BankChecker.Entry first = new BankChecker.Entry(1, 10, 11, 5);
        private final BankChecker.Entry second = new BankChecker.Entry(2, 11, 10, 7);

        private Verdict with(long ten, long eleven, BankChecker.Entry... journal) {
            return BankChecker.check(ops, 100, Map.of(10L, ten, 11L, eleven), List.of(journal));
        }

        @Test
        void balancesThatFollowTheJournalHold() {
            assertThat(with(95, 105, first).holds()).isTrue();
            assertThat(with(102, 98, first, second).holds()).isTrue();
        }

        @Test
        void lostTransferIsFound() {
            assertThat(with(100, 100).problems()).containsExactly("acknowledged, but lost: 1");
        }

        @Test
        void halfAppliedTransferIsFound() {
            assertThat(with(95, 100, first).problems()).containsExactly("account 11 holds 100, its journal says 105");
            assertThat(with(102, 98, first).problems()).hasSize(2);
        }

        @Test
        void refusedTransferThatIsThereIsFound() {
            assertThat(with(86, 114, first, new BankChecker.Entry(3, 10, 11, 9)).problems()).containsExactly("refused, but there: 3");
        }

        @Test
        void changedEntryIsFound() {
            assertThat(with(94, 106, new BankChecker.Entry(1, 10, 11, 6)).problems()).singleElement().asString().contains("was sent as");
        }

        @Test
        void readOfATornSumIsFound() {
            List<Op> torn = List.of(op(1, "read", OK, 95, 100));
            assertThat(BankChecker.check(torn, 100, Map.of(10L, 100L, 11L, 100L), List.of()).problems()).containsExactly("a read saw a sum of 195, not 200");
        }
    }

    @Nested
    final class ListsOfElements {
        private final List<Op> ops = List.of(op(1, "append", OK, 1, 7, 8), op(1, "append", OK, 2, 7, 8), op(2, "append", UNKNOWN, 3, 7, 9),
                op(2, "read", OK, 7, 1));

        private Verdict with(Map<Long, List<Long>> lists) {
            return ListChecker.check(ops, lists);
        }

        @Test
        void honestListsHold() {
            assertThat(with(Map.of(7L, List.of(1L, 2L), 8L, List.of(1L, 2L))).holds()).isTrue();
            assertThat(with(Map.of(7L, List.of(1L, 3L, 2L), 8L, List.of(1L, 2L), 9L, List.of(3L))).holds()).isTrue();
        }

        @Test
        void lostAppendIsFound() {
            assertThat(with(Map.of(7L, List.of(1L), 8L, List.of(1L))).problems()).hasSize(2).allMatch(p -> p.startsWith("acknowledged, but lost"));
        }

        @Test
        void halfAppliedAppendIsFound() {
            assertThat(with(Map.of(7L, List.of(1L, 2L, 3L), 8L, List.of(1L, 2L))).problems()).containsExactly("half applied: [3, 7, 9] is only in list 7");
        }

        @Test
        void doubledAppendIsFound() {
            assertThat(with(Map.of(7L, List.of(1L, 2L, 2L), 8L, List.of(1L, 2L))).problems()).containsExactly("there 2 times: [7, 2]");
        }

        @Test
        void swappedAppendsOfOneClientAreFound() {
            assertThat(with(Map.of(7L, List.of(1L, 2L), 8L, List.of(2L, 1L))).problems())
                    .containsExactly("list 8: element 1 stands behind a later one of its client");
        }

        @Test
        void readOfWhatIsNoPrefixIsFound() {
            assertThat(ListChecker.check(List.of(op(1, "append", OK, 1, 7, 8), op(1, "append", OK, 2, 7, 8), op(2, "read", OK, 7, 2)),
                    Map.of(7L, List.of(1L, 2L), 8L, List.of(1L, 2L))).problems()).singleElement().asString().contains("no prefix");
        }
    }

    @Nested
    final class Counters {
        private final List<Op> ops = List.of(op(1, "increment", OK, 0), op(1, "increment", OK, 0), op(1, "increment", UNKNOWN, 0), op(1, "increment", FAIL, 0));

        @Test
        void valuesWithinWhatIsKnownHold() {
            assertThat(CounterChecker.check(ops, Map.of(0L, 2L)).holds()).isTrue();
            assertThat(CounterChecker.check(ops, Map.of(0L, 3L)).holds()).isTrue();
        }

        @Test
        void lostAndInventedIncrementsAreFound() {
            assertThat(CounterChecker.check(ops, Map.of(0L, 1L)).holds()).isFalse();
            assertThat(CounterChecker.check(ops, Map.of(0L, 4L)).holds()).isFalse();
            assertThat(CounterChecker.check(ops, Map.of()).problems()).containsExactly("counter 0 is gone");
        }
    }

    @Nested
    final class Groups {
        private final List<Op> ops = List.of(op(1, "write", OK, 1, 3), op(1, "write", UNKNOWN, 2, 4));

        @Test
        void wholeGroupsHold() {
            assertThat(GroupChecker.check(ops, Map.of(1L, 3L), Map.of(1L, 3L)).holds()).isTrue();
            assertThat(GroupChecker.check(ops, Map.of(1L, 3L, 2L, 4L), Map.of(1L, 3L, 2L, 4L)).holds()).isTrue();
        }

        @Test
        void missingRowsMissingHeadsAndLostGroupsAreFound() {
            assertThat(GroupChecker.check(ops, Map.of(1L, 3L), Map.of(1L, 2L)).problems()).containsExactly("half applied: transaction 1 has 2 rows of 3");
            assertThat(GroupChecker.check(ops, Map.of(1L, 3L), Map.of(1L, 3L, 2L, 1L)).problems()).containsExactly("half applied: transaction 2 has rows without a head");
            assertThat(GroupChecker.check(ops, Map.of(), Map.of()).problems()).containsExactly("acknowledged, but lost: 1");
        }
    }
}
