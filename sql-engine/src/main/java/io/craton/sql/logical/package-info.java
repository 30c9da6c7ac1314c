/**
 * The analysed tree: typed scalars and relational algebra, free of names still to resolve and free of Calcite. The analyzer makes it,
 * the optimizer turns it into a better one of the same kind, the planner makes a physical plan of either; that both answer
 * equally is a property that tests check.
 *
 * <p>Rows are positional: {@link io.craton.sql.logical.Scalar.Column} n is the n-th field (0-based) of the row at hand. In a join condition the row is
 * the left input's fields followed by the right's. A subquery's expressions, and the right side of a lateral join, see the enclosing rows as
 * {@link io.craton.sql.logical.Scalar.OuterColumn}: level 1 is the row in whose scope the subquery expression stands (or the left row of the
 * lateral join), level 2 the one around that.
 */
@org.jspecify.annotations.NullMarked
package io.craton.sql.logical;
