/**
 * What raft members say to each other: JRaft's protobuf messages over Netty, nothing else. JRaft finds {@link
 * io.craton.replication.rpc.PeerRpcFactory} through its service loader.
 */
@org.jspecify.annotations.NullMarked
package io.craton.replication.rpc;
