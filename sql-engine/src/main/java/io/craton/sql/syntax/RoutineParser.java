package io.craton.sql.syntax;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.Option.BooleanValue;
import io.craton.sql.syntax.Option.ListValue;
import io.craton.sql.syntax.Option.NameValue;
import io.craton.sql.syntax.Option.SettingValue;
import io.craton.sql.syntax.Option.TextValue;
import io.craton.sql.syntax.Option.TypesValue;
import io.craton.sql.syntax.RoutineStatement.*;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Functions and procedures: CREATE, ALTER, CALL, DO. */
final class RoutineParser {
    private final Grammar grammar;
    private final TokenCursor cursor;
    private final ReferenceParser references;
    private final SessionParser session;

    RoutineParser(Grammar grammar, ReferenceParser references, SessionParser session) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.references = references;
        this.session = session;
    }

    /** CREATE [OR REPLACE] FUNCTION|PROCEDURE, at that word. */
    Statement create(boolean orReplace) {
        boolean procedure = cursor.accept(Token.PROCEDURE);
        if (!procedure) cursor.expect(Token.FUNCTION);
        QualifiedName name = grammar.calls.functionName();
        List<Parameter> parameters = references.parameters(true);
        TypeName returns = null;
        if (!procedure && cursor.at(Token.RETURNS) && cursor.ahead(1) != Token.NULL) {
            cursor.advance();
            if (cursor.at(Token.TABLE, Token.LPAREN)) {
                cursor.advance();
                List<Parameter> all = new ArrayList<>(parameters);
                List<Parameter> columns = cursor.parenthesized(() -> {
                    int position = cursor.position();
                    String column = cursor.typeFunctionName();
                    return new Parameter(ParameterMode.TABLE, column, grammar.types.functionType(), null, position);
                });
                for (Parameter parameter : parameters) {
                    if (parameter.mode() == ParameterMode.OUT || parameter.mode() == ParameterMode.INOUT) {
                        throw new PgException(SqlState.SYNTAX_ERROR, "OUT and INOUT arguments aren't allowed in TABLE functions");
                    }
                }
                all.addAll(columns);
                parameters = List.copyOf(all);
                returns = tableType(columns);
            } else {
                returns = grammar.types.functionType();
            }
        }
        List<Option> options = options(true);
        return new CreateRoutine(procedure, orReplace, name, parameters, returns, options, body());
    }

    /** RETURNS TABLE with one column returns a set of its type, else of record. */
    private static TypeName tableType(List<Parameter> columns) {
        TypeName type = columns.size() == 1 ? columns.getFirst().type() : TypeName.builtin("record", 0);
        return new TypeName(type.names(), type.modifiers(), type.arrayBounds(), true, type.percentType(), type.position());
    }

    private List<Option> options(boolean creating) {
        List<Option> options = new ArrayList<>();
        while (true) {
            Option option = option(creating);
            if (option == null) return List.copyOf(options);
            options.add(option);
        }
    }

    private @Nullable Option option(boolean creating) {
        int position = cursor.position();
        Token token = cursor.token();
        switch (token) {
            case CALLED, RETURNS, STRICT, IMMUTABLE, STABLE, VOLATILE, EXTERNAL, SECURITY, LEAKPROOF, NOT, COST, ROWS, SUPPORT, SET, RESET, PARALLEL ->
                    cursor.advance();
            case AS, LANGUAGE, TRANSFORM, WINDOW -> {
                if (!creating) return null;
                cursor.advance();
            }
            default -> {
                return null;
            }
        }
        return switch (token) {
            case CALLED -> {
                cursor.expect(Token.ON, Token.NULL);
                cursor.expect(Token.INPUT);
                yield Option.of("strict", new BooleanValue(false), position);
            }
            case RETURNS -> {
                cursor.expect(Token.NULL, Token.ON);
                cursor.expect(Token.NULL, Token.INPUT);
                yield Option.of("strict", new BooleanValue(true), position);
            }
            case STRICT -> Option.of("strict", new BooleanValue(true), position);
            case IMMUTABLE, STABLE, VOLATILE -> Option.of("volatility", new TextValue(token.text), position);
            case EXTERNAL, SECURITY -> {
                if (token == Token.EXTERNAL) cursor.expect(Token.SECURITY);
                boolean definer = cursor.accept(Token.DEFINER);
                if (!definer) cursor.expect(Token.INVOKER);
                yield Option.of("security", new BooleanValue(definer), position);
            }
            case LEAKPROOF -> Option.of("leakproof", new BooleanValue(true), position);
            case NOT -> {
                cursor.expect(Token.LEAKPROOF);
                yield Option.of("leakproof", new BooleanValue(false), position);
            }
            case COST, ROWS -> Option.of(token.text, grammar.options.number(), position);
            case SUPPORT -> Option.of("support", new NameValue(cursor.anyName()), position);
            case SET -> Option.of("set", new SettingValue(session.setRestMore()), position);
            case RESET -> Option.of("set", new SettingValue(session.resetRest()), position);
            case PARALLEL -> Option.of("parallel", new TextValue(cursor.columnName()), position);
            case AS -> {
                Option.BodyValue body = bodyText();
                yield Option.of("as", cursor.accept(Token.COMMA)
                        ? new Option.BodyValue(body.body(), cursor.string(), body.written(), body.position()) : body, position);
            }
            case LANGUAGE -> Option.of("language", new TextValue(cursor.nonReservedWordOrString()), position);
            case TRANSFORM -> Option.of("transform", new TypesValue(cursor.commaList(() -> {
                cursor.expect(Token.FOR, Token.TYPE);
                return grammar.types.type();
            })), position);
            default -> Option.of("window", new BooleanValue(true), position);
        };
    }

    private Option.BodyValue bodyText() {
        int position = cursor.position();
        int start = cursor.startOffset();
        String body = cursor.string();
        return new Option.BodyValue(body, null, cursor.sql.substring(start, cursor.previousEnd()), position);
    }

    private @Nullable RoutineBody body() {
        if (cursor.at(Token.RETURN)) return new RoutineBody(false, List.of(returnStatement()));
        if (!cursor.at(Token.BEGIN, Token.ATOMIC)) return null;
        cursor.advance();
        cursor.advance();
        List<Statement> statements = new ArrayList<>();
        while (!cursor.accept(Token.END)) {
            if (cursor.accept(Token.SEMICOLON)) continue;
            statements.add(cursor.at(Token.RETURN) ? returnStatement() : grammar.statements().statement());
            cursor.expect(Token.SEMICOLON);
        }
        return new RoutineBody(true, List.copyOf(statements));
    }

    Statement returnStatement() {
        cursor.expect(Token.RETURN);
        return new Return(grammar.expressions.expression());
    }

    /** The rest of ALTER FUNCTION f(..) when it is neither RENAME, OWNER, SET SCHEMA nor DEPENDS. */
    Statement alter(ObjectKind kind, ObjectReference.OfRoutine routine) {
        List<Option> options = options(false);
        if (options.isEmpty()) throw cursor.fail();
        cursor.accept(Token.RESTRICT);
        return new AlterRoutine(kind, routine, options);
    }

    Statement call() {
        cursor.expect(Token.CALL);
        int position = cursor.position();
        return new Call(grammar.calls.application(grammar.calls.functionName().parts(), position));
    }

    Statement doBlock() {
        cursor.expect(Token.DO);
        List<Option> options = new ArrayList<>(2);
        do {
            int position = cursor.position();
            if (cursor.accept(Token.LANGUAGE)) options.add(Option.of("language", new TextValue(cursor.nonReservedWordOrString()), position));
            else options.add(Option.of("as", bodyText(), position));
        } while (cursor.at(Token.LANGUAGE) || cursor.at(Token.SCONST));
        return new Do(List.copyOf(options));
    }
}
