package io.craton.sql.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.sql.exec.TestContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Assignment to parts of arrays and jsonb; expected values recorded from PostgreSQL 15. */
final class AssignmentTest {
    private static final PgType ARRAY = PgTypes.get(PgTypes.INT4.arrayOid());

    @Test
    void sliceReplacesGrowsAndStartsArrays() {
        assertThat(slice("{1,2,3}", 2L, 3L, "{7,8}")).isEqualTo("{1,7,8}");
        assertThat(slice("{1,2,3}", 5L, 6L, "{5,6}")).isEqualTo("{1,2,3,NULL,5,6}");
        assertThat(slice("{}", 3L, 3L, "{4}")).isEqualTo("[3:3]={4}");
    }

    @Test
    void sliceRefusesWhatPostgresRefuses() {
        assertThatThrownBy(() -> slice("{1,2,3}", 1L, 3L, "{7}")).isInstanceOf(PgException.class).hasMessageContaining("source array too small");
        assertThatThrownBy(() -> slice("{}", null, 3L, "{7}")).hasMessageContaining("array slice subscript must provide both boundaries");
        assertThatThrownBy(() -> slice("{1}", 3L, 2L, "{7}")).hasMessageContaining("upper bound cannot be less than lower bound");
    }

    @Test
    void jsonbPathIsMadeOnTheWay() {
        assertThat(jsonb("{}", "5", "a", "1")).isEqualTo("{\"a\": [null, 5]}");
        assertThat(jsonb("[0]", "2", -1L)).isEqualTo("[2]");
        assertThat(jsonb(null, "true", 2L)).isEqualTo("[null, null, true]");
        assertThatThrownBy(() -> jsonb("{\"a\": 1}", "1", "a", "b")).hasMessageContaining("cannot replace existing key");
    }

    private static String slice(String target, @Nullable Long lower, Long upper, String source) {
        ArrayEvaluators.Bounds[] bounds = {new ArrayEvaluators.Bounds(
                lower == null ? null : constant(PgTypes.INT4, lower), constant(PgTypes.INT4, upper), true)};
        Evaluator assignment = new ArrayAssignment(ARRAY, PgTypes.INT4, literal(ARRAY, target), bounds, literal(ARRAY, source));
        return text(assignment);
    }

    private static String jsonb(@Nullable String target, String value, Object... path) {
        Evaluator[] steps = new Evaluator[path.length];
        for (int i = 0; i < steps.length; i++) steps[i] = constant(path[i] instanceof Long ? PgTypes.INT4 : PgTypes.TEXT, path[i]);
        Evaluator whole = target == null ? constant(PgTypes.JSONB, null) : literal(PgTypes.JSONB, target);
        return text(new JsonbAssignment(PgTypes.JSONB, whole, steps, literal(PgTypes.JSONB, value), path[0] instanceof Long));
    }

    private static Evaluator literal(PgType type, String text) {
        return constant(type, TypeCodecs.fromText(type, text, -1, FormatContext.DEFAULT));
    }

    private static Evaluator constant(PgType type, @Nullable Object value) {
        return new ConstantEvaluator(type, value);
    }

    private static String text(Evaluator evaluator) {
        Object value = evaluator.value(new Scope(new TestContext(), null), RowView.EMPTY);
        return TypeCodecs.toText(evaluator.type(), value, FormatContext.DEFAULT);
    }
}
