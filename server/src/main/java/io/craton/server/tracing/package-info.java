/** Traces on their way to a collector. */
@org.jspecify.annotations.NullMarked
package io.craton.server.tracing;
