/**
 * The composition root: reads configuration, builds the parts in order of their dependencies, closes them in reverse. The only place that
 * knows all doors. Begin at {@link io.craton.server.Main} and {@link io.craton.server.NodeAssembly}.
 */
@org.jspecify.annotations.NullMarked
package io.craton.server;
