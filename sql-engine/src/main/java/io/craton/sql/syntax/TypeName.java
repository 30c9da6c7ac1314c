package io.craton.sql.syntax;

import java.util.List;

/**
 * A type as written. Built-in spellings are already mapped as PostgreSQL does: {@code int} is pg_catalog.int4, {@code varchar(5)} is pg_catalog.varchar with
 * modifier 5, {@code char} is pg_catalog.bpchar with modifier 1, intervals carry their field mask (and precision) as modifiers.
 *
 * @param names qualified name, outermost first
 * @param modifiers expressions in parentheses after the name; INTERVAL fields as integer literals
 * @param arrayBounds one entry for each dimension, -1 without a bound; empty when it is no array
 * @param setOf SETOF was written
 * @param percentType {@code name%TYPE}: names then are [schema.]table.column
 */
public record TypeName(List<String> names, List<Expr> modifiers, List<Integer> arrayBounds, boolean setOf, boolean percentType, int position) {
    /** A built-in type of pg_catalog without modifiers. */
    public static TypeName builtin(String name, int position) {
        return new TypeName(List.of("pg_catalog", name), List.of(), List.of(), false, false, position);
    }
}
