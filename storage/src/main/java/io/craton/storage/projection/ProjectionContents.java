package io.craton.storage.projection;

import io.craton.storage.row.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Whether projections hold the same: what the log says, without what each store has of its own. Any thread. */
public final class ProjectionContents {
    private final TenantProjection projection;
    private final RocksStore store;
    private final KeptPast kept;
    private final Set<Long> unfinished;

    private ProjectionContents(TenantProjection projection) {
        this.projection = projection;
        store = projection.store();
        kept = projection.kept();
        unfinished = projection.onlineBuilds().unfinished();
    }

    /** SHA-256 over everything in the projection, in key order, at one moment: equal for two that applied the same entries. */
    public static byte[] digest(TenantProjection projection) {
        return new ProjectionContents(projection).digest();
    }

    /** The first things in which two projections differ, in key order, in words; at most so many. {@code suspected} is the one that is described. */
    public static List<String> differences(TenantProjection suspected, TenantProjection other, int atMost) {
        return new ProjectionContents(suspected).differences(new ProjectionContents(other), atMost);
    }

    private byte[] digest() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
        byte[] lengths = new byte[8];
        try (RocksStore.Scan scan = scan()) {
            for (scan.first(); scan.valid(); scan.next()) {
                byte[] key = scan.key();
                if (isOwn(key)) continue;
                byte[] value = scan.value();
                if (kept.isTrimmed(key, value)) continue;
                Bytes.setInt(lengths, 0, key.length);
                Bytes.setInt(lengths, 4, value.length);
                digest.update(lengths);
                digest.update(key);
                digest.update(value);
            }
        }
        return digest.digest();
    }

    private List<String> differences(ProjectionContents other, int atMost) {
        List<String> differences = new ArrayList<>();
        try (RocksStore.Scan left = scan(); RocksStore.Scan right = other.scan()) {
            left.first();
            right.first();
            skip(left, other);
            skip(right, other);
            while ((left.valid() || right.valid()) && differences.size() < atMost) {
                int order = !left.valid() ? 1 : !right.valid() ? -1 : Arrays.compareUnsigned(left.key(), right.key());
                if (order < 0) differences.add(describe(left.key()) + " is not in the log");
                else if (order > 0) differences.add(describe(right.key()) + " is missing");
                else if (!Arrays.equals(left.value(), right.value())) differences.add(describe(left.key()) + " is not as the log has it");
                if (order <= 0) left.next();
                if (order >= 0) right.next();
                skip(left, other);
                skip(right, other);
            }
        }
        return differences;
    }

    private RocksStore.Scan scan() {
        return store.scan(new byte[] {0}, null, null);
    }

    /** Goes on to the next entry that both must have. */
    private void skip(RocksStore.Scan scan, ProjectionContents other) {
        boolean trims = kept.trims() || other.kept.trims();
        while (scan.valid()) {
            byte[] key = scan.key();
            boolean skips = isOwn(key);
            if (!skips && trims) {
                byte[] value = scan.value();
                skips = kept.isTrimmed(key, value) || other.kept.isTrimmed(key, value);
            }
            if (!skips) return;
            scan.next();
        }
    }

    /** Whether a key is each store's own and not of what the log says; or may be missing where an older version of the node applied the log. */
    private boolean isOwn(byte[] key) {
        if (key[0] == StoreKeys.INDEX) return !unfinished.isEmpty() && unfinished.contains(Bytes.getLong(key, 1));
        return key[0] == StoreKeys.KEPT || key[0] == StoreKeys.DATABASE || StoreKeys.isEpoch(key);
    }

    private String describe(byte[] key) {
        return StoreKeys.describe(key, storage -> {
            TableLayout layout = projection.state().schema().byStorage(storage);
            return layout == null ? null : layout.table().name();
        });
    }
}
