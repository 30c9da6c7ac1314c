package io.craton.storage.txn;

import org.jspecify.annotations.Nullable;

/** Half-open range of encoded keys, without the storage id; null means unbounded. */
public record KeyRange(byte @Nullable [] from, byte @Nullable [] to) {
    public static final KeyRange ALL = new KeyRange(null, null);
}
