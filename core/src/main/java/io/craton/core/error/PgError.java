package io.craton.core.error;

import org.jspecify.annotations.Nullable;

/**
 * Everything PostgreSQL says about one error or notice. Immutable; {@code with..} methods return a changed copy.
 *
 * @param code SQLSTATE: that of {@code state}, unless a routine raised one that PostgreSQL has no name for
 * @param position 1-based position in characters of the statement the client sent; 0 when there is none
 * @param routine the function of PostgreSQL's source that says it, where drivers go by that; else null
 */
public record PgError(
        Severity severity,
        SqlState state,
        String code,
        String message,
        @Nullable String detail,
        @Nullable String hint,
        int position,
        int internalPosition,
        @Nullable String internalQuery,
        @Nullable String where,
        @Nullable String schema,
        @Nullable String table,
        @Nullable String column,
        @Nullable String dataType,
        @Nullable String constraint,
        @Nullable String routine) {

    public static PgError of(Severity severity, SqlState state, String message) {
        return new PgError(severity, state, state.code, message, null, null, 0, 0, null, null, null, null, null, null, null, null);
    }

    public static PgError error(SqlState state, String message) {
        return of(Severity.ERROR, state, message);
    }

    public static PgError notice(SqlState state, String message) {
        return of(Severity.NOTICE, state, message);
    }

    public static PgError warning(SqlState state, String message) {
        return of(Severity.WARNING, state, message);
    }

    public PgError withSeverity(Severity value) {
        return new PgError(value, state, code, message, detail, hint, position, internalPosition, internalQuery, where, schema,
                table, column, dataType, constraint, routine);
    }

    /** Another SQLSTATE: the condition of that name, or {@link SqlState#RAISE_EXCEPTION} with a code of the user's own. */
    public PgError withCode(String value) {
        SqlState known = SqlState.of(value);
        return new PgError(severity, known == null ? SqlState.RAISE_EXCEPTION : known, value, message, detail, hint, position, internalPosition,
                internalQuery, where, schema, table, column, dataType, constraint, routine);
    }

    public PgError withMessage(String value) {
        return new PgError(severity, state, code, value, detail, hint, position, internalPosition, internalQuery, where, schema,
                table, column, dataType, constraint, routine);
    }

    public PgError withDetail(@Nullable String value) {
        return new PgError(severity, state, code, message, value, hint, position, internalPosition, internalQuery, where, schema,
                table, column, dataType, constraint, routine);
    }

    public PgError withHint(@Nullable String value) {
        return new PgError(severity, state, code, message, detail, value, position, internalPosition, internalQuery, where,
                schema, table, column, dataType, constraint, routine);
    }

    public PgError withPosition(int value) {
        return new PgError(severity, state, code, message, detail, hint, value, internalPosition, internalQuery, where, schema,
                table, column, dataType, constraint, routine);
    }

    public PgError withInternal(int value, String query) {
        return new PgError(severity, state, code, message, detail, hint, position, value, query, where, schema, table, column,
                dataType, constraint, routine);
    }

    public PgError withWhere(@Nullable String value) {
        return new PgError(severity, state, code, message, detail, hint, position, internalPosition, internalQuery, value, schema,
                table, column, dataType, constraint, routine);
    }

    public PgError withTable(@Nullable String schemaName, @Nullable String tableName) {
        return new PgError(severity, state, code, message, detail, hint, position, internalPosition, internalQuery, where,
                schemaName, tableName, column, dataType, constraint, routine);
    }

    public PgError withColumn(@Nullable String value) {
        return new PgError(severity, state, code, message, detail, hint, position, internalPosition, internalQuery, where, schema,
                table, value, dataType, constraint, routine);
    }

    public PgError withDataType(@Nullable String schemaName, @Nullable String value) {
        return new PgError(severity, state, code, message, detail, hint, position, internalPosition, internalQuery, where,
                schemaName, table, column, value, constraint, routine);
    }

    public PgError withConstraint(@Nullable String value) {
        return new PgError(severity, state, code, message, detail, hint, position, internalPosition, internalQuery, where, schema,
                table, column, dataType, value, routine);
    }

    public PgError withRoutine(@Nullable String value) {
        return new PgError(severity, state, code, message, detail, hint, position, internalPosition, internalQuery, where, schema,
                table, column, dataType, constraint, value);
    }

    public PgException exception() {
        return new PgException(this);
    }
}
