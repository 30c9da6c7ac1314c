package io.craton.sql.syntax;

import io.craton.core.error.SqlState;
import io.craton.sql.syntax.Expr.CallSyntax;
import io.craton.sql.syntax.Expr.FunctionCall;
import io.craton.sql.syntax.Expr.LikeKind;
import io.craton.sql.syntax.Expr.SubLinkKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * a_expr and b_expr by precedence climbing over PostgreSQL's precedence table. An operator joins when it binds tighter than the one on its left;
 * a non-associative operator that meets its own level right after an operand is a syntax error, exactly where yacc finds one.
 */
final class ExpressionParser {
    private static final int OR = 1;
    private static final int AND = 2;
    private static final int NOT = 3;
    private static final int IS = 4;
    private static final int COMPARE = 5;
    private static final int BETWEEN = 6;
    private static final int OPERATOR = 9;
    private static final int ADD = 10;
    private static final int MULTIPLY = 11;
    private static final int POWER = 12;
    private static final int AT = 13;
    private static final int COLLATE = 14;
    private static final int UNARY_MINUS = 15;
    private static final int CAST = 18;
    /** Operators in a row (a + b + c ..) make a tree as deep as the chain; readers of the tree recurse. */
    private static final int CHAIN_MAX = 4_000;

    private final Grammar grammar;
    private final TokenCursor cursor;

    ExpressionParser(Grammar grammar) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
    }

    /** a_expr. */
    Expr expression() {
        return expression(0, false);
    }

    /** b_expr: without boolean and pattern operators. */
    Expr restricted() {
        return expression(0, true);
    }

    List<Expr> expressionList() {
        return cursor.commaList(this::expression);
    }

    private Expr expression(int floor, boolean restricted) {
        cursor.enter();
        Expr result = climb(prefix(restricted), floor, restricted);
        cursor.leave();
        return result;
    }

    /** Goes on after a complete operand. */
    Expr continueFrom(Expr operand) {
        return climb(operand, 0, false);
    }

    private Expr prefix(boolean restricted) {
        int position = cursor.position();
        switch (cursor.token()) {
            case PLUS -> {
                cursor.advance();
                return new Expr.OperatorCall(List.of("+"), null, expression(UNARY_MINUS, restricted), position);
            }
            case MINUS -> {
                cursor.advance();
                return negate(expression(UNARY_MINUS, restricted), position);
            }
            case OP, OPERATOR -> {
                List<String> operator = qualifiedOperator();
                return new Expr.OperatorCall(operator, null, expression(OPERATOR, restricted), position);
            }
            case NOT -> {
                if (restricted) throw cursor.fail();
                cursor.advance();
                return new Expr.Not(expression(NOT, false), position);
            }
            case DEFAULT -> {
                if (restricted) throw cursor.fail();
                cursor.advance();
                return new Expr.SetToDefault(position);
            }
            case UNIQUE -> {
                if (restricted) throw cursor.fail();
                cursor.advance();
                if (cursor.accept(Token.NULLS)) {
                    cursor.accept(Token.NOT);
                    cursor.expect(Token.DISTINCT);
                }
                grammar.selects.parenthesizedSelect();
                throw TokenCursor.error(SqlState.FEATURE_NOT_SUPPORTED, "UNIQUE predicate is not yet implemented", position);
            }
            default -> {
                Expr operand = grammar.calls.primary();
                return !restricted && cursor.at(Token.OVERLAPS) ? overlapsFrom(operand) : operand;
            }
        }
    }

    private static Expr negate(Expr operand, int position) {
        return switch (operand) {
            case Expr.IntegerLiteral(int value, int _) -> new Expr.IntegerLiteral(-value, position);
            case Expr.NumericLiteral(String text, int _) -> new Expr.NumericLiteral(text.startsWith("-") ? text.substring(1) : "-" + text, position);
            default -> new Expr.OperatorCall(List.of("-"), null, operand, position);
        };
    }

    /** {@code row OVERLAPS row}, the left one already read. */
    Expr overlapsFrom(Expr left) {
        if (!(left instanceof Expr.RowExpr leftRow)) throw cursor.fail();
        int position = cursor.position();
        cursor.advance();
        int rightPosition = cursor.position();
        if (!cursor.at(Token.LPAREN) && !cursor.at(Token.ROW)) throw cursor.fail();
        if (!(grammar.calls.primary() instanceof Expr.RowExpr rightRow)) throw cursor.fail();
        if (leftRow.fields().size() != 2) {
            throw TokenCursor.error(SqlState.SYNTAX_ERROR, "wrong number of parameters on left side of OVERLAPS expression", leftRow.position());
        }
        if (rightRow.fields().size() != 2) {
            throw TokenCursor.error(SqlState.SYNTAX_ERROR, "wrong number of parameters on right side of OVERLAPS expression", rightPosition);
        }
        List<Expr> arguments = new ArrayList<>(leftRow.fields());
        arguments.addAll(rightRow.fields());
        return FunctionCall.of(List.of("pg_catalog", "overlaps"), List.copyOf(arguments), CallSyntax.SQL_SYNTAX, position);
    }

    private Expr climb(Expr left, int floor, boolean restricted) {
        for (int links = 0; ; links++) {
            int level = level(restricted);
            if (level <= floor) return left;
            if (links > CHAIN_MAX) throw TokenCursor.tooDeep();
            left = extend(left, level, restricted);
        }
    }

    /** Precedence of the token at the cursor as an infix or postfix operator; 0 when it is none. */
    private int level(boolean restricted) {
        return switch (cursor.token()) {
            case OR -> restricted ? 0 : OR;
            case AND -> restricted ? 0 : AND;
            case IS -> IS;
            case ISNULL, NOTNULL -> restricted ? 0 : IS;
            case LT, GT, EQ, LESS_EQUALS, GREATER_EQUALS, NOT_EQUALS -> COMPARE;
            case BETWEEN, IN, LIKE, ILIKE -> restricted ? 0 : BETWEEN;
            // SUBSTRING (a SIMILAR pattern ESCAPE e) has the word for itself
            case SIMILAR -> restricted || cursor.ahead(1) != Token.TO ? 0 : BETWEEN;
            case NOT -> !restricted && notPrefixes(cursor.ahead(1)) ? BETWEEN : 0;
            case OP, OPERATOR -> OPERATOR;
            case PLUS, MINUS -> ADD;
            case STAR, SLASH, PERCENT -> MULTIPLY;
            case CARET -> POWER;
            case AT -> restricted ? 0 : AT;
            case COLLATE -> restricted ? 0 : COLLATE;
            case TYPECAST -> CAST;
            default -> 0;
        };
    }

    private static boolean notPrefixes(Token next) {
        return next == Token.IN || next == Token.LIKE || next == Token.BETWEEN || next == Token.ILIKE || next == Token.SIMILAR;
    }

    private Expr extend(Expr left, int level, boolean restricted) {
        int position = cursor.position();
        switch (cursor.token()) {
            case AND -> {
                return junction(Expr.Junction.AND, Token.AND, left, AND, position);
            }
            case OR -> {
                return junction(Expr.Junction.OR, Token.OR, left, OR, position);
            }
            case IS -> {
                return is(left, position, restricted);
            }
            case ISNULL, NOTNULL -> {
                boolean negated = cursor.at(Token.NOTNULL);
                cursor.advance();
                return new Expr.NullTest(left, negated, position);
            }
            case TYPECAST -> {
                cursor.advance();
                return new Expr.TypeCast(left, grammar.types.type(), position);
            }
            case COLLATE -> {
                cursor.advance();
                return new Expr.Collate(left, cursor.anyName().parts(), position);
            }
            case AT -> {
                cursor.advance();
                cursor.expect(Token.TIME, Token.ZONE);
                Expr zone = expression(AT, false);
                return FunctionCall.of(List.of("pg_catalog", "timezone"), List.of(zone, left), CallSyntax.SQL_SYNTAX, position);
            }
            case NOT, BETWEEN, IN, LIKE, ILIKE, SIMILAR -> {
                boolean negated = cursor.accept(Token.NOT);
                return pattern(left, negated, position);
            }
            default -> {
                return binary(left, level, position, restricted);
            }
        }
    }

    private Expr junction(Expr.Junction kind, Token word, Expr left, int level, int position) {
        List<Expr> arguments = new ArrayList<>();
        // texts of the catalog have parentheses around every junction, and each stands for itself
        if (left instanceof Expr.BoolExpr(Expr.Junction junction, List<Expr> flattened, int at) && junction == kind && !cursor.stored()) {
            arguments.addAll(flattened);
            position = at;
        } else {
            arguments.add(left);
        }
        while (cursor.accept(word)) arguments.add(expression(level, false));
        return new Expr.BoolExpr(kind, List.copyOf(arguments), position);
    }

    private Expr binary(Expr left, int level, int position, boolean restricted) {
        List<String> operator;
        if (cursor.at(Token.OP) || cursor.at(Token.OPERATOR)) {
            operator = qualifiedOperator();
        } else {
            operator = List.of(cursor.token().text);
            cursor.advance();
        }
        if (!restricted && atQuantifier()) return quantified(left, operator, position);
        Expr right = expression(level, restricted);
        if (level == COMPARE) refuse(COMPARE, restricted);
        return new Expr.OperatorCall(operator, left, right, position);
    }

    /** A second operator of a non-associative level is the syntax error. */
    private void refuse(int level, boolean restricted) {
        if (level(restricted) == level) throw cursor.fail();
    }

    private boolean atQuantifier() {
        return cursor.at(Token.ANY) || cursor.at(Token.SOME) || cursor.at(Token.ALL);
    }

    private Expr quantified(Expr left, List<String> operator, int position) {
        boolean all = cursor.at(Token.ALL);
        cursor.advance();
        if (!cursor.at(Token.LPAREN)) throw cursor.fail();
        Object inside = grammar.calls.parentheses(false);
        if (inside instanceof SelectStatement query) {
            return new Expr.SubLink(all ? SubLinkKind.ALL : SubLinkKind.ANY, left, operator, query, position);
        }
        return new Expr.QuantifiedComparison(operator, all, left, ((Expr.RowExpr) inside).fields().getFirst(), position);
    }

    private Expr is(Expr left, int position, boolean restricted) {
        cursor.advance();
        boolean negated = cursor.accept(Token.NOT);
        switch (cursor.token()) {
            case DISTINCT -> {
                cursor.advance();
                cursor.expect(Token.FROM);
                Expr right = expression(IS, restricted);
                refuse(IS, restricted);
                return new Expr.DistinctFrom(left, right, negated, position);
            }
            case DOCUMENT -> {
                cursor.advance();
                Expr document = new Expr.XmlExpr(Expr.XmlOperation.IS_DOCUMENT, null, List.of(), List.of(left), true, position);
                return negated ? new Expr.Not(document, position) : document;
            }
            default -> {
                if (restricted) throw cursor.fail();
            }
        }
        switch (cursor.token()) {
            case NULL -> {
                cursor.advance();
                return new Expr.NullTest(left, negated, position);
            }
            case TRUE, FALSE, UNKNOWN -> {
                Expr.Truth truth = Expr.Truth.valueOf(cursor.token().name());
                cursor.advance();
                return new Expr.BooleanTest(left, truth, negated, position);
            }
            case NORMALIZED -> {
                cursor.advance();
                return normalized(List.of(left), negated, position);
            }
            case NFC, NFD, NFKC, NFKD -> {
                Expr form = new Expr.StringLiteral(cursor.token().name(), cursor.position());
                cursor.advance();
                cursor.expect(Token.NORMALIZED);
                return normalized(List.of(left, form), negated, position);
            }
            default -> throw cursor.fail();
        }
    }

    private static Expr normalized(List<Expr> arguments, boolean negated, int position) {
        Expr call = FunctionCall.of(List.of("pg_catalog", "is_normalized"), arguments, CallSyntax.SQL_SYNTAX, position);
        return negated ? new Expr.Not(call, position) : call;
    }

    private Expr pattern(Expr left, boolean negated, int position) {
        Token word = cursor.token();
        cursor.advance();
        return switch (word) {
            case IN -> in(left, negated, position);
            case BETWEEN -> between(left, negated, position);
            case SIMILAR -> {
                cursor.expect(Token.TO);
                yield like(LikeKind.SIMILAR, left, negated, position);
            }
            case LIKE, ILIKE -> {
                if (atQuantifier()) {
                    String operator = word == Token.LIKE ? negated ? "!~~" : "~~" : negated ? "!~~*" : "~~*";
                    yield quantified(left, List.of(operator), position);
                }
                yield like(word == Token.LIKE ? LikeKind.LIKE : LikeKind.ILIKE, left, negated, position);
            }
            default -> throw cursor.fail();
        };
    }

    private Expr like(LikeKind kind, Expr left, boolean negated, int position) {
        Expr pattern = expression(BETWEEN, false);
        Expr escape = null;
        if (cursor.accept(Token.ESCAPE)) escape = expression(BETWEEN, false);
        refuse(BETWEEN, false);
        if (kind == LikeKind.SIMILAR) {
            List<Expr> arguments = escape == null ? List.of(pattern) : List.of(pattern, escape);
            pattern = FunctionCall.of(List.of("pg_catalog", "similar_to_escape"), arguments, CallSyntax.ORDINARY, position);
        } else if (escape != null) {
            pattern = FunctionCall.of(List.of("pg_catalog", "like_escape"), List.of(pattern, escape), CallSyntax.ORDINARY, position);
        }
        return new Expr.Like(kind, negated, left, pattern, position);
    }

    private Expr between(Expr left, boolean negated, int position) {
        boolean symmetric = cursor.accept(Token.SYMMETRIC);
        if (!symmetric) cursor.accept(Token.ASYMMETRIC);
        Expr low = expression(0, true);
        cursor.expect(Token.AND);
        Expr high = expression(BETWEEN, false);
        refuse(BETWEEN, false);
        return new Expr.Between(left, low, high, symmetric, negated, position);
    }

    private Expr in(Expr left, boolean negated, int position) {
        if (!cursor.at(Token.LPAREN)) throw cursor.fail();
        Object inside = grammar.calls.parentheses(true);
        if (inside instanceof SelectStatement query) {
            Expr link = new Expr.SubLink(SubLinkKind.ANY, left, List.of(), query, position);
            return negated ? new Expr.Not(link, position) : link;
        }
        return new Expr.InList(left, ((Expr.RowExpr) inside).fields(), negated, position);
    }

    /** qual_Op: an operator, or OPERATOR(schema.op). */
    List<String> qualifiedOperator() {
        if (cursor.at(Token.OP)) return List.of(cursor.takeText());
        cursor.expect(Token.OPERATOR, Token.LPAREN);
        QualifiedName name = anyOperator();
        cursor.expect(Token.RPAREN);
        return name.parts();
    }

    /** qual_all_Op. */
    List<String> qualifiedAnyOperator() {
        if (cursor.at(Token.OPERATOR)) return qualifiedOperator();
        return List.of(operatorSymbol());
    }

    /** any_operator: [schema.]op without the word OPERATOR. */
    QualifiedName anyOperator() {
        int position = cursor.position();
        List<String> parts = new ArrayList<>(2);
        while (cursor.atColumnName()) {
            parts.add(cursor.columnName());
            if (Mark.is(parts.getFirst())) return new QualifiedName(parts, position);
            cursor.expect(Token.DOT);
        }
        parts.add(operatorSymbol());
        return new QualifiedName(List.copyOf(parts), position);
    }

    boolean atOperatorSymbol() {
        return switch (cursor.token()) {
            case OP, PLUS, MINUS, STAR, SLASH, PERCENT, CARET, LT, GT, EQ, LESS_EQUALS, GREATER_EQUALS, NOT_EQUALS -> true;
            default -> false;
        };
    }

    private String operatorSymbol() {
        if (!atOperatorSymbol()) throw cursor.fail();
        if (cursor.at(Token.OP)) return cursor.takeText();
        String text = cursor.token().text;
        cursor.advance();
        return text;
    }

    /** The expression behind a word, or null: {@code WHERE a_expr}. */
    @Nullable Expr optional(Token word) {
        return cursor.accept(word) ? expression() : null;
    }

    Expr parenthesized() {
        cursor.expect(Token.LPAREN);
        Expr value = expression();
        cursor.expect(Token.RPAREN);
        return value;
    }
}
