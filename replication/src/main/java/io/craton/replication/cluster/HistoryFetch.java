package io.craton.replication.cluster;

import io.craton.replication.rpc.PeerSecurity;
import io.craton.replication.transfer.PieceClient;
import io.craton.replication.transfer.PieceServer;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogDamagedException;
import io.craton.storage.log.LogHistory;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches what a log lacks in front of its first entry, beside everything else: segment by segment, each checked as it comes. What one node cannot give, or gives
 * damaged, is asked of the next, going on where it was. Ends when the log is whole.
 */
final class HistoryFetch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryFetch.class);
    private static final long REPORT_NANOS = Duration.ofSeconds(10).toNanos();

    /** A question whose answer is not needed yet. */
    private record Ahead(HostPort place, long from, CompletableFuture<byte[]> answer) {}

    private final EventLog log;
    private final Supplier<List<HostPort>> places;
    private final Consumer<Throwable> onFailure;
    private final PieceClient pieces;
    private final Thread thread;
    private final Map<HostPort, String> troubles = new HashMap<>();
    private int turn;
    private @Nullable Ahead ahead;
    private volatile boolean closed;

    /** @param onFailure this node's own disk does not take what comes */
    HistoryFetch(EventLog log, PeerSecurity security, Supplier<List<HostPort>> places, Consumer<Throwable> onFailure) {
        this.log = log;
        this.places = places;
        this.onFailure = onFailure;
        pieces = new PieceClient(security);
        thread = Thread.ofPlatform().name("history").start(this::run);
    }

    private void run() {
        long from = System.nanoTime();
        long reportedAt = from;
        long last = log.firstIndex() - 1;
        long bytes = 0;
        LOG.info("entries 1 to {} of the log are fetched from the other nodes", last);
        LogHistory history = log.history();
        try {
            for (LogHistory.Missing missing = history.newest(); missing != null && !closed; missing = history.newest()) {
                bytes += fetch(history);
                if (System.nanoTime() - reportedAt < REPORT_NANOS) continue;
                reportedAt = System.nanoTime();
                LOG.info("entries {} to {} of the log have come, {} MB", log.firstIndex(), last, bytes >> 20);
            }
            if (closed) return;
            LOG.info("the log is whole: entries 1 to {} came in {} s, {} MB, their chain checked", last, String.format("%.1f", (System.nanoTime() - from) / 1e9), bytes >> 20);
        } catch (InterruptedException e) {
            // The node closes.
        } catch (IOException | RuntimeException e) {
            if (!closed) onFailure.accept(e);
        }
    }

    /** Fetches the newest missing segment and answers how much came; it may still be missing then. */
    private long fetch(LogHistory history) throws IOException, InterruptedException {
        try (LogHistory.Arrival arrival = history.begin()) {
            long last = arrival.missing().last();
            long bytes = 0;
            int silent = 0;
            while (arrival.wanted() <= last) {
                if (closed) throw new InterruptedException();
                List<HostPort> known = places.get();
                if (known.isEmpty() || silent >= known.size()) {
                    Thread.sleep(500);
                    silent = 0;
                    continue;
                }
                HostPort place = known.get(turn % known.size());
                byte[] frames = frames(place, arrival.wanted());
                if (frames.length == 0) {
                    silent++;
                    continue;
                }
                // The next ones travel while these are checked.
                long next = arrival.wanted() + LogHistory.count(frames);
                if (next <= last) ahead = new Ahead(place, next, ask(place, next));
                try {
                    arrival.take(frames);
                    bytes += frames.length;
                    silent = 0;
                    if (troubles.remove(place) != null) LOG.info("entries of the log come from {} again", place);
                } catch (LogDamagedException e) {
                    trouble(place, e.getMessage());
                    silent++;
                    if (arrival.wanted() > last) return bytes;
                }
            }
            arrival.finish();
            return bytes;
        }
    }

    private CompletableFuture<byte[]> ask(HostPort place, long from) {
        return pieces.ask(place.host(), place.port(), 0, CopyOffer.FRAMES, from, PieceServer.PIECE_BYTES_MAX);
    }

    /** Empty when this place cannot give them. */
    private byte[] frames(HostPort place, long wanted) {
        Ahead asked = ahead;
        ahead = null;
        try {
            boolean fits = asked != null && asked.place.equals(place) && asked.from == wanted;
            byte[] frames = PieceClient.await(fits ? asked.answer : ask(place, wanted));
            if (frames.length == 0) trouble(place, "it does not have entry " + wanted);
            return frames;
        } catch (IOException e) {
            trouble(place, e.getMessage());
            return new byte[0];
        }
    }

    /** One line for each new trouble; the next place is asked. */
    private void trouble(HostPort place, String what) {
        turn++;
        if (!closed && !what.equals(troubles.put(place, what))) LOG.warn("entries of the log do not come from {}: {}", place, what);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        pieces.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
