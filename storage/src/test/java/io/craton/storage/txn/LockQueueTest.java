package io.craton.storage.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import io.craton.storage.txn.LockTable.Result;
import io.craton.storage.txn.LockTable.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Owners that queue for locks without a thread: they are called when it is their turn, keep their place when they come back to park, and can leave. */
@Timeout(60)
final class LockQueueTest {
    private static final long SEED = Long.getLong("craton.seed", System.nanoTime());
    private static final int UPDATE = RowLockMode.UPDATE.ordinal();

    private record Patience(boolean parks) implements Waits {
        @Override
        public long nowMicros() {
            return 0;
        }

        @Override
        public void begin() {}

        @Override
        public void check() {}
    }

    private static final Waits COMES_BACK = new Patience(false);
    private static final Waits PARKS = new Patience(true);

    private final LockTable table = new LockTable(LockSpace.ROW, new DeadlockDetector(new LongAdder()));
    private final LockOwner one = new LockOwner(1);
    private final LockOwner two = new LockOwner(2);
    private final LockOwner three = new LockOwner(3);
    private final List<String> called = new ArrayList<>();

    private Result acquire(LockOwner owner, long key, Waits waits) {
        return table.acquire(owner, key, UPDATE, Scope.TRANSACTION, "row " + key, waits);
    }

    private boolean call(LockOwner owner) {
        return LockTable.whenGranted(owner, () -> called.add("owner " + owner.processId));
    }

    @Test
    void theFirstInTheQueueIsCalledAndHasTheLock() {
        acquire(one, 7, COMES_BACK);
        assertThat(acquire(two, 7, COMES_BACK)).isEqualTo(Result.BUSY);
        assertThat(acquire(three, 7, COMES_BACK)).isEqualTo(Result.BUSY);
        assertThat(call(two)).isTrue();
        assertThat(call(three)).isTrue();
        one.releaseTo(0);
        assertThat(called).containsExactly("owner 2");
        assertThat(acquire(three, 7, COMES_BACK)).isEqualTo(Result.BUSY);
        assertThat(acquire(two, 7, COMES_BACK)).isEqualTo(Result.ACQUIRED);
        assertThat(acquire(two, 7, COMES_BACK)).isEqualTo(Result.HELD);
        two.releaseTo(0);
        assertThat(called).containsExactly("owner 2", "owner 3");
    }

    @Test
    void whoIsCalledTooLateNeedNotWait() {
        acquire(one, 7, COMES_BACK);
        acquire(two, 7, COMES_BACK);
        one.releaseTo(0);
        assertThat(call(two)).isFalse();
        assertThat(acquire(two, 7, COMES_BACK)).isEqualTo(Result.ACQUIRED);
    }

    @Test
    void whoWantsAnotherLockOrRollsBackLeavesTheQueue() {
        acquire(one, 7, COMES_BACK);
        acquire(two, 7, COMES_BACK);
        acquire(three, 7, COMES_BACK);
        assertThat(acquire(two, 8, COMES_BACK)).isEqualTo(Result.ACQUIRED);
        three.releaseTo(0);
        one.releaseTo(0);
        assertThat(acquire(one, 7, null)).isEqualTo(Result.ACQUIRED);
    }

    @Test
    void aLockThatWasGrantedToWhoRollsBackGoesToTheNext() {
        acquire(one, 7, COMES_BACK);
        acquire(two, 7, COMES_BACK);
        acquire(three, 7, COMES_BACK);
        assertThat(call(three)).isTrue();
        one.releaseTo(0);
        two.releaseTo(0);
        assertThat(called).containsExactly("owner 3");
    }

    @Test
    void aCycleIsSeenWithoutThreads() {
        acquire(one, 1, COMES_BACK);
        acquire(two, 2, COMES_BACK);
        assertThat(acquire(one, 2, COMES_BACK)).isEqualTo(Result.BUSY);
        assertThatThrownBy(() -> acquire(two, 1, COMES_BACK)).isInstanceOf(PgException.class).hasMessage("deadlock detected");
        two.releaseTo(0);
        assertThat(acquire(one, 2, COMES_BACK)).isEqualTo(Result.ACQUIRED);
    }

    @Test
    void whoComesBackToParkKeepsItsPlace() throws Exception {
        acquire(one, 7, COMES_BACK);
        acquire(two, 7, COMES_BACK);
        acquire(three, 7, COMES_BACK);
        LockTable.Waiter place = two.waiting;
        CompletableFuture<Result> parked = CompletableFuture.supplyAsync(() -> acquire(two, 7, PARKS));
        assertThat(two.waiting).isSameAs(place);
        one.releaseTo(0);
        assertThat(parked.get(10, TimeUnit.SECONDS)).isEqualTo(Result.ACQUIRED);
        assertThat(acquire(three, 7, COMES_BACK)).isEqualTo(Result.BUSY);
    }

    /** Random owners and keys against a model: one holder at a time, everybody who queues is called once it is granted, nobody else is. */
    @Test
    void queuesAsTheModelDoes() {
        System.out.println("LockQueueTest seed " + SEED);
        Random random = new Random(SEED);
        List<LockOwner> owners = new ArrayList<>();
        for (int i = 0; i < 5; i++) owners.add(new LockOwner(i));
        Map<Long, LockOwner> holders = new HashMap<>();
        Map<LockOwner, Long> queued = new HashMap<>();
        Set<LockOwner> granted = new HashSet<>();
        for (int step = 0; step < 20_000; step++) {
            LockOwner owner = owners.get(random.nextInt(owners.size()));
            long key = queued.containsKey(owner) && random.nextInt(4) != 0 ? queued.get(owner) : random.nextInt(4);
            if (random.nextInt(4) == 0) {
                queued.remove(owner);
                granted.remove(owner);
                owner.releaseTo(0);
                holders.values().removeIf(each -> each == owner);
            } else {
                if (!Long.valueOf(key).equals(queued.get(owner))) {
                    queued.remove(owner);
                    granted.remove(owner);
                }
                Result result;
                try {
                    result = acquire(owner, key, COMES_BACK);
                } catch (PgException deadlock) {
                    assertThat(holders.get(key)).as("seed %d step %d", SEED, step).isNotNull().isNotSameAs(owner);
                    continue;
                }
                if (result == Result.BUSY) {
                    assertThat(granted).as("seed %d step %d", SEED, step).doesNotContain(owner);
                    queued.put(owner, key);
                    LockTable.whenGranted(owner, () -> granted.add(owner));
                } else {
                    LockOwner holder = holders.put(key, owner);
                    assertThat(holder == null || holder == owner).as("seed %d step %d", SEED, step).isTrue();
                    queued.remove(owner);
                    granted.remove(owner);
                }
            }
            for (Map.Entry<LockOwner, Long> each : queued.entrySet()) {
                boolean free = holders.get(each.getValue()) == null;
                boolean first = granted.stream().noneMatch(other -> other != each.getKey() && each.getValue().equals(queued.get(other)));
                assertThat(granted.contains(each.getKey())).as("seed %d step %d", SEED, step).isEqualTo(free && first);
            }
        }
    }
}
