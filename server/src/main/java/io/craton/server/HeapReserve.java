package io.craton.server;

import io.craton.core.memory.MemoryPool;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.SoftReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A part of the heap that the collector gets when nothing else is left, before anybody would see an OutOfMemoryError. Until there is room for it again, statements that are
 * to blame end. One thread of its own.
 */
final class HeapReserve implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeapReserve.class);
    private static final int PART = 32;
    private static final long BYTES_MAX = 16 << 20;
    /** So much must be free before it is made again. */
    private static final int ROOM_PART = 16;
    private static final long ROOM_MAX = 128 << 20;
    /** The collector takes soft references first that nobody has asked for in a while. */
    private static final long ASKED_MILLIS = 1_000;
    private static final long TRIED_MILLIS = 100;

    private final MemoryPool pool;
    private final int bytes;
    private final long room;
    private final ReferenceQueue<byte[]> taken = new ReferenceQueue<>();
    private final Thread keeper = Thread.ofPlatform().daemon().name("heap-reserve").unstarted(this::keep);
    private volatile @Nullable SoftReference<byte[]> reserve;

    private HeapReserve(MemoryPool pool, long heap) {
        this.pool = pool;
        bytes = (int) Math.min(BYTES_MAX, heap / PART);
        room = Math.min(ROOM_MAX, heap / ROOM_PART);
    }

    /** It is there a second later: a start does not wait for memory that it does not need. */
    static HeapReserve start(MemoryPool pool) {
        HeapReserve reserve = new HeapReserve(pool, Runtime.getRuntime().maxMemory());
        reserve.keeper.start();
        return reserve;
    }

    private void keep() {
        try {
            while (true) {
                SoftReference<byte[]> known = reserve;
                if (taken.remove(ASKED_MILLIS) == null && known != null && known.get() != null) continue;
                reserve = null;
                refill();
            }
        } catch (InterruptedException e) {
            pool.pressed(false);
        }
    }

    private void refill() throws InterruptedException {
        if (fill()) return; // somebody wanted more at once than the heap has
        pool.pressed(true);
        LOG.warn("the heap is used up: statements that hold much of it end");
        do Thread.sleep(TRIED_MILLIS);
        while (!fill());
        pool.pressed(false);
        LOG.info("the heap has room again");
    }

    private boolean fill() {
        try {
            Runtime heap = Runtime.getRuntime();
            // What is not there need not be asked for: that takes two full collections.
            if (heap.maxMemory() - heap.totalMemory() + heap.freeMemory() < room) return false;
            reserve = new SoftReference<>(new byte[bytes], taken);
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    @Override
    public void close() {
        keeper.interrupt();
    }
}
