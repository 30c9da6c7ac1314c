/** What is told of requests that are traced. */
@org.jspecify.annotations.NullMarked
package io.craton.core.trace;
