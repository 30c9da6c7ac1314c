/**
 * The protocol without sockets: which message is allowed when ({@link io.craton.wire.flow.ConnectionFlow}, pure), what each one
 * asks of the session ({@link io.craton.wire.flow.StatementFlow}), and how answers become bytes ({@link io.craton.wire.flow.Answers}).
 * Bytes leave and COPY data arrives through two ports that {@code netty} implements.
 */
@org.jspecify.annotations.NullMarked
package io.craton.wire.flow;
