package io.craton.storage.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A file written and read at positions; no place of it is written twice. Encrypted, it is so by AES-256 in counter mode, the position being the counter: nobody but
 * this process can have written what it reads. Deleted when it is closed. Any thread.
 */
public final class TemporaryFile implements AutoCloseable {
    private static final int AES_BLOCK = 16;

    private final FileChannel channel;
    private final @Nullable SecretKeySpec key;

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

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
