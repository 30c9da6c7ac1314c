/**
 * The optimizer: an analysed tree in, a better tree of the same meaning out. Pure; enters on whatever thread plans. Begin at
 * {@link io.craton.sql.optimize.Optimizer}: {@link io.craton.sql.optimize.Unnesting} makes subqueries joins (after Galindo-Legaria and Joshi, 2001),
 * {@link io.craton.sql.optimize.Laterals} lateral joins plain ones, {@link io.craton.sql.optimize.OuterJoins} makes outer joins inner ones, {@link io.craton.sql.optimize.CalciteJoins} and
 * {@link io.craton.sql.optimize.JoinOrder} order what {@link io.craton.sql.optimize.JoinRegion} collects. The only home of Calcite.
 */
@org.jspecify.annotations.NullMarked
package io.craton.sql.optimize;
