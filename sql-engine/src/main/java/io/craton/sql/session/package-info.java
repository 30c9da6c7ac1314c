/** Sessions: the door of sql-engine. Statement dispatch, prepared statements, portals, transaction blocks, settings. */
@org.jspecify.annotations.NullMarked
package io.craton.sql.session;
