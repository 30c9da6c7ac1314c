package io.craton.sql.exec;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.memory.MemoryAccount;
import io.craton.core.memory.MemoryLease;
import io.craton.core.type.ByteReader;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeCodec;
import io.craton.core.type.TypeCodecs;
import io.craton.storage.io.TemporaryFile;
import io.craton.storage.io.TemporaryFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows that a portal must be able to give again, by number: appended at the end, read anywhere. In blocks of rows in their binary forms, in memory up to a bound and
 * as long as the tenant has memory left, in a file of the spill folder beyond; the block read last is kept decoded. Outlives statement and transaction. One thread.
 */
public final class KeptRows implements AutoCloseable {
    private static final int BLOCK_BYTES = 32 << 10;
    private static final int BLOCK_ROWS = 512;
    /** PostgreSQL's work_mem. */
    private static final long MEMORY_BYTES = 4 << 20;

    /** Rows from number {@code first} on; {@code bytes} null when they are in the file. */
    private record Block(long first, int rows, byte @Nullable [] bytes, long offset, int length) {}

    private final @Nullable TemporaryFolder folder;
    private final FormatContext format;
    private final TypeCodec[] codecs;
    private final List<Block> blocks = new ArrayList<>();
    private final ByteWriter filling = new ByteWriter(1 << 10);
    private long rows;
    private int fillingRows;
    private long inMemory;
    private final MemoryLease lease;
    private @Nullable TemporaryFile file;
    private long fileEnd;
    private @Nullable Block decoded;
    private List<@Nullable Object[]> decodedRows = List.of();

    /** @param folder null: rows that do not fit in memory are refused with 53200 */
    public KeptRows(List<PgType> types, FormatContext format, @Nullable TemporaryFolder folder, MemoryAccount memory) {
        this.folder = folder;
        this.lease = new MemoryLease(memory, () -> inMemory);
        this.format = format;
        codecs = new TypeCodec[types.size()];
        for (int i = 0; i < codecs.length; i++) codecs[i] = TypeCodecs.of(types.get(i), format.types());
    }

    public long rows() {
        return rows;
    }

    public void add(@Nullable Object[] row) {
        for (int i = 0; i < codecs.length; i++) {
            int start = filling.size();
            filling.putInt(-1);
            if (row[i] == null) continue;
            codecs[i].encodeBinary(row[i], format, filling);
            filling.setInt(start, filling.size() - start - 4);
        }
        rows++;
        fillingRows++;
        if (filling.size() >= BLOCK_BYTES || fillingRows == BLOCK_ROWS) endBlock();
    }

    private void endBlock() {
        byte[] bytes = filling.toByteArray();
        long first = rows - fillingRows;
        if (file == null && inMemory + bytes.length > MEMORY_BYTES) toFile();
        if (file == null) {
            blocks.add(new Block(first, fillingRows, bytes, 0, bytes.length));
            inMemory += bytes.length;
            if (!lease.follow()) toFile();
        } else {
            blocks.add(new Block(first, fillingRows, null, write(bytes), bytes.length));
        }
        filling.clear();
        fillingRows = 0;
    }

    private void toFile() {
        if (folder == null) throw RowStore.outOfMemory();
        try {
            file = folder.create("portal", ".tmp");
        } catch (IOException e) {
            throw failed(e);
        }
        blocks.replaceAll(block -> new Block(block.first, block.rows, null, write(java.util.Objects.requireNonNull(block.bytes)), block.length));
        inMemory = 0;
        lease.ease();
    }

    private long write(byte[] bytes) {
        long offset = fileEnd;
        try {
            java.util.Objects.requireNonNull(file).write(bytes, 0, bytes.length, fileEnd);
            fileEnd += bytes.length;
        } catch (IOException e) {
            throw failed(e);
        }
        return offset;
    }

    /** The row with this number, from 0. */
    public @Nullable Object[] row(long number) {
        if (number >= rows - fillingRows) endBlock();
        Block block = decoded;
        if (block == null || number < block.first || number >= block.first + block.rows) {
            block = find(number);
            decodedRows = decode(block);
            decoded = block;
        }
        return decodedRows.get((int) (number - block.first));
    }

    private Block find(long number) {
        int low = 0;
        int high = blocks.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (blocks.get(middle).first <= number) low = middle;
            else high = middle - 1;
        }
        return blocks.get(low);
    }

    private List<@Nullable Object[]> decode(Block block) {
        byte[] bytes = block.bytes;
        if (bytes == null) {
            bytes = new byte[block.length];
            try {
                java.util.Objects.requireNonNull(file).read(bytes, block.offset);
            } catch (IOException e) {
                throw failed(e);
            }
        }
        ByteReader reader = new ByteReader(bytes);
        List<@Nullable Object[]> result = new ArrayList<>(block.rows);
        for (int i = 0; i < block.rows; i++) {
            Object[] row = new Object[codecs.length];
            for (int k = 0; k < row.length; k++) {
                int length = reader.getInt();
                row[k] = length < 0 ? null : codecs[k].decodeBinary(reader, length, -1, format);
            }
            result.add(row);
        }
        return result;
    }

    private static PgException failed(IOException e) {
        return new PgException(PgError.error(SqlState.IO_ERROR, "could not use temporary file: " + e.getMessage()), e);
    }

    @Override
    public void close() {
        blocks.clear();
        decodedRows = List.of();
        lease.close();
        try {
            if (file != null) file.close();
            file = null;
        } catch (IOException e) {
            throw failed(e);
        }
    }
}
