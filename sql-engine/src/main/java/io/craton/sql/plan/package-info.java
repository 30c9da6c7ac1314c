/** Physical plans: immutable, free of Calcite, shared by sessions; and the planner that makes them of the analysed tree. */
@org.jspecify.annotations.NullMarked
package io.craton.sql.plan;
