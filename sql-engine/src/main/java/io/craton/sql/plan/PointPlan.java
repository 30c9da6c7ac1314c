package io.craton.sql.plan;

/** A statement about one row found by its whole primary key (or one row inserted), run without batches. Immutable. */
public sealed interface PointPlan permits PointSelect, PointWrite {}
