/** A log of one process and tables to try it with: the ground that unit tests and simulations stand on. */
@org.jspecify.annotations.NullMarked
package io.craton.storage.sim;
