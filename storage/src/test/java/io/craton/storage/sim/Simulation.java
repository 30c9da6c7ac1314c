package io.craton.storage.sim;

import io.craton.storage.projection.RocksEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * A cluster in one thread: members with real logs on disks that forget and real projections, a replication by raft's rules between them, sessions that run transactions on whoever
 * believes to lead, and faults. What happens next is the seed's choice alone: there is one queue of events, and no clock but its. What it checks is in {@link Ledger}.
 *
 * <p>Whatever waits for an entry in the middle of a call (chunks of large transactions, changes of definitions) runs the queue from there: {@link #runUntil}.
 */
final class Simulation implements AutoCloseable {
    private static final int TRACE = 60;
    private static final int EVENTS_MAX = 200_000;
    private static final int CHAOS = 1_200;
    private static final int ACTORS = 6;

    private record Event(long at, long order, Runnable work) {}

    final long seed;
    final PlantedBug bug;
    final Random random;
    final Network network;
    final Ledger ledger;
    final List<Member> members = new ArrayList<>();
    private final List<Actor> actors = new ArrayList<>();
    private final Faults faults;
    private final Path folder;
    private final Deque<String> trace = new ArrayDeque<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>((one, other) -> one.at == other.at ? Long.compare(one.order, other.order) : Long.compare(one.at, other.at));
    private long now;
    private long scheduled;
    private int depth;
    private boolean storms;
    private boolean healed;
    private boolean waits;

    Simulation(long seed, PlantedBug bug) {
        this.seed = seed;
        this.bug = bug;
        random = new Random(seed);
        network = new Network(this);
        ledger = new Ledger();
        faults = new Faults(this);
        folder = newFolder();
        int size = random.nextInt(6) == 0 ? 5 : 3;
        for (int number = 0; number < size; number++) members.add(new Member(this, number, size, folder.resolve("member" + number)));
    }

    /** Memory where there is such a folder, for projections make files all the time. */
    private static Path newFolder() {
        try {
            Path memory = Path.of("/dev/shm");
            return Files.isWritable(memory) ? Files.createTempDirectory(memory, "craton-simulation") : Files.createTempDirectory("craton-simulation");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- time ----------------------------------------------------------------------------------------------------

    long now() {
        return now;
    }

    /** Does something in so many ticks. */
    void after(long ticks, Runnable work) {
        events.add(new Event(now + ticks, ++scheduled, work));
    }

    int chance(int bound) {
        return random.nextInt(bound);
    }

    boolean oneIn(int bound) {
        return random.nextInt(bound) == 0;
    }

    /** Goes on until this holds. */
    void runUntil(BooleanSupplier end) {
        boolean waited = waits;
        waits = false;
        depth++;
        try {
            for (int count = 0; !end.getAsBoolean(); count++) {
                Event next = events.poll();
                if (next == null || count > EVENTS_MAX) throw new AssertionError("nothing comes of it");
                now = next.at;
                next.work.run();
            }
        } finally {
            depth--;
            waits = waited;
        }
    }

    /** Whether somebody waits in the middle of a call. */
    boolean nested() {
        return depth > 1;
    }

    /** Runs a call that waits for each of its entries. */
    void waiting(Runnable call) {
        waits = true;
        try {
            call.run();
        } finally {
            waits = false;
        }
    }

    /** Whether who submits an entry waits for its end. */
    boolean waits() {
        return waits;
    }

    void note(String what) {
        if (trace.size() == TRACE) trace.removeFirst();
        trace.addLast(now + " " + what);
    }

    /** Faults may come. */
    boolean storms() {
        return storms;
    }

    /** No more faults: everybody comes back, and goes on to the end of what is begun. */
    boolean healed() {
        return healed;
    }

    // ---- a run ---------------------------------------------------------------------------------------------------

    /** Throws what it finds, with the seed and what went before. */
    void run() {
        try {
            for (Member member : members) member.start();
            runUntil(() -> members.stream().anyMatch(Member::leads));
            Bank.make(this, members.stream().filter(Member::leads).findFirst().orElseThrow());
            for (int number = 0; number < ACTORS; number++) actors.add(new Actor(this, number));
            actors.forEach(Actor::begin);
            faults.begin();
            storms = true;
            after(CHAOS, this::heal);
            runUntil(() -> healed && actors.stream().allMatch(Actor::atRest));
            runUntil(this::settled);
            ledger.checkAll(members);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed + ", " + bug + ": " + e.getMessage() + "\n" + String.join("\n", trace), e);
        }
    }

    private void heal() {
        note("all heals");
        storms = false;
        healed = true;
        network.heal();
        faults.end();
        members.forEach(Member::heal);
    }

    /** Everybody has everything. */
    private boolean settled() {
        Member leader = members.stream().filter(Member::leads).findFirst().orElse(null);
        return leader != null && members.stream().allMatch(member -> member.isWhole() && member.applied() == leader.lastIndex());
    }

    @Override
    public void close() {
        members.forEach(Member::end);
        RocksEnvironment.deleteFolder(folder);
    }
}
