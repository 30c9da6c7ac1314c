package io.craton.sql.exec;

import io.craton.sql.expr.Scope;

/**
 * Work that a changed row left behind for the end of its statement or transaction: the check of a deferrable constraint. It looks at the rows as they are when it
 * runs, so that it is right whatever came in between.
 */
public interface DeferredCheck {
    /** pg_constraint oid that SET CONSTRAINTS knows it by. */
    int constraintOid();

    /** The table whose change it follows. */
    int tableOid();

    /** Throws when the constraint does not hold. May leave further checks behind. */
    void run(Scope scope);
}
