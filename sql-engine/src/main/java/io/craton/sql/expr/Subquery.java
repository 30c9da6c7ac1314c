package io.craton.sql.expr;

/** A plan that expressions run: the plan nodes of {@code sql.plan}. */
public interface Subquery {
    /** Makes it ready to run in a scope whose enclosing row the caller sets. */
    RowSource source(Scope scope);
}
