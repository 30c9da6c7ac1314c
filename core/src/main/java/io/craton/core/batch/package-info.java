/**
 * Columns of rows in primitive arrays: what operators hand to each other.
 *
 * <p>Ownership: a vector is filled by one thread and never changed once it is handed out, so it may be kept, shared between batches and
 * read by any thread. A {@link io.craton.core.batch.Batch} is a light view over vectors and just as immutable. Positions that the selection
 * leaves out hold anything at all.
 */
@org.jspecify.annotations.NullMarked
package io.craton.core.batch;
