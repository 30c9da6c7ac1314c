package io.craton.storage.sim;

import io.craton.storage.engine.EngineProbe;
import io.craton.storage.engine.ProjectionCopy;
import io.craton.storage.engine.StorageConfig;
import io.craton.storage.engine.StorageEngine;
import io.craton.storage.io.SimFiles;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.InlineLog;
import io.craton.storage.log.LogBase;
import io.craton.storage.log.LogCursor;
import io.craton.storage.log.LogDamagedException;
import io.craton.storage.log.LogHistory;
import io.craton.storage.log.LogOptions;
import io.craton.storage.log.LogVerifier;
import io.craton.storage.projection.RocksEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A member's machine: its disk with the log, its folder with the projections, and the process that uses them, which comes and goes. What is remembered of a wiped one is its term and vote: it
 * votes, and counts, again when it has all that was committed, as the new member of a real cluster does that takes its place.
 */
final class Member {
    private static final long EPOCH = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();
    private static final int MEGABYTE = 1 << 20;
    /** Of an entry; transactions beyond the other are logged ahead. */
    static final int ENTRY_BYTES = 2_500;
    private static final int WRITE_SET_BYTES = 4_000;

    final Simulation simulation;
    final int number;
    final int size;
    private final Path folder;
    private final LogOptions options;
    /** Its clock is wrong by so much. */
    private final int skewSeconds;
    private SimFiles disk;

    long term;
    int votedFor = -1;
    boolean learner;
    /** Where the newest batch of its log begins; 0 where that is not known. */
    long lastBatch;

    private @Nullable EventLog log;
    private @Nullable StorageEngine engine;
    private @Nullable Consensus consensus;
    private boolean paused;
    private final List<Runnable> inbox = new ArrayList<>();
    /** Calls into the engine that wait for an entry: what they use is closed when they have returned. */
    private int calls;
    private @Nullable Runnable cleanup;
    /** A copy of projections is on its way. */
    private boolean copying;
    private int lives;

    Member(Simulation simulation, int number, int size, Path folder) {
        this.simulation = simulation;
        this.number = number;
        this.size = size;
        this.folder = folder;
        options = LogOptions.DEFAULT.withSegmentBytes(LogOptions.SEGMENT_BYTES_MIN << simulation.chance(4));
        skewSeconds = simulation.chance(20);
        disk = newDisk();
    }

    private SimFiles newDisk() {
        SimFiles made = new SimFiles(simulation.random.nextLong());
        if (simulation.random.nextBoolean()) made.withoutDurableWrites();
        return made;
    }

    // ---- its process ---------------------------------------------------------------------------------------------

    /** Names this life of it. */
    int life() {
        return lives;
    }

    boolean isUp() {
        return consensus != null;
    }

    boolean isPaused() {
        return paused;
    }

    boolean leads() {
        return consensus != null && !paused && consensus.leaderTerm() > 0;
    }

    Consensus consensus() {
        return java.util.Objects.requireNonNull(consensus);
    }

    EventLog log() {
        return java.util.Objects.requireNonNull(log);
    }

    StorageEngine engine() {
        return java.util.Objects.requireNonNull(engine);
    }

    long lastIndex() {
        return consensus().lastIndex();
    }

    long applied() {
        return consensus == null ? -1 : consensus.applied();
    }

    @Override
    public String toString() {
        return "member " + number;
    }

    void start() {
        if (consensus != null) return;
        if (cleanup != null || copying) {
            simulation.after(1, this::start);
            return;
        }
        lives++;
        try {
            log = InlineLog.open(disk, options, _ -> {});
        } catch (SimFiles.PowerCut e) {
            simulation.note(this + ": power cut while it starts");
            disk.crash();
            lastBatch = 0;
            simulation.after(5, this::start);
            return;
        } catch (LogDamagedException e) {
            throw new AssertionError(this + " finds its log damaged: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        engine = StorageEngine.open(config(), () -> Instant.ofEpochSecond(EPOCH + skewSeconds, simulation.now() * 1_000_000));
        consensus = new Consensus(this, lives > 1);
        engine.attach(consensus.commitLog());
        simulation.note(this + " starts: entries " + log.firstIndex() + " to " + log.lastIndex() + ", applied " + consensus.applied());
        consensus.begin();
        if (!log.history().whole()) simulation.after(20, this::fetchHistory);
    }

    private StorageConfig config() {
        return new StorageConfig(folder, 2 * MEGABYTE, MEGABYTE, MEGABYTE, 8 * MEGABYTE, WRITE_SET_BYTES, ENTRY_BYTES, Integer.MAX_VALUE / 100, Long.MAX_VALUE);
    }

    /** Its process ends, and comes back a while later; a power cut takes what was not synced as well. */
    void stop(boolean powerCut) {
        end(powerCut);
        simulation.after(5 + simulation.chance(40), this::start);
    }

    private void end(boolean powerCut) {
        Consensus ending = consensus;
        if (ending == null) return;
        simulation.note(this + (powerCut ? ": power cut" : ": crash") + " at " + ending.applied() + " of " + ending.lastIndex());
        consensus = null;
        paused = false;
        inbox.clear();
        ending.end();
        cleanup = () -> {
            engine().close();
            engine = null;
            log = null;
            if (powerCut) {
                disk.crash();
                lastBatch = 0;
            }
        };
        clean();
    }

    private void clean() {
        if (calls > 0 || cleanup == null) return;
        Runnable work = cleanup;
        cleanup = null;
        work.run();
    }

    /** For a call that may wait for an entry. */
    void calling(Runnable call) {
        calls++;
        try {
            call.run();
        } finally {
            calls--;
            clean();
        }
    }

    /** The power goes out within so many operations of the disk, if there are so many in this life. */
    void cutPowerSoon(int operations) {
        disk.cutPowerAt(disk.steps() + operations);
    }

    /** The log has met a disk that is without power. */
    boolean lostPower() {
        if (log().failure() == null) return false;
        if (!(log().failure() instanceof SimFiles.PowerCut)) throw new AssertionError(this + ": " + log().failure(), log().failure());
        stop(true);
        return true;
    }

    void pause() {
        if (consensus == null || paused) return;
        simulation.note(this + " pauses");
        paused = true;
    }

    void resume() {
        if (!paused) return;
        simulation.note(this + " goes on");
        paused = false;
        // What came meanwhile is looked at bit by bit.
        for (Runnable each : inbox) simulation.after(1 + simulation.chance(15), each);
        inbox.clear();
    }

    void receive(Consumer<Member> message) {
        if (consensus == null) return;
        if (paused) inbox.add(inThisLife(() -> receive(message)));
        else message.accept(this);
    }

    /** Does something later in this life; when it is paused then, behind that. */
    void later(long ticks, Runnable work) {
        simulation.after(ticks, inThisLife(() -> {
            if (paused) later(7, work);
            else work.run();
        }));
    }

    private Runnable inThisLife(Runnable work) {
        int life = lives;
        return () -> {
            if (consensus != null && life == lives) work.run();
        };
    }

    void checkpoint() {
        if (consensus == null || paused || calls > 0) return;
        if (simulation.oneIn(3)) {
            EngineProbe.flush(engine(), simulation.chance(2));
            return;
        }
        long position = engine().checkpoint();
        simulation.note(this + " flushes up to " + position);
    }

    // ---- its disk ------------------------------------------------------------------------------------------------

    boolean isWhole() {
        return log != null && log.history().whole();
    }

    /** All that it has is gone. It goes on from another member's projections, or from nothing. Not in a call. */
    void wipe(@Nullable Member giver) {
        stop(true);
        RocksEnvironment.deleteFolder(folder);
        disk = newDisk();
        learner = true;
        simulation.note(this + " is wiped" + (giver == null ? "" : ", copies " + giver));
        if (giver == null) return;
        Path copy = folder.resolveSibling("copy" + number);
        RocksEnvironment.deleteFolder(copy);
        try {
            long position = giver.engine().copyTo(copy);
            copying = true;
            simulation.after(5 + simulation.chance(40), () -> takeCopy(giver, copy, position));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void takeCopy(Member giver, Path folderOfCopy, long copied) {
        copying = false;
        if (!giver.isUp()) return;
        try {
            long position = simulation.bug == PlantedBug.COPY_SAID_TOO_NEW ? giver.log().committedIndex() : copied;
            LogBase base = giver.log().baseAt(position);
            if (base == null) return;
            Files.createDirectories(folder.resolve("meta"));
            ProjectionCopy copy = new ProjectionCopy(folderOfCopy);
            copy.check();
            InlineLog.open(disk, options, _ -> {}).close();
            copy.moveInto(folder, position);
            EventLog.begin(disk, LogBase.decode(base.encode()));
            simulation.note(this + " has a copy up to " + position);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fetchHistory() {
        if (consensus == null || log().history().whole()) return;
        Member giver = simulation.members.get(simulation.chance(size));
        long last = java.util.Objects.requireNonNull(log().history().newest()).last();
        if (giver != this && giver.isUp() && giver.isWhole() && !giver.paused && giver.log().committedIndex() >= last) {
            try (LogHistory.Arrival arrival = log().history().begin(); LogCursor cursor = giver.log().cursor()) {
                while (arrival.wanted() <= last) arrival.take(cursor.frames(arrival.wanted(), 1_000));
                arrival.finish();
            } catch (SimFiles.PowerCut e) {
                stop(true);
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        later(10, this::fetchHistory);
    }

    /**
     * While it is stopped, a byte of its log changes. True when that was found, and everything is to be fetched anew. Else nothing was changed: the byte was none of an entry's, or one of the
     * newest batch, which looks like a write that the power cut interrupted.
     */
    boolean flip() {
        if (consensus != null || cleanup != null) return false;
        List<String> names = disk.list().stream().filter(name -> name.endsWith(".segment")).toList();
        if (names.isEmpty()) return false;
        String name = names.get(simulation.chance(names.size()));
        int length = disk.contents(name).length;
        if (length == 0) return false;
        int offset = simulation.chance(length);
        SimFiles damaged = disk.copy();
        damaged.flip(name, offset, 1 << simulation.chance(8));
        String where = this + ": byte " + offset + " of " + name + " is flipped";
        try (EventLog before = InlineLog.open(disk.copy(), options, _ -> {}); EventLog opened = InlineLog.open(damaged, options, _ -> {})) {
            boolean lacks = opened.lastIndex() < before.lastIndex();
            if (lacks && opened.lastIndex() < lastBatch - 1) throw new AssertionError(where + ", and entries up to " + opened.lastIndex() + " of " + before.lastIndex() + " are left");
            if (!lacks && !opened.tip().equals(before.tip())) throw new AssertionError(where + ", and nobody finds it");
            return false;
        } catch (LogDamagedException e) {
            simulation.note(where + ": " + e.getMessage());
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- the end -------------------------------------------------------------------------------------------------

    void heal() {
        resume();
        start();
    }

    void end() {
        end(false);
    }

    /** Every entry of its log, from the first on, by hash. */
    void verifyLog() {
        try {
            long last = LogVerifier.verify(disk.copy(), _ -> {}).lastIndex();
            if (last != log().lastIndex()) throw new AssertionError(this + " has " + last + " entries on its disk, and " + log().lastIndex() + " in its log");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
