package io.craton.storage.txn;

/** READ UNCOMMITTED is READ COMMITTED, as in PostgreSQL, and so only a name. */
public enum IsolationLevel {
    READ_UNCOMMITTED, READ_COMMITTED, REPEATABLE_READ, SERIALIZABLE
}
