/**
 * A node among others: how a cluster forms, takes members in and lets them go. {@link io.craton.replication.cluster.ClusterNode} is the door of this module.
 */
@org.jspecify.annotations.NullMarked
package io.craton.replication.cluster;
