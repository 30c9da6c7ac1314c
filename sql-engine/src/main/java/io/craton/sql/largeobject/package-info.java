/**
 * Large objects: their rows ({@link io.craton.sql.largeobject.LargeObjects}), the descriptors by which a session reads and writes them
 * ({@link io.craton.sql.largeobject.Descriptors}), and who may. Pages lie in a system relation of the tenant ({@link io.craton.storage.catalog.SystemTables}) and take the
 * road of all rows: versions, savepoints, the past and the log know nothing special of them. See docs/decisions/0040.
 */
@org.jspecify.annotations.NullMarked
package io.craton.sql.largeobject;
