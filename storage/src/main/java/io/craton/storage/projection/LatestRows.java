package io.craton.storage.projection;

import io.craton.storage.row.RowCodec;

/** Newest images of a key range, those written after the snapshot left out. */
final class LatestRows implements RowSource {
    private final TenantProjection projection;
    private final RocksStore.Scan scan;
    private final boolean reverse;
    private final long snapshot;
    private boolean started;
    private byte[] row = new byte[0];

    LatestRows(TenantProjection projection, RocksStore.Scan scan, boolean reverse, long snapshot) {
        this.projection = projection;
        this.scan = scan;
        this.reverse = reverse;
        this.snapshot = snapshot;
    }

    @Override
    public boolean next() {
        while (true) {
            if (!started) {
                started = true;
                if (reverse) scan.last();
                else scan.first();
            } else if (reverse) {
                scan.previous();
            } else {
                scan.next();
            }
            if (!scan.valid()) return false;
            row = scan.value();
            projection.settle(row);
            if (RowCodec.version(row) <= snapshot) return true;
        }
    }

    @Override
    public byte[] order() {
        return key();
    }

    @Override
    public byte[] key() {
        return scan.keyFrom(StoreKeys.PREFIX);
    }

    @Override
    public byte[] row() {
        return row;
    }

    @Override
    public void close() {
        scan.close();
    }
}
