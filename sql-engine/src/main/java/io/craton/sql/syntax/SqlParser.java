package io.craton.sql.syntax;

import io.craton.core.error.PgError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The door of this package: text to syntax trees. Stateless; safe for all threads. */
public final class SqlParser {
    private SqlParser() {}

    /** {@link #parse(String, LexerSettings)} with PostgreSQL's default settings. */
    public static List<ParsedStatement> parse(String sql) {
        return parse(sql, LexerSettings.DEFAULT);
    }

    /** All statements of a query string; empty ones leave no trace. Errors: 42601 and the lexer's, with position; 54001 for too deep nesting. */
    public static List<ParsedStatement> parse(String sql, LexerSettings settings) {
        return fenced(() -> {
            Grammar grammar = grammar(sql, settings);
            TokenCursor cursor = grammar.cursor;
            List<ParsedStatement> statements = new ArrayList<>(1);
            int noticed = 0;
            while (true) {
                while (cursor.accept(Token.SEMICOLON)) {}
                if (cursor.at(Token.EOF)) return List.copyOf(statements);
                int start = cursor.startOffset();
                cursor.parameterMax = 0;
                Statement statement = grammar.statements().topLevel();
                if (!cursor.at(Token.SEMICOLON) && !cursor.at(Token.EOF)) throw cursor.fail();
                int end = cursor.previousEnd();
                List<PgError> notices = cursor.notices();
                statements.add(new ParsedStatement(statement, start, end,
                        new SourceSpan(cursor.characterPosition(start), cursor.characterPosition(end)), cursor.parameterMax,
                        List.copyOf(notices.subList(noticed, notices.size()))));
                noticed = notices.size();
            }
        });
    }

    /** Statements of the engine's own, which may hold expressions of the catalog. */
    public static List<ParsedStatement> parseOwn(String sql) {
        return parse(sql, LexerSettings.STORED);
    }

    /** A view's query as the catalog keeps it, with {@link Mark}s in place of names. */
    public static SelectStatement parseStoredQuery(String text) {
        return (SelectStatement) parse(text, LexerSettings.STORED).getFirst().statement();
    }

    /** An expression as the catalog keeps it, with {@link Mark}s in place of names. */
    public static Expr parseStoredExpression(String text) {
        return expression(text, LexerSettings.STORED);
    }

    /** A routine's body that was written as SQL itself, as the catalog keeps it: statements, RETURN among them. */
    public static List<Statement> parseRoutineBody(String text) {
        return fenced(() -> {
            Grammar grammar = grammar(text, LexerSettings.STORED);
            List<Statement> statements = new ArrayList<>();
            while (!grammar.cursor.at(Token.EOF)) {
                statements.add(grammar.statements().routineStatement());
                if (!grammar.cursor.accept(Token.SEMICOLON)) grammar.cursor.expect(Token.EOF);
            }
            return List.copyOf(statements);
        });
    }

    /** One expression (a column default, a check); nothing may follow it. */
    public static Expr parseExpression(String text) {
        return expression(text, LexerSettings.DEFAULT);
    }

    private static Expr expression(String text, LexerSettings settings) {
        return fenced(() -> {
            Grammar grammar = grammar(text, settings);
            Expr expression = grammar.expressions.expression();
            grammar.cursor.expect(Token.EOF);
            return expression;
        });
    }

    /** A type name as in a cast: {@code to_regtype('..')}, DECLARE in PL/pgSQL. */
    public static TypeName parseTypeName(String text) {
        return fenced(() -> {
            Grammar grammar = grammar(text, LexerSettings.DEFAULT);
            TypeName type = grammar.types.type();
            grammar.cursor.expect(Token.EOF);
            return type;
        });
    }

    /** A PL/pgSQL expression: what may follow SELECT, {@code x > 0} or {@code a FROM t WHERE ..}. */
    public static SelectStatement parsePlExpression(String text, LexerSettings settings) {
        return fenced(() -> {
            Grammar grammar = grammar(text, settings);
            SelectStatement query = grammar.selects.plExpression();
            grammar.cursor.expect(Token.EOF);
            return query;
        });
    }

    /** A PL/pgSQL assignment {@code target[..].field := expression} ("=" too). */
    public static PlAssignment parsePlAssignment(String text, LexerSettings settings) {
        return fenced(() -> {
            Grammar grammar = grammar(text, settings);
            TokenCursor cursor = grammar.cursor;
            int position = cursor.position();
            String target = cursor.at(Token.PARAM) ? "$" + cursor.parameter() : cursor.columnName();
            List<Expr.Step> steps = cursor.at(Token.DOT) || cursor.at(Token.LBRACKET) ? grammar.calls.steps() : List.of();
            if (!cursor.accept(Token.COLON_EQUALS)) cursor.expect(Token.EQ);
            PlAssignment assignment = new PlAssignment(target, steps, grammar.selects.plExpression(), position);
            cursor.expect(Token.EOF);
            return assignment;
        });
    }

    /** PL/pgSQL's assignment: a variable (or $n), steps into it, and the expression. */
    public record PlAssignment(String target, List<Expr.Step> steps, SelectStatement value, int position) {}

    private static Grammar grammar(String sql, LexerSettings settings) {
        return new Grammar(new TokenCursor(sql, settings));
    }

    /** The grammar bounds its own depth; should the thread's stack be smaller than that needs, the answer is the same error. */
    private static <T> T fenced(Supplier<T> parse) {
        try {
            return parse.get();
        } catch (StackOverflowError e) {
            throw TokenCursor.tooDeep();
        }
    }
}
