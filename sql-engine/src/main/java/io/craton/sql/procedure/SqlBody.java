package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.RoutineAnalyzer;
import io.craton.sql.analyze.RoutineTypes;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.logical.Relation;
import io.craton.sql.syntax.LexerSettings;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.RoutineStatement;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SessionStatement;
import io.craton.sql.syntax.SourceSpan;
import io.craton.sql.syntax.SqlParser;
import io.craton.sql.syntax.Statement;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A body of SQL, analysed for a call's types: its statements, and how the last one's rows become the result. 42P13 when they cannot. Immutable.
 *
 * @param shape null when there is no result
 */
public record SqlBody(List<Analyzed> statements, Shape shape) {
    /** A statement with its text's tree. */
    public record Analyzed(ParsedStatement parsed, AnalyzedStatement analyzed) {}

    /**
     * The result.
     *
     * @param whole the only column is the result itself (a scalar, or a value of the composite type)
     */
    public record Shape(PgType type, boolean whole, List<PgType> types, List<Integer> typmods, List<String> names) {
        public Shape {
            types = List.copyOf(types);
            typmods = List.copyOf(typmods);
            names = List.copyOf(names);
        }
    }

    public SqlBody {
        statements = List.copyOf(statements);
    }

    /** @param inputs actual types of the input arguments; {@code result} the actual result type */
    public static SqlBody analyze(RoutineDef routine, List<PgType> inputs, PgType result, CatalogView catalog, LexerSettings settings) {
        ArgumentVariables variables = variables(routine, inputs, catalog);
        List<Analyzed> statements = new ArrayList<>();
        for (ParsedStatement parsed : parsed(routine, settings)) {
            refuse(parsed.statement());
            statements.add(new Analyzed(parsed, RoutineAnalyzer.analyze(plain(parsed.statement()), catalog, variables)));
        }
        return new SqlBody(statements, shape(routine, statements, inputs, result, catalog));
    }

    /** The input arguments as the body names them. */
    static ArgumentVariables variables(RoutineDef routine, List<PgType> inputs, CatalogView catalog) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < routine.allArgTypes().size(); i++) {
            char mode = i < routine.argModes().length() ? routine.argModes().charAt(i) : 'i';
            if (mode != 'o' && mode != 't') names.add(i < routine.argNames().size() ? routine.argNames().get(i) : "");
        }
        return new ArgumentVariables(routine.name(), names, inputs, catalog);
    }

    static List<ParsedStatement> parsed(RoutineDef routine, LexerSettings settings) {
        if (!routine.sqlBody()) return SqlParser.parse(routine.body(), settings);
        return SqlParser.parseRoutineBody(routine.body()).stream()
                .map(statement -> new ParsedStatement(statement, 0, 0, new SourceSpan(0, 0), 0, List.of())).toList();
    }

    /** RETURN is a SELECT. */
    private static Statement plain(Statement statement) {
        return statement instanceof RoutineStatement.Return returned ? SelectStatement.of(returned.value()) : statement;
    }

    private static void refuse(Statement statement) {
        String name = switch (statement) {
            case SessionStatement.Begin s -> "BEGIN";
            case SessionStatement.Commit s -> "COMMIT";
            case SessionStatement.Rollback s -> "ROLLBACK";
            case SessionStatement.Savepoint s -> "SAVEPOINT";
            case SessionStatement.ReleaseSavepoint s -> "RELEASE SAVEPOINT";
            case SessionStatement.RollbackToSavepoint s -> "ROLLBACK TO SAVEPOINT";
            default -> null;
        };
        if (name != null) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, name + " is not allowed in an SQL function");
        if (statement instanceof io.craton.sql.syntax.UtilityStatement.Copy copy && copy.file() == null) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot COPY to/from client in an SQL function");
        }
    }

    // ---- the result (check_sql_fn_retval) --------------------------------------------------------------------------

    private static Shape shape(RoutineDef routine, List<Analyzed> statements, List<PgType> inputs, PgType result, CatalogView catalog) {
        Shape none = new Shape(result, false, List.of(), List.of(), List.of());
        if (result.oid() == TypeOid.VOID) return none;
        String message = "return type mismatch in function declared to return " + TypeNames.of(result, catalog);
        List<Relation.Field> columns = null;
        if (!statements.isEmpty() && statements.getLast().analyzed() instanceof AnalyzedStatement.Query query && query.returnsRows()) {
            columns = query.columns();
        }
        if (columns == null) {
            throw mismatch(message, "Function's final statement must be SELECT or INSERT/UPDATE/DELETE RETURNING.");
        }
        PgType base = catalog.baseType(result);
        Shape rows = rowShape(routine, inputs, base, catalog);
        if (rows == null && base.oid() != TypeOid.RECORD) {
            if (base.kind() == 'p') {
                throw new PgException(SqlState.INVALID_FUNCTION_DEFINITION,
                        "return type " + TypeNames.of(result, catalog) + " is not supported for SQL functions");
            }
            if (columns.size() != 1) throw mismatch(message, "Final statement must return exactly one column.");
            if (!RoutineAnalyzer.assignable(columns.getFirst().type(), result, catalog)) {
                throw mismatch(message, "Actual return type is " + TypeNames.of(columns.getFirst().type(), catalog) + ".");
            }
            return whole(result);
        }
        // A single column of the very type is the row itself.
        if (columns.size() == 1 && rows != null && base.kind() == 'c' && columns.getFirst().type().oid() == base.oid()) {
            return whole(result);
        }
        if (columns.size() == 1 && columns.getFirst().type().oid() == TypeOid.RECORD && (rows == null || rows.types().size() != 1)) {
            return whole(result);
        }
        if (rows == null) {
            return new Shape(result, false, columns.stream().map(Relation.Field::type).toList(), columns.stream().map(_ -> -1).toList(), columns.stream().map(Relation.Field::name).toList());
        }
        for (int i = 0; i < Math.max(columns.size(), rows.types().size()); i++) {
            if (i >= rows.types().size()) throw mismatch(message, "Final statement returns too many columns.");
            if (i >= columns.size()) throw mismatch(message, "Final statement returns too few columns.");
            if (!RoutineAnalyzer.assignable(columns.get(i).type(), rows.types().get(i), catalog)) {
                throw mismatch(message, "Final statement returns " + TypeNames.of(columns.get(i).type(), catalog) + " instead of "
                        + TypeNames.of(rows.types().get(i), catalog) + " at column " + (i + 1) + ".");
            }
        }
        return rows;
    }

    private static Shape whole(PgType result) {
        return new Shape(result, true, List.of(result), List.of(-1), List.of(""));
    }

    /** Columns that the result promises: of a composite type, of OUT arguments, or those that the caller names; null when none are known. */
    private static @Nullable Shape rowShape(RoutineDef routine, List<PgType> inputs, PgType base, CatalogView catalog) {
        List<PgType> types = new ArrayList<>();
        List<Integer> typmods = new ArrayList<>();
        List<String> names = new ArrayList<>();
        if (base.kind() == 'c' || base.oid() == TypeOid.RECORD && !base.fields().isEmpty()) {
            for (PgType.Field field : base.fields()) {
                types.add(catalog.requireType(field.typeOid()));
                typmods.add(field.typmod());
                names.add(field.name());
            }
            return new Shape(base, false, types, typmods, names);
        }
        if (base.oid() != TypeOid.RECORD) return null;
        List<PgType> all = RoutineTypes.actual(routine.allArgTypes(), routine.argModes(), inputs, catalog);
        for (int i = 0; i < all.size(); i++) {
            char mode = i < routine.argModes().length() ? routine.argModes().charAt(i) : 'i';
            if (mode != 'o' && mode != 't' && mode != 'b') continue;
            types.add(all.get(i));
            typmods.add(-1);
            String name = i < routine.argNames().size() ? routine.argNames().get(i) : "";
            names.add(name.isEmpty() ? "column" + types.size() : name);
        }
        return types.isEmpty() ? null : new Shape(PgTypes.RECORD, false, types, typmods, names);
    }

    private static PgException mismatch(String message, String detail) {
        return PgError.error(SqlState.INVALID_FUNCTION_DEFINITION, message).withDetail(detail).exception();
    }
}
