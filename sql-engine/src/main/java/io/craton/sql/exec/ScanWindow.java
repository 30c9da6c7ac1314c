package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import java.util.BitSet;
import java.util.function.IntFunction;

/** Some rows of a scan whose columns are made when they are first asked for. One thread. */
final class ScanWindow {
    private final RowDecoder decoder;
    private final int rows;
    private final IntFunction<Vector> source;
    private final Vector[] vectors;
    private final BitSet known = new BitSet();

    /** @param source makes the vector of a field */
    ScanWindow(RowDecoder decoder, int rows, IntFunction<Vector> source) {
        this.decoder = decoder;
        this.rows = rows;
        this.source = source;
        this.vectors = new Vector[decoder.width()];
        for (int i = 0; i < vectors.length; i++) vectors[i] = decoder.absent(i, rows);
    }

    int rows() {
        return rows;
    }

    boolean has(int field) {
        return known.get(field);
    }

    Vector vector(int field) {
        if (!known.get(field)) {
            known.set(field);
            vectors[field] = source.apply(field);
        }
        return vectors[field];
    }

    /** These rows; fields that are not among the wanted ones may be missing. */
    Batch batch(BitSet fields, int[] positions, int count) {
        for (int i = fields.nextSetBit(0); i >= 0; i = fields.nextSetBit(i + 1)) vector(i);
        return new Batch(vectors, rows, positions, count);
    }
}
