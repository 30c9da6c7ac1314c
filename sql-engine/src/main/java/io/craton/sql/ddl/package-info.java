/**
 * Schema changes, roles and rights, maintenance: statements that change the catalog. Each becomes {@code CatalogChange}s in the transaction's write set,
 * so DDL is transactional and the log carries it. Begin at {@link io.craton.sql.ddl.DdlExecutor}; one class for each family of objects.
 */
@org.jspecify.annotations.NullMarked
package io.craton.sql.ddl;
