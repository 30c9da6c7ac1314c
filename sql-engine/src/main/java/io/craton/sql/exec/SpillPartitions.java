package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.core.type.PgType;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import java.util.Arrays;
import java.util.List;

/** Rows spread over files by the hash of their keys: rows with equal keys of two inputs land in files of the same number. One thread at a time. */
final class SpillPartitions {
    static final int COUNT = 16;
    /** So often may one partition be split again; then keys are too equal for it to help. */
    static final int LEVELS_MAX = 6;

    private final KeyHash hash;
    private final int level;
    private final SpillFile[] files = new SpillFile[COUNT];

    /** @param level depth of partitioning; each level uses other bits of the hash */
    SpillPartitions(Scope scope, List<Relation.Field> fields, PgType[] keyTypes, int level) {
        this.hash = new KeyHash(keyTypes);
        this.level = level;
        for (int i = 0; i < COUNT; i++) files[i] = SpillFile.create(scope, fields);
    }

    /** @param keys of the batch's rows */
    void write(Batch batch, Vector[] keys) {
        int[][] rows = new int[COUNT][];
        int[] counts = new int[COUNT];
        int[] positions = batch.positions();
        long[] hashes = hash.of(keys, batch);
        for (int i = 0; i < batch.selected(); i++) {
            int part = (int) (hashes[i] >>> 60 - 4 * level) & COUNT - 1;
            if (rows[part] == null) rows[part] = new int[16];
            if (counts[part] == rows[part].length) rows[part] = Arrays.copyOf(rows[part], counts[part] * 2);
            rows[part][counts[part]++] = positions[i];
        }
        for (int part = 0; part < COUNT; part++) if (counts[part] > 0) files[part].write(batch.select(rows[part], counts[part]));
    }

    SpillFile file(int part) {
        return files[part];
    }

    void close() {
        for (SpillFile file : files) file.close();
    }
}
