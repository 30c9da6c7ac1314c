package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.ByteReader;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeCodec;
import io.craton.core.type.TypeCodecs;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Batches written to a temporary file and read back once. Each batch: row count, then for each column and row a length (-1 null) and the type's binary
 * form. Deleted when closed. One thread.
 */
final class SpillFile implements AutoCloseable {
    private final Path path;
    private final PgType[] types;
    private final TypeCodec[] codecs;
    private final FormatContext format;
    private final ByteWriter buffer = new ByteWriter(1 << 16);
    private @Nullable DataOutputStream out;
    private @Nullable DataInputStream in;

    private SpillFile(Path path, PgType[] types, TypeCodec[] codecs, FormatContext format) throws IOException {
        this.path = path;
        this.types = types;
        this.codecs = codecs;
        this.format = format;
        this.out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(path), 1 << 16));
    }

    static SpillFile create(Scope scope, List<Relation.Field> fields) {
        Path folder = scope.context().spillFolder();
        if (folder == null) throw RowStore.outOfMemory();
        FormatContext format = scope.context().format();
        PgType[] types = fields.stream().map(Relation.Field::type).toArray(PgType[]::new);
        TypeCodec[] codecs = new TypeCodec[types.length];
        for (int i = 0; i < types.length; i++) codecs[i] = TypeCodecs.of(types[i], format.types());
        try {
            SpillFile file = new SpillFile(Files.createTempFile(folder, "spill", ".tmp"), types, codecs, format);
            scope.statement().own(file);
            return file;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static PgException failed(IOException e) {
        return new PgException(PgError.error(SqlState.IO_ERROR, "could not use temporary file: " + e.getMessage()), e);
    }

    void write(Batch batch) {
        buffer.clear();
        int[] positions = batch.positions();
        for (int i = 0; i < types.length; i++) {
            Vector column = batch.columns()[i];
            for (int k = 0; k < batch.selected(); k++) {
                Object datum = column.datum(positions[k]);
                int start = buffer.size();
                buffer.putInt(-1);
                if (datum == null) continue;
                codecs[i].encodeBinary(datum, format, buffer);
                buffer.setInt(start, buffer.size() - start - 4);
            }
        }
        try {
            out.writeInt(batch.selected());
            out.writeInt(buffer.size());
            out.write(buffer.array(), 0, buffer.size());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Ends writing; reading starts at the first batch. */
    void rewind() {
        try {
            out.close();
            out = null;
            in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 16));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Nullable Batch read() {
        try {
            if (in == null) return null;
            int rows;
            try {
                rows = in.readInt();
            } catch (java.io.EOFException end) {
                return null;
            }
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            ByteReader reader = new ByteReader(bytes);
            Vector[] columns = new Vector[types.length];
            for (int i = 0; i < columns.length; i++) {
                VectorBuilder builder = VectorBuilder.of(types[i].repr(), rows);
                for (int k = 0; k < rows; k++) {
                    int length = reader.getInt();
                    builder.append(length < 0 ? null : codecs[i].decodeBinary(reader, length, -1, format));
                }
                columns[i] = builder.build();
            }
            return Batch.of(columns, rows);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void close() {
        try {
            if (out != null) out.close();
            if (in != null) in.close();
            out = null;
            in = null;
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw failed(e);
        }
    }
}
