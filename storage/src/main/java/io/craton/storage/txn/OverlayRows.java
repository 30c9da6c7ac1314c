package io.craton.storage.txn;

import io.craton.storage.projection.RowSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Committed rows with a transaction's own writes on top, as one command sees them, in key order. */
final class OverlayRows implements RowCursor, RowSource {
    private final RowSource base;
    private final OwnRows own;
    private final boolean reverse;
    private final int command;
    private boolean started;
    private boolean baseValid;
    private byte @Nullable [] baseKey;
    private WriteSet.@Nullable RowWrite ownNext;
    private byte[] key = new byte[0];
    private byte[] row = new byte[0];

    OverlayRows(RowSource base, OwnRows own, boolean reverse, int command) {
        this.base = base;
        this.own = own;
        this.reverse = reverse;
        this.command = command;
    }

    @Override
    public boolean next() {
        if (!started) {
            started = true;
            moveBase();
            moveOwn();
        }
        while (baseValid || ownNext != null) {
            int order = compare();
            if (order < 0) {
                key = java.util.Objects.requireNonNull(baseKey);
                row = base.row();
                moveBase();
                return true;
            }
            WriteSet.RowWrite write = java.util.Objects.requireNonNull(ownNext);
            WriteSet.Version version = write.visibleTo(command);
            if (version == null) {
                moveOwn();
                continue;
            }
            if (order == 0) moveBase();
            moveOwn();
            if (version.image == null) continue;
            key = write.key;
            row = version.image;
            return true;
        }
        return false;
    }

    private int compare() {
        if (ownNext == null) return -1;
        if (!baseValid) return 1;
        int order = Arrays.compareUnsigned(baseKey, ownNext.key);
        return reverse ? -order : order;
    }

    private void moveBase() {
        baseValid = base.next();
        baseKey = baseValid ? base.key() : null;
    }

    private void moveOwn() {
        ownNext = own.next();
    }

    @Override
    public byte[] order() {
        return key;
    }

    @Override
    public byte[] key() {
        return key;
    }

    @Override
    public byte[] row() {
        return row;
    }

    @Override
    public long version() {
        return io.craton.storage.row.RowCodec.version(row);
    }

    @Override
    public void close() {
        base.close();
    }
}
