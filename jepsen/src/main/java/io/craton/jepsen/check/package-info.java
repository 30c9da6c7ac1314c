/** Pure checkers: history and final state in, {@link io.craton.jepsen.check.Verdict} out. Each has a negative control in the tests. */
@org.jspecify.annotations.NullMarked
package io.craton.jepsen.check;
