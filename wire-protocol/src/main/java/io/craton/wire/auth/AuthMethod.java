package io.craton.wire.auth;

/** What an access rule asks of a client. */
public enum AuthMethod {
    /** Nothing: the operating system or the network vouches for the client. */
    TRUST,
    /** SCRAM-SHA-256 (-PLUS where the client can). */
    SCRAM_SHA_256,
    /** A certificate that names the role. */
    CERT,
    REJECT
}
