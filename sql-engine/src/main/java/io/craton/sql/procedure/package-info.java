/**
 * Routines that users wrote: PL/pgSQL read and interpreted, SQL bodies run, triggers fired. A body is read once into a {@link io.craton.sql.procedure.Program},
 * a tree of steps over numbered variables; each piece of SQL in it stays a text until it is first run and then keeps its plan. {@link
 * io.craton.sql.procedure.Routines} is the door; what a routine needs of its session (planning, savepoints, portals) comes through
 * {@link io.craton.sql.procedure.Host}. The session's thread only. The language is PostgreSQL's, PL/pgSQL chapter 43 of its manual.
 */
@org.jspecify.annotations.NullMarked
package io.craton.sql.procedure;
