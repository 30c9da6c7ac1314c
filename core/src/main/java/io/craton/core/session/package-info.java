/**
 * The seam between wire and SQL. {@link io.craton.core.session.SqlSession} is implemented by sql-engine and called by
 * wire-protocol: the wire knows no SQL, SQL knows no Netty.
 */
@org.jspecify.annotations.NullMarked
package io.craton.core.session;
