/** The node as a process and the disk below it, with the faults they can suffer. */
@org.jspecify.annotations.NullMarked
package io.craton.jepsen.node;
