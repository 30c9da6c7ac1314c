package io.craton.storage.engine;

import io.craton.storage.entry.EntryHeader;
import io.craton.storage.entry.EntryKind;
import io.craton.storage.entry.EntryReader;
import io.craton.storage.log.LogArchive;
import io.craton.storage.projection.ImagesAhead;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Reads runs of entries, and the images of the rows that they replace, one run ahead of whoever applies them. A thread of its own reads; one other thread asks.
 */
final class LogAhead implements AutoCloseable {
    private static final int RUN_ENTRIES = 1024;
    private static final long RUN_BYTES = 4 << 20;

    /**
     * Entries behind one another.
     *
     * @param last   position of the last one
     * @param images that they replace, as far as these were there before the run in front of this one
     */
    record Run(List<LogArchive.Entry> entries, long last, ImagesAhead images) {}

    private final int tenant;
    private final StorageEngine into;
    private final ExecutorService reader = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("craton-log-ahead").factory());

    /** @param into the engine that the entries are for; its rows are read */
    LogAhead(int tenant, StorageEngine into) {
        this.tenant = tenant;
        this.into = into;
    }

    /** The runs of a stretch of a log, to be asked for in order. */
    final class Runs {
        private final LogArchive.Reader log;
        private final long end;
        private final long shift;
        /** The first position of the newest run that was read: the run in front of it is perhaps not applied yet, nor is it. */
        private long settled;
        private Future<Run> next;

        Runs(LogArchive.Reader log, long first, long end, long shift) {
            this.log = log;
            this.end = end;
            this.shift = shift;
            settled = first;
            next = reader.submit(() -> read(first));
        }

        /** The next run, and starts to read the one behind it; null at the end. */
        @Nullable Run next() {
            Run run = await(next);
            if (run.entries.isEmpty()) return null;
            next = reader.submit(() -> read(run.last + 1));
            return run;
        }

        private Run read(long first) {
            List<LogArchive.Entry> entries = new ArrayList<>();
            long bytes = 0;
            long position = first;
            for (; position <= end && entries.size() < RUN_ENTRIES && bytes < RUN_BYTES; position++) {
                LogArchive.Entry entry = log.read(position);
                if (entry == null) throw new IllegalStateException("entry " + position + " is not in the log");
                entry = opened(entry);
                entries.add(entry);
                bytes += entry.payload() == null ? 0 : entry.payload().length;
            }
            ImagesAhead images = images(entries, settled + shift);
            settled = first;
            return new Run(entries, position - 1, images);
        }
    }

    /** One of the tenant's without what compresses it, which is read twice; sealed ones stay as they are. */
    private LogArchive.Entry opened(LogArchive.Entry entry) {
        byte[] payload = entry.payload();
        if (payload == null || entry.tenant() != tenant || EntryHeader.isSealed(payload) || EntryHeader.isPlain(payload)) return entry;
        return new LogArchive.Entry(entry.position(), entry.term(), tenant, into.sealer().open(payload, entry.position()), entry.hash(), entry.storedBytes());
    }

    Runs runs(LogArchive.Reader log, long first, long end, long shift) {
        return new Runs(log, first, end, shift);
    }

    /** @param before versions from here on are not in the store yet, or just being written */
    private ImagesAhead images(List<LogArchive.Entry> entries, long before) {
        Tenant present = into.tenantsForRebuild().pin(tenant);
        if (present == null) return ImagesAhead.NONE; // it is made in this run, or the one before
        try {
            ImagesAhead.Wanted wanted = new ImagesAhead.Wanted(present.projection);
            for (LogArchive.Entry entry : entries) {
                byte[] payload = entry.payload();
                if (payload == null || entry.tenant() != tenant || !EntryHeader.isPlain(payload) || EntryHeader.read(payload).kind() != EntryKind.COMMIT) continue;
                EntryReader rows = new EntryReader(payload);
                while (rows.nextReplacing()) if (rows.replacedVersion() < before) wanted.add(rows.storageId(), rows.key());
            }
            return wanted.read();
        } finally {
            present.unpin();
        }
    }

    private static Run await(Future<Run> run) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return run.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    switch (e.getCause()) {
                        case RuntimeException failure -> throw failure;
                        case Error failure -> throw failure;
                        default -> throw new IllegalStateException(e.getCause());
                    }
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    /** Nothing is being read when it returns. */
    @Override
    public void close() {
        reader.close();
    }
}
