/** What is written down of who did what: for the log, not for the logs. */
@org.jspecify.annotations.NullMarked
package io.craton.core.audit;
