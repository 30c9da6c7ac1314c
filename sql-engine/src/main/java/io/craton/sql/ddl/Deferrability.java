package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.Constraint;
import io.craton.sql.syntax.Constraint.Attributes;

/** Applies DEFERRABLE and INITIALLY words to the column constraint before them. Pure. */
final class Deferrability {
    private Deferrability() {}

    static Constraint apply(Constraint constraint, Constraint.Attribute word) {
        return switch (constraint) {
            case Constraint.Unique c -> new Constraint.Unique(c.name(), c.primaryKey(), c.nullsNotDistinct(), c.columns(), c.include(),
                    c.options(), c.tablespace(), c.existingIndex(), changed(c.attributes(), word), c.position());
            case Constraint.ForeignKey c -> new Constraint.ForeignKey(c.name(), c.columns(), c.referenced(), c.referencedColumns(), c.match(),
                    c.onUpdate(), c.onDelete(), c.deleteColumns(), changed(c.attributes(), word), c.position());
            default -> throw new PgException(SqlState.SYNTAX_ERROR,
                    "misplaced " + word.kind().name().replace('_', ' ') + " clause").at(word.position());
        };
    }

    private static Attributes changed(Attributes before, Constraint.Attribute word) {
        return switch (word.kind()) {
            case DEFERRABLE -> new Attributes(true, before.initiallyDeferred(), before.notValid(), before.noInherit());
            case NOT_DEFERRABLE -> {
                if (before.initiallyDeferred()) throw contradiction(word);
                yield new Attributes(false, false, before.notValid(), before.noInherit());
            }
            case INITIALLY_DEFERRED -> new Attributes(true, true, before.notValid(), before.noInherit());
            case INITIALLY_IMMEDIATE -> before;
        };
    }

    private static PgException contradiction(Constraint.Attribute word) {
        return new PgException(SqlState.SYNTAX_ERROR, "constraint declared INITIALLY DEFERRED must be DEFERRABLE").at(word.position());
    }
}
