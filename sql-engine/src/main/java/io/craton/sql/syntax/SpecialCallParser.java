package io.craton.sql.syntax;

import io.craton.sql.syntax.Expr.CallSyntax;
import io.craton.sql.syntax.Expr.FunctionCall;
import io.craton.sql.syntax.Expr.ValueFunction;
import io.craton.sql.syntax.Expr.XmlOperation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** func_expr_common_subexpr: functions with a syntax of their own. */
final class SpecialCallParser {
    private final Grammar grammar;
    private final TokenCursor cursor;

    SpecialCallParser(Grammar grammar) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
    }

    /** Does one begin at the cursor? Words that are column names too need their parenthesis. */
    boolean begins() {
        return switch (cursor.token()) {
            case CURRENT_DATE, CURRENT_TIME, CURRENT_TIMESTAMP, LOCALTIME, LOCALTIMESTAMP, CURRENT_ROLE, CURRENT_USER, SESSION_USER, USER,
                    CURRENT_CATALOG, CAST -> true;
            case CURRENT_SCHEMA -> cursor.ahead(1) != Token.LPAREN && cursor.ahead(1) != Token.SCONST;
            case COLLATION -> cursor.ahead(1) == Token.FOR;
            case COALESCE, EXTRACT, GREATEST, LEAST, NORMALIZE, NULLIF, OVERLAY, POSITION, SUBSTRING, TREAT, TRIM, XMLCONCAT, XMLELEMENT, XMLEXISTS,
                    XMLFOREST, XMLPARSE, XMLPI, XMLROOT, XMLSERIALIZE -> cursor.ahead(1) == Token.LPAREN;
            default -> false;
        };
    }

    Expr call() {
        int position = cursor.position();
        Token word = cursor.token();
        cursor.advance();
        switch (word) {
            case CURRENT_DATE, CURRENT_ROLE, CURRENT_USER, SESSION_USER, USER, CURRENT_CATALOG, CURRENT_SCHEMA -> {
                return new Expr.CurrentValue(ValueFunction.valueOf(word.name()), -1, position);
            }
            case CURRENT_TIME, CURRENT_TIMESTAMP, LOCALTIME, LOCALTIMESTAMP -> {
                int precision = -1;
                if (cursor.accept(Token.LPAREN)) {
                    precision = cursor.integer();
                    cursor.expect(Token.RPAREN);
                }
                return new Expr.CurrentValue(ValueFunction.valueOf(word.name()), precision, position);
            }
            case COLLATION -> {
                cursor.expect(Token.FOR);
                return system("pg_collation_for", List.of(grammar.expressions.parenthesized()), position);
            }
            default -> {}
        }
        cursor.expect(Token.LPAREN);
        Expr result = inside(word, position);
        cursor.expect(Token.RPAREN);
        return result;
    }

    private Expr inside(Token word, int position) {
        return switch (word) {
            case CAST -> {
                Expr argument = expression();
                cursor.expect(Token.AS);
                yield new Expr.TypeCast(argument, grammar.types.type(), position);
            }
            case TREAT -> {
                Expr argument = expression();
                cursor.expect(Token.AS);
                String type = grammar.types.type().names().getLast();
                yield FunctionCall.of(List.of("pg_catalog", type), List.of(argument), CallSyntax.ORDINARY, position);
            }
            case COALESCE -> new Expr.Coalesce(grammar.expressions.expressionList(), position);
            case GREATEST, LEAST -> new Expr.MinMax(word == Token.GREATEST, grammar.expressions.expressionList(), position);
            case NULLIF -> {
                Expr left = expression();
                cursor.expect(Token.COMMA);
                yield new Expr.NullIf(left, expression(), position);
            }
            case EXTRACT -> extract(position);
            case NORMALIZE -> normalize(position);
            case OVERLAY -> overlay(position);
            case POSITION -> {
                Expr needle = grammar.expressions.restricted();
                cursor.expect(Token.IN);
                yield system("position", List.of(grammar.expressions.restricted(), needle), position);
            }
            case SUBSTRING -> substring(position);
            case TRIM -> trim(position);
            default -> xml(word, position);
        };
    }

    private Expr expression() {
        return grammar.expressions.expression();
    }

    private static Expr system(String name, List<Expr> arguments, int position) {
        return FunctionCall.of(List.of("pg_catalog", name), arguments, CallSyntax.SQL_SYNTAX, position);
    }

    private Expr extract(int position) {
        int fieldPosition = cursor.position();
        String field = switch (cursor.token()) {
            case IDENT, YEAR, MONTH, DAY, HOUR, MINUTE, SECOND -> cursor.label();
            default -> cursor.string();
        };
        cursor.expect(Token.FROM);
        return system("extract", List.of(new Expr.StringLiteral(field, fieldPosition), expression()), position);
    }

    private Expr normalize(int position) {
        Expr argument = expression();
        if (!cursor.accept(Token.COMMA)) return system("normalize", List.of(argument), position);
        Token form = cursor.token();
        if (form != Token.NFC && form != Token.NFD && form != Token.NFKC && form != Token.NFKD) throw cursor.fail();
        int formPosition = cursor.position();
        cursor.advance();
        return system("normalize", List.of(argument, new Expr.StringLiteral(form.name(), formPosition)), position);
    }

    /** Ordinary arguments that go on after the first one was read. */
    private Expr ordinary(String name, @Nullable Expr first, int position) {
        List<Expr> arguments = new ArrayList<>(3);
        if (first != null) arguments.add(first);
        while (first != null && cursor.accept(Token.COMMA)) arguments.addAll(grammar.calls.argumentList());
        return FunctionCall.of(List.of(name), List.copyOf(arguments), CallSyntax.ORDINARY, position);
    }

    private Expr overlay(int position) {
        if (cursor.at(Token.RPAREN)) return ordinary("overlay", null, position);
        Expr string = grammar.calls.argument();
        if (string instanceof Expr.NamedArgument || !cursor.at(Token.PLACING)) return ordinary("overlay", string, position);
        cursor.advance();
        Expr replacement = expression();
        cursor.expect(Token.FROM);
        Expr from = expression();
        List<Expr> arguments = cursor.accept(Token.FOR) ? List.of(string, replacement, from, expression()) : List.of(string, replacement, from);
        return system("overlay", arguments, position);
    }

    private Expr substring(int position) {
        if (cursor.at(Token.RPAREN)) return ordinary("substring", null, position);
        Expr string = grammar.calls.argument();
        if (string instanceof Expr.NamedArgument) return ordinary("substring", string, position);
        if (cursor.accept(Token.FROM)) {
            Expr from = expression();
            return system("substring", cursor.accept(Token.FOR) ? List.of(string, from, expression()) : List.of(string, from), position);
        }
        if (cursor.accept(Token.FOR)) {
            Expr length = expression();
            if (cursor.accept(Token.FROM)) return system("substring", List.of(string, expression(), length), position);
            Expr one = new Expr.IntegerLiteral(1, 0);
            return system("substring", List.of(string, one, new Expr.TypeCast(length, TypeName.builtin("int4", 0), 0)), position);
        }
        if (cursor.accept(Token.SIMILAR)) {
            Expr pattern = expression();
            cursor.expect(Token.ESCAPE);
            return system("substring", List.of(string, pattern, expression()), position);
        }
        return ordinary("substring", string, position);
    }

    private Expr trim(int position) {
        String name = "btrim";
        if (cursor.at(Token.BOTH) || cursor.at(Token.LEADING) || cursor.at(Token.TRAILING)) {
            if (cursor.at(Token.LEADING)) name = "ltrim";
            if (cursor.at(Token.TRAILING)) name = "rtrim";
            cursor.advance();
        }
        if (cursor.accept(Token.FROM)) return system(name, grammar.expressions.expressionList(), position);
        List<Expr> list = grammar.expressions.expressionList();
        if (list.size() == 1 && cursor.accept(Token.FROM)) {
            List<Expr> arguments = new ArrayList<>(grammar.expressions.expressionList());
            arguments.add(list.getFirst());
            list = List.copyOf(arguments);
        }
        return system(name, list, position);
    }

    private Expr xml(Token word, int position) {
        return switch (word) {
            case XMLCONCAT -> xmlOf(XmlOperation.CONCAT, null, List.of(), grammar.expressions.expressionList(), position);
            case XMLFOREST -> xmlOf(XmlOperation.FOREST, null, named(), List.of(), position);
            case XMLELEMENT -> {
                cursor.expect(Token.NAME);
                String name = cursor.label();
                List<Expr.XmlNamed> attributes = List.of();
                List<Expr> content = List.of();
                if (cursor.accept(Token.COMMA)) {
                    boolean withAttributes = cursor.at(Token.XMLATTRIBUTES, Token.LPAREN);
                    if (withAttributes) {
                        cursor.advance();
                        cursor.expect(Token.LPAREN);
                        attributes = named();
                        cursor.expect(Token.RPAREN);
                    }
                    if (!withAttributes || cursor.accept(Token.COMMA)) content = grammar.expressions.expressionList();
                }
                yield xmlOf(XmlOperation.ELEMENT, name, attributes, content, position);
            }
            case XMLPI -> {
                cursor.expect(Token.NAME);
                String name = cursor.label();
                yield xmlOf(XmlOperation.PI, name, List.of(), cursor.accept(Token.COMMA) ? List.of(expression()) : List.of(), position);
            }
            case XMLEXISTS -> {
                Expr path = grammar.calls.primary();
                yield system("xmlexists", List.of(path, passing()), position);
            }
            case XMLPARSE -> {
                boolean document = documentOrContent();
                Expr argument = expression();
                boolean preserve = cursor.at(Token.PRESERVE);
                if (preserve || cursor.at(Token.STRIP)) {
                    cursor.advance();
                    cursor.expect(Token.WHITESPACE);
                }
                yield new Expr.XmlExpr(XmlOperation.PARSE, null, List.of(), List.of(argument, new Expr.BooleanLiteral(preserve, 0)), document, position);
            }
            case XMLROOT -> xmlRoot(position);
            case XMLSERIALIZE -> {
                boolean document = documentOrContent();
                Expr argument = expression();
                cursor.expect(Token.AS);
                yield new Expr.XmlSerialize(document, argument, grammar.types.simpleType(), position);
            }
            default -> throw cursor.fail();
        };
    }

    private static Expr xmlOf(XmlOperation operation, @Nullable String name, List<Expr.XmlNamed> named, List<Expr> arguments, int position) {
        return new Expr.XmlExpr(operation, name, named, arguments, false, position);
    }

    /** Arguments: value, version (NULL literal for NO VALUE), standalone as integer 0 yes, 1 no, 2 no value, 3 omitted. */
    private Expr xmlRoot(int position) {
        Expr value = expression();
        cursor.expect(Token.COMMA);
        cursor.expect(Token.VERSION);
        Expr version = cursor.accept(Token.NO, Token.VALUE) ? new Expr.NullLiteral(0) : expression();
        int standalone = 3;
        if (cursor.accept(Token.COMMA)) {
            cursor.expect(Token.STANDALONE);
            if (cursor.accept(Token.YES)) {
                standalone = 0;
            } else {
                cursor.expect(Token.NO);
                standalone = cursor.accept(Token.VALUE) ? 2 : 1;
            }
        }
        return xmlOf(XmlOperation.ROOT, null, List.of(), List.of(value, version, new Expr.IntegerLiteral(standalone, 0)), position);
    }

    boolean documentOrContent() {
        if (cursor.accept(Token.DOCUMENT)) return true;
        cursor.expect(Token.CONTENT);
        return false;
    }

    /** xmlexists_argument. */
    Expr passing() {
        cursor.expect(Token.PASSING);
        passingMechanism();
        Expr document = grammar.calls.primary();
        passingMechanism();
        return document;
    }

    private void passingMechanism() {
        if (!cursor.accept(Token.BY)) return;
        if (!cursor.accept(Token.REF)) cursor.expect(Token.VALUE);
    }

    private List<Expr.XmlNamed> named() {
        return cursor.commaList(() -> {
            int position = cursor.position();
            Expr value = expression();
            return new Expr.XmlNamed(cursor.accept(Token.AS) ? cursor.label() : null, value, position);
        });
    }
}
