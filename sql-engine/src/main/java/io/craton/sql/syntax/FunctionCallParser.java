package io.craton.sql.syntax;

import io.craton.core.error.SqlState;
import io.craton.sql.syntax.Expr.CallSyntax;
import io.craton.sql.syntax.Expr.FunctionCall;
import io.craton.sql.syntax.Expr.SubLinkKind;
import io.craton.sql.syntax.SelectStatement.SortBy;
import java.util.ArrayList;
import java.util.List;

/** c_expr: constants, columns, parentheses, calls, CASE, ARRAY, ROW, subqueries; with the indirection that may follow them. */
final class FunctionCallParser {
    private final Grammar grammar;
    private final TokenCursor cursor;
    private final SpecialCallParser special;

    FunctionCallParser(Grammar grammar) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.special = new SpecialCallParser(grammar);
    }

    /** c_expr (and {@code row}, which the caller may need for OVERLAPS). */
    Expr primary() {
        int position = cursor.position();
        Token token = cursor.token();
        switch (token) {
            case ICONST -> {
                return new Expr.IntegerLiteral(cursor.integer(), position);
            }
            case FCONST -> {
                return new Expr.NumericLiteral(cursor.takeText(), position);
            }
            case SCONST -> {
                return new Expr.StringLiteral(cursor.string(), position);
            }
            case BCONST, XCONST -> {
                return new Expr.BitLiteral(cursor.bits(), position);
            }
            case PARAM -> {
                return withIndirection(new Expr.ParamRef(cursor.parameter(), position));
            }
            case TRUE, FALSE -> {
                cursor.advance();
                return new Expr.BooleanLiteral(token == Token.TRUE, position);
            }
            case NULL -> {
                cursor.advance();
                return new Expr.NullLiteral(position);
            }
            case LPAREN -> {
                Object inside = parentheses(true);
                return operand(inside, position);
            }
            case CASE -> {
                return caseExpression(position);
            }
            case ARRAY -> {
                return array(position);
            }
            case ROW -> {
                if (cursor.ahead(1) == Token.LPAREN) return row(position);
            }
            case EXISTS -> {
                if (cursor.ahead(1) == Token.LPAREN) {
                    cursor.advance();
                    return new Expr.SubLink(SubLinkKind.EXISTS, null, List.of(), grammar.selects.parenthesizedSelect(), position);
                }
            }
            case GROUPING -> {
                if (cursor.ahead(1) == Token.LPAREN) {
                    cursor.advance();
                    return new Expr.Grouping(cursor.parenthesized(grammar.expressions::expression), position);
                }
            }
            default -> {
                if (special.begins()) return special.call();
                if (grammar.types.atConstantType()) return typedConstant(position);
            }
        }
        return named(position);
    }

    private Expr typedConstant(int position) {
        if (!cursor.at(Token.INTERVAL)) {
            TypeName type = grammar.types.constantType();
            return typedString(type);
        }
        cursor.advance();
        if (cursor.at(Token.LPAREN)) return typedString(grammar.types.intervalWithPrecision(position));
        int stringPosition = cursor.position();
        String value = cursor.string();
        TypeName type = grammar.types.intervalOf(grammar.types.intervalFields(), position);
        return new Expr.TypeCast(new Expr.StringLiteral(value, stringPosition), type, position);
    }

    private Expr typedString(TypeName type) {
        int stringPosition = cursor.position();
        return new Expr.TypeCast(new Expr.StringLiteral(cursor.string(), stringPosition), type, type.position());
    }

    /** A column, a function call, or a string of a named type. */
    private Expr named(int position) {
        Token token = cursor.token();
        if (token.columnName) {
            String first = cursor.columnName();
            if (cursor.at(Token.DOT) || cursor.at(Token.LBRACKET)) return qualified(first, position);
            if (!token.typeName) return new Expr.ColumnRef(List.of(first), position);
            if (cursor.at(Token.LPAREN)) return call(List.of(first), position);
            if (cursor.at(Token.SCONST)) return typedString(new TypeName(List.of(first), List.of(), List.of(), false, false, position));
            return new Expr.ColumnRef(List.of(first), position);
        }
        if (!token.typeName) throw cursor.fail();
        List<String> name = List.of(cursor.typeFunctionName());
        if (cursor.at(Token.LPAREN)) return call(name, position);
        if (cursor.at(Token.SCONST)) return typedString(new TypeName(name, List.of(), List.of(), false, false, position));
        throw cursor.fail();
    }

    private Expr qualified(String first, int position) {
        List<String> names = new ArrayList<>(3);
        names.add(first);
        while (cursor.at(Token.DOT)) {
            cursor.advance();
            if (cursor.accept(Token.STAR)) {
                refuseAfterStar();
                return new Expr.Star(List.copyOf(names), position);
            }
            names.add(cursor.label());
        }
        List<String> name = List.copyOf(names);
        if (cursor.at(Token.LPAREN)) return call(name, position);
        if (cursor.at(Token.SCONST)) return typedString(new TypeName(name, List.of(), List.of(), false, false, position));
        return withIndirection(new Expr.ColumnRef(name, position));
    }

    private void refuseAfterStar() {
        if (cursor.at(Token.DOT) || cursor.at(Token.LBRACKET)) {
            steps();
            throw cursor.syntaxError("improper use of \"*\"");
        }
    }

    /** The operand that parentheses make: scalar subquery, expression in parentheses, or implicit row. */
    private Expr operand(Object inside, int position) {
        if (inside instanceof SelectStatement query) {
            return withIndirection(new Expr.SubLink(SubLinkKind.SCALAR, null, List.of(), query, position));
        }
        Expr.RowExpr row = (Expr.RowExpr) inside;
        return row.fields().size() == 1 ? withIndirection(row.fields().getFirst()) : row;
    }

    /**
     * What stands in parentheses: a {@link SelectStatement} when it is a query and nothing else, else an implicit row of its expressions (of one when it
     * is a parenthesised expression). {@code list}: may there be several?
     */
    Object parentheses(boolean list) {
        int position = cursor.position();
        cursor.enter();
        cursor.expect(Token.LPAREN);
        Expr first;
        if (grammar.selects.begins()) {
            SelectStatement query = grammar.selects.select();
            cursor.expect(Token.RPAREN);
            cursor.leave();
            return query;
        } else if (cursor.at(Token.LPAREN)) {
            int inner = cursor.position();
            Object inside = parentheses(true);
            if (inside instanceof SelectStatement query) {
                if (grammar.selects.continues()) query = grammar.selects.continueFrom(query);
                if (cursor.accept(Token.RPAREN)) {
                    cursor.leave();
                    return query;
                }
                if (grammar.selects.continues()) throw cursor.fail();
                inside = query;
            }
            Expr operand = operand(inside, inner);
            if (cursor.at(Token.OVERLAPS)) operand = grammar.expressions.overlapsFrom(operand);
            first = grammar.expressions.continueFrom(operand);
        } else {
            first = grammar.expressions.expression();
        }
        List<Expr> fields = List.of(first);
        if (list && cursor.at(Token.COMMA)) {
            List<Expr> several = new ArrayList<>();
            several.add(first);
            while (cursor.accept(Token.COMMA)) several.add(grammar.expressions.expression());
            fields = List.copyOf(several);
        }
        cursor.expect(Token.RPAREN);
        cursor.leave();
        return new Expr.RowExpr(fields, false, position);
    }

    /** opt_indirection behind an operand. */
    private Expr withIndirection(Expr operand) {
        if (!cursor.at(Token.DOT) && !cursor.at(Token.LBRACKET)) return operand;
        return new Expr.Indirection(operand, steps(), operand.position());
    }

    /** indirection; a star must be the last step. */
    List<Expr.Step> steps() {
        List<Expr.Step> steps = new ArrayList<>(2);
        boolean misplaced = false;
        while (cursor.at(Token.DOT) || cursor.at(Token.LBRACKET)) {
            if (!steps.isEmpty() && steps.getLast() instanceof Expr.StarStep) misplaced = true;
            if (cursor.accept(Token.DOT)) {
                steps.add(cursor.accept(Token.STAR) ? new Expr.StarStep() : new Expr.FieldStep(cursor.label()));
            } else {
                steps.add(subscript());
            }
        }
        if (misplaced) throw cursor.syntaxError("improper use of \"*\"");
        return List.copyOf(steps);
    }

    private Expr.Step subscript() {
        cursor.expect(Token.LBRACKET);
        Expr lower = cursor.at(Token.COLON) ? null : grammar.expressions.expression();
        if (cursor.accept(Token.COLON)) {
            Expr upper = cursor.at(Token.RBRACKET) ? null : grammar.expressions.expression();
            cursor.expect(Token.RBRACKET);
            return new Expr.SliceStep(lower, upper);
        }
        cursor.expect(Token.RBRACKET);
        return new Expr.SubscriptStep(lower);
    }

    private Expr caseExpression(int position) {
        cursor.advance();
        Expr operand = cursor.at(Token.WHEN) ? null : grammar.expressions.expression();
        List<Expr.When> whens = new ArrayList<>();
        if (!cursor.at(Token.WHEN)) throw cursor.fail();
        while (cursor.at(Token.WHEN)) {
            int whenPosition = cursor.position();
            cursor.advance();
            Expr condition = grammar.expressions.expression();
            cursor.expect(Token.THEN);
            whens.add(new Expr.When(condition, grammar.expressions.expression(), whenPosition));
        }
        Expr otherwise = grammar.expressions.optional(Token.ELSE);
        cursor.expect(Token.END);
        return new Expr.Case(operand, List.copyOf(whens), otherwise, position);
    }

    private Expr array(int position) {
        cursor.advance();
        if (cursor.at(Token.LPAREN)) {
            return new Expr.SubLink(SubLinkKind.ARRAY, null, List.of(), grammar.selects.parenthesizedSelect(), position);
        }
        return brackets(position);
    }

    private Expr brackets(int position) {
        cursor.enter();
        cursor.expect(Token.LBRACKET);
        List<Expr> elements = List.of();
        if (cursor.at(Token.LBRACKET)) elements = cursor.commaList(() -> brackets(cursor.position()));
        else if (!cursor.at(Token.RBRACKET)) elements = grammar.expressions.expressionList();
        cursor.expect(Token.RBRACKET);
        cursor.leave();
        return new Expr.ArrayExpr(elements, position);
    }

    private Expr row(int position) {
        cursor.advance();
        cursor.expect(Token.LPAREN);
        List<Expr> fields = cursor.at(Token.RPAREN) ? List.of() : grammar.expressions.expressionList();
        cursor.expect(Token.RPAREN);
        return new Expr.RowExpr(fields, true, position);
    }

    /** A call with all that may follow it, or a typed string with modifiers: {@code numeric(5,2) '1'} for a named type. */
    private Expr call(List<String> name, int position) {
        FunctionCall call = application(name, position);
        boolean plain = !call.star() && !call.distinct() && !call.variadic() && !call.arguments().isEmpty();
        if (plain && cursor.at(Token.SCONST)) {
            for (Expr argument : call.arguments()) {
                if (argument instanceof Expr.NamedArgument named) {
                    throw TokenCursor.error(SqlState.SYNTAX_ERROR, "type modifier cannot have parameter name", named.position());
                }
            }
            if (!call.orderBy().isEmpty()) {
                throw TokenCursor.error(SqlState.SYNTAX_ERROR, "type modifier cannot have ORDER BY", call.orderBy().getFirst().position());
            }
            return typedString(new TypeName(name, call.arguments(), List.of(), false, false, position));
        }
        if (!cursor.at(Token.WITHIN) && !cursor.at(Token.FILTER) && !cursor.at(Token.OVER)) return call;
        return tail(call);
    }

    /** func_application for a name already read. */
    FunctionCall application(List<String> name, int position) {
        cursor.expect(Token.LPAREN);
        if (cursor.accept(Token.RPAREN)) return FunctionCall.of(name, List.of(), CallSyntax.ORDINARY, position);
        if (cursor.at(Token.STAR)) {
            cursor.advance();
            cursor.expect(Token.RPAREN);
            return new FunctionCall(name, List.of(), true, false, false, List.of(), false, null, null, CallSyntax.ORDINARY, position);
        }
        boolean distinct = cursor.accept(Token.DISTINCT);
        boolean quantified = distinct || cursor.accept(Token.ALL);
        boolean variadic = false;
        List<Expr> arguments = new ArrayList<>(3);
        do {
            if (!quantified && cursor.accept(Token.VARIADIC)) variadic = true;
            arguments.add(argument());
        } while (!variadic && cursor.accept(Token.COMMA));
        List<SortBy> orderBy = grammar.selects.orderBy();
        cursor.expect(Token.RPAREN);
        return new FunctionCall(
                name, List.copyOf(arguments), false, distinct, variadic, orderBy, false, null, null, CallSyntax.ORDINARY, position);
    }

    /** func_arg_expr. */
    Expr argument() {
        if (cursor.token().typeName && (cursor.ahead(1) == Token.COLON_EQUALS || cursor.ahead(1) == Token.EQUALS_GREATER)) {
            int position = cursor.position();
            String name = cursor.typeFunctionName();
            cursor.advance();
            return new Expr.NamedArgument(name, grammar.expressions.expression(), position);
        }
        return grammar.expressions.expression();
    }

    List<Expr> argumentList() {
        return cursor.commaList(this::argument);
    }

    private FunctionCall tail(FunctionCall call) {
        List<SortBy> orderBy = call.orderBy();
        boolean withinGroup = false;
        int position = cursor.position();
        if (cursor.at(Token.WITHIN, Token.GROUP)) {
            cursor.advance();
            cursor.advance();
            cursor.expect(Token.LPAREN);
            if (!cursor.at(Token.ORDER)) throw cursor.fail();
            orderBy = grammar.selects.orderBy();
            cursor.expect(Token.RPAREN);
            withinGroup = true;
            String problem = !call.orderBy().isEmpty() ? "cannot use multiple ORDER BY clauses with WITHIN GROUP"
                    : call.distinct() ? "cannot use DISTINCT with WITHIN GROUP"
                    : call.variadic() ? "cannot use VARIADIC with WITHIN GROUP" : null;
            if (problem != null) throw TokenCursor.error(SqlState.SYNTAX_ERROR, problem, position);
        }
        Expr filter = null;
        if (cursor.at(Token.FILTER, Token.LPAREN)) {
            cursor.advance();
            cursor.advance();
            cursor.expect(Token.WHERE);
            filter = grammar.expressions.expression();
            cursor.expect(Token.RPAREN);
        }
        WindowSpecification over = null;
        if (cursor.at(Token.OVER) && (cursor.ahead(1) == Token.LPAREN || cursor.ahead(1).columnName)) {
            int overPosition = cursor.position();
            cursor.advance();
            over = cursor.at(Token.LPAREN) ? grammar.selects.windows().specification(null)
                    : new WindowSpecification(null, cursor.columnName(), null, List.of(), List.of(), null, overPosition);
        }
        return new FunctionCall(call.name(), call.arguments(), call.star(), call.distinct(), call.variadic(), orderBy, withinGroup, filter, over,
                call.syntax(), call.position());
    }

    /** func_expr_windowless: a call in FROM or an index, without aggregate and window clauses. */
    Expr windowless() {
        if (special.begins()) return special.call();
        int position = cursor.position();
        return application(functionName().parts(), position);
    }

    /** Does a func_expr_windowless of the special kinds begin here? */
    boolean atSpecialCall() {
        return special.begins();
    }

    /** xmlexists_argument: PASSING [BY REF] document. */
    Expr xmlPassing() {
        return special.passing();
    }

    boolean xmlDocumentOrContent() {
        return special.documentOrContent();
    }

    /** func_name. */
    QualifiedName functionName() {
        int position = cursor.position();
        Token token = cursor.token();
        if (token.columnName && (cursor.ahead(1) == Token.DOT || !token.typeName)) {
            if (cursor.ahead(1) != Token.DOT) {
                cursor.advance();
                throw cursor.fail();
            }
            return cursor.anyName();
        }
        return new QualifiedName(List.of(cursor.typeFunctionName()), position);
    }

}
