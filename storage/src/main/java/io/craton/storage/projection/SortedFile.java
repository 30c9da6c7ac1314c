package io.craton.storage.projection;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.EnvOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.SstFileWriter;

/** A file of RocksDB's own format, written beside the store in key order and later taken into it as it is. One thread. */
final class SortedFile implements AutoCloseable {
    private final Path path;
    private final EnvOptions environment = new EnvOptions().setBytesPerSync(RocksEnvironment.BYTES_PER_SYNC);
    private final Options options;
    private final SstFileWriter writer;
    private byte @Nullable [] last;
    private long bytes;

    private final @Nullable ValueCipher cipher;

    /** @param cipher of the store it is for; null where values are not encrypted */
    SortedFile(Path path, Options options, @Nullable ValueCipher cipher) {
        this.path = path;
        this.options = options;
        this.cipher = cipher;
        writer = new SstFileWriter(environment, options);
        try {
            writer.open(path.toString());
        } catch (RocksDBException e) {
            close();
            throw new StoreFailedException("cannot write " + path, e);
        }
    }

    Path path() {
        return path;
    }

    /** Keys and values so far, before compression. */
    long bytes() {
        return bytes;
    }

    /** Whether this key may come next. */
    boolean takes(byte[] key) {
        return last == null || Arrays.compareUnsigned(last, key) < 0;
    }

    /** {@code value} null: the key is deleted. */
    void add(byte[] key, byte @Nullable [] value) {
        try {
            if (value == null) writer.delete(key);
            else writer.put(key, cipher == null ? value : cipher.seal(key, value));
        } catch (RocksDBException e) {
            throw new StoreFailedException("cannot write " + path, e);
        }
        last = key;
        bytes += key.length + (value == null ? 0 : value.length);
    }

    /** As the other one, of bytes outside the heap; {@link #takes} knows nothing of them. */
    void add(ByteBuffer key, ByteBuffer value) {
        if (cipher != null) {
            add(IndexPiece.copy(key), IndexPiece.copy(value));
            return;
        }
        bytes += key.remaining() + value.remaining();
        try {
            writer.put(key, value);
        } catch (RocksDBException e) {
            throw new StoreFailedException("cannot write " + path, e);
        }
    }

    /**
     * Complete and durable when it returns. RocksDB has its pages dropped from the system's cache; index and filter come back here, not while everybody waits for the store to take the file.
     */
    void finish() {
        try (SstFileReader reader = new SstFileReader(options)) {
            writer.finish();
            reader.open(path.toString());
        } catch (RocksDBException e) {
            throw new StoreFailedException("cannot write " + path, e);
        }
    }

    @Override
    public void close() {
        writer.close();
        environment.close();
    }
}
