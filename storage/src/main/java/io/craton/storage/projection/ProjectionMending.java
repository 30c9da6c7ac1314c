package io.craton.storage.projection;

import io.craton.storage.encryption.EncryptionException;
import io.craton.storage.row.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a part of a projection equal to another one of the same tenant, in two steps, so that the first may go on for long beside runs of entries: what differed at one
 * position, and, between two runs, of these keys what still does. Both are at the same position at {@link #look} and at {@link #mend}.
 */
public final class ProjectionMending implements AutoCloseable {
    /** Keys found in one pass, at most; another pass finds the next. */
    private static final int KEYS_MAX = 200_000;
    private static final int BATCH_BYTES = 4 << 20;

    private final TenantProjection own;
    private final TenantProjection right;
    private final ProjectionPart part;
    private RocksStore.@Nullable View ownView;
    private RocksStore.@Nullable View rightView;

    /** @param right the one that is not doubted, and that nobody else uses */
    public ProjectionMending(TenantProjection own, TenantProjection right, ProjectionPart part) {
        this.own = own;
        this.right = right;
        this.part = part;
    }

    /** What {@link #compare} compares is the state at this moment. */
    public void look() {
        close();
        ownView = own.store().view();
        rightView = right.store().view();
    }

    /** Keys whose values differ, or that only one of them has. */
    public List<byte[]> compare() {
        List<byte[]> keys = new ArrayList<>();
        Set<Long> unfinished = own.onlineBuilds().unfinished();
        boolean trims = own.kept().trims();
        for (byte[] prefix : part.prefixes()) {
            boolean indexes = prefix[0] == StoreKeys.INDEX && !unfinished.isEmpty();
            try (RocksStore.Walk mine = own.store().walk(prefix, ownView); RocksStore.Walk theirs = right.store().walk(prefix, rightView)) {
                while ((mine.valid() || theirs.valid()) && keys.size() < KEYS_MAX) {
                    int order = !mine.valid() ? 1 : !theirs.valid() ? -1 : mine.compareKey(theirs);
                    RocksStore.Walk which = order > 0 ? theirs : mine;
                    boolean differs = order != 0 || !equal(mine, theirs);
                    if (differs || trims) {
                        byte[] key = which.key();
                        boolean others = indexes && unfinished.contains(Bytes.getLong(key, 1)) || trims && trimmed(key, which::value);
                        if (differs && !others) keys.add(key);
                    }
                    if (order <= 0) mine.next();
                    if (order >= 0) theirs.next();
                }
            }
        }
        return keys;
    }

    private static boolean equal(RocksStore.Walk mine, RocksStore.Walk theirs) {
        return mine.plain() && theirs.plain() ? mine.sameValue(theirs) : equal(mine::value, theirs.value());
    }

    private boolean trimmed(byte[] key, Supplier<byte[]> value) {
        try {
            return own.kept().isTrimmed(key, value.get());
        } catch (EncryptionException e) {
            return false;
        }
    }

    /** What cannot be decrypted is not as it should be. */
    private static boolean equal(Supplier<byte @Nullable []> own, byte @Nullable [] wanted) {
        try {
            return Arrays.equals(own.get(), wanted);
        } catch (EncryptionException e) {
            return false;
        }
    }

    /** Sets what still differs; answers how many values. */
    public int mend(List<byte[]> keys) {
        WriteBatchBuilder batch = new WriteBatchBuilder(own.store().cipher());
        int mended = 0;
        for (byte[] key : keys) {
            byte[] wanted = right.store().get(key);
            if (equal(() -> own.store().get(key), wanted)) continue;
            mended++;
            if (wanted == null) batch.delete(key);
            else batch.put(key, wanted);
            if (key[0] == StoreKeys.COUNT) own.count(Bytes.getLong(key, 1), wanted == null ? null : Bytes.getLong(wanted, 0));
            if (batch.size() < BATCH_BYTES) continue;
            own.store().write(batch.toBytes());
            batch.clear();
        }
        if (!batch.isEmpty()) own.store().write(batch.toBytes());
        own.forgetCached();
        return mended;
    }

    @Override
    public void close() {
        if (ownView != null) ownView.close();
        if (rightView != null) rightView.close();
        ownView = null;
        rightView = null;
    }
}
