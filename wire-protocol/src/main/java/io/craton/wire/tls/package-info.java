/** Certificates and keys to TLS contexts. TLS 1.2 and 1.3; the handshake itself is Netty's and the JDK's. */
@org.jspecify.annotations.NullMarked
package io.craton.wire.tls;
