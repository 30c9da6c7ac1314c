/**
 * Errors: one type, born complete where the knowledge is. {@link io.craton.core.error.PgError} carries every field of
 * PostgreSQL's ErrorResponse, {@link io.craton.core.error.SqlState} its codes.
 */
@org.jspecify.annotations.NullMarked
package io.craton.core.error;
