/**
 * Bytes to messages ({@link io.craton.wire.codec.FrontendDecoder}, {@link io.craton.wire.codec.StartupDecoder}) and answers to
 * bytes ({@link io.craton.wire.codec.BackendEncoder}). A decoder checks lengths before it allocates. Netty's buffers are seen here
 * and in {@code netty} only.
 */
@org.jspecify.annotations.NullMarked
package io.craton.wire.codec;
