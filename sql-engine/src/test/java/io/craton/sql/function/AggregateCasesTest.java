package io.craton.sql.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.error.PgException;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.sql.exec.ExecContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Runs aggregates over literal arrays and compares with what PostgreSQL answered; aggregates that combine must answer the same from two states. A case is
 * {@code name(types) TAB array of each argument .. TAB direct argument or \N TAB => TAB expected}. {@link #main} records the file anew.
 */
class AggregateCasesTest {
    private static final String NULL = "\\N";
    private static final Kernels KERNELS = BuiltinFunctions.kernels();
    private static final ExecContext CONTEXT = new PureContext();

    @Test
    void answersAsPostgres() throws IOException {
        String text;
        try (var in = AggregateCasesTest.class.getResourceAsStream("cases/aggregate.tsv")) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<String> wrong = new ArrayList<>();
        for (String line : text.split("\n")) {
            if (line.isBlank() || line.startsWith("#")) continue;
            int arrow = line.indexOf("\t=>\t");
            String expected = line.substring(arrow + 4);
            for (boolean split : new boolean[] {false, true}) {
                String actual = evaluate(line.substring(0, arrow).split("\t", -1), split);
                if (!actual.equals(expected) && !(split && close(actual, expected))) wrong.add(line + (split ? "\n      combined " : "\n      but was ") + actual);
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** Sums of floating-point numbers may differ in the last digit when they are added in another order. */
    private static boolean close(String left, String right) {
        try {
            double a = Double.parseDouble(left);
            double b = Double.parseDouble(right);
            return Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private record Call(String name, List<PgType> types) {
        static Call parse(String signature) {
            int open = signature.indexOf('(');
            List<PgType> types = new ArrayList<>();
            for (String type : signature.substring(open + 1, signature.length() - 1).split(",")) types.add(PgTypes.find(type));
            return new Call(signature.substring(0, open), types);
        }

        /** The aggregate with these types, or with polymorphic ones in their places. */
        FunctionDef function(boolean direct) {
            for (FunctionDef function : BuiltinCatalog.functions(name)) {
                int skipped = direct ? 1 : 0;
                if (function.kind() != 'a' || function.argumentTypes().size() != types.size() + skipped) continue;
                boolean same = true;
                for (int i = 0; i < types.size(); i++) {
                    PgType declared = PgTypes.get(function.argumentTypes().get(i + skipped));
                    boolean pseudo = declared.isPseudo() && declared.name().equals("anyarray") == types.get(i).isArray();
                    same &= declared.equals(types.get(i)) || pseudo || declared.name().equals("any") || declared.name().equals("anyelement");
                }
                if (same) return function;
            }
            throw new AssertionError("no aggregate " + this);
        }
    }

    private static String evaluate(String[] parts, boolean split) {
        Call call = Call.parse(parts[0]);
        String directText = parts[parts.length - 1];
        boolean ordered = BuiltinCatalog.aggregate(call.function(!directText.equals(NULL)).oid()).kind() == 'o';
        FunctionDef function = call.function(!directText.equals(NULL));
        AggregateKernel kernel = KERNELS.aggregate(function);
        if (kernel == null) return "no kernel";
        if (split && !kernel.combines()) split = false;
        PgType declared = PgTypes.get(function.returnType());
        PgType result = !declared.isPseudo() ? declared
                : declared.isArray() || declared.name().equals("anyarray") ? call.types.getFirst().isArray() ? call.types.getFirst()
                        : PgTypes.get(call.types.getFirst().arrayOid()) : call.types.getFirst();
        CallInfo info = new CallInfo(function, call.types, result, 0);
        try {
            List<Object[]> columns = new ArrayList<>();
            for (int i = 0; i < call.types.size(); i++) {
                PgType array = PgTypes.get(call.types.get(i).arrayOid());
                columns.add(((PgArray) TypeCodecs.fromText(array, parts[i + 1], -1, CONTEXT.format())).elements());
            }
            Object left = kernel.create(CONTEXT, info);
            Object right = kernel.create(CONTEXT, info);
            int rows = columns.getFirst().length;
            for (int row = 0; row < rows; row++) {
                Object[] arguments = new Object[columns.size()];
                boolean hasNull = false;
                for (int i = 0; i < arguments.length; i++) {
                    arguments[i] = columns.get(i)[row];
                    hasNull |= arguments[i] == null;
                }
                if (hasNull && (kernel.strict() || ordered)) continue;
                if (split && row >= rows / 2) right = kernel.add(CONTEXT, right, arguments);
                else left = kernel.add(CONTEXT, left, arguments);
            }
            if (split) left = kernel.combine(CONTEXT, left, right);
            Object[] direct = directText.equals(NULL) ? new Object[0]
                    : new Object[] {TypeCodecs.fromText(PgTypes.get(function.argumentTypes().getFirst()), directText, -1, CONTEXT.format())};
            Object value = kernel.result(CONTEXT, info, left, direct);
            return value == null ? NULL : TypeCodecs.toText(result, value, CONTEXT.format());
        } catch (PgException e) {
            return "!" + e.state().code;
        }
    }

    /** Arguments: JDBC URL, file. Rewrites the file with PostgreSQL's answers. */
    public static void main(String[] args) throws IOException, SQLException {
        StringBuilder out = new StringBuilder();
        try (Connection connection = DriverManager.getConnection(args[0]); Statement statement = connection.createStatement()) {
            statement.execute("set timezone = 'UTC'");
            for (String line : Files.readAllLines(Path.of(args[1]))) {
                String call = line.contains("\t=>") ? line.substring(0, line.indexOf("\t=>")) : line;
                out.append(line.isBlank() || line.startsWith("#") ? line : call + "\t=>\t" + ask(statement, call.split("\t", -1))).append('\n');
            }
        }
        Files.writeString(Path.of(args[1]), out);
    }

    private static String ask(Statement statement, String[] parts) {
        Call call = Call.parse(parts[0]);
        StringBuilder from = new StringBuilder();
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < call.types.size(); i++) {
            PgType type = call.types.get(i);
            from.append(i > 0 ? ", " : "").append("'").append(parts[i + 1].replace("'", "''")).append("'::pg_catalog._").append(type.name());
            names.append(i > 0 ? ", " : "").append((char) ('x' + i));
        }
        String direct = parts[parts.length - 1];
        boolean mode = call.name.equals("mode");
        String sql = "select (" + call.name + (direct.equals(NULL) && !mode ? "(" + names + ")"
                : "(" + (mode ? "" : "'" + direct + "'::float8") + ") within group (order by " + names + ")") + ")::text from unnest(" + from + ") t(" + names + ")";
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            String value = rows.getString(1);
            return value == null ? NULL : value.equals("true") ? "t" : value.equals("false") ? "f" : value;
        } catch (SQLException e) {
            return "!" + e.getSQLState();
        }
    }
}
