/**
 * The benchmark against PostgreSQL: starts both servers itself, runs the same lines against them in alternating rounds and
 * prints medians and ratios. A client only: nothing of the engine is imported. {@link io.craton.bench.Main} is the door,
 * {@link io.craton.bench.load} holds what is measured.
 */
@org.jspecify.annotations.NullMarked
package io.craton.bench;
