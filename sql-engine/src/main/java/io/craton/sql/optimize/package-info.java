/**
 * The optimizer: an analysed tree in, a better tree of the same meaning out. Pure and side-effect free; enters on whatever thread plans. Begin at
 * {@link io.craton.sql.optimize.Optimizer}. The only home of Calcite.
 */
@org.jspecify.annotations.NullMarked
package io.craton.sql.optimize;
