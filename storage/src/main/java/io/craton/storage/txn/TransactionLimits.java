package io.craton.storage.txn;

import io.craton.core.memory.MemoryAccount;
import io.craton.storage.entry.EntrySealer;
import io.craton.storage.io.TemporaryFolder;
import io.craton.storage.log.LogRecord;

/**
 * How large transactions are kept from taking too much of anything.
 *
 * @param entryBytesMax what an entry of rows may take in the log, were it not compressed: a transaction that needs more is logged in chunks, none of them larger but for one of a single row that is
 * @param writeSetBytes what a transaction has written in memory, as it is logged; beyond that it is logged ahead of its end and read back from a file
 * @param rowBytesMax what a row may take as it is stored
 * @param memory what all the tenant's transactions and statements hold together
 * @param folder where such files are
 * @param staging this node's work on logged chunks
 */
public record TransactionLimits(int entryBytesMax, long writeSetBytes, int rowBytesMax, MemoryAccount memory, TemporaryFolder folder, Staging staging) {
    /** What an entry may have so that it takes no more than that when it is sealed and in its frame. */
    int payloadBytesMax() {
        return entryBytesMax - EntrySealer.OVERHEAD_BYTES - LogRecord.OVERHEAD_BYTES_MAX;
    }
}
