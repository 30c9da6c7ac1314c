package io.craton.sql.analyze;

/** A range item as one place of a query sees it (namespace item). Belongs to one analysis. */
final class Visible {
    final RangeItem item;
    /** By its name. */
    final boolean relation;
    /** By unqualified column names. */
    boolean columns;
    /** Only for LATERAL. */
    boolean lateralOnly;
    /** False: a LATERAL reference to it is an error (right or full join). */
    boolean lateralAllowed = true;

    Visible(RangeItem item, boolean relation, boolean columns) {
        this.item = item;
        this.relation = relation;
        this.columns = columns;
    }
}
