package io.craton.sql.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A constraint of a column, table or domain. {@code name} null when none was given. On columns they come as they were
 * written, in order; DEFERRABLE and INITIALLY of column constraints arrive as separate {@link Attribute}s after the constraint they modify, as in PostgreSQL.
 */
public sealed interface Constraint {
    int position();

    @Nullable String name();

    /** Deferrability and validity, as written on table constraints. */
    record Attributes(boolean deferrable, boolean initiallyDeferred, boolean notValid, boolean noInherit) {
        public static final Attributes NONE = new Attributes(false, false, false, false);
    }

    record NotNull(@Nullable String name, int position) implements Constraint {}

    record Null(@Nullable String name, int position) implements Constraint {}

    record Default(@Nullable String name, Expr value, int position) implements Constraint {}

    record Check(@Nullable String name, Expr condition, Attributes attributes, int position) implements Constraint {}

    /** GENERATED .. AS IDENTITY. */
    record Identity(@Nullable String name, boolean always, List<Option> sequenceOptions, int position) implements Constraint {}

    /** GENERATED ALWAYS AS (..) STORED. */
    record Generated(@Nullable String name, Expr value, int position) implements Constraint {}

    /** PRIMARY KEY or UNIQUE. No columns on a column constraint; {@code existingIndex} for USING INDEX. */
    record Unique(
            @Nullable String name,
            boolean primaryKey,
            boolean nullsNotDistinct,
            List<String> columns,
            List<String> include,
            List<Option> options,
            @Nullable String tablespace,
            @Nullable String existingIndex,
            Attributes attributes,
            int position)
            implements Constraint {}

    record ExclusionElement(ModifyStatement.IndexElement element, List<String> operator) {}

    record Exclusion(
            @Nullable String name,
            String accessMethod,
            List<ExclusionElement> elements,
            List<String> include,
            List<Option> options,
            @Nullable String tablespace,
            @Nullable Expr where,
            Attributes attributes,
            int position)
            implements Constraint {}

    enum MatchType { SIMPLE, FULL }

    enum ForeignKeyAction { NO_ACTION, RESTRICT, CASCADE, SET_NULL, SET_DEFAULT }

    /** {@code deleteColumns}: the columns of ON DELETE SET NULL/DEFAULT (a, b). No {@code columns} on a column constraint. */
    record ForeignKey(
            @Nullable String name,
            List<String> columns,
            QualifiedName referenced,
            List<String> referencedColumns,
            MatchType match,
            ForeignKeyAction onUpdate,
            ForeignKeyAction onDelete,
            List<String> deleteColumns,
            Attributes attributes,
            int position)
            implements Constraint {}

    enum AttributeKind { DEFERRABLE, NOT_DEFERRABLE, INITIALLY_DEFERRED, INITIALLY_IMMEDIATE }

    /** A deferrability word among column constraints; belongs to the constraint before it. */
    record Attribute(AttributeKind kind, int position) implements Constraint {
        @Override
        public @Nullable String name() {
            return null;
        }
    }
}
