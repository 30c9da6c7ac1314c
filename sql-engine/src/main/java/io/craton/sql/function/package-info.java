/**
 * Functions, operators, casts and aggregates: their catalog rows (data files with PostgreSQL's own oids, the same that pg_proc, pg_operator and pg_cast
 * show) and their kernels, one final class for each family.
 */
@org.jspecify.annotations.NullMarked
package io.craton.sql.function;
