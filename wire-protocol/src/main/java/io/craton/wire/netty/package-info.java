/**
 * Sockets and threads. An event loop reads a batch of messages, runs the short statements itself and answers with one write;
 * what must wait goes to a virtual thread that lives only as long as it has work. Netty stays in here and in {@code codec} and {@code tls}.
 */
@org.jspecify.annotations.NullMarked
package io.craton.wire.netty;
