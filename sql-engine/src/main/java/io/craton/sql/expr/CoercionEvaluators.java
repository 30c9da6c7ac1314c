package io.craton.sql.expr;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Coercions that are not function calls. */
final class CoercionEvaluators {
    private CoercionEvaluators() {}

    /** Out by one type's text form, in by the other's. */
    static final class ViaText extends Evaluator {
        private final Evaluator argument;
        private final TypeCodec output;
        private final TypeCodec input;
        private final int typmod;

        ViaText(PgType type, int typmod, Evaluator argument, TypeCodec output, TypeCodec input) {
            super(type);
            this.argument = argument;
            this.output = output;
            this.input = input;
            this.typmod = typmod;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            Object value = argument.value(scope, row);
            if (value == null) return null;
            String text;
            if (value instanceof String string) {
                text = string;
            } else {
                ByteWriter out = new ByteWriter(32);
                output.encodeText(value, scope.context().format(), out);
                text = new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
            }
            return input.decodeText(text, typmod, scope.context().format());
        }
    }

    static final class Elements extends Evaluator {
        private final Evaluator argument;
        private final Evaluator element;

        Elements(PgType type, Evaluator argument, Evaluator element) {
            super(type);
            this.argument = argument;
            this.element = element;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            if (!(argument.value(scope, row) instanceof PgArray array)) return null;
            Object[] elements = new Object[array.elements().length];
            Object before = scope.caseOperand();
            try {
                for (int i = 0; i < elements.length; i++) {
                    scope.caseOperand(array.elements()[i]);
                    elements[i] = element.value(scope, row);
                }
            } finally {
                scope.caseOperand(before);
            }
            return new PgArray(element.type(), array.sizes(), array.lowerBounds(), elements);
        }
    }

    record Check(String name, Evaluator condition) {}

    static final class Domain extends Evaluator {
        private final Evaluator argument;
        private final boolean notNull;
        private final List<Check> checks;

        Domain(PgType type, Evaluator argument, boolean notNull, List<Check> checks) {
            super(type);
            this.argument = argument;
            this.notNull = notNull;
            this.checks = checks;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            Object value = argument.value(scope, row);
            if (value == null && notNull) {
                throw PgError.error(SqlState.NOT_NULL_VIOLATION, "domain " + type().name() + " does not allow null values")
                        .withDataType("public", type().name()).exception();
            }
            Object before = scope.caseOperand(value);
            try {
                for (Check check : checks) {
                    if (Boolean.FALSE.equals(check.condition.value(scope, row))) {
                        throw PgError.error(SqlState.CHECK_VIOLATION, "value for domain " + type().name()
                                        + " violates check constraint \"" + check.name + "\"")
                                .withDataType("public", type().name()).withConstraint(check.name).exception();
                    }
                }
            } finally {
                scope.caseOperand(before);
            }
            return value;
        }
    }
}
