package io.craton.sql.analyze;

import io.craton.core.type.PgType;
import io.craton.sql.logical.Relation;
import io.craton.sql.syntax.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement whose names and types are resolved. Immutable; valid for the catalog version, search path and settings it was made with. */
public sealed interface AnalyzedStatement {
    /** Types of $1, $2, ...: declared or inferred. */
    List<PgType> parameterTypes();

    enum Tag { SELECT, INSERT, UPDATE, DELETE, MERGE }

    /**
     * A query or modification.
     *
     * @param tag what the statement itself does (a SELECT over a data-modifying CTE is still SELECT)
     * @param columns fields of the result; empty when {@code returnsRows} is false
     * @param returnsRows false for modifications without RETURNING; a SELECT without columns still returns rows
     * @param accesses relations that it uses, for the check of privileges
     * @param momentary it says FOR SYSTEM_TIME of a moment that is another one at the next run: to be analysed anew then
     * @param readOnly nothing in it, CTEs included, modifies or locks rows of tables that are not temporary
     */
    record Query(Tag tag, Relation relation, List<Relation.Field> columns, boolean returnsRows, boolean readOnly,
            List<PgType> parameterTypes, List<Access> accesses, boolean momentary)
            implements AnalyzedStatement {
        public Query {
            columns = List.copyOf(columns);
            parameterTypes = List.copyOf(parameterTypes);
            accesses = List.copyOf(accesses);
        }

        /** The same over another tree, whose rows may be longer. */
        public Query over(Relation other) {
            return new Query(tag, other, columns, returnsRows, readOnly, parameterTypes, accesses, momentary);
        }

        /** A query of the engine's own, which needs no privileges. */
        public Query(Tag tag, Relation relation, List<Relation.Field> columns, boolean returnsRows, boolean readOnly,
                List<PgType> parameterTypes) {
            this(tag, relation, columns, returnsRows, readOnly, parameterTypes, List.of(), false);
        }
    }

    /**
     * Any other statement, as parsed. {@code query} is the query inside EXPLAIN, DECLARE CURSOR, CREATE TABLE AS and SELECT INTO; {@code call} what CALL
     * calls.
     */
    record Utility(Statement statement, @Nullable Query query, @Nullable ProcedureCall call, List<PgType> parameterTypes)
            implements AnalyzedStatement {
        public Utility {
            parameterTypes = List.copyOf(parameterTypes);
        }

        public Utility(Statement statement, @Nullable Query query, List<PgType> parameterTypes) {
            this(statement, query, null, parameterTypes);
        }
    }
}
