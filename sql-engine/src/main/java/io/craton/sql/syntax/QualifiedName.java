package io.craton.sql.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A dotted name of one to three parts (or more where PostgreSQL complains later), outermost first. */
public record QualifiedName(List<String> parts, int position) {
    /** The last part: the object's own name. */
    public String name() {
        return parts.getLast();
    }

    /** The part before the last, or null. */
    public @Nullable String schema() {
        return parts.size() > 1 ? parts.get(parts.size() - 2) : null;
    }

    /** The third part from the right, or null. */
    public @Nullable String catalog() {
        return parts.size() > 2 ? parts.get(parts.size() - 3) : null;
    }

    /** The parts joined by dots without quoting, as PostgreSQL's messages show names. */
    @Override
    public String toString() {
        return parts.size() == 1 ? parts.getFirst() : String.join(".", parts);
    }
}
