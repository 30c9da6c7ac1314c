/** Where log lines go and in which form. Logback lives here. */
@org.jspecify.annotations.NullMarked
package io.craton.server.logging;
