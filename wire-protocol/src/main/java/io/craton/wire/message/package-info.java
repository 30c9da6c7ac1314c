/**
 * What clients say, as records in two sealed families: {@link io.craton.wire.message.StartupPacket} before the session,
 * {@link io.craton.wire.message.FrontendMessage} in it. What the server says has no records: it is written straight into the
 * output ({@code BackendEncoder}). JDK and core only.
 */
@org.jspecify.annotations.NullMarked
package io.craton.wire.message;
