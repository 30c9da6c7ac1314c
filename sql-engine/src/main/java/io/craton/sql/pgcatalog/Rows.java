package io.craton.sql.pgcatalog;

import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.Catalog;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Where the rows of a system relation come from. Rows are never changed once given out. */
sealed interface Rows {
    /** The same for ever. */
    non-sealed interface Fixed extends Rows {
        List<Object[]> all();
    }

    /** Functions of the catalog: computed once for each of its versions. */
    non-sealed interface OfCatalog extends Rows {
        /** Rows of what is built in. */
        default List<Object[]> builtin() {
            return List.of();
        }

        /** A built-in row as it is in this catalog; a copy when it differs. */
        default Object[] builtin(Catalog catalog, Object[] row) {
            return row;
        }

        /** Rows of what the tenant's catalog holds. */
        void fill(Catalog catalog, Consumer<Object[]> out);

        /**
         * Finds the tenant's rows whose column has this value without computing all of them.
         *
         * @return false when it has no short way for this column; nothing was given out then
         */
        default boolean find(Catalog catalog, int column, Object value, Consumer<Object[]> out) {
            return false;
        }

        /** How many rows {@link #fill} would give, about, for those who plan; negative when it is not known. */
        default int count(Catalog catalog) {
            return -1;
        }

        /** The row as of now, for the few columns that follow data; a copy when it differs. */
        default Object[] current(ExecContext context, Object[] row) {
            return row;
        }
    }

    /** Computed whenever it is read. */
    non-sealed interface OfSession extends Rows {
        void fill(ExecContext context, Consumer<Object[]> out);

        /** At least the rows that have these values, by name of column; others do no harm. */
        default void find(ExecContext context, Map<String, Object> values, Consumer<Object[]> out) {
            fill(context, out);
        }

        /** The rows one by one, where nobody should have all of them in memory; with values, at least those that have them. */
        default Iterator<Object[]> open(ExecContext context, Map<String, Object> values) {
            List<Object[]> filled = new ArrayList<>();
            if (values.isEmpty()) fill(context, filled::add);
            else find(context, values, filled::add);
            return filled.iterator();
        }

        /** How many rows there are, about. */
        default double count(Catalog catalog) {
            return 100;
        }

        /** How many values a column has, about. */
        default double distinct(Catalog catalog, String column) {
            return Math.min(20, count(catalog));
        }
    }
}
