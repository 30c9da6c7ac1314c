/** Columns of tables in memory, decoded once: what analytical scans read in place of rows. */
@org.jspecify.annotations.NullMarked
package io.craton.storage.columnar;
