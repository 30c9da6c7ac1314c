package io.craton.sql.analyze;

import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.CatalogObject.TableDef;

/** The way from what FOR SYSTEM_TIME says to the definitions of that moment. */
public interface Moments {
    /**
     * The position of a moment.
     *
     * @param lasting whether the same scalar always means this position; when it does not, what was analysed with it is good for one run
     */
    record Moment(long position, boolean lasting) {}

    /** Of a bigint that is a position, or a timestamptz; 22004 for null, 22023 when the log has not come there or there was no database yet. */
    Moment of(Scalar scalar);

    /** Position of the entry that made a table or view which is there now; 0 when that is not known. */
    long madeAt(TableDef table);

    /** The names of that moment, looked for through the same search path. */
    CatalogView names(long position);
}
