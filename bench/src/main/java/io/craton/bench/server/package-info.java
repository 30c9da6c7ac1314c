/** The servers under test, as processes: starting, stopping, killing, memory. */
@org.jspecify.annotations.NullMarked
package io.craton.bench.server;
