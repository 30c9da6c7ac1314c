package io.craton.core.batch;

import org.jspecify.annotations.Nullable;

/**
 * Some rows: {@code columns} are vectors of at least {@code rows} positions, of which {@code selection} (ascending, {@code selected} entries)
 * says which count; a null selection means all. Immutable.
 */
public record Batch(Vector[] columns, int rows, int @Nullable [] selection, int selected) {
    /** Rows that operators aim at in one batch. */
    public static final int SIZE = 1024;

    static final int[] IDENTITY = identity();

    public static Batch of(Vector[] columns, int rows) {
        return new Batch(columns, rows, null, rows);
    }

    private static int[] identity() {
        int[] rows = new int[4 * SIZE];
        for (int i = 0; i < rows.length; i++) rows[i] = i;
        return rows;
    }

    /** The positions that count, {@link #selected} of them; never change the array. */
    public int[] positions() {
        if (selection != null) return selection;
        if (rows <= IDENTITY.length) return IDENTITY;
        int[] all = new int[rows];
        for (int i = 0; i < rows; i++) all[i] = i;
        return all;
    }

    public Batch select(int[] positions, int count) {
        return new Batch(columns, rows, positions, count);
    }

    public Batch with(Vector[] others) {
        return new Batch(others, rows, selection, selected);
    }

    /** The same rows without a selection. */
    public Batch dense() {
        if (selection == null) return this;
        Vector[] dense = new Vector[columns.length];
        for (int i = 0; i < dense.length; i++) dense[i] = columns[i].gather(selection, selected);
        return of(dense, selected);
    }

    public Batch slice(int from, int count) {
        int[] all = positions();
        int[] part = new int[count];
        System.arraycopy(all, from, part, 0, count);
        return select(part, count);
    }

    public @Nullable Object[] row(int position) {
        Object[] datums = new Object[columns.length];
        for (int i = 0; i < datums.length; i++) datums[i] = columns[i].datum(position);
        return datums;
    }
}
