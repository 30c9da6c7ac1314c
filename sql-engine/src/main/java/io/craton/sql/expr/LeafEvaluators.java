package io.craton.sql.expr;

import io.craton.core.batch.Batch;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.Vector;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.logical.Scalar;
import org.jspecify.annotations.Nullable;

/** Evaluators without arguments: columns, parameters, enclosing rows. */
final class LeafEvaluators {
    private LeafEvaluators() {}

    static final class Column extends Evaluator {
        final int index;

        Column(PgType type, int index) {
            super(type);
            this.index = index;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            return row.datum(index);
        }

        @Override
        public Vector vector(Scope scope, Batch batch) {
            return batch.columns()[index];
        }
    }

    /** A value that is the same for all rows of a batch. */
    abstract static class Steady extends Evaluator {
        Steady(PgType type) {
            super(type);
        }

        abstract @Nullable Object value(Scope scope);

        @Override
        public final @Nullable Object value(Scope scope, RowView row) {
            return value(scope);
        }

        @Override
        public final Vector vector(Scope scope, Batch batch) {
            return ConstantVector.of(type().repr(), value(scope), batch.rows());
        }
    }

    static final class Parameter extends Steady {
        private final int index;

        Parameter(PgType type, int index) {
            super(type);
            this.index = index;
        }

        @Override
        @Nullable Object value(Scope scope) {
            return scope.context().parameter(index);
        }
    }

    static final class Outer extends Steady {
        private final int level;
        private final int index;

        Outer(PgType type, int level, int index) {
            super(type);
            this.level = level;
            this.index = index;
        }

        @Override
        @Nullable Object value(Scope scope) {
            return scope.outer(level).datum(index);
        }
    }

    static final class CursorKey extends Steady {
        private final Scalar.CursorKey key;
        private final @Nullable Evaluator variable;

        CursorKey(Scalar.CursorKey key, @Nullable Evaluator variable) {
            super(key.type());
            this.key = key;
            this.variable = variable;
        }

        @Override
        byte @Nullable [] value(Scope scope) {
            String cursor = variable == null ? key.cursor() : (String) variable.value(scope, RowView.EMPTY);
            if (cursor == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "no value found for parameter of cursor \"" + key.cursor() + "\"");
            return scope.context().session().cursorKey(cursor, key.tableOid(), key.tableName());
        }
    }

    static final class CaseOperand extends Steady {
        CaseOperand(PgType type) {
            super(type);
        }

        @Override
        @Nullable Object value(Scope scope) {
            return scope.caseOperand();
        }
    }

    /** The argument's values under another type of the same representation. */
    static final class Relabel extends Evaluator {
        private final Evaluator argument;

        Relabel(PgType type, Evaluator argument) {
            super(type);
            this.argument = argument;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            return argument.value(scope, row);
        }

        @Override
        public Vector vector(Scope scope, Batch batch) {
            return argument.vector(scope, batch);
        }
    }

    /** Only row by row, left to right: for expressions with side effects or costly short cuts. */
    static final class RowWise extends Evaluator {
        private final Evaluator argument;

        RowWise(Evaluator argument) {
            super(argument.type());
            this.argument = argument;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            return argument.value(scope, row);
        }
    }
}
