/** What is written down of who did what, on its way into the log. */
@org.jspecify.annotations.NullMarked
package io.craton.server.audit;
