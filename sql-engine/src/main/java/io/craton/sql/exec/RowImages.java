package io.craton.sql.exec;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.io.TemporaryFile;
import io.craton.storage.io.TemporaryFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Images of rows that wait for their triggers, one behind the other; read by their places, mostly in order. What does not fit into the statement's memory goes to a
 * file. One thread.
 */
final class RowImages implements AutoCloseable {
    private static final int CHUNK = 1 << 16;

    private final ExecContext context;
    /** Null for chunks that are in the file. */
    private final List<byte @Nullable []> chunks = new ArrayList<>();
    private final byte[] header = new byte[4];
    private long end;
    private long charged;
    private @Nullable TemporaryFile file;
    private int readChunk = -1;
    private byte @Nullable [] read;

    RowImages(ExecContext context) {
        this.context = context;
    }

    /** The image's place. */
    long add(byte[] image) {
        long place = end;
        ByteBuffer.wrap(header).putInt(image.length);
        append(header);
        append(image);
        return place;
    }

    private void append(byte[] bytes) {
        int done = 0;
        while (done < bytes.length) {
            int inChunk = (int) (end % CHUNK);
            if (inChunk == 0) chunks.add(chunk());
            int count = Math.min(bytes.length - done, CHUNK - inChunk);
            System.arraycopy(bytes, done, java.util.Objects.requireNonNull(chunks.getLast()), inChunk, count);
            done += count;
            end += count;
        }
    }

    private byte[] chunk() {
        charged += CHUNK;
        if (!context.charge(CHUNK)) spill();
        return new byte[CHUNK];
    }

    /** All chunks are full: they go to the file. */
    private void spill() {
        try {
            TemporaryFile target = file();
            for (int i = 0; i < chunks.size(); i++) {
                byte[] chunk = chunks.get(i);
                if (chunk == null) continue;
                target.write(chunk, 0, CHUNK, (long) i * CHUNK);
                chunks.set(i, null);
            }
        } catch (IOException e) {
            throw failed(e);
        }
        context.charge(-charged);
        charged = 0;
    }

    private TemporaryFile file() throws IOException {
        if (file != null) return file;
        TemporaryFolder folder = context.spillFolder();
        if (folder == null) throw RowStore.outOfMemory();
        file = folder.create("rows", ".tmp");
        return file;
    }

    private static PgException failed(IOException e) {
        return new PgException(PgError.error(SqlState.IO_ERROR, "could not use temporary file: " + e.getMessage()), e);
    }

    byte[] get(long place) {
        byte[] length = new byte[4];
        copy(place, length);
        byte[] image = new byte[ByteBuffer.wrap(length).getInt()];
        copy(place + 4, image);
        return image;
    }

    private void copy(long from, byte[] target) {
        int done = 0;
        while (done < target.length) {
            long at = from + done;
            int inChunk = (int) (at % CHUNK);
            int count = Math.min(target.length - done, CHUNK - inChunk);
            System.arraycopy(chunkAt((int) (at / CHUNK)), inChunk, target, done, count);
            done += count;
        }
    }

    private byte[] chunkAt(int number) {
        byte[] chunk = chunks.get(number);
        if (chunk != null) return chunk;
        if (readChunk == number && read != null) return read;
        if (read == null) read = new byte[CHUNK];
        try {
            java.util.Objects.requireNonNull(file).read(read, (long) number * CHUNK);
        } catch (IOException e) {
            throw failed(e);
        }
        readChunk = number;
        return read;
    }

    @Override
    public void close() {
        context.charge(-charged);
        charged = 0;
        chunks.clear();
        try {
            if (file != null) file.close();
        } catch (IOException e) {
            throw failed(e);
        }
    }
}
