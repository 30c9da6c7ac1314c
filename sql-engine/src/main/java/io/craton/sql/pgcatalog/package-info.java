/** pg_catalog and information_schema as virtual tables computed from one Catalog value, planned like any table. */
@org.jspecify.annotations.NullMarked
package io.craton.sql.pgcatalog;
