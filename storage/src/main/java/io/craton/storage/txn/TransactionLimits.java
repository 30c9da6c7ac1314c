package io.craton.storage.txn;

import io.craton.core.memory.MemoryAccount;
import io.craton.storage.io.TemporaryFolder;

/**
 * How large transactions are kept from taking too much of anything.
 *
 * @param entryBytesMax a transaction that needs more is logged in chunks of about this size
 * @param writeSetBytes what a transaction has written in memory, as it is logged; beyond that it is logged ahead of its end and read back from a file
 * @param rowBytesMax what a row may take as it is stored
 * @param memory what all the tenant's transactions and statements hold together
 * @param folder where such files are
 * @param staging this node's work on logged chunks
 */
public record TransactionLimits(int entryBytesMax, long writeSetBytes, int rowBytesMax, MemoryAccount memory, TemporaryFolder folder, Staging staging) {}
