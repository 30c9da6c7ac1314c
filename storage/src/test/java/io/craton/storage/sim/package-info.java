/**
 * A log of one process and tables to try it with: the ground that unit tests stand on; and a whole cluster in one thread, {@link io.craton.storage.sim.Simulation}. JRaft is not in it: replication's
 * and the fault tests of real processes are about that.
 */
@org.jspecify.annotations.NullMarked
package io.craton.storage.sim;
