package io.craton.storage.catalog;

/** The names of a database's LC_COLLATE and LC_CTYPE, as pg_database shows them. Immutable. */
public record DatabaseLocale(String collate, String ctype) {
    public static final DatabaseLocale DEFAULT = new DatabaseLocale("C.UTF-8", "C.UTF-8");
}
