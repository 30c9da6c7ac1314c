package io.craton.sql.expr;

import static io.craton.sql.exec.Trees.call;
import static io.craton.sql.exec.Trees.column;
import static io.craton.sql.exec.Trees.constant;
import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.batch.Batch;
import io.craton.core.batch.BytesVector;
import io.craton.core.batch.DictionaryVector;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.error.PgException;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.sql.exec.TestContext;
import io.craton.sql.exec.Trees;
import io.craton.sql.function.CallInfo;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The batch form of an expression gives what its scalar twin and the function's own kernel give, errors included. */
final class VectorEqualsScalarTest {
    private static final PgType[] TYPES = {PgTypes.INT4, PgTypes.INT4, PgTypes.INT8, PgTypes.INT8, PgTypes.FLOAT8, PgTypes.FLOAT8,
        PgTypes.TEXT, PgTypes.TEXT, PgTypes.NUMERIC, PgTypes.NUMERIC, PgTypes.BPCHAR, PgTypes.BPCHAR, PgTypes.DATE};

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final TestContext context = new TestContext();
    private final ExpressionCompiler compiler = new ExpressionCompiler(Trees.KERNELS, context, relation -> {
        throw new IllegalStateException();
    });

    private Batch batch() {
        int rows = 1 + random.nextInt(300);
        Vector[] columns = new Vector[TYPES.length];
        for (int i = 0; i < columns.length; i++) {
            VectorBuilder builder = VectorBuilder.of(TYPES[i].repr(), 8);
            boolean nulls = random.nextBoolean();
            boolean oneScale = random.nextBoolean();
            for (int row = 0; row < rows; row++) {
                Object value = oneScale && TYPES[i].equals(PgTypes.NUMERIC) ? digits(2) : value(TYPES[i]);
                builder.append(nulls && random.nextInt(5) == 0 ? null : value);
            }
            columns[i] = builder.build();
            if (columns[i] instanceof BytesVector && random.nextBoolean()) columns[i] = coded(columns[i]);
        }
        if (random.nextBoolean()) return Batch.of(columns, rows);
        int[] selection = new int[rows];
        int count = 0;
        for (int row = 0; row < rows; row++) if (random.nextInt(3) > 0) selection[count++] = row;
        return new Batch(columns, rows, selection, count);
    }

    private Numeric digits(int scale) {
        return Numeric.of(random.nextInt(60) == 0 ? random.nextLong() : random.nextInt(-500, 501), scale);
    }

    /** Rows of few entries, null ones too. */
    private DictionaryVector coded(Vector entries) {
        int[] codes = new int[entries.length()];
        int size = Math.min(entries.length(), 1 + random.nextInt(12));
        for (int i = 0; i < codes.length; i++) codes[i] = random.nextInt(-1, size);
        return new DictionaryVector(entries.slice(0, size), codes, codes.length);
    }

    private Object value(PgType type) {
        if (type.equals(PgTypes.NUMERIC)) return random.nextInt(30) == 0 ? Numeric.NAN : digits(random.nextInt(4));
        if (type.equals(PgTypes.INT4)) return random.nextInt(50) == 0 ? (long) random.nextInt() : (long) random.nextInt(-5, 6);
        if (type.equals(PgTypes.INT8)) return random.nextInt(80) == 0 ? random.nextLong() : (long) random.nextInt(-5, 6);
        if (type.equals(PgTypes.FLOAT8)) {
            return switch (random.nextInt(20)) {
                case 0 -> Double.NaN;
                case 1 -> -0.0;
                default -> (double) random.nextInt(-5, 6) / 2;
            };
        }
        if (type.equals(PgTypes.DATE)) return random.nextInt(20) == 0 ? (long) Integer.MAX_VALUE : (long) random.nextInt(-3, 4);
        if (type.equals(PgTypes.BPCHAR)) return "ab".substring(0, random.nextInt(3)) + "   ".substring(0, random.nextInt(4));
        return "abcé%_".substring(0, random.nextInt(6)) + (random.nextBoolean() ? "x" : "");
    }

    private List<Scalar> expressions() {
        List<Scalar> all = new ArrayList<>();
        for (String suffix : new String[] {"eq", "ne", "lt", "le", "gt", "ge"}) {
            all.add(binary("int4" + suffix, PgTypes.BOOL, 0, 1));
            all.add(binary("int8" + suffix, PgTypes.BOOL, 2, 3));
            all.add(binary("int48" + suffix, PgTypes.BOOL, 0, 3));
            all.add(binary("float8" + suffix, PgTypes.BOOL, 4, 5));
            all.add(binary(suffix.equals("eq") || suffix.equals("ne") ? "text" + suffix : "text_" + suffix, PgTypes.BOOL, 6, 7));
        }
        for (String suffix : new String[] {"pl", "mi", "mul", "div"}) {
            all.add(binary("int4" + suffix, PgTypes.INT4, 0, 1));
            all.add(binary("int8" + suffix, PgTypes.INT8, 2, 3));
            all.add(binary("float8" + suffix, PgTypes.FLOAT8, 4, 5));
        }
        for (String suffix : new String[] {"eq", "ne", "lt", "le", "gt", "ge"}) {
            all.add(binary("numeric_" + suffix, PgTypes.BOOL, 8, 9));
            all.add(call("numeric_" + suffix, PgTypes.BOOL, column(8, PgTypes.NUMERIC), constant(digits(random.nextInt(4)), PgTypes.NUMERIC)));
            all.add(binary("bpchar" + suffix, PgTypes.BOOL, 10, 11));
            all.add(call("bpchar" + suffix, PgTypes.BOOL, column(10, PgTypes.BPCHAR), constant("ab ", PgTypes.BPCHAR)));
            all.add(call("bpchar" + suffix, PgTypes.BOOL, constant("ab", PgTypes.BPCHAR), column(10, PgTypes.BPCHAR)));
        }
        for (String name : new String[] {"numeric_add", "numeric_sub", "numeric_mul"}) {
            all.add(binary(name, PgTypes.NUMERIC, 8, 9));
            all.add(call(name, PgTypes.NUMERIC, constant(Numeric.of(1), PgTypes.NUMERIC), column(8, PgTypes.NUMERIC)));
            all.add(call(name, PgTypes.NUMERIC, column(9, PgTypes.NUMERIC), constant(digits(3), PgTypes.NUMERIC)));
        }
        for (String suffix : new String[] {"eq", "ne", "lt", "le", "gt", "ge"}) {
            long moment = random.nextInt(-3, 4) * 86_400_000_000L + (random.nextBoolean() ? 0 : random.nextInt(1_000_000));
            Scalar timestamp = constant(random.nextInt(9) == 0 ? Long.MAX_VALUE : moment, PgTypes.TIMESTAMP);
            all.add(call("date_" + suffix + "_timestamp", PgTypes.BOOL, column(12, PgTypes.DATE), timestamp));
            all.add(call("timestamp_" + suffix + "_date", PgTypes.BOOL, timestamp, column(12, PgTypes.DATE)));
        }
        all.add(call("upper", PgTypes.TEXT, column(6, PgTypes.TEXT)));
        all.add(call("like", PgTypes.BOOL, column(6, PgTypes.TEXT), constant("a%c_x", PgTypes.TEXT)));
        all.add(call("like", PgTypes.BOOL, column(6, PgTypes.TEXT), constant("%b%", PgTypes.TEXT)));
        all.add(call("notlike", PgTypes.BOOL, column(6, PgTypes.TEXT), constant("_b\\%%", PgTypes.TEXT)));
        all.add(call("int4lt", PgTypes.BOOL, column(0, PgTypes.INT4), constant(2L, PgTypes.INT4)));
        all.add(call("int4lt", PgTypes.BOOL, constant(2L, PgTypes.INT4), column(0, PgTypes.INT4)));
        return all;
    }

    private static Scalar binary(String name, PgType result, int left, int right) {
        return call(name, result, column(left, TYPES[left]), column(right, TYPES[right]));
    }

    @Test
    void callsAgree() {
        for (int round = 0; round < 20; round++) {
            Batch batch = batch();
            for (Scalar scalar : expressions()) {
                Scalar.Call call = (Scalar.Call) scalar;
                CallInfo info = new CallInfo(call.function(), call.arguments().stream().map(Scalar::type).toList(), call.type(), 0);
                Evaluator generic = new CallEvaluator(call.type(), CallEvaluator.kernel(Trees.KERNELS, call.function()), info,
                        compiler.compile(call.arguments()));
                String expected = outcome(generic, batch, false);
                Evaluator compiled = compiler.compile(scalar);
                assertThat(outcome(compiled, batch, false)).as("seed %d scalar %s", seed, call.function().name()).isEqualTo(expected);
                assertThat(outcome(compiled, batch, true)).as("seed %d vector %s", seed, call.function().name()).isEqualTo(expected);
            }
        }
    }

    @Test
    void logicAndConditionalsAgree() {
        for (int round = 0; round < 40; round++) {
            Batch batch = batch();
            Scalar scalar = bool(3);
            Evaluator evaluator = compiler.compile(scalar);
            String expected = outcome(evaluator, batch, false);
            assertThat(outcome(evaluator, batch, true)).as("seed %d %s", seed, scalar).isEqualTo(expected);
            int[] passed = new int[batch.selected()];
            int count = evaluator.select(scope(), batch, passed);
            List<Integer> truths = new ArrayList<>();
            RowView.OfBatch row = new RowView.OfBatch(batch);
            for (int i = 0; i < batch.selected(); i++) {
                row.position = batch.positions()[i];
                if (Boolean.TRUE.equals(evaluator.value(scope(), row))) truths.add(row.position);
            }
            assertThat(java.util.Arrays.stream(passed, 0, count).boxed().toList()).as("seed %d %s", seed, scalar).isEqualTo(truths);
        }
    }

    private Scalar bool(int depth) {
        int choice = depth == 0 ? 0 : random.nextInt(6);
        return switch (choice) {
            case 1 -> new Scalar.Logical(Scalar.Logic.AND, List.of(bool(depth - 1), bool(depth - 1)));
            case 2 -> new Scalar.Logical(Scalar.Logic.OR, List.of(bool(depth - 1), bool(depth - 1), bool(depth - 1)));
            case 3 -> new Scalar.Not(bool(depth - 1));
            case 4 -> new Scalar.Case(null, List.of(new Scalar.When(bool(depth - 1), bool(depth - 1))), bool(depth - 1), PgTypes.BOOL, -1);
            case 5 -> new Scalar.Coalesce(List.of(bool(depth - 1), bool(depth - 1)), PgTypes.BOOL, -1);
            default -> switch (random.nextInt(4)) {
                case 0 -> binary("int4lt", PgTypes.BOOL, 0, 1);
                case 1 -> new Scalar.IsNull(column(6, PgTypes.TEXT), random.nextBoolean());
                case 2 -> binary("float8ge", PgTypes.BOOL, 4, 5);
                default -> call("texteq", PgTypes.BOOL, column(6, PgTypes.TEXT), constant("abx", PgTypes.TEXT));
            };
        };
    }

    private Scope scope() {
        return new Scope(context, new StatementState());
    }

    /** Values of the selected rows, or the error. */
    private String outcome(Evaluator evaluator, Batch batch, boolean vectorised) {
        List<Object> values = new ArrayList<>();
        try {
            Vector vector = vectorised ? evaluator.vector(scope(), batch) : null;
            RowView.OfBatch row = new RowView.OfBatch(batch);
            for (int i = 0; i < batch.selected(); i++) {
                row.position = batch.positions()[i];
                values.add(vector == null ? evaluator.value(scope(), row) : vector.datum(row.position));
            }
        } catch (PgException e) {
            return e.state() + " " + e.getMessage();
        }
        return values.toString();
    }
}
