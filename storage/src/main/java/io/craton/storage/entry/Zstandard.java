package io.craton.storage.entry;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.util.Native;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Zstandard at its first level. It has as many contexts as were used at one time, for to make one takes longer than to compress some kilobytes. Any thread. */
public final class Zstandard implements AutoCloseable {
    private static final int LEVEL = 1;
    private static final int ROOM_BYTES_KEPT_MAX = 1 << 20;

    private final Contexts<Compressor> compressors = new Contexts<>(Compressor::new);
    private final Contexts<Decompressor> decompressors = new Contexts<>(Decompressor::new);

    /** Begins to load the native library, in the background. */
    public static void loadAhead() {
        Thread.ofPlatform().daemon().name("zstd-load").start(Zstandard::isThere);
    }

    /** Whether its native library is there for this machine; the first who asks loads it. */
    public static boolean isThere() {
        return Library.THERE;
    }

    /** Loaded once, or not to be had. An installed program has it beside its jars, from where it is there ten times as quickly as out of a jar. */
    private static final class Library {
        static final boolean THERE = load();

        private static boolean load() {
            for (String machine : new String[] {"amd64", "aarch64"}) {
                try {
                    System.loadLibrary("zstd-jni-linux-" + machine);
                    Native.assumeLoaded();
                    return true;
                } catch (UnsatisfiedLinkError notThisOne) {
                    // the next one, or that out of the jar
                }
            }
            try {
                Native.load();
                return true;
            } catch (UnsatisfiedLinkError none) {
                return false;
            }
        }
    }

    /**
     * @param at    where what is to be compressed begins
     * @param front bytes that the answer has in front of the frame
     * @return null when all that does not fit into {@code bytesMax}
     */
    byte @Nullable [] compress(byte[] bytes, int at, int front, int bytesMax) {
        Compressor compressor = compressors.take();
        try {
            return compressor.compress(bytes, at, front, bytesMax);
        } finally {
            compressors.giveBack(compressor);
        }
    }

    /**
     * Decompresses everything from a place on, into the end of an array, which it must fill.
     *
     * @throws DamagedEntryException when it does not, or is no frame
     */
    void decompress(byte[] bytes, int at, byte[] into, int intoAt) {
        Decompressor decompressor = decompressors.take();
        try {
            int wanted = into.length - intoAt;
            int length = decompressor.context.decompressByteArray(into, intoAt, wanted, bytes, at, bytes.length - at);
            if (length != wanted) throw new DamagedEntryException("it has " + length + " bytes in place of " + wanted, null);
        } catch (ZstdException e) {
            throw new DamagedEntryException(e.getMessage(), e);
        } finally {
            decompressors.giveBack(decompressor);
        }
    }

    @Override
    public void close() {
        compressors.close();
        decompressors.close();
    }

    private static final class Compressor implements AutoCloseable {
        private final ZstdCompressCtx context = new ZstdCompressCtx().setLevel(LEVEL);
        private byte[] room = new byte[0];

        byte @Nullable [] compress(byte[] bytes, int at, int front, int bytesMax) {
            if (bytesMax <= front) return null;
            byte[] out = room.length >= bytesMax ? room : new byte[bytesMax];
            if (out.length <= ROOM_BYTES_KEPT_MAX) room = out;
            try {
                int length = context.compressByteArray(out, front, bytesMax - front, bytes, at, bytes.length - at);
                return Arrays.copyOf(out, front + length);
            } catch (ZstdException noRoom) {
                return null;
            }
        }

        @Override
        public void close() {
            context.close();
        }
    }

    private static final class Decompressor implements AutoCloseable {
        private final ZstdDecompressCtx context = new ZstdDecompressCtx();

        @Override
        public void close() {
            context.close();
        }
    }

    /** Those that nobody uses. */
    private static final class Contexts<C extends AutoCloseable> {
        private final ConcurrentLinkedDeque<C> idle = new ConcurrentLinkedDeque<>();
        private final Supplier<C> maker;
        private volatile boolean closed;

        Contexts(Supplier<C> maker) {
            this.maker = maker;
        }

        C take() {
            C context = idle.pollFirst();
            return context == null ? maker.get() : context;
        }

        void giveBack(C context) {
            idle.addFirst(context);
            if (closed) close();
        }

        void close() {
            closed = true;
            for (C context = idle.pollFirst(); context != null; context = idle.pollFirst()) {
                try {
                    context.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }
}
