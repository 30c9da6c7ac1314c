/**
 * Large things from one node to another, piece by piece, beside raft: whoever receives asks for the next piece when it wants it, so a transfer that breaks goes on where it
 * was, at the same node or another.
 */
@org.jspecify.annotations.NullMarked
package io.craton.replication.transfer;
