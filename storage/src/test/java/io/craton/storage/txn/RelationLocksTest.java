package io.craton.storage.txn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Weak locks by notes and strong ones in the table exclude each other, whoever comes first. */
@Timeout(60)
final class RelationLocksTest {
    private static final long SEED = Long.getLong("craton.seed", System.nanoTime());
    private static final int TABLES = 3;
    private static final int OWNERS = 4;
    private static final Waits PATIENT = new Waits() {
        @Override
        public long nowMicros() {
            return 0;
        }

        @Override
        public boolean parks() {
            return true;
        }

        @Override
        public void begin() {}

        @Override
        public void check() {}
    };

    private final RelationLocks locks = new RelationLocks(new DeadlockDetector(new java.util.concurrent.atomic.LongAdder()));
    private final AtomicIntegerArray weak = new AtomicIntegerArray(TABLES);
    private final AtomicIntegerArray strong = new AtomicIntegerArray(TABLES);

    @Test
    void strongModesExcludeWeakOnes() throws Exception {
        System.out.println("RelationLocksTest seed " + SEED);
        List<Future<?>> workers = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(OWNERS)) {
            for (int i = 0; i < OWNERS; i++) {
                LockOwner owner = new LockOwner(i + 1);
                locks.enter(owner);
                Random random = new Random(SEED + i);
                workers.add(executor.submit(() -> work(owner, random)));
            }
            for (Future<?> worker : workers) worker.get();
        }
        assertThat(locks.quiet()).isTrue();
    }

    private void work(LockOwner owner, Random random) {
        for (int round = 0; round < 20_000; round++) {
            int oid = random.nextInt(TABLES);
            boolean exclusive = random.nextInt(10) == 0;
            int mode = exclusive ? 8 : 1 + random.nextInt(3);
            take(owner, oid, mode);
            (exclusive ? strong : weak).incrementAndGet(oid);
            if (strong.get(oid) > 1 || strong.get(oid) == 1 && (!exclusive || weak.get(oid) > 0)) {
                throw new AssertionError("seed " + SEED + ": " + strong.get(oid) + " strong and " + weak.get(oid) + " weak locks at once");
            }
            // Its own weak lock is in nobody's way, itself included, and a savepoint gives back what came behind it.
            int mark = owner.count();
            if (exclusive || random.nextInt(4) == 0) take(owner, oid, 1);
            owner.releaseTo(mark);
            (exclusive ? strong : weak).decrementAndGet(oid);
            owner.releaseTo(0);
        }
    }

    private void take(LockOwner owner, int oid, int mode) {
        if (!locks.note(owner, oid, mode)) locks.acquire(owner, oid, mode, "table " + oid, PATIENT);
    }

    @Test
    void whoHoldsAWeakLockIsWaitedForAndBlamed() {
        LockOwner reader = new LockOwner(1);
        LockOwner dropper = new LockOwner(2);
        locks.enter(reader);
        locks.enter(dropper);
        assertThat(locks.note(reader, 7, 1)).isTrue();
        assertThat(locks.acquire(dropper, 7, 8, "table 7", null)).isEqualTo(LockTable.Result.BUSY);
        assertThat(locks.acquire(dropper, 7, 5, "table 7", null)).isEqualTo(LockTable.Result.ACQUIRED);
        assertThat(locks.note(reader, 7, 1)).isTrue();
        assertThat(locks.note(reader, 7, 3)).isFalse();
        assertThat(locks.acquire(reader, 7, 3, "table 7", null)).isEqualTo(LockTable.Result.BUSY);
        reader.releaseTo(0);
        assertThat(locks.acquire(dropper, 7, 8, "table 7", null)).isEqualTo(LockTable.Result.ACQUIRED);
        dropper.releaseTo(0);
        assertThat(locks.quiet()).isTrue();
        assertThat(locks.note(reader, 7, 3)).isTrue();
    }
}
