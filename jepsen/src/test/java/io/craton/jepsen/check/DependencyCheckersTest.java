package io.craton.jepsen.check;

import static io.craton.jepsen.check.Histories.append;
import static io.craton.jepsen.check.Histories.get;
import static io.craton.jepsen.check.Histories.list;
import static io.craton.jepsen.check.Histories.put;
import static io.craton.jepsen.check.Isolation.READ_COMMITTED;
import static io.craton.jepsen.check.Isolation.REPEATABLE_READ;
import static io.craton.jepsen.check.Isolation.SERIALIZABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.craton.jepsen.history.Outcome;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The checkers over transactions pass what each level allows and find each anomaly it forbids. */
final class DependencyCheckersTest {
    private static List<String> lists(Isolation level, Histories history) {
        return AppendChecker.check("append", history.all, level).problems();
    }

    private static List<String> registers(Isolation level, Histories history) {
        return RegisterChecker.check("rw", history.all, level).problems();
    }

    private static void allow(Histories history, Isolation... levels) {
        for (Isolation level : levels) assertThat(lists(level, history)).as("%s", level).isEmpty();
    }

    private static void forbid(String name, Histories history, Isolation... levels) {
        for (Isolation level : levels) assertThat(lists(level, history)).as("%s", level).isNotEmpty().anyMatch(problem -> problem.startsWith(name));
    }

    @Nested
    final class OverLists {
        @Test
        void concurrentTransactionsThatFitInLineHold() {
            allow(new Histories().txn(0, 10, append(1, 1)).txn(5, 15, list(1, 1), append(1, 3), list(1, 1, 3)).txn(6, 8, list(1)).txn(20, 30, list(1, 1, 3)),
                    Isolation.values());
        }

        @Test
        void writesInTwoOrdersAreG0() {
            Histories history = new Histories().txn(0, 100, append(1, 1), append(2, 1)).txn(0, 100, append(1, 2), append(2, 2))
                    .txn(200, 210, list(1, 1, 2), list(2, 2, 1));
            forbid("G0 ", history, Isolation.values());
        }

        @Test
        void refusedAppendThatIsSeenIsG1a() {
            forbid("G1a", new Histories().txn(Outcome.FAIL, 0, 10, append(1, 1)).txn(20, 30, list(1, 1)), Isolation.values());
        }

        @Test
        void unknownAppendMayBeSeen() {
            allow(new Histories().txn(Outcome.UNKNOWN, 0, 10, append(1, 1)).txn(20, 30, list(1)).txn(40, 50, list(1, 1)), Isolation.values());
        }

        @Test
        void unknownAppendMayNotVanishAgain() {
            forbid("G-single-realtime", new Histories().txn(Outcome.UNKNOWN, 0, 10, append(1, 1)).txn(20, 30, list(1, 1)).txn(40, 50, list(1)), Isolation.values());
        }

        @Test
        void intermediateStateIsG1b() {
            forbid("G1b", new Histories().txn(0, 100, append(1, 1), append(1, 2)).txn(50, 60, list(1, 1)), Isolation.values());
        }

        @Test
        void circularInformationIsG1c() {
            forbid("G1c ", new Histories().txn(0, 100, append(1, 1), list(2, 2)).txn(0, 100, append(2, 2), list(1, 1)), Isolation.values());
        }

        @Test
        void skewedReadIsGSingleFromRepeatableReadOn() {
            Histories history = new Histories().txn(0, 100, list(1), list(2, 2)).txn(10, 90, append(1, 1), append(2, 2)).txn(200, 210, list(1, 1), list(2, 2));
            forbid("G-single ", history, REPEATABLE_READ, SERIALIZABLE);
            allow(history, READ_COMMITTED);
        }

        @Test
        void skewedReadAgainstTheOrderOfStepsIsFoundAtReadCommittedToo() {
            forbid("G-single ", new Histories().txn(0, 100, list(2, 2), list(1)).txn(10, 90, append(1, 1), append(2, 2)).txn(200, 210, list(1, 1), list(2, 2)),
                    Isolation.values());
        }

        @Test
        void lostUpdateIsGSingle() {
            Histories history = new Histories().txn(0, 100, list(1), append(1, 1)).txn(10, 90, list(1), append(1, 2)).txn(200, 210, list(1, 1, 2));
            forbid("G-single ", history, REPEATABLE_READ, SERIALIZABLE);
            allow(history, READ_COMMITTED);
        }

        @Test
        void writeSkewIsG2AndForbiddenOnlyWhenSerializable() {
            Histories history = new Histories().txn(0, 100, list(1), append(2, 2)).txn(10, 90, list(2), append(1, 1)).txn(200, 210, list(1, 1), list(2, 2));
            forbid("G2 ", history, SERIALIZABLE);
            allow(history, READ_COMMITTED, REPEATABLE_READ);
        }

        @Test
        void longForkIsNonadjacentAndForbiddenInSnapshotIsolation() {
            Histories history = new Histories().txn(0, 100, append(1, 1)).txn(0, 100, append(2, 2)).txn(0, 100, list(1, 1), list(2)).txn(0, 100, list(1), list(2, 2))
                    .txn(200, 210, list(1, 1), list(2, 2));
            forbid("G-nonadjacent ", history, REPEATABLE_READ);
            forbid("G", history, SERIALIZABLE);
        }

        @Test
        void staleReadIsFoundByRealTime() {
            Histories history = new Histories().txn(0, 10, append(1, 1)).txn(20, 30, append(1, 2)).txn(40, 50, list(1, 1)).txn(60, 70, list(1, 1, 2));
            forbid("G-single-realtime", history, Isolation.values());
        }

        @Test
        void commitsAgainstRealTimeAreFound() {
            forbid("G0-realtime", new Histories().txn(0, 10, append(1, 2)).txn(20, 30, append(1, 1)).txn(100, 110, list(1, 1, 2)), Isolation.values());
        }

        @Test
        void lostDoubledInventedAndReorderedElementsAreFound() {
            assertThat(lists(SERIALIZABLE, new Histories().txn(0, 10, append(1, 1)).txn(20, 30, list(1)))).anyMatch(p -> p.startsWith("acknowledged, but lost: element 1"));
            assertThat(lists(SERIALIZABLE, new Histories().txn(0, 10, append(1, 1)).txn(20, 30, list(1, 1, 1)))).anyMatch(p -> p.startsWith("doubled: element 1"));
            assertThat(lists(SERIALIZABLE, new Histories().txn(20, 30, list(1, 7)))).anyMatch(p -> p.startsWith("invented: element 7"));
            assertThat(lists(SERIALIZABLE, new Histories().txn(0, 10, append(1, 1)).txn(0, 10, append(1, 2)).txn(20, 30, list(1, 1, 2)).txn(20, 30, list(1, 2, 1))))
                    .anyMatch(p -> p.startsWith("list 1 has two orders"));
        }

        @Test
        void transactionThatDoesNotSeeItsOwnAppendIsFound() {
            assertThat(lists(READ_COMMITTED, new Histories().txn(0, 10, append(1, 1), list(1)))).anyMatch(p -> p.startsWith("does not see its own appends"));
        }
    }

    @Nested
    final class OverRegisters {
        @Test
        void honestRegistersHold() {
            Histories history = new Histories().txn(0, 10, get(1), put(1, 1)).txn(5, 20, get(1, 1), put(1, 2), get(1, 2)).txn(Outcome.UNKNOWN, 25, 30, put(1, 3))
                    .txn(40, 50, get(1, 2)).txn(60, 70, get(1, 3)).txn(Outcome.FAIL, 60, 70, put(1, 4));
            for (Isolation level : Isolation.values()) assertThat(registers(level, history)).isEmpty();
        }

        @Test
        void eachAnomalyIsFound() {
            assertThat(registers(READ_COMMITTED, new Histories().txn(Outcome.FAIL, 0, 10, put(1, 1)).txn(20, 30, get(1, 1)))).anyMatch(p -> p.startsWith("G1a"));
            assertThat(registers(READ_COMMITTED, new Histories().txn(0, 100, put(1, 1), put(1, 2)).txn(50, 60, get(1, 1)))).anyMatch(p -> p.startsWith("G1b"));
            assertThat(registers(READ_COMMITTED, new Histories().txn(0, 100, put(1, 1), get(2, 2)).txn(0, 100, put(2, 2), get(1, 1)))).anyMatch(p -> p.startsWith("G1c"));
            assertThat(registers(READ_COMMITTED, new Histories().txn(20, 30, get(1, 7)))).anyMatch(p -> p.startsWith("invented"));
            assertThat(registers(READ_COMMITTED, new Histories().txn(20, 30, put(1, 7), get(1)))).anyMatch(p -> p.startsWith("does not see its own"));
        }

        @Test
        void staleReadAndLostWriteAreFound() {
            assertThat(registers(READ_COMMITTED, new Histories().txn(0, 10, put(1, 1)).txn(20, 30, get(1)))).anyMatch(p -> p.startsWith("G-single-realtime"));
            assertThat(registers(READ_COMMITTED, new Histories().txn(0, 10, put(1, 1)).txn(20, 30, put(1, 2)).txn(40, 50, get(1, 1))))
                    .anyMatch(p -> p.startsWith("G-single-realtime"));
        }

        @Test
        void lostUpdateIsForbiddenFromRepeatableReadOn() {
            Histories history = new Histories().txn(0, 100, get(1), put(1, 1)).txn(0, 100, get(1), put(1, 2)).txn(200, 210, get(1, 2));
            assertThat(registers(READ_COMMITTED, history)).isEmpty();
            assertThat(registers(REPEATABLE_READ, history)).anyMatch(p -> p.startsWith("lost update"));
            assertThat(registers(SERIALIZABLE, history)).isNotEmpty();
        }

        @Test
        void writeSkewIsForbiddenOnlyWhenSerializable() {
            Histories history = new Histories().txn(0, 100, get(1), put(2, 2)).txn(0, 100, get(2), put(1, 1));
            assertThat(registers(REPEATABLE_READ, history)).isEmpty();
            assertThat(registers(SERIALIZABLE, history)).anyMatch(p -> p.startsWith("G2 "));
        }
    }
}
