/** The loads: each {@link io.craton.bench.load.Scenario} prepares a server once and measures its lines once per round. */
@org.jspecify.annotations.NullMarked
package io.craton.bench.load;
