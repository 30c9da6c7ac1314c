/**
 * Who may come in: access rules ({@link io.craton.wire.auth.AccessRules}) and the server's half of SCRAM-SHA-256
 * ({@link io.craton.wire.auth.ScramExchange}, RFC 5802 and 7677). Pure: no sockets, no threads; randomness is passed in.
 * There is no md5 and no clear text here, and there shall be none.
 */
@org.jspecify.annotations.NullMarked
package io.craton.wire.auth;
