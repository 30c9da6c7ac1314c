/** What a node answers to HTTP: health, readiness, status. */
@org.jspecify.annotations.NullMarked
package io.craton.server.http;
