/** Workloads of transactions whose every step is in the history, for the checkers of isolation and linearizability: any client, any node. */
@org.jspecify.annotations.NullMarked
package io.craton.jepsen.txn;
