package io.craton.storage.projection;

import io.craton.storage.row.RowCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Images of rows that entries replace, read before these entries are applied and by another thread than the applier. An entry names the version that it replaces, and no two images of a
 * row have the same one: an image that has been replaced since it was read is not that version's, and then the applier reads for itself.
 */
public final class ImagesAhead {
    public static final ImagesAhead NONE = new ImagesAhead(Map.of());

    private final Map<RowCache.Key, byte[]> images;

    private ImagesAhead(Map<RowCache.Key, byte[]> images) {
        this.images = images;
    }

    /** The image, the caller's own, where it is the version that is wanted. Each once. */
    byte @Nullable [] take(RowCache.Key key, long version, TenantProjection projection) {
        if (images.isEmpty()) return null;
        byte[] image = images.remove(key);
        if (image == null) return null;
        projection.settle(image);
        return RowCodec.version(image) == version ? image : null;
    }

    /** Rows to be read. One thread. */
    public static final class Wanted {
        private final TenantProjection projection;
        private final Map<RowCache.Key, byte[]> storedKeys = new HashMap<>();

        public Wanted(TenantProjection projection) {
            this.projection = projection;
        }

        public void add(long storage, byte[] key) {
            storedKeys.computeIfAbsent(projection.cacheKey(storage, key), _ -> StoreKeys.of(StoreKeys.ROW, storage, key));
        }

        public ImagesAhead read() {
            if (storedKeys.isEmpty()) return NONE;
            List<RowCache.Key> keys = new ArrayList<>(storedKeys.keySet());
            List<byte @Nullable []> found = projection.store().get(keys.stream().map(storedKeys::get).toList());
            Map<RowCache.Key, byte[]> images = HashMap.newHashMap(keys.size());
            for (int i = 0; i < keys.size(); i++) {
                byte[] image = found.get(i);
                if (image != null) images.put(keys.get(i), image);
            }
            return new ImagesAhead(images);
        }
    }
}
