/** What clients tried and what they were told, kept in memory for the checkers and written as Jepsen-style EDN. */
@org.jspecify.annotations.NullMarked
package io.craton.jepsen.history;
