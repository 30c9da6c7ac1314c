package io.craton.sql.syntax;

import io.craton.core.error.SqlState;
import io.craton.sql.syntax.SelectStatement.Persistence;
import io.craton.sql.syntax.TableStatement.*;
import java.util.List;

/** CREATE INDEX, VIEW, SEQUENCE, STATISTICS. */
final class RelationParser {
    private final Grammar grammar;
    private final TokenCursor cursor;
    private final TableParser tables;

    RelationParser(Grammar grammar, TableParser tables) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.tables = tables;
    }

    /** CREATE [UNIQUE] INDEX, behind CREATE. */
    Statement index() {
        boolean unique = cursor.accept(Token.UNIQUE);
        cursor.expect(Token.INDEX);
        boolean concurrently = cursor.accept(Token.CONCURRENTLY);
        boolean ifNotExists = cursor.ifNotExists();
        String name = ifNotExists || cursor.atColumnName() ? cursor.columnName() : null;
        cursor.expect(Token.ON);
        FromItem.RelationItem table = grammar.from.relation();
        String method = cursor.accept(Token.USING) ? cursor.columnName() : "btree";
        List<ModifyStatement.IndexElement> elements = cursor.parenthesized(grammar.options::indexElement);
        List<ModifyStatement.IndexElement> include = cursor.accept(Token.INCLUDE) ? cursor.parenthesized(grammar.options::indexElement) : List.of();
        boolean notDistinct = tables.constraints.nullsNotDistinct();
        List<Option> options = grammar.options.optionalWith();
        String tablespace = tables.tablespace();
        Expr where = grammar.expressions.optional(Token.WHERE);
        return new CreateIndex(unique, concurrently, ifNotExists, name, table.relation(), table.only(), method, elements, include, notDistinct, options,
                tablespace, where);
    }

    /** CREATE .. [RECURSIVE] VIEW, at RECURSIVE or VIEW. */
    Statement view(Persistence persistence, boolean orReplace) {
        boolean recursive = cursor.accept(Token.RECURSIVE);
        cursor.expect(Token.VIEW);
        QualifiedName name = cursor.qualifiedName();
        List<String> columns = recursive ? cursor.parenthesized(cursor::columnName) : cursor.optionalNames();
        List<Option> options = grammar.options.optionalWith();
        cursor.expect(Token.AS);
        SelectStatement query = grammar.selects.select();
        CheckOption check = CheckOption.NONE;
        int checkPosition = cursor.position();
        if (cursor.accept(Token.WITH)) {
            check = cursor.accept(Token.LOCAL) ? CheckOption.LOCAL : CheckOption.CASCADED;
            if (check == CheckOption.CASCADED) cursor.accept(Token.CASCADED);
            cursor.expect(Token.CHECK, Token.OPTION);
        }
        if (recursive) {
            if (check != CheckOption.NONE) {
                throw TokenCursor.error(SqlState.FEATURE_NOT_SUPPORTED, "WITH CHECK OPTION not supported on recursive views", checkPosition);
            }
            query = recursiveQuery(name, columns, query);
        }
        return new CreateView(persistence, orReplace, name, columns, options, query, check);
    }

    /** CREATE RECURSIVE VIEW v (a) AS q is a view of WITH RECURSIVE v (a) AS (q) SELECT a FROM v. */
    private static SelectStatement recursiveQuery(QualifiedName name, List<String> columns, SelectStatement query) {
        List<SelectStatement.Target> targets = columns.stream()
                .map(column -> new SelectStatement.Target(new Expr.ColumnRef(List.of(column), 0), null, 0)).toList();
        FromItem from = new FromItem.RelationItem(new QualifiedName(List.of(name.name()), 0), false, null, null, 0);
        SelectStatement.CommonTable table = new SelectStatement.CommonTable(name.name(), columns, SelectStatement.Materialization.DEFAULT, query, null, null, 0);
        SelectStatement.SelectBody body = new SelectStatement.SelectBody(SelectStatement.DistinctKind.ALL, List.of(), targets, null, List.of(from), null,
                null, null, List.of());
        return new SelectStatement(new SelectStatement.WithClause(true, List.of(table), 0), body, List.of(), null, List.of(), query.position());
    }

    /** CREATE .. SEQUENCE, at SEQUENCE. */
    Statement sequence(Persistence persistence) {
        cursor.expect(Token.SEQUENCE);
        boolean ifNotExists = cursor.ifNotExists();
        QualifiedName name = cursor.qualifiedName();
        return new CreateSequence(persistence, ifNotExists, name, grammar.options.sequenceOptions(false));
    }

    /** CREATE STATISTICS, at STATISTICS. */
    Statement statistics() {
        cursor.expect(Token.STATISTICS);
        boolean ifNotExists = cursor.ifNotExists();
        QualifiedName name = cursor.anyName();
        List<String> kinds = cursor.optionalNames();
        cursor.expect(Token.ON);
        List<Expr> items = cursor.commaList(() -> {
            int position = cursor.position();
            if (cursor.at(Token.LPAREN)) return grammar.expressions.parenthesized();
            return grammar.options.columnHere() ? new Expr.ColumnRef(List.of(cursor.columnName()), position) : grammar.calls.windowless();
        });
        cursor.expect(Token.FROM);
        return new CreateStatistics(ifNotExists, name, kinds, items, grammar.from.items());
    }
}
