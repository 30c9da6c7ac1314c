/**
 * The event log: segments on disk, the hash chain, entries and their codec, and {@link io.craton.storage.log.CommitLog}, the seam behind which
 * replication lives.
 */
@org.jspecify.annotations.NullMarked
package io.craton.storage.log;
