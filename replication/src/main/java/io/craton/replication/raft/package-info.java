/**
 * One raft group over the event log: {@link io.craton.replication.raft.RaftGroup} is the door. JRaft lives here and in
 * {@code io.craton.replication.rpc} and nowhere else; none of its types leaves. Its threads call us: the log manager's appends, the
 * caller of the state machine applies, and each completion is called by the latter.
 */
@org.jspecify.annotations.NullMarked
package io.craton.replication.raft;
