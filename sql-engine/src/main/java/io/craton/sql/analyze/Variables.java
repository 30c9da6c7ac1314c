package io.craton.sql.analyze;

import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names that a routine adds to those of the tables in its statements: arguments and variables. They become parameters. */
public interface Variables {
    enum Precedence {
        /** Columns hide variables. */
        COLUMN,
        /** Variables hide columns. */
        VARIABLE,
        /** A name that means both is an error. */
        NEITHER
    }

    default Precedence precedence() {
        return Precedence.COLUMN;
    }

    /**
     * What dotted names mean, or null. A name of a composite variable means its whole row.
     *
     * @param required no column has the name: a field that its record has not is an error
     */
    default @Nullable Scalar find(List<String> names, boolean required, int position) {
        return null;
    }

    /** The table whose changed rows have this name in the trigger at work; null when there are none such. */
    default @Nullable TableDef transitionTable(String name) {
        return null;
    }

    /** $n, or null when there is none. */
    default @Nullable Scalar parameter(int number) {
        return null;
    }
}
