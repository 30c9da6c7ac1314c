package io.craton.jepsen.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.jepsen.history.Mop;
import io.craton.jepsen.history.Outcome;
import io.craton.jepsen.history.Txn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random honest histories, made by giving each transaction one moment within its time, hold; and each of them with one planted lie does not. The seed is in every message.
 */
final class RandomHistoriesTest {
    private static final int KEYS = 4;

    /** Ten clients; each transaction takes effect at its moment, or, when unknown, perhaps. */
    private static List<Txn> serial(Random random, int count, boolean registers) {
        record Plan(int process, long from, long at, long to, Outcome outcome) {}
        List<Plan> plans = new ArrayList<>();
        long[] free = new long[10];
        for (int i = 0; i < count; i++) {
            int process = i % free.length;
            long from = free[process] + 1 + random.nextInt(20);
            long at = from + 1 + random.nextInt(20);
            long to = at + 1 + random.nextInt(20);
            free[process] = to;
            plans.add(new Plan(process, from, at, to, random.nextInt(20) == 0 ? Outcome.UNKNOWN : random.nextInt(20) == 0 ? Outcome.FAIL : Outcome.OK));
        }
        plans.sort((a, b) -> Long.compare(a.at(), b.at()));
        Map<Long, List<Long>> state = new HashMap<>();
        List<Txn> all = new ArrayList<>();
        long next = 0;
        for (Plan plan : plans) {
            Map<Long, List<Long>> mine = new HashMap<>(state);
            List<Mop> mops = new ArrayList<>();
            for (int m = random.nextInt(4); m >= 0; m--) {
                long key = random.nextInt(KEYS);
                List<Long> now = mine.getOrDefault(key, List.of());
                if (random.nextBoolean()) {
                    mops.add(registers ? new Mop.Get(key, now.isEmpty() ? now : List.of(now.getLast())) : new Mop.ListRead(key, now));
                } else {
                    List<Long> longer = new ArrayList<>(now);
                    longer.add(++next);
                    mine.put(key, longer);
                    mops.add(registers ? new Mop.Put(key, next) : new Mop.Append(key, next));
                }
            }
            if (plan.outcome() == Outcome.OK || plan.outcome() == Outcome.UNKNOWN && random.nextBoolean()) state = mine;
            all.add(new Txn(plan.process(), 1, "w", mops, plan.outcome(), plan.from(), plan.to()));
        }
        return all;
    }

    @Test
    void honestHistoriesHoldAtEveryLevel() {
        for (long seed = 1; seed <= 60; seed++) {
            for (Isolation level : Isolation.values()) {
                assertThat(AppendChecker.check("a", serial(new Random(seed), 200, false), level).problems()).as("seed %d", seed).isEmpty();
                assertThat(RegisterChecker.check("r", serial(new Random(seed), 200, true), level).problems()).as("seed %d", seed).isEmpty();
            }
        }
    }

    /** A read that goes back behind what an acknowledged transaction had shown or written is found at every level, by both checkers. */
    @Test
    void staleReadIsFoundWhereverItIsPlanted() {
        for (long seed = 1; seed <= 60; seed++) {
            for (Isolation level : Isolation.values()) {
                List<Txn> lists = planted(serial(new Random(seed), 200, false), new Random(seed));
                assertThat(AppendChecker.check("a", lists, level).problems()).as("seed %d, %s", seed, level).isNotEmpty();
                List<Txn> registers = planted(serial(new Random(seed), 200, true), new Random(seed));
                assertThat(RegisterChecker.check("r", registers, level).problems()).as("seed %d, %s", seed, level).isNotEmpty();
            }
        }
    }

    /** Adds a reader at the end that sees a key as it was before the last acknowledged write to it. */
    private static List<Txn> planted(List<Txn> all, Random random) {
        List<Txn> more = new ArrayList<>(all);
        long end = all.stream().mapToLong(Txn::completedNanos).max().orElseThrow();
        long key = random.nextInt(KEYS);
        for (Txn txn : all.reversed()) {
            if (!txn.acknowledged()) continue;
            for (Mop mop : txn.mops()) {
                if (mop.key() != key) continue;
                if (mop instanceof Mop.ListRead read && !read.seen().isEmpty()) {
                    more.add(new Txn(99, 1, "w", List.of(new Mop.ListRead(key, read.seen().subList(0, read.seen().size() - 1))), Outcome.OK, end + 1, end + 2));
                    return more;
                }
                if (mop instanceof Mop.Put) {
                    more.add(new Txn(99, 1, "w", List.of(new Mop.Get(key, List.of())), Outcome.OK, end + 1, end + 2));
                    return more;
                }
            }
        }
        throw new AssertionError("nobody saw key " + key);
    }

    @Test
    void linearizableRegistersHoldAndLiesAreFound() {
        for (long seed = 1; seed <= 60; seed++) {
            Random random = new Random(seed);
            List<Txn> honest = new ArrayList<>();
            long value = Long.MIN_VALUE;
            long[] free = new long[5];
            for (int i = 1; i <= 150; i++) {
                int process = random.nextInt(free.length);
                long at = 10L * i;
                long from = Math.max(free[process] + 1, at - random.nextInt(30));
                long to = at + 1 + random.nextInt(30);
                free[process] = to;
                if (from > at) continue;
                Outcome outcome = random.nextInt(15) == 0 ? Outcome.UNKNOWN : Outcome.OK;
                boolean happens = outcome == Outcome.OK || random.nextBoolean();
                Mop mop = switch (random.nextInt(3)) {
                    case 0 -> new Mop.Put(1, i);
                    case 1 -> new Mop.Get(1, value == Long.MIN_VALUE ? List.of() : List.of(value));
                    default -> {
                        long expected = random.nextBoolean() ? value : random.nextInt(i);
                        yield new Mop.Swap(1, expected, i, expected == value);
                    }
                };
                if (happens && (mop instanceof Mop.Put || mop instanceof Mop.Swap swap && swap.done())) value = i;
                honest.add(new Txn(process, 1, "w", List.of(mop), outcome, from, to));
            }
            assertThat(Linearizability.check("l", honest).problems()).as("seed %d", seed).isEmpty();
            List<Txn> lie = new ArrayList<>(honest);
            lie.add(new Txn(9, 1, "w", List.of(new Mop.Put(1, 1000)), Outcome.OK, 10_000, 10_001));
            lie.add(new Txn(9, 1, "w", List.of(new Mop.Put(1, 1001)), Outcome.OK, 10_010, 10_011));
            lie.add(new Txn(9, 1, "w", List.of(new Mop.Get(1, List.of(1000L))), Outcome.OK, 10_020, 10_021));
            assertThat(Linearizability.check("l", lie).problems()).as("seed %d", seed).hasSize(1);
        }
    }
}
