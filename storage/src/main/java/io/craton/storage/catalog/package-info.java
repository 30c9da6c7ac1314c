/**
 * The catalog: what tables, types, functions and roles a tenant has. Truth is {@link io.craton.storage.catalog.CatalogChange}
 * inside log entries; {@link io.craton.storage.catalog.Catalog} is an immutable view of it at one position.
 * Built-in objects (pg_catalog's own relations, types, functions) are not stored: they are code tables of sql-engine and core.
 */
@org.jspecify.annotations.NullMarked
package io.craton.storage.catalog;
