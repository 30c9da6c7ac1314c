package io.craton.storage.txn;

import io.craton.storage.io.TemporaryFile;
import io.craton.storage.io.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Where one transaction keeps what it has written and no longer in memory. Gone when it is closed, or the process ends. Any thread. */
final class SpillFile implements AutoCloseable {
    private final TemporaryFile file;
    private long end;

    private SpillFile(TemporaryFile file) {
        this.file = file;
    }

    static SpillFile create(TemporaryFolder folder) {
        try {
            return new SpillFile(folder.create("transaction_", ".spill"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the bytes begin. */
    synchronized long append(byte[] bytes, int length) {
        long at = end;
        try {
            file.write(bytes, 0, length, at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        end += length;
        return at;
    }

    byte[] read(long from, int length) {
        byte[] bytes = new byte[length];
        try {
            file.read(bytes, from);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
