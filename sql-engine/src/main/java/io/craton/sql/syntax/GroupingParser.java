package io.craton.sql.syntax;

import io.craton.sql.syntax.SelectStatement.Cube;
import io.craton.sql.syntax.SelectStatement.EmptyGrouping;
import io.craton.sql.syntax.SelectStatement.GroupBy;
import io.craton.sql.syntax.SelectStatement.GroupingElement;
import io.craton.sql.syntax.SelectStatement.GroupingExpr;
import io.craton.sql.syntax.SelectStatement.GroupingSets;
import io.craton.sql.syntax.SelectStatement.Rollup;

/** GROUP BY with its grouping sets. */
final class GroupingParser {
    private final Grammar grammar;
    private final TokenCursor cursor;

    GroupingParser(Grammar grammar) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
    }

    GroupBy groupBy() {
        cursor.expect(Token.GROUP, Token.BY);
        boolean distinct = cursor.accept(Token.DISTINCT);
        if (!distinct) cursor.accept(Token.ALL);
        return new GroupBy(distinct, cursor.commaList(this::element));
    }

    private GroupingElement element() {
        int position = cursor.position();
        if (cursor.accept(Token.LPAREN, Token.RPAREN)) return new EmptyGrouping(position);
        if (cursor.at(Token.ROLLUP, Token.LPAREN)) {
            cursor.advance();
            return new Rollup(cursor.parenthesized(grammar.expressions::expression), position);
        }
        if (cursor.at(Token.CUBE, Token.LPAREN)) {
            cursor.advance();
            return new Cube(cursor.parenthesized(grammar.expressions::expression), position);
        }
        if (cursor.accept(Token.GROUPING, Token.SETS)) {
            cursor.enter();
            GroupingSets sets = new GroupingSets(cursor.parenthesized(this::element), position);
            cursor.leave();
            return sets;
        }
        return new GroupingExpr(grammar.expressions.expression(), position);
    }
}
