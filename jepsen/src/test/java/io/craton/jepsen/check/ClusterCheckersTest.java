package io.craton.jepsen.check;

import static io.craton.jepsen.check.Histories.append;
import static io.craton.jepsen.check.Histories.get;
import static io.craton.jepsen.check.Histories.list;
import static io.craton.jepsen.check.Histories.missed;
import static io.craton.jepsen.check.Histories.put;
import static io.craton.jepsen.check.Histories.swap;
import static org.assertj.core.api.Assertions.assertThat;

import io.craton.jepsen.history.Outcome;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The checkers of single operations and of simple invariants: each passes an honest history and turns red on each planted fault. */
final class ClusterCheckersTest {
    @Nested
    final class Linearizable {
        private static Verdict check(Histories history) {
            return Linearizability.check("register", history.all);
        }

        @Test
        void concurrentOperationsMayComeInAnyOrder() {
            assertThat(check(new Histories().txn(0, 100, put(1, 1)).txn(10, 20, get(1)).txn(30, 40, get(1, 1)).txn(50, 60, swap(1, 1, 2)).txn(50, 60, missed(1, 1, 3))
                    .txn(Outcome.UNKNOWN, 70, 80, put(1, 4)).txn(200, 210, get(1, 2)).txn(220, 230, get(1, 4))).holds()).isTrue();
        }

        @Test
        void staleReadIsFound() {
            assertThat(check(new Histories().txn(0, 10, put(1, 1)).txn(20, 30, put(1, 2)).txn(40, 50, get(1, 1))).problems()).hasSize(1);
        }

        @Test
        void readsThatGoBackAreFound() {
            assertThat(check(new Histories().txn(0, 10, put(1, 1)).txn(20, 100, put(1, 2)).txn(30, 40, get(1, 2)).txn(50, 60, get(1, 1))).holds()).isFalse();
        }

        @Test
        void bothOfTwoSwapsFromOneValueAreFound() {
            assertThat(check(new Histories().txn(0, 10, put(1, 1)).txn(20, 30, swap(1, 1, 2)).txn(20, 30, swap(1, 1, 3))).holds()).isFalse();
        }

        @Test
        void swapThatMissedWithoutReasonIsFound() {
            assertThat(check(new Histories().txn(0, 10, put(1, 1)).txn(20, 30, missed(1, 1, 2))).holds()).isFalse();
        }

        @Test
        void lostWriteAndResurrectedRefusalAreFound() {
            assertThat(check(new Histories().txn(0, 10, put(1, 1)).txn(20, 30, get(1))).holds()).isFalse();
            assertThat(check(new Histories().txn(Outcome.FAIL, 0, 10, put(1, 1)).txn(20, 30, get(1, 1))).holds()).isFalse();
        }

        @Test
        void unknownWriteMayAppearOnceButNotVanish() {
            assertThat(check(new Histories().txn(0, 5, put(1, 9)).txn(Outcome.UNKNOWN, 0, 10, put(1, 1)).txn(20, 30, get(1, 1)).txn(40, 50, get(1, 9))).holds()).isFalse();
        }
    }

    @Nested
    final class Sets {
        private static Verdict check(Histories history) {
            return SetChecker.check("set", history.all);
        }

        @Test
        void honestSetHolds() {
            assertThat(check(new Histories().txn(0, 10, append(0, 1)).txn(5, 15, append(0, 2)).txn(7, 9, list(0, 2)).txn(Outcome.UNKNOWN, 5, 15, append(0, 3))
                    .txn(20, 30, list(0, 1, 2)).txn(40, 50, list(0, 3, 1, 2))).holds()).isTrue();
        }

        @Test
        void eachFaultIsFound() {
            assertThat(check(new Histories().txn(0, 10, append(0, 1)).txn(20, 30, list(0))).problems()).singleElement().asString().startsWith("acknowledged, but lost");
            assertThat(check(new Histories().txn(0, 10, append(0, 1)).txn(20, 30, list(0)).txn(40, 50, list(0, 1))).problems()).singleElement().asString().startsWith("stale");
            assertThat(check(new Histories().txn(0, 10, append(0, 1)).txn(20, 30, list(0, 1, 1))).problems()).singleElement().asString().startsWith("doubled");
            assertThat(check(new Histories().txn(Outcome.FAIL, 0, 10, append(0, 1)).txn(20, 30, list(0, 1))).problems()).singleElement().asString().startsWith("refused");
            assertThat(check(new Histories().txn(20, 30, list(0, 1))).problems()).singleElement().asString().startsWith("never added");
        }

        @Test
        void unknownElementThatVanishesAgainIsFound() {
            assertThat(check(new Histories().txn(Outcome.UNKNOWN, 0, 10, append(0, 1)).txn(20, 30, list(0, 1)).txn(40, 50, list(0))).holds()).isFalse();
        }
    }

    @Nested
    final class Monotonic {
        private static Verdict check(Histories history) {
            return MonotonicChecker.check("monotonic", history.all);
        }

        @Test
        void growingNumberHolds() {
            assertThat(check(new Histories().txn(0, 10, put(1, 1)).txn(5, 20, get(1, 1)).txn(6, 30, put(1, 2)).txn(15, 35, get(1, 1)).txn(40, 50, get(1, 2))).holds()).isTrue();
        }

        @Test
        void stepBackAndNumberGivenTwiceAreFound() {
            assertThat(check(new Histories().txn(0, 10, put(1, 1)).txn(20, 30, put(1, 2)).txn(40, 50, get(1, 1))).problems()).singleElement().asString().startsWith("went back");
            assertThat(check(new Histories().txn(0, 10, put(1, 1)).txn(5, 15, put(1, 1))).problems()).singleElement().asString().startsWith("returned twice");
            assertThat(check(new Histories().txn(0, 10, put(1, 1)).txn(20, 30, put(1, 1))).holds()).isFalse();
        }
    }

    @Nested
    final class Sessions {
        private static Verdict check(Histories history) {
            return SessionChecker.check("monotonic-stale", history.all, 100);
        }

        @Test
        void staleReadsWithinTheBoundHold() {
            assertThat(check(new Histories().by(1, 0, 10, put(1, 1)).by(1, 20, 30, put(1, 2)).by(2, 40, 50, get(1, 1)).by(2, 60, 70, get(1, 1)).by(2, 80, 90, get(1, 2)).by(3, 95, 99, get(1, 1)))
                    .holds()).isTrue();
        }

        @Test
        void sessionsThatGoBackAndReadsThatAreTooOldAreFound() {
            assertThat(check(new Histories().by(1, 0, 10, put(1, 1)).by(1, 20, 30, put(1, 2)).by(2, 40, 50, get(1, 2)).by(2, 60, 70, get(1, 1))).problems()).singleElement().asString()
                    .startsWith("a session went back");
            assertThat(check(new Histories().by(1, 0, 10, put(1, 1)).by(1, 20, 30, put(1, 2)).by(1, 40, 50, get(1, 1))).problems()).singleElement().asString().startsWith("a session went back");
            assertThat(check(new Histories().by(1, 0, 10, put(1, 1)).by(1, 20, 30, put(1, 2)).by(2, 131, 140, get(1, 1))).problems()).singleElement().asString().startsWith("too old");
        }
    }

    @Nested
    final class Forks {
        @Test
        void readsInLineHold() {
            assertThat(LongForkChecker.check("fork", new Histories().txn(0, 1, get(4), get(5)).txn(0, 1, get(4, 1), get(5)).txn(0, 1, get(4, 1), get(5, 1))
                    .txn(0, 1, get(8), get(9, 1)).all, 2).holds()).isTrue();
        }

        @Test
        void longForkIsFound() {
            assertThat(LongForkChecker.check("fork", new Histories().txn(0, 1, get(4, 1), get(5)).txn(0, 1, get(4), get(5, 1)).all, 2).problems()).hasSize(1);
        }
    }

    @Nested
    final class Skews {
        @Test
        void oneWinnerHoldsAndTwoAreFound() {
            assertThat(SkewChecker.check("skew", new Histories().txn(0, 1, put(1, 1)).txn(0, 1).txn(Outcome.FAIL, 0, 1, put(1, 2)).all).holds()).isTrue();
            assertThat(SkewChecker.check("skew", new Histories().txn(0, 1, put(1, 1)).txn(0, 1, put(1, 2)).all).problems()).hasSize(1);
        }
    }
}
