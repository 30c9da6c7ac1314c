package io.craton.storage.projection;

import java.util.Arrays;

/** Two sources of one order that share no key, as one. */
public final class MergedRows implements RowSource {
    private final RowSource left;
    private final RowSource right;
    private final boolean reverse;
    private boolean started;
    private boolean leftValid;
    private boolean rightValid;
    private boolean onLeft;

    public MergedRows(RowSource left, RowSource right, boolean reverse) {
        this.left = left;
        this.right = right;
        this.reverse = reverse;
    }

    @Override
    public boolean next() {
        if (!started) {
            started = true;
            leftValid = left.next();
            rightValid = right.next();
        } else if (onLeft) {
            leftValid = left.next();
        } else {
            rightValid = right.next();
        }
        if (!leftValid && !rightValid) return false;
        if (leftValid && rightValid) {
            int order = Arrays.compareUnsigned(left.order(), right.order());
            onLeft = reverse ? order > 0 : order < 0;
        } else {
            onLeft = leftValid;
        }
        return true;
    }

    @Override
    public byte[] order() {
        return onLeft ? left.order() : right.order();
    }

    @Override
    public byte[] key() {
        return onLeft ? left.key() : right.key();
    }

    @Override
    public byte[] row() {
        return onLeft ? left.row() : right.row();
    }

    @Override
    public void close() {
        left.close();
        right.close();
    }
}
