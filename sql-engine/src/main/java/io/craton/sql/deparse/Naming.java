package io.craton.sql.deparse;

import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.RangeItem;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.OperatorDef;
import java.util.List;

/** How a text refers to objects: by names for readers ({@link DisplayNaming}), by identity for the catalog ({@link MarkNaming}). */
sealed interface Naming permits DisplayNaming, MarkNaming {
    /** Any other name: in quotes where it needs them. */
    String identifier(String name);

    /** {@code level}: where in the query the name stands; a WITH query of the same name would hide it. */
    String relation(RangeItem item, Level level);

    String type(PgType type, int typmod);

    /** @param hidden the bare name would mean something else in this place, as cube and rollup in GROUP BY */
    String function(FunctionDef function, List<PgType> arguments, List<String> names, boolean variadic, boolean hidden);

    String operator(OperatorDef operator, List<PgType> operands);

    /**
     * An argument of the routine that the text belongs to, 0-based.
     *
     * @param amongColumns the text has a FROM clause here, so the routine's name goes before the argument's
     */
    default String argument(int index, boolean amongColumns) {
        return "$" + (index + 1);
    }

    String collation(int oid);

    /** Settings that constants are printed with. */
    FormatContext format();

    /** Marks: casts that analysis puts in by itself are left out, for it will do so again. */
    boolean byIdentity();
}
