/**
 * Expressions compiled for running: each {@link io.craton.sql.expr.Evaluator} has a form for one row and one for a batch, which must agree.
 * Evaluators are stateless and shared with the plan; what changes while running is in {@link io.craton.sql.expr.Scope}.
 */
@org.jspecify.annotations.NullMarked
package io.craton.sql.expr;
