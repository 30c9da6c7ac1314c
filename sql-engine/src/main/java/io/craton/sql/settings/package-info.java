/**
 * Settings of sessions: one table of definitions (PostgreSQL 15's, from {@code pg_settings.tsv}, and Craton's own) that feeds SET, SHOW and
 * pg_settings, and the values of one session with their transaction semantics.
 */
@org.jspecify.annotations.NullMarked
package io.craton.sql.settings;
