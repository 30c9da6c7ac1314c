/** Metrics: what the node's parts count, under the operations guide's names. Micrometer and Prometheus live here. */
@org.jspecify.annotations.NullMarked
package io.craton.server.metrics;
