package io.craton.storage.projection;

import org.rocksdb.RocksDB;

/** RocksDB's native library. */
public final class RocksLibrary {
    private RocksLibrary() {}

    /** Begins to load it, in the background: a start has other things to do meanwhile. Who needs it waits for the rest, and is told when it cannot be loaded. */
    public static void loadAhead() {
        Thread.ofPlatform().daemon().name("rocksdb-load").start(() -> {
            try {
                RocksDB.loadLibrary();
            } catch (RuntimeException | LinkageError _) { // told to those who need it
            }
        });
    }
}
