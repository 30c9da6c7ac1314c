/**
 * Applies versioned SQL files to a database over JDBC, once each and in order. {@link io.craton.migrations.Main} is the command,
 * {@link io.craton.migrations.Migrator} the work, {@link io.craton.migrations.Plan} the pure comparison of files and history.
 */
@org.jspecify.annotations.NullMarked
package io.craton.migrations;
