package io.craton.storage.projection;

import org.jspecify.annotations.Nullable;

/** Told of every change of one storage's rows, before it is published. By the applier, or by the session whose temporary table it is. */
public interface RowWatcher {
    /** The row with this key is this at a position; null: it was deleted. The image is shared: never change it. */
    void changed(byte[] key, byte @Nullable [] row, long position);

    /** Rows change at a position, which ones is not said. */
    void lost(long position);

    /** The storage is gone. */
    void dropped();

    /** Whether it takes the place of another watcher of the storage; by default of one of its own kind. */
    default boolean replaces(RowWatcher other) {
        return other.getClass() == getClass();
    }
}
