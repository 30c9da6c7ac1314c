package io.craton.storage.projection;

import io.craton.storage.row.Bytes;
import io.craton.storage.row.RowCodec;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All images that rows of a storage ever had, read from what the projection keeps. Any thread. */
final class RowPast {
    private RowPast() {}

    /** The versions of one row, or with no key those of all rows, in no order. */
    static void each(TenantProjection projection, long storage, byte @Nullable [] key, Consumer<RowVersion> visitor) {
        try (RocksStore.View view = projection.store().view()) {
            byte[] lower = key == null ? StoreKeys.storage(StoreKeys.HISTORY, storage) : StoreKeys.of(StoreKeys.HISTORY, storage, key);
            try (RocksStore.Scan scan = projection.store().scan(lower, Bytes.successor(lower), view)) {
                for (scan.first(); scan.valid(); scan.next()) {
                    byte[] own = StoreKeys.strip(scan.key(), 8);
                    if (key != null && !Arrays.equals(own, key)) continue;
                    byte[] value = scan.value();
                    projection.settle(value);
                    byte[] image = Arrays.copyOfRange(value, 8, value.length);
                    visitor.accept(new RowVersion(own, image, RowCodec.version(image), Bytes.getLong(value, 0)));
                }
            }
            if (key != null) {
                byte[] image = view.get(StoreKeys.of(StoreKeys.ROW, storage, key));
                if (image != null) visitor.accept(newest(projection, key, image));
                return;
            }
            byte[] rows = StoreKeys.storage(StoreKeys.ROW, storage);
            try (RocksStore.Scan scan = projection.store().scan(rows, Bytes.successor(rows), view)) {
                for (scan.first(); scan.valid(); scan.next()) visitor.accept(newest(projection, scan.keyFrom(StoreKeys.PREFIX), scan.value()));
            }
        }
    }

    private static RowVersion newest(TenantProjection projection, byte[] key, byte[] image) {
        projection.settle(image);
        return new RowVersion(key, image, RowCodec.version(image), RowVersion.NOW);
    }
}
