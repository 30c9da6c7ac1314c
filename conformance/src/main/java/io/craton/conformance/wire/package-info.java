/**
 * A bare client of the PostgreSQL protocol: simple queries, every message kept as it came. Texts are Latin-1 images of the bytes on the wire.
 */
package io.craton.conformance.wire;
