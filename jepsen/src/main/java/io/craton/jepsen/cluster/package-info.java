/**
 * A cluster of real processes and what is done to it: {@link io.craton.jepsen.cluster.Network} gives each node its place, {@link io.craton.jepsen.cluster.Schedule}
 * says from a seed what happens when, {@link io.craton.jepsen.cluster.Nemesis} does it while clients work.
 */
@org.jspecify.annotations.NullMarked
package io.craton.jepsen.cluster;
