package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.sql.expr.Datums;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import java.util.Arrays;
import java.util.List;

/** Rows spread over files by the hash of their keys: rows with equal keys of two inputs land in files of the same number. One thread. */
final class SpillPartitions {
    static final int COUNT = 32;

    private final Scope scope;
    private final Evaluator[] keys;
    private final int level;
    private final SpillFile[] files = new SpillFile[COUNT];

    /** @param level depth of partitioning; each level uses other bits of the hash */
    SpillPartitions(Scope scope, List<Relation.Field> fields, Evaluator[] keys, int level) {
        this.scope = scope;
        this.keys = keys;
        this.level = level;
        for (int i = 0; i < COUNT; i++) files[i] = SpillFile.create(scope, fields);
    }

    void write(Batch batch) {
        Vector[] vectors = new Vector[keys.length];
        for (int i = 0; i < keys.length; i++) vectors[i] = keys[i].vector(scope, batch);
        int[][] rows = new int[COUNT][];
        int[] counts = new int[COUNT];
        int[] positions = batch.positions();
        for (int i = 0; i < batch.selected(); i++) {
            int part = part(vectors, positions[i]);
            if (rows[part] == null) rows[part] = new int[16];
            if (counts[part] == rows[part].length) rows[part] = Arrays.copyOf(rows[part], counts[part] * 2);
            rows[part][counts[part]++] = positions[i];
        }
        for (int part = 0; part < COUNT; part++) if (counts[part] > 0) files[part].write(batch.select(rows[part], counts[part]));
    }

    private int part(Vector[] vectors, int row) {
        long hash = level * 31L;
        for (int i = 0; i < vectors.length; i++) {
            Object key = Datums.key(keys[i].type(), vectors[i].datum(row));
            hash = hash * 31 + (key == null ? 0 : key.hashCode());
        }
        hash *= 0x9E3779B97F4A7C15L;
        return (int) (hash >>> 59 - 5 * (level % 8)) & COUNT - 1;
    }

    SpillFile file(int part) {
        return files[part];
    }
}
