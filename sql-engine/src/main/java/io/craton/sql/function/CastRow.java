package io.craton.sql.function;

/**
 * A row of pg_cast.
 *
 * @param context i implicit, a in assignments, e explicit only
 * @param method f function, b binary coercible, i through the text form
 */
public record CastRow(int oid, int source, int target, int functionOid, char context, char method) {}
