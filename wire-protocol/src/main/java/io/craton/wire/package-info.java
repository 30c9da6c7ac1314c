/**
 * PostgreSQL's wire protocol, version 3, over Netty: bytes in, calls of {@link io.craton.core.session.SqlSession}, bytes out.
 * Knows no SQL. Start reading at {@link io.craton.wire.netty.PgServer}, the door; this package holds its configuration and the
 * ports that the server module fills.
 *
 * <ul>
 * <li>{@code message}: what clients say, as records.
 * <li>{@code codec}: records from bytes, answers to bytes.
 * <li>{@code auth}: access rules and SCRAM-SHA-256, pure.
 * <li>{@code tls}: certificates to TLS contexts.
 * <li>{@code flow}: the protocol's states and the calls that each message makes, free of Netty.
 * <li>{@code netty}: sockets, event loops, the hand-over to virtual threads.
 * </ul>
 */
@org.jspecify.annotations.NullMarked
package io.craton.wire;
