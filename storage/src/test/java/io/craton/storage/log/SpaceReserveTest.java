package io.craton.storage.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.storage.io.BlockFile;
import io.craton.storage.io.FileStore;
import io.craton.storage.io.RealFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that runs low refuses entries before it is full, and takes them again when there is room. */
class SpaceReserveTest {
    /** Real files on a disk whose free space the test sets. */
    private record Low(FileStore files, AtomicLong usable) implements FileStore {
        @Override
        public List<String> list() throws IOException {
            return files.list();
        }

        @Override
        public boolean exists(String name) throws IOException {
            return files.exists(name);
        }

        @Override
        public BlockFile open(String name) throws IOException {
            return files.open(name);
        }

        @Override
        public BlockFile create(String name) throws IOException {
            return files.create(name);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            files.rename(from, to);
        }

        @Override
        public void delete(String name) throws IOException {
            files.delete(name);
        }

        @Override
        public void syncFolder() throws IOException {
            files.syncFolder();
        }

        @Override
        public FileStore folder(String name) throws IOException {
            return files.folder(name);
        }

        @Override
        public long usableBytes() {
            return usable.get();
        }

        @Override
        public String describe() {
            return files.describe();
        }
    }

    private static void await(EventLog log, Predicate<EventLog> condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.test(log) && System.nanoTime() < deadline) TimeUnit.MILLISECONDS.sleep(20);
        assertThat(condition.test(log)).isTrue();
    }

    @Test
    void entriesAreRefusedWhileTheReserveIsTouched(@TempDir Path folder) throws Exception {
        var usable = new AtomicLong(200 << 20);
        LogOptions options = LogOptions.DEFAULT.withSegmentBytes(4096).withReserveBytes(100 << 20);
        try (EventLog log = EventLog.open(new Low(RealFiles.at(folder), usable), options, failure -> {})) {
            assertThat(log.refusal()).isNull();
            usable.set(40 << 20);
            await(log, each -> each.refusal() != null);
            assertThat(log.refusal()).isEqualTo("No space left on device (40 MB are free, 100 MB are kept in reserve)");
            usable.set(100 << 20);
            await(log, each -> each.refusal() == null);
            assertThat(log.failure()).isNull();
        }
    }
}
