/**
 * Analysed texts back to SQL: as PostgreSQL prints definitions (pg_get_viewdef and its family), and in the form that the catalog keeps, with
 * {@link io.craton.sql.syntax.Mark}s for names. Works on a syntax tree and the {@link io.craton.sql.analyze.Findings} of its analysis, which say
 * together what PostgreSQL's query tree says. Begin with {@link io.craton.sql.deparse.Definitions} and {@link io.craton.sql.deparse.StoredSql}.
 */
@org.jspecify.annotations.NullMarked
package io.craton.sql.deparse;
