package io.craton.storage.txn;

import io.craton.storage.projection.IndexLayout;
import io.craton.storage.projection.RowSource;
import io.craton.storage.row.RowCodec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows in index order with a transaction's own writes: entries of the committed index whose rows are untouched, and own candidates whose row, as the command
 * sees it, still has the candidate's parts.
 */
final class OverlayIndexRows implements RowCursor {
    private final RowSource base;
    private final OwnEntries candidates;
    private final WriteSet.TableWrites writes;
    private final IndexLayout index;
    private final boolean reverse;
    private final int command;
    private boolean started;
    private boolean baseValid;
    private byte @Nullable [] ownOrder;
    private byte[] ownKey = new byte[0];
    private byte[] ownRow = new byte[0];
    private byte[] key = new byte[0];
    private byte[] row = new byte[0];

    OverlayIndexRows(RowSource base, OwnEntries candidates, WriteSet.TableWrites writes, IndexLayout index,
            boolean reverse, int command) {
        this.base = base;
        this.candidates = candidates;
        this.writes = writes;
        this.index = index;
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
        if (!baseValid && ownOrder == null) return false;
        boolean fromBase = baseValid;
        if (baseValid && ownOrder != null) {
            int order = Arrays.compareUnsigned(base.order(), ownOrder);
            fromBase = reverse ? order >= 0 : order <= 0;
        }
        if (fromBase) {
            key = base.key();
            row = base.row();
            moveBase();
        } else {
            key = ownKey;
            row = ownRow;
            moveOwn();
        }
        return true;
    }

    /** To the next committed row that this transaction has not changed, as far as the command can see. */
    private void moveBase() {
        while (baseValid = base.next()) {
            WriteSet.RowWrite write = writes.find(base.key());
            if (write == null || write.visibleTo(command) == null) return;
        }
    }

    private void moveOwn() {
        while (candidates.next()) {
            byte[] rowKey = candidates.rowKey();
            byte[] order = candidates.order();
            if (Arrays.equals(order, ownOrder)) continue;
            WriteSet.RowWrite write = writes.find(rowKey);
            WriteSet.Version version = write == null ? null : write.visibleTo(command);
            if (version == null || version.image == null) continue;
            byte[] parts = index.partsOf(version.image);
            if (parts == null || parts.length + rowKey.length != order.length
                    || !Arrays.equals(parts, 0, parts.length, order, 0, parts.length)) continue;
            ownOrder = order;
            ownKey = rowKey;
            ownRow = version.image;
            return;
        }
        ownOrder = null;
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
        return RowCodec.version(row);
    }

    @Override
    public void close() {
        base.close();
    }
}
