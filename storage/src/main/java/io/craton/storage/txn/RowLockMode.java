package io.craton.storage.txn;

/** PostgreSQL's four row lock strengths, weakest first. */
public enum RowLockMode {
    KEY_SHARE, SHARE, NO_KEY_UPDATE, UPDATE
}
