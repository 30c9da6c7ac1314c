package io.craton.sql.analyze;

import io.craton.sql.function.FunctionDef;
import org.jspecify.annotations.Nullable;

/** How a value of one type becomes one of another. {@code function} only for FUNCTION (and ARRAY's length coercion). */
record Pathway(Kind kind, @Nullable FunctionDef function) {
    enum Kind { NONE, RELABEL, FUNCTION, ARRAY, IO }

    static final Pathway NONE = new Pathway(Kind.NONE, null);
    static final Pathway RELABEL = new Pathway(Kind.RELABEL, null);
    static final Pathway ARRAY = new Pathway(Kind.ARRAY, null);
    static final Pathway IO = new Pathway(Kind.IO, null);

    boolean exists() {
        return kind != Kind.NONE;
    }
}
