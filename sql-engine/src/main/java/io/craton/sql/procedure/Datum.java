package io.craton.sql.procedure;

import io.craton.core.type.PgType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A place of a program that holds, or stands for, a value. Numbered; the number is the place in a frame. Immutable. */
sealed interface Datum {
    int number();

    String name();

    /** Places with a value of their own. */
    sealed interface Variable extends Datum permits Single, Composite {
        PgType type();

        boolean constant();

        boolean notNull();

        @Nullable Fragment initial();
    }

    /** A variable of any type but a composite one. {@code cursor}: it is bound to a query. */
    record Single(int number, String name, PgType type, int typmod, boolean constant, boolean notNull, @Nullable Fragment initial,
            @Nullable CursorQuery cursor) implements Variable {}

    /** A variable of a composite type, of a domain over one, or {@code record}. */
    record Composite(int number, String name, PgType type, boolean constant, boolean notNull, @Nullable Fragment initial)
            implements Variable {}

    /** Several places taken as one: targets of INTO, OUT parameters, arguments of a cursor. */
    record Row(int number, String name, List<String> names, List<Integer> members) implements Datum {
        public Row {
            names = List.copyOf(names);
            members = List.copyOf(members);
        }
    }

    /** A field of a composite variable, by name: what it is depends on the value. */
    record Field(int number, String name, int parent) implements Datum {}

    /** The query of a bound cursor, with its arguments as a {@link Row} or -1, and its SCROLL option: null when not said. */
    record CursorQuery(Fragment query, int arguments, @Nullable Boolean scroll) {}
}
