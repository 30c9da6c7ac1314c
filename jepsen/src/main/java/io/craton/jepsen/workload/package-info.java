/** The clients' programs over JDBC: what they write, and how the final state is read for the checkers. */
@org.jspecify.annotations.NullMarked
package io.craton.jepsen.workload;
