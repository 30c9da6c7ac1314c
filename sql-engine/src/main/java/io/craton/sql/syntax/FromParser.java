package io.craton.sql.syntax;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.FromItem.Alias;
import io.craton.sql.syntax.FromItem.ColumnDefinitionItem;
import io.craton.sql.syntax.FromItem.FunctionItem;
import io.craton.sql.syntax.FromItem.FunctionSource;
import io.craton.sql.syntax.FromItem.JoinItem;
import io.craton.sql.syntax.FromItem.JoinKind;
import io.craton.sql.syntax.FromItem.RelationItem;
import io.craton.sql.syntax.FromItem.SubqueryItem;
import io.craton.sql.syntax.FromItem.SystemTime;
import io.craton.sql.syntax.FromItem.TableSample;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** FROM: relations, subqueries, functions, joins. */
final class FromParser {
    private final Grammar grammar;
    private final TokenCursor cursor;
    private final XmlTableParser xmlTables;

    FromParser(Grammar grammar) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.xmlTables = new XmlTableParser(grammar);
    }

    /** from_list. */
    List<FromItem> items() {
        return cursor.commaList(this::item);
    }

    /** table_ref. */
    FromItem item() {
        cursor.enter();
        FromItem left = primary();
        while (atJoin()) left = join(left);
        cursor.leave();
        return left;
    }

    private boolean atJoin() {
        return switch (cursor.token()) {
            case JOIN, CROSS, LEFT, RIGHT, FULL, INNER, NATURAL -> true;
            default -> false;
        };
    }

    private FromItem join(FromItem left) {
        int position = cursor.position();
        if (cursor.accept(Token.CROSS)) {
            cursor.expect(Token.JOIN);
            return new JoinItem(JoinKind.CROSS, false, left, primary(), List.of(), null, null, null, position);
        }
        boolean natural = cursor.accept(Token.NATURAL);
        JoinKind kind = joinKind();
        cursor.expect(Token.JOIN);
        FromItem right = primary();
        if (natural) return new JoinItem(kind, true, left, right, List.of(), null, null, null, position);
        while (atJoin()) right = join(right);
        if (cursor.accept(Token.ON)) {
            return new JoinItem(kind, false, left, right, List.of(), null, grammar.expressions.expression(), null, position);
        }
        cursor.expect(Token.USING);
        List<String> columns = cursor.parenthesized(cursor::columnName);
        Alias alias = null;
        if (cursor.at(Token.AS)) {
            cursor.advance();
            int aliasPosition = cursor.position();
            alias = new Alias(cursor.columnName(), List.of(), aliasPosition);
        }
        return new JoinItem(kind, false, left, right, columns, alias, null, null, position);
    }

    private JoinKind joinKind() {
        JoinKind kind = switch (cursor.token()) {
            case LEFT -> JoinKind.LEFT;
            case RIGHT -> JoinKind.RIGHT;
            case FULL -> JoinKind.FULL;
            case INNER, JOIN -> JoinKind.INNER;
            default -> throw cursor.fail();
        };
        boolean inner = cursor.accept(Token.INNER);
        if (kind != JoinKind.INNER) cursor.advance();
        if (kind != JoinKind.INNER && !inner) cursor.accept(Token.OUTER);
        return kind;
    }

    private FromItem primary() {
        int position = cursor.position();
        switch (cursor.token()) {
            case LPAREN -> {
                return parenthesized(position);
            }
            case LATERAL -> {
                cursor.advance();
                if (cursor.at(Token.LPAREN)) return subquery(true, grammar.selects.parenthesizedSelect(), position, cursor.position());
                if (cursor.at(Token.XMLTABLE, Token.LPAREN)) return xmlTables.table(true, position);
                if (cursor.at(Token.ROWS, Token.FROM)) return rowsFrom(true, position);
                return function(true, grammar.calls.windowless(), position);
            }
            case ONLY -> {
                return sampled(relation());
            }
            case ROWS -> {
                if (cursor.ahead(1) == Token.FROM && cursor.ahead(2) == Token.LPAREN) return rowsFrom(false, position);
            }
            case XMLTABLE -> {
                if (cursor.ahead(1) == Token.LPAREN) return xmlTables.table(false, position);
            }
            default -> {}
        }
        if (atFunction()) return function(false, grammar.calls.windowless(), position);
        return sampled(relation());
    }

    private boolean atFunction() {
        if (grammar.calls.atSpecialCall()) return true;
        Token token = cursor.token();
        if (!token.columnName && !token.typeName) return false;
        int end = 1;
        if (token.columnName) while (cursor.ahead(end) == Token.DOT && (cursor.ahead(end + 1) == Token.IDENT || cursor.ahead(end + 1).keyword())) end += 2;
        return cursor.ahead(end) == Token.LPAREN && (end > 1 || token.typeName) || !token.columnName;
    }

    private FromItem parenthesized(int position) {
        Object inside = parentheses();
        if (inside instanceof SelectStatement query) return subquery(false, query, position, position);
        JoinItem join = (JoinItem) inside;
        Alias alias = alias();
        return alias == null ? join : new JoinItem(join.kind(), join.natural(), join.left(), join.right(), join.using(), join.usingAlias(),
                join.condition(), alias, join.position());
    }

    /** '(' query ')' or '(' joined_table ')'. */
    private Object parentheses() {
        cursor.enter();
        int position = cursor.position();
        cursor.expect(Token.LPAREN);
        Object result;
        if (grammar.selects.begins()) {
            result = grammar.selects.select();
        } else if (cursor.at(Token.LPAREN)) {
            int innerPosition = cursor.position();
            Object inside = parentheses();
            if (inside instanceof SelectStatement query) {
                if (grammar.selects.continues()) query = grammar.selects.continueFrom(query);
                result = cursor.at(Token.RPAREN) ? query : joins(subquery(false, query, innerPosition, innerPosition));
            } else {
                JoinItem join = (JoinItem) inside;
                Alias alias = cursor.at(Token.RPAREN) ? null : alias();
                if (alias != null) {
                    join = new JoinItem(join.kind(), join.natural(), join.left(), join.right(), join.using(), join.usingAlias(), join.condition(), alias,
                            join.position());
                    if (!atJoin()) throw cursor.fail();
                }
                FromItem item = join;
                while (atJoin()) item = join(item);
                result = item;
            }
        } else {
            result = joins(primary());
        }
        assert position > 0;
        cursor.expect(Token.RPAREN);
        cursor.leave();
        return result;
    }

    /** At least one join must follow. */
    private FromItem joins(FromItem left) {
        if (!atJoin()) throw cursor.fail();
        while (atJoin()) left = join(left);
        return left;
    }

    private FromItem subquery(boolean lateral, SelectStatement query, int position, int queryPosition) {
        Alias alias = alias();
        if (alias == null) {
            boolean values = query.body() instanceof SelectStatement.ValuesBody && query.with() == null;
            String message = values ? "VALUES in FROM must have an alias" : "subquery in FROM must have an alias";
            String hint = values ? "For example, FROM (VALUES ...) [AS] foo." : "For example, FROM (SELECT ...) [AS] foo.";
            throw PgError.error(SqlState.SYNTAX_ERROR, message).withHint(hint).withPosition(lateral ? position + 8 : queryPosition).exception();
        }
        return new SubqueryItem(lateral, query, alias, position);
    }

    /** relation_expr, without alias. */
    RelationItem relation() {
        int position = cursor.position();
        if (cursor.accept(Token.ONLY)) {
            boolean parenthesis = cursor.accept(Token.LPAREN);
            QualifiedName name = cursor.qualifiedName();
            if (parenthesis) cursor.expect(Token.RPAREN);
            return new RelationItem(name, true, null, null, position);
        }
        QualifiedName name = cursor.qualifiedName();
        cursor.accept(Token.STAR);
        return new RelationItem(name, false, null, null, position);
    }

    /** relation_expr_opt_alias: as the target of UPDATE and DELETE; a bare SET is never its alias. */
    RelationItem target() {
        RelationItem relation = relation();
        if (!cursor.at(Token.AS) && (!cursor.atColumnName() || cursor.at(Token.SET))) return relation;
        cursor.accept(Token.AS);
        int position = cursor.position();
        return new RelationItem(relation.relation(), relation.only(), new Alias(cursor.columnName(), List.of(), position), null, relation.position());
    }

    private FromItem sampled(RelationItem relation) {
        SystemTime systemTime = systemTime();
        Alias alias = alias();
        if (systemTime == null) systemTime = systemTime();
        int position = cursor.position();
        TableSample sample = null;
        if (cursor.accept(Token.TABLESAMPLE)) {
            List<String> method = grammar.calls.functionName().parts();
            List<Expr> arguments = cursor.parenthesized(grammar.expressions::expression);
            sample = new TableSample(method, arguments, cursor.accept(Token.REPEATABLE) ? grammar.expressions.parenthesized() : null, position);
        }
        if (alias == null && sample == null && systemTime == null) return relation;
        return new RelationItem(relation.relation(), relation.only(), alias, sample, systemTime, relation.position());
    }

    /** FOR SYSTEM_TIME AS OF [POSITION] expression, as the standard has it, behind the table's name; behind its alias too. */
    private @Nullable SystemTime systemTime() {
        if (!cursor.at(Token.FOR, Token.IDENT) || !cursor.isText(1, "system_time")) return null;
        int position = cursor.position();
        cursor.advance();
        cursor.advance();
        cursor.expect(Token.AS, Token.OF);
        boolean isPosition = cursor.accept(Token.POSITION);
        return new SystemTime(isPosition, grammar.expressions.expression(), position);
    }

    /** opt_alias_clause. */
    @Nullable Alias alias() {
        if (!cursor.accept(Token.AS) && !cursor.atColumnName()) return null;
        int position = cursor.position();
        return new Alias(cursor.columnName(), cursor.optionalNames(), position);
    }

    private FromItem function(boolean lateral, Expr call, int position) {
        boolean ordinality = ordinality();
        return functionAlias(lateral, false, List.of(new FunctionSource(call, List.of())), ordinality, position);
    }

    private boolean ordinality() {
        return cursor.accept(Token.WITH, Token.ORDINALITY);
    }

    private FromItem rowsFrom(boolean lateral, int position) {
        cursor.expect(Token.ROWS, Token.FROM);
        List<FunctionSource> functions = cursor.parenthesized(() -> {
            Expr call = grammar.calls.windowless();
            return new FunctionSource(call, cursor.accept(Token.AS) ? columnDefinitions() : List.of());
        });
        return functionAlias(lateral, true, functions, ordinality(), position);
    }

    /** func_alias_clause: an alias with column names, or with column definitions. */
    private FromItem functionAlias(boolean lateral, boolean rowsFrom, List<FunctionSource> functions, boolean ordinality, int position) {
        boolean as = cursor.accept(Token.AS);
        if (as && cursor.at(Token.LPAREN)) {
            return new FunctionItem(lateral, rowsFrom, withColumns(functions, columnDefinitions()), ordinality, null, position);
        }
        if (!as && !cursor.atColumnName()) return new FunctionItem(lateral, rowsFrom, functions, ordinality, null, position);
        int aliasPosition = cursor.position();
        String name = cursor.columnName();
        List<String> columns = List.of();
        List<FunctionSource> sources = functions;
        if (cursor.at(Token.LPAREN)) {
            Token second = cursor.ahead(2);
            if (second == Token.COMMA || second == Token.RPAREN) columns = cursor.optionalNames();
            else sources = withColumns(functions, columnDefinitions());
        }
        return new FunctionItem(lateral, rowsFrom, sources, ordinality, new Alias(name, columns, aliasPosition), position);
    }

    private static List<FunctionSource> withColumns(List<FunctionSource> functions, List<ColumnDefinitionItem> columns) {
        List<FunctionSource> sources = new ArrayList<>(functions);
        sources.set(0, new FunctionSource(functions.getFirst().function(), columns));
        return List.copyOf(sources);
    }

    private List<ColumnDefinitionItem> columnDefinitions() {
        return cursor.parenthesized(this::columnDefinition);
    }

    /** TableFuncElement. */
    ColumnDefinitionItem columnDefinition() {
        int position = cursor.position();
        String name = cursor.columnName();
        TypeName type = grammar.types.type();
        return new ColumnDefinitionItem(name, type, cursor.accept(Token.COLLATE) ? cursor.anyName().parts() : List.of(), position);
    }
}
