/**
 * Encryption at rest: a master key that never is in the data folder, data keys of tenants wrapped by it, and what they encrypt: entries of the log, values of the
 * projections, spill files. See docs/decisions/0028.
 */
@org.jspecify.annotations.NullMarked
package io.craton.storage.encryption;
