package io.craton.sql.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.session.SessionView;
import io.craton.storage.txn.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls kernels with arguments in text form and compares the text of the result, or the SQLSTATE, with what PostgreSQL answered.
 * A case is a line {@code name(types) TAB argument TAB .. TAB => TAB expected}; {@code !22012} is an error. Of comparisons only the sign counts. Lines with {@code #} are comments.
 * {@link #main} records the expectations anew from a PostgreSQL, given a JDBC URL and the files.
 */
class FunctionCasesTest {
    private static final String NULL = "\\N";
    private static final Kernels KERNELS = BuiltinFunctions.kernels();
    private static final FormatContext FORMAT = new FormatContext("ISO", "MDY", "postgres", io.craton.core.type.TimeZones.find("America/New_York"), true,
            1, PgTypes::find, new Names(), 0L);

    /** Names of nothing but identifiers. */
    private static final class Names implements FormatContext.RegNames {
        @Override
        public String print(int regTypeOid, long oid) {
            return NONE.print(regTypeOid, oid);
        }

        @Override
        public long parse(int regTypeOid, String text) {
            return NONE.parse(regTypeOid, text);
        }

        @Override
        public String identifier(String name) {
            return Quoting.identifier(name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"number", "text", "datetime", "other"})
    void answersAsPostgres(String file) throws IOException {
        String text;
        try (var in = FunctionCasesTest.class.getResourceAsStream("cases/" + file + ".tsv")) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<String> wrong = new ArrayList<>();
        for (String line : text.split("\n")) {
            if (line.isBlank() || line.startsWith("#")) continue;
            int arrow = line.indexOf("\t=>\t");
            String expected = line.substring(arrow + 4);
            String actual = evaluate(line.substring(0, arrow));
            if (line.substring(0, line.indexOf('(')).contains("cmp") && !expected.startsWith("!")) {
                expected = String.valueOf(Integer.signum(Integer.parseInt(expected)));
            }
            if (!actual.equals(expected)) wrong.add(line + "\n      but was " + actual);
        }
        assertThat(wrong).as("%s differing cases", wrong.size()).isEmpty();
    }

    private static String evaluate(String call) {
        String[] parts = call.split("\t", -1);
        FunctionDef function = find(parts[0]);
        ScalarKernel kernel = KERNELS.scalar(function);
        if (kernel == null) return "no kernel";
        List<PgType> types = new ArrayList<>();
        Object[] arguments = new Object[function.argumentTypes().size()];
        try {
            for (int i = 0; i < arguments.length; i++) {
                types.add(PgTypes.get(function.argumentTypes().get(i)));
                if (!parts[i + 1].equals(NULL)) {
                    arguments[i] = TypeCodecs.fromText(types.get(i), parts[i + 1], -1, FORMAT);
                } else if (function.strict()) {
                    return NULL;
                }
            }
            PgType resultType = PgTypes.get(function.returnType());
            Object result = kernel.apply(new Context(), new CallInfo(function, types, resultType, 0), arguments);
            return result == null ? NULL : TypeCodecs.toText(resultType, result, FORMAT);
        } catch (PgException e) {
            return "!" + e.state().code;
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    private static FunctionDef find(String signature) {
        FunctionDef found = SIGNATURES.get(signature);
        assertThat(found).as(signature).isNotNull();
        return found;
    }

    private static final Map<String, FunctionDef> SIGNATURES = signatures();

    private static Map<String, FunctionDef> signatures() {
        Map<String, FunctionDef> map = new HashMap<>();
        for (FunctionDef function : BuiltinCatalog.functions()) {
            // Those over the rows of system catalogs belong to the catalog; nothing here calls them.
            if (function.argumentTypes().stream().anyMatch(oid -> PgTypes.find(oid) == null)) continue;
            List<String> types = function.argumentTypes().stream().map(oid -> PgTypes.get(oid).name()).toList();
            map.put(function.name() + "(" + String.join(",", types) + ")", function);
        }
        return map;
    }

    /** Arguments: JDBC URL, files. Rewrites each file with PostgreSQL's answers. */
    public static void main(String[] args) throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection(args[0]); Statement settings = connection.createStatement()) {
            settings.execute("set timezone = 'America/New_York'");
            for (int i = 1; i < args.length; i++) {
                StringBuilder out = new StringBuilder();
                for (String line : Files.readAllLines(Path.of(args[i]))) {
                    String call = line.contains("\t=>") ? line.substring(0, line.indexOf("\t=>")) : line;
                    out.append(line.isBlank() || line.startsWith("#") ? line : call + "\t=>\t" + ask(connection, call)).append('\n');
                }
                Files.writeString(Path.of(args[i]), out);
            }
        }
    }

    private static String ask(Connection connection, String call) {
        String[] parts = call.split("\t", -1);
        int open = parts[0].indexOf('(');
        String list = parts[0].substring(open + 1, parts[0].length() - 1);
        String[] types = list.isEmpty() ? new String[0] : list.split(",");
        StringBuilder sql = new StringBuilder("select v is null, format('%s', v) from (select pg_catalog.\"").append(parts[0], 0, open).append("\"(");
        for (int i = 0; i < types.length; i++) {
            String quoted = parts[i + 1].equals(NULL) ? "null" : "'" + parts[i + 1].replace("'", "''") + "'";
            sql.append(i > 0 ? ", " : "").append("cast(cast(").append(quoted).append(" as text) as pg_catalog.\"").append(types[i]).append("\")");
        }
        try (PreparedStatement statement = connection.prepareStatement(sql.append(") as v) t").toString());
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getBoolean(1) ? NULL : rows.getString(2);
        } catch (SQLException e) {
            return "!" + e.getSQLState();
        }
    }

    /** Just enough of a statement for pure functions. */
    private static final class Context implements ExecContext {
        @Override
        public io.craton.sql.exec.ConstraintQueue constraints() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Transaction transaction() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FormatContext format() {
            return FORMAT;
        }

        @Override
        public SessionView session() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean asciiLetters() {
            return false;
        }

        @Override
        public Object parameter(int index) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long statementMicros() {
            return 0;
        }

        @Override
        public void checkInterrupts() {}

        @Override
        public boolean charge(long bytes) {
            return true;
        }

        @Override
        public void notice(PgError notice) {}
    }
}
