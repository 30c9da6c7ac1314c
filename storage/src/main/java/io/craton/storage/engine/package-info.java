/**
 * {@link io.craton.storage.engine.StorageEngine}, the door of storage: it opens tenants on demand, applies the log to them
 * ({@link io.craton.storage.engine.Applier}), hands out sessions and transactions, and flushes and checkpoints the projections.
 */
@org.jspecify.annotations.NullMarked
package io.craton.storage.engine;
