/**
 * Columns of tables in memory: what analytical scans read in place of rows. A table's key range is cut into {@link Segment}s; each is exact at the position at
 * which it was read, and later changes to it are kept beside it in a {@link Delta}, so that a scan at any newer snapshot takes the columns, leaves out the rows
 * that changed and adds what they became. Begin with {@link ColumnScan}; {@link ColumnTable} has the argument why no change is missed.
 */
@org.jspecify.annotations.NullMarked
package io.craton.storage.columnar;
