/**
 * TPC-H: data of the standard's generator (a Java port from Maven Central), the 22 queries with their substitution
 * parameters, and the comparison of answers.
 */
@org.jspecify.annotations.NullMarked
package io.craton.bench.tpch;
