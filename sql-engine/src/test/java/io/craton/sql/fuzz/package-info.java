/**
 * Random queries: every road through the engine must give the same rows (optimised, as written, with hardly any memory), and where a PostgreSQL is at hand
 * the rows it gives. Begin with {@link io.craton.sql.fuzz.Fuzz}.
 */
@org.jspecify.annotations.NullMarked
package io.craton.sql.fuzz;
