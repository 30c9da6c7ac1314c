/** Operators: vectorised execution of physical plans, and the expression evaluator. */
@org.jspecify.annotations.NullMarked
package io.craton.sql.exec;
