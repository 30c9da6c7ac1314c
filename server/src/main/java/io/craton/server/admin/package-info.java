/** The commands of {@code craton-admin}; {@link io.craton.server.AdminMain} names them all. Each works alone and answers with an exit status. */
@org.jspecify.annotations.NullMarked
package io.craton.server.admin;
