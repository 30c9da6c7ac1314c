/**
 * The analyzer: a syntax tree and a catalog become a typed, positional tree ({@link io.craton.sql.logical}). It follows PostgreSQL's own rules
 * (parse_relation, parse_coerce, parse_func, parse_oper, parse_agg, parse_param and the sections "Type Conversion" of its manual) and raises its errors.
 *
 * <p>Begin at {@link io.craton.sql.analyze.Analyzer}. One analysis runs on one thread; {@link io.craton.sql.analyze.CatalogView} is immutable
 * and may be shared. How references become positions is explained in {@link io.craton.sql.analyze.RowFrame}.
 */
@org.jspecify.annotations.NullMarked
package io.craton.sql.analyze;
