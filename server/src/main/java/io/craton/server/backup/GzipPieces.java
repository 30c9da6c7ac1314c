package io.craton.server.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** A gzip file of many members, which are compressed on all cores; any gunzip reads it. One thread writes. */
final class GzipPieces extends OutputStream {
    private static final int PIECE_BYTES = 1 << 20;
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};

    private final OutputStream out;
    private final int level;
    private final int threads = Math.max(1, Runtime.getRuntime().availableProcessors());
    private final ExecutorService workers = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().name("gzip-", 0).factory());
    private final Deque<Future<byte[]>> underWay = new ArrayDeque<>();
    private byte[] piece = new byte[PIECE_BYTES];
    private int count;
    private boolean any;

    /** @param level 0 (not at all) to 9 */
    GzipPieces(OutputStream out, int level) {
        this.out = out;
        this.level = level;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int more = Math.min(length - done, PIECE_BYTES - count);
            System.arraycopy(bytes, offset + done, piece, count, more);
            count += more;
            done += more;
            if (count == PIECE_BYTES) submit();
        }
    }

    private void submit() throws IOException {
        byte[] full = piece;
        int length = count;
        Callable<byte[]> work = () -> member(full, length, level);
        underWay.add(workers.submit(work));
        piece = new byte[PIECE_BYTES];
        count = 0;
        any = true;
        while (underWay.size() > 2 * threads) settle();
    }

    private void settle() throws IOException {
        try {
            out.write(underWay.removeFirst().get());
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static byte[] member(byte[] bytes, int length, int level) {
        Deflater deflater = new Deflater(level, true);
        try {
            deflater.setInput(bytes, 0, length);
            deflater.finish();
            byte[] member = new byte[length + (length >> 8) + 1024];
            System.arraycopy(HEADER, 0, member, 0, HEADER.length);
            int end = HEADER.length + deflater.deflate(member, HEADER.length, member.length - HEADER.length - 8);
            if (!deflater.finished()) throw new IllegalStateException("a piece grew when it was compressed");
            CRC32 crc = new CRC32();
            crc.update(bytes, 0, length);
            little(member, end, (int) crc.getValue());
            little(member, end + 4, length);
            return java.util.Arrays.copyOf(member, end + 8);
        } finally {
            deflater.end();
        }
    }

    private static void little(byte[] into, int at, int value) {
        for (int i = 0; i < 4; i++) into[at + i] = (byte) (value >>> 8 * i);
    }

    @Override
    public void close() throws IOException {
        try {
            if (count > 0 || !any) submit();
            while (!underWay.isEmpty()) settle();
        } finally {
            workers.shutdownNow();
            out.close();
        }
    }
}
