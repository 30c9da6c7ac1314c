package io.craton.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryAccountTest {
    private static final long SEED = Long.getLong("craton.seed", System.nanoTime() >>> 8 & 0xffffff);
    private static final long MB = 1 << 20;

    private final AtomicLong limit = new AtomicLong();
    private final MemoryPool pool = new MemoryPool(64 * MB);
    private final MemoryAccount account = new MemoryAccount(7, () -> new MemoryTerms() {
        @Override
        public long limit(int tenant) {
            return tenant == 7 ? limit.get() : 0;
        }

        @Override
        public String database(int tenant) {
            return "shop";
        }
    }, pool);

    @Test
    void whatNeedsLittleHoldsNothing() {
        AtomicLong need = new AtomicLong();
        MemoryLease lease = new MemoryLease(account, need::get);
        limit.set(1);
        for (long bytes = 0; bytes <= MemoryLease.FREE; bytes += 1000) {
            need.set(bytes);
            assertThat(lease.follow()).isTrue();
        }
        assertThat(account.used()).isZero();
    }

    @Test
    void whatCanGoToDiskIsToldToAtHalfOfTheLimitAndTheRestFailsBeyondTheLimit() {
        limit.set(4 * MB);
        AtomicLong need = new AtomicLong();
        MemoryLease lease = new MemoryLease(account, need::get);
        need.set(2 * MB);
        assertThat(lease.follow()).isTrue();
        need.set(2 * MB + 1);
        assertThat(lease.follow()).isFalse();
        lease.insist();
        need.set(4 * MB + 1);
        assertThat(lease.follow()).as("the step that passes the limit is given: it may go to disk").isFalse();
        assertThatThrownBy(lease::insist).satisfies(MemoryAccountTest::outOfMemory);
        need.set(5 * MB);
        assertThatThrownBy(lease::follow).satisfies(MemoryAccountTest::outOfMemory);
        assertThat(account.used()).as("a refused step takes nothing").isEqualTo(lease.held()).isLessThan(4 * MB + (64 << 10) + 1);
        need.set(5 * MB - 1);
        lease.ease();
        assertThat(account.used()).as("who needs less than what was refused takes nothing and is not refused").isEqualTo(lease.held());
        need.set(2 * MB);
        lease.ease();
        assertThat(account.used()).isEqualTo(2 * MB);
        need.set(0);
        lease.ease();
        assertThat(account.used()).isZero();
        need.set(5 * MB);
        lease.close();
        assertThat(lease.follow()).as("a closed lease holds nothing").isTrue();
        assertThat(account.used()).isZero();
    }

    @Test
    void whatAllTenantsHoldIsBoundedTogether() {
        MemoryPool small = new MemoryPool(4 * MB);
        AtomicLong need = new AtomicLong();
        MemoryLease lease = new MemoryLease(new MemoryAccount(1, () -> MemoryTerms.NONE, small), need::get);
        AtomicLong needOfOther = new AtomicLong(MB);
        MemoryAccount other = new MemoryAccount(2, () -> MemoryTerms.NONE, small);
        MemoryLease leaseOfOther = new MemoryLease(other, needOfOther::get);
        assertThat(leaseOfOther.follow()).isTrue();
        need.set(MB + 1);
        assertThat(lease.follow()).as("half of it is held: what can go to disk does").isFalse();
        lease.insist();
        need.set(3 * MB + 1);
        assertThat(lease.follow()).isFalse();
        assertThatThrownBy(lease::insist).satisfies(e -> assertThat(((PgException) e).state()).isEqualTo(SqlState.OUT_OF_MEMORY));
        needOfOther.set(2 * MB);
        assertThatThrownBy(leaseOfOther::follow).hasMessage("out of memory");
        assertThat(other.used()).as("a refused step takes nothing").isEqualTo(MB);
        lease.close();
        assertThat(leaseOfOther.follow()).isTrue();
        leaseOfOther.close();
        assertThat(small.used()).isZero();
    }

    @Test
    void aTenantsRefusalTakesNothingOfThePool() {
        limit.set(MB);
        AtomicLong need = new AtomicLong(2 * MB);
        MemoryLease lease = new MemoryLease(account, need::get);
        lease.follow();
        need.set(3 * MB);
        assertThatThrownBy(lease::follow).satisfies(MemoryAccountTest::outOfMemory);
        assertThat(pool.used()).isEqualTo(account.used()).isEqualTo(2 * MB);
        lease.close();
        assertThat(pool.used()).isZero();
    }

    @Test
    void withTheHeapAtItsEndWhoHoldsMuchOrRunsLongIsToBlame() {
        AtomicLong need = new AtomicLong(8 * MB);
        MemoryLease lease = new MemoryLease(account, need::get);
        lease.follow();
        pool.look(MB - 1, 900_000);
        assertThatThrownBy(() -> pool.look(MB, 0)).hasMessage("out of memory");
        assertThatThrownBy(() -> pool.look(0, 21_000_000)).hasMessage("out of memory");
        lease.close();
        pool.look(MemoryLease.FREE, 0);
    }

    private static void outOfMemory(Throwable thrown) {
        PgException e = (PgException) thrown;
        assertThat(e.error().state()).isEqualTo(SqlState.OUT_OF_MEMORY);
        assertThat(e.error().message()).isEqualTo("out of memory in database \"shop\"");
        assertThat(e.error().hint()).contains("max_memory_per_tenant", "craton.tenant_memory");
    }

    /** Any number of owners, whose needs change as they like: what is held is what the leases hold, covers every need that was not refused, and is bounded. */
    @Test
    void theAccountIsTheSumOfItsLeasesWhateverHappensAtOnce() throws InterruptedException {
        int threads = 6;
        long most = 8 * MB;
        limit.set(most);
        System.out.println("seed " + SEED);
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        List<MemoryLease> left = new ArrayList<>();
        AtomicLong refused = new AtomicLong();
        AtomicLong toDisk = new AtomicLong();
        // Somebody holds so much that one thread alone passes the limit: the threads may run one after the other.
        MemoryLease standing = new MemoryLease(account, () -> 7 * MB);
        assertThat(standing.follow()).isFalse();
        left.add(standing);
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Random random = new Random(SEED * 31 + i);
            all.add(Thread.ofPlatform().start(() -> {
                awaitQuietly(begin);
                AtomicLong need = new AtomicLong();
                MemoryLease lease = new MemoryLease(account, need::get);
                for (int step = 0; step < 30_000; step++) {
                    if (random.nextInt(500) == 0) {
                        lease.close();
                        need.set(0);
                        lease = new MemoryLease(account, need::get);
                    }
                    long before = need.get();
                    long next = random.nextInt(8) == 0 ? 0 : random.nextLong(3 * MB);
                    need.set(next);
                    try {
                        if (next < before && random.nextBoolean()) lease.ease();
                        else if (!lease.follow()) toDisk.incrementAndGet();
                        if (next > MemoryLease.FREE && lease.held() < next) wrong.add("a need of " + next + " is not covered by " + lease.held());
                    } catch (PgException e) {
                        refused.incrementAndGet();
                        need.set(before);
                    }
                    if (account.used() > most + threads * (3 * MB + 1)) wrong.add("the account is at " + account.used());
                }
                synchronized (left) {
                    left.add(lease);
                }
            }));
        }
        begin.countDown();
        for (Thread each : all) each.join();
        assertThat(wrong).as("seed %d", SEED).isEmpty();
        assertThat(account.used()).as("seed %d", SEED).isEqualTo(left.stream().mapToLong(MemoryLease::held).sum()).isLessThanOrEqualTo(most + 3 * MB + (64 << 10));
        assertThat(refused.get()).as("seed %d: some were refused", SEED).isPositive();
        assertThat(toDisk.get()).as("seed %d: some were told to go to disk", SEED).isPositive();
        for (MemoryLease each : left) each.close();
        assertThat(account.used()).as("seed %d", SEED).isZero();
    }

    private static void awaitQuietly(CountDownLatch begin) {
        try {
            begin.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Helping threads of one statement change its need together. */
    @Test
    void manyThreadsMayFollowOneNeed() throws InterruptedException {
        AtomicLong need = new AtomicLong();
        MemoryLease lease = new MemoryLease(account, need::get);
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Random random = new Random(SEED * 17 + i);
            all.add(Thread.ofPlatform().start(() -> {
                long own = 0;
                for (int step = 0; step < 50_000; step++) {
                    long next = random.nextLong(MB);
                    need.addAndGet(next - own);
                    own = next;
                    lease.follow();
                }
                need.addAndGet(-own);
                lease.follow();
            }));
        }
        for (Thread each : all) each.join();
        assertThat(account.used()).as("seed %d", SEED).isEqualTo(lease.held());
        assertThat(lease.held()).as("seed %d", SEED).isLessThanOrEqualTo(5 * (64L << 10));
        lease.close();
        assertThat(account.used()).isZero();
    }
}
