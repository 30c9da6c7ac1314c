package io.craton.sql.statistics;

/** Whose statements are counted together: one user's, in one database, whose texts differ in nothing but blanks, comments and the values of literals. */
public record StatementKey(int user, int database, long query) {}
