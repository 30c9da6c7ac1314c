package io.craton.storage.log;

/** When an append answers: after the disk has it, or before. */
public enum SyncMode {
    /** One fdatasync per batch, before it is acknowledged. */
    FSYNC,
    /** A background sync follows at once; a power cut may lose the newest acknowledged entries, never the order. */
    ASYNC
}
