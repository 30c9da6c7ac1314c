package io.craton.storage.txn;

/** READ WRITE or READ ONLY. */
public enum AccessMode {
    READ_WRITE, READ_ONLY
}
