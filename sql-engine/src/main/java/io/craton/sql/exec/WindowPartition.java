package io.craton.sql.exec;

import io.craton.core.batch.Vector;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.function.WindowView;
import io.craton.sql.logical.Relation.FrameBoundKind;
import io.craton.sql.logical.Relation.FrameExclusion;
import io.craton.sql.logical.Relation.FrameUnit;
import org.jspecify.annotations.Nullable;

/** One partition, moved from row to row: peers and frames. One thread. */
final class WindowPartition implements WindowView {
    private final Scope scope;
    private final WindowSpec spec;
    private final int first;
    private final int rows;
    private final Vector[] orderKeys;
    private final int[] groupOf;
    private final int[] groupStarts;
    private final int groups;
    private Vector[] arguments = new Vector[0];
    private @Nullable Object startOffset;
    private @Nullable Object endOffset;
    private int row;
    private int frameStart;
    private int frameEnd;

    /**
     * @param first the partition's first row in the sorted input
     * @param orderKeys over the whole sorted input
     */
    WindowPartition(Scope scope, WindowSpec spec, int first, int rows, Vector[] orderKeys) {
        this.scope = scope;
        this.spec = spec;
        this.first = first;
        this.rows = rows;
        this.orderKeys = orderKeys;
        this.groupOf = new int[rows];
        int[] starts = new int[rows + 1];
        int count = 0;
        for (int i = 0; i < rows; i++) {
            if (i == 0 || !peers(i - 1, i)) starts[count++] = i;
            groupOf[i] = count - 1;
        }
        starts[count] = rows;
        this.groupStarts = starts;
        this.groups = count;
        if (spec.startOffset() != null) startOffset = offset(spec.startOffset().value(scope, RowView.EMPTY), "starting");
        if (spec.endOffset() != null) endOffset = offset(spec.endOffset().value(scope, RowView.EMPTY), "ending");
    }

    private Object offset(@Nullable Object value, String which) {
        if (value == null) {
            throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "frame " + which + " offset must not be null");
        }
        if (spec.unit() != FrameUnit.RANGE && (Long) value < 0) {
            throw new PgException(SqlState.INVALID_PRECEDING_OR_FOLLOWING_SIZE, "frame " + which + " offset must not be negative");
        }
        return value;
    }

    private boolean peers(int left, int right) {
        for (int i = 0; i < orderKeys.length; i++) {
            if (spec.order().compare(scope, i, orderKeys[i].datum(first + left), orderKeys[i].datum(first + right)) != 0) return false;
        }
        return true;
    }

    void arguments(Vector[] vectors) {
        arguments = vectors;
    }

    void moveTo(int position) {
        row = position;
        frameStart = bound(spec.startKind(), startOffset, true);
        frameEnd = Math.max(frameStart, bound(spec.endKind(), endOffset, false));
    }

    /** First row inside (start) or first row behind (end) the frame. */
    private int bound(FrameBoundKind kind, @Nullable Object offset, boolean start) {
        return switch (kind) {
            case UNBOUNDED_PRECEDING -> 0;
            case UNBOUNDED_FOLLOWING -> rows;
            case CURRENT_ROW -> spec.unit() == FrameUnit.ROWS ? start ? row : row + 1 : start ? peerStart() : peerEnd();
            case PRECEDING -> offsetBound(offset, true, start);
            case FOLLOWING -> offsetBound(offset, false, start);
        };
    }

    private int offsetBound(Object offset, boolean preceding, boolean start) {
        if (spec.unit() == FrameUnit.RANGE) return rangeBound(offset, preceding, start);
        long distance = preceding ? -(Long) offset : (Long) offset;
        if (spec.unit() == FrameUnit.ROWS) return clamp(saturated(row, distance) + (start ? 0 : 1), rows);
        long group = saturated(groupOf[row], distance);
        if (group < 0) return 0;
        if (group >= groups) return rows;
        return groupStarts[(int) group + (start ? 0 : 1)];
    }

    private static long saturated(int base, long distance) {
        return distance > Integer.MAX_VALUE ? Integer.MAX_VALUE * 2L : base + distance;
    }

    private static int clamp(long value, int max) {
        return (int) Math.max(0, Math.min(max, value));
    }

    private int rangeBound(Object offset, boolean preceding, boolean start) {
        Vector key = orderKeys[0];
        Object base = key.datum(first + row);
        if (base == null) return start ? peerStart() : peerEnd();
        boolean descending = spec.order().descending()[0];
        boolean subtract = preceding != descending;
        boolean less = !start != descending;
        int at = 0;
        while (at < rows && key.isNull(first + at)) at++;
        while (at < rows && !key.isNull(first + at)) {
            Object[] arguments = {key.datum(first + at), base, offset, subtract, less};
            boolean inside = Boolean.TRUE.equals(spec.inRange().apply(scope.context(), spec.inRangeCall(), arguments));
            if (start ? inside : !inside) break;
            at++;
        }
        return at;
    }

    @Override
    public int row() {
        return row;
    }

    @Override
    public int rowCount() {
        return rows;
    }

    @Override
    public int peerStart() {
        return groupStarts[groupOf[row]];
    }

    @Override
    public int peerEnd() {
        return groupStarts[groupOf[row] + 1];
    }

    @Override
    public int peerGroup() {
        return groupOf[row];
    }

    @Override
    public int frameStart() {
        return frameStart;
    }

    @Override
    public int frameEnd() {
        return frameEnd;
    }

    @Override
    public boolean excluded(int other) {
        return switch (spec.exclusion()) {
            case NONE -> false;
            case CURRENT_ROW -> other == row;
            case GROUP -> groupOf[other] == groupOf[row];
            case TIES -> groupOf[other] == groupOf[row] && other != row;
        };
    }

    boolean excludes() {
        return spec.exclusion() != FrameExclusion.NONE;
    }

    @Override
    public @Nullable Object argument(int other, int index) {
        return arguments[index].datum(first + other);
    }
}
