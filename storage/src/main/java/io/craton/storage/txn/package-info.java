/** Transactions: snapshots, write sets, row and key locks with deadlock detection, savepoints, serializable validation. */
@org.jspecify.annotations.NullMarked
package io.craton.storage.txn;
