/**
 * PostgreSQL's advanced regular expressions. The idea is Henry Spencer's: an expression becomes a tree; every node knows the language it can match as
 * a lazily built automaton, so finding where a match starts and ends is linear and never backtracks; only when somebody asks for the
 * captures is the match dissected along the tree, each node taking the longest or shortest piece as its preference says.
 * Start with {@link io.craton.core.regex.Regex}.
 */
@org.jspecify.annotations.NullMarked
package io.craton.core.regex;
