package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.Constraint;
import io.craton.sql.syntax.Constraint.Attributes;

/** Applies DEFERRABLE and INITIALLY words to the column constraint before them. For the words of one constraint. */
final class Deferrability {
    private boolean deferrabilityGiven;
    private boolean initiallyGiven;

    Constraint apply(Constraint constraint, Constraint.Attribute word) {
        return switch (constraint) {
            case Constraint.Unique c -> new Constraint.Unique(c.name(), c.primaryKey(), c.nullsNotDistinct(), c.columns(), c.include(),
                    c.options(), c.tablespace(), c.existingIndex(), changed(c.attributes(), word), c.position());
            case Constraint.ForeignKey c -> new Constraint.ForeignKey(c.name(), c.columns(), c.referenced(), c.referencedColumns(), c.match(),
                    c.onUpdate(), c.onDelete(), c.deleteColumns(), changed(c.attributes(), word), c.position());
            default -> throw error("misplaced " + word.kind().name().replace('_', ' ') + " clause", word);
        };
    }

    private Attributes changed(Attributes before, Constraint.Attribute word) {
        boolean deferrable = before.deferrable();
        boolean deferred = before.initiallyDeferred();
        switch (word.kind()) {
            case DEFERRABLE, NOT_DEFERRABLE -> {
                if (deferrabilityGiven) throw error("multiple DEFERRABLE/NOT DEFERRABLE clauses not allowed", word);
                deferrabilityGiven = true;
                deferrable = word.kind() == Constraint.AttributeKind.DEFERRABLE;
            }
            case INITIALLY_DEFERRED, INITIALLY_IMMEDIATE -> {
                if (initiallyGiven) throw error("multiple INITIALLY IMMEDIATE/DEFERRED clauses not allowed", word);
                initiallyGiven = true;
                deferred = word.kind() == Constraint.AttributeKind.INITIALLY_DEFERRED;
                if (deferred && !deferrabilityGiven) deferrable = true;
            }
        }
        if (deferred && !deferrable) throw error("constraint declared INITIALLY DEFERRED must be DEFERRABLE", word);
        return new Attributes(deferrable, deferred, before.notValid(), before.noInherit());
    }

    private static PgException error(String message, Constraint.Attribute word) {
        return new PgException(SqlState.SYNTAX_ERROR, message).at(word.position());
    }
}
