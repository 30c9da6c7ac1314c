package io.craton.storage.io;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Brings files to the disk beside whoever writes the next ones: a disk that only begins at the end keeps everybody waiting. Any thread. */
public final class Syncs {
    /** Syncs something. */
    public interface Sync {
        void run() throws IOException;
    }

    private final Queue<Future<Void>> underWay = new ConcurrentLinkedQueue<>();

    /** Begins with it. */
    public void begin(Sync sync) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            sync.run();
            return null;
        });
        underWay.add(task);
        Thread.startVirtualThread(task);
    }

    /** Until all that was begun is on disk. */
    public void await() throws IOException {
        try {
            for (Future<Void> each = underWay.poll(); each != null; each = underWay.poll()) each.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) throw failure;
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}
