package io.craton.storage.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A file written and read at positions; no place of it is written twice. Encrypted, it is so by AES-256 in counter mode, the position being the counter: nobody but
 * this process can have written what it reads. Deleted when it is closed. Any thread.
 */
public final class TemporaryFile implements AutoCloseable {
    private static final int AES_BLOCK = 16;
    /** Giving a large file's blocks back takes the system a tenth of a second and more; below this it is not worth a thread. */
    private static final long LARGE_BYTES = 8 << 20;

    private static final Executor CLOSER = closer();

    /** A file that is older is brought to disk as it grows. Left to the system it would be after half a minute, all at once, and the log's syncs would wait behind it. */
    private static final long LONG_LIVED_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long BYTES_PER_FORCE = 4 << 20;

    private final FileChannel channel;
    private final @Nullable SecretKeySpec key;
    private final long opened = System.nanoTime();
    private final AtomicLong unforced = new AtomicLong();

    private TemporaryFile(FileChannel channel, @Nullable SecretKeySpec key) {
        this.channel = channel;
        this.key = key;
    }

    static TemporaryFile open(Path path, boolean encrypted) throws IOException {
        SecretKeySpec key = null;
        if (encrypted) {
            byte[] material = new byte[32];
            new SecureRandom().nextBytes(material);
            key = new SecretKeySpec(material, "AES");
        }
        return new TemporaryFile(FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE), key);
    }

    public void write(byte[] bytes, int from, int length, long position) throws IOException {
        ByteBuffer buffer;
        if (key == null) {
            buffer = ByteBuffer.wrap(bytes, from, length);
        } else {
            byte[] encrypted = new byte[length];
            crypt(key, bytes, from, length, position, encrypted);
            buffer = ByteBuffer.wrap(encrypted);
        }
        long at = position;
        while (buffer.hasRemaining()) at += channel.write(buffer, at);
        if (unforced.addAndGet(length) >= BYTES_PER_FORCE && System.nanoTime() - opened > LONG_LIVED_NANOS) {
            unforced.set(0);
            channel.force(false);
        }
    }

    /** Fills the array. */
    public void read(byte[] into, long position) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) throw new IOException("a temporary file is too short");
        }
        if (key != null) crypt(key, into, 0, into.length, position, into);
    }

    private static void crypt(SecretKeySpec key, byte[] in, int from, int length, long position, byte[] out) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(ByteBuffer.allocate(AES_BLOCK).putLong(8, position / AES_BLOCK).array()));
            int inBlock = (int) (position % AES_BLOCK);
            if (inBlock > 0) cipher.update(new byte[inBlock]);
            int done = cipher.update(in, from, length, out, 0);
            cipher.doFinal(out, done);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES in counter mode failed", e);
        }
    }

    /** The room of a large file comes back a little later, on another thread: who ends a transaction does not wait for it. */
    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) return;
        if (channel.size() < LARGE_BYTES) channel.close();
        else CLOSER.execute(this::closeQuietly);
    }

    private void closeQuietly() {
        try {
            channel.close();
        } catch (IOException e) {
            LoggerFactory.getLogger(TemporaryFile.class).warn("a temporary file could not be closed", e);
        }
    }

    private static Executor closer() {
        var threads = new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Thread.ofPlatform().daemon().name("craton-temporary-files").factory());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
