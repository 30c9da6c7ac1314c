/**
 * Projections: what the log adds up to, one RocksDB per tenant, without RocksDB's WAL. Rows, index entries, history, catalog, counts, sequences and the
 * applied position change together in one write batch. The only package that knows RocksDB. Writes come from the applier alone; reads from any thread.
 */
@org.jspecify.annotations.NullMarked
package io.craton.storage.projection;
