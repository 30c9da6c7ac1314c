/** SQL logic tests: files recorded from PostgreSQL and replayed against an engine inside the test's own process. */
@org.jspecify.annotations.NullMarked
package io.craton.sql.testing;
