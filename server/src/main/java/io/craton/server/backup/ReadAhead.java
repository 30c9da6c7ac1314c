package io.craton.server.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** Reads another stream some pieces ahead, on a thread of its own, so that it is unpacked beside what is done with it. One thread reads. */
final class ReadAhead extends InputStream {
    private static final int PIECE_BYTES = 1 << 20;
    private static final int PIECES = 4;

    /** @param failure what ended it instead */
    private record Piece(byte[] bytes, int count, @Nullable IOException failure) {}

    private final InputStream in;
    private final BlockingQueue<Piece> ready = new ArrayBlockingQueue<>(PIECES);
    private final Thread reader = Thread.ofPlatform().daemon().name("read-ahead").unstarted(this::run);
    private Piece now = new Piece(new byte[0], 0, null);
    private int at;
    private boolean ended;

    ReadAhead(InputStream in) {
        this.in = in;
        reader.start();
    }

    private void run() {
        try {
            boolean more = true;
            while (more) {
                byte[] bytes = new byte[PIECE_BYTES];
                Piece piece;
                try {
                    int count = in.readNBytes(bytes, 0, PIECE_BYTES);
                    more = count > 0;
                    piece = new Piece(bytes, count, null);
                } catch (IOException e) {
                    more = false;
                    piece = new Piece(bytes, 0, e);
                }
                ready.put(piece);
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) return 0;
        while (at == now.count) {
            if (ended) return -1;
            try {
                now = ready.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
            at = 0;
            ended = now.count == 0;
            if (now.failure != null) throw now.failure;
        }
        int count = Math.min(length, now.count - at);
        System.arraycopy(now.bytes, at, into, offset, count);
        at += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        reader.interrupt();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        in.close();
    }
}
