package io.craton.sql.syntax;

import io.craton.core.error.SqlState;
import io.craton.sql.syntax.FromItem.XmlTableColumn;
import io.craton.sql.syntax.FromItem.XmlTableItem;
import java.util.List;

/** XMLTABLE in FROM. */
final class XmlTableParser {
    private final Grammar grammar;
    private final TokenCursor cursor;

    XmlTableParser(Grammar grammar) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
    }

    FromItem table(boolean lateral, int position) {
        cursor.expect(Token.XMLTABLE, Token.LPAREN);
        List<Expr.XmlNamed> namespaces = List.of();
        if (cursor.at(Token.XMLNAMESPACES, Token.LPAREN)) {
            cursor.advance();
            namespaces = cursor.parenthesized(this::namespace);
            cursor.expect(Token.COMMA);
        }
        Expr row = grammar.calls.primary();
        Expr document = grammar.calls.xmlPassing();
        cursor.expect(Token.COLUMNS);
        List<XmlTableColumn> columns = cursor.commaList(this::column);
        cursor.expect(Token.RPAREN);
        return new XmlTableItem(lateral, namespaces, row, document, columns, grammar.from.alias(), position);
    }

    private Expr.XmlNamed namespace() {
        int position = cursor.position();
        if (cursor.accept(Token.DEFAULT)) return new Expr.XmlNamed(null, grammar.expressions.restricted(), position);
        Expr uri = grammar.expressions.restricted();
        cursor.expect(Token.AS);
        return new Expr.XmlNamed(cursor.label(), uri, position);
    }

    private XmlTableColumn column() {
        int position = cursor.position();
        String name = cursor.columnName();
        if (cursor.accept(Token.FOR)) {
            cursor.expect(Token.ORDINALITY);
            return new XmlTableColumn(name, null, true, null, null, false, position);
        }
        TypeName type = grammar.types.type();
        Expr path = null;
        Expr defaultValue = null;
        boolean notNull = false;
        boolean nullability = false;
        while (true) {
            int optionPosition = cursor.position();
            if (cursor.accept(Token.DEFAULT)) {
                Expr value = grammar.expressions.restricted();
                if (defaultValue != null) throw TokenCursor.error(SqlState.SYNTAX_ERROR, "only one DEFAULT value is allowed", optionPosition);
                defaultValue = value;
            } else if (cursor.at(Token.NOT) || cursor.at(Token.NULL)) {
                boolean not = cursor.accept(Token.NOT);
                cursor.expect(Token.NULL);
                if (nullability) {
                    throw TokenCursor.error(SqlState.SYNTAX_ERROR,
                            "conflicting or redundant NULL / NOT NULL declarations for column \"" + name + "\"", optionPosition);
                }
                nullability = true;
                notNull = not;
            } else if (cursor.at(Token.IDENT)) {
                String option = cursor.label();
                Expr value = grammar.expressions.restricted();
                if (!option.equals("path")) {
                    throw TokenCursor.error(SqlState.SYNTAX_ERROR, "unrecognized column option \"" + option + "\"", optionPosition);
                }
                if (path != null) throw TokenCursor.error(SqlState.SYNTAX_ERROR, "only one PATH value per column is allowed", optionPosition);
                path = value;
            } else {
                return new XmlTableColumn(name, type, false, path, defaultValue, notNull, position);
            }
        }
    }
}
