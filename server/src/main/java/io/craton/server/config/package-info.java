/** Configuration of a node and its data folder. */
@org.jspecify.annotations.NullMarked
package io.craton.server.config;
