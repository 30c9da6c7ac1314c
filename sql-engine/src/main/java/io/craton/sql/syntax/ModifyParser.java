package io.craton.sql.syntax;

import io.craton.sql.syntax.FromItem.Alias;
import io.craton.sql.syntax.FromItem.RelationItem;
import io.craton.sql.syntax.ModifyStatement.*;
import io.craton.sql.syntax.SelectStatement.Target;
import io.craton.sql.syntax.SelectStatement.WithClause;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** INSERT, UPDATE, DELETE, MERGE; and PreparableStmt, which may be any of these or a query. */
final class ModifyParser {
    private final Grammar grammar;
    private final TokenCursor cursor;

    ModifyParser(Grammar grammar) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
    }

    /** PreparableStmt. */
    Statement.Optimizable preparable() {
        int position = cursor.position();
        WithClause with = cursor.at(Token.WITH) ? grammar.selects.with() : null;
        return switch (cursor.token()) {
            case INSERT -> insert(with);
            case UPDATE -> update(with);
            case DELETE -> delete(with);
            case MERGE -> merge(with);
            default -> grammar.selects.selectAfter(with, position);
        };
    }

    private Insert insert(@Nullable WithClause with) {
        cursor.expect(Token.INSERT, Token.INTO);
        int position = cursor.position();
        QualifiedName name = cursor.qualifiedName();
        Alias alias = null;
        if (cursor.accept(Token.AS)) {
            int aliasPosition = cursor.position();
            alias = new Alias(cursor.columnName(), List.of(), aliasPosition);
        }
        RelationItem target = new RelationItem(name, false, alias, null, position);
        if (cursor.accept(Token.DEFAULT)) {
            cursor.expect(Token.VALUES);
            return new Insert(with, target, List.of(), Overriding.NONE, null, onConflict(), returning());
        }
        List<TargetColumn> columns = List.of();
        Token second = cursor.ahead(1);
        if (cursor.at(Token.LPAREN) && second != Token.LPAREN && second != Token.SELECT && second != Token.VALUES && second != Token.WITH
                && second != Token.TABLE) {
            columns = cursor.parenthesized(this::targetColumn);
        }
        Overriding overriding = overriding();
        SelectStatement source = grammar.selects.select();
        return new Insert(with, target, columns, overriding, source, onConflict(), returning());
    }

    private Overriding overriding() {
        if (!cursor.accept(Token.OVERRIDING)) return Overriding.NONE;
        boolean user = cursor.accept(Token.USER);
        if (!user) cursor.expect(Token.SYSTEM);
        cursor.expect(Token.VALUE);
        return user ? Overriding.USER : Overriding.SYSTEM;
    }

    /** insert_column_item and set_target. */
    private TargetColumn targetColumn() {
        int position = cursor.position();
        String name = cursor.columnName();
        boolean plain = !cursor.at(Token.DOT) && !cursor.at(Token.LBRACKET);
        return new TargetColumn(name, plain ? List.of() : grammar.calls.steps(), position);
    }

    private List<Target> returning() {
        return cursor.accept(Token.RETURNING) ? grammar.selects.targets() : List.of();
    }

    private @Nullable OnConflict onConflict() {
        int position = cursor.position();
        if (!cursor.accept(Token.ON)) return null;
        cursor.expect(Token.CONFLICT);
        List<IndexElement> elements = List.of();
        Expr inferenceWhere = null;
        String constraint = null;
        if (cursor.at(Token.LPAREN)) {
            int open = cursor.position(); // errors about columns point here
            elements = cursor.parenthesized(grammar.options::indexElement).stream().map(element -> element.column() == null ? element
                    : new IndexElement(element.column(), null, element.collation(), element.operatorClass(), element.operatorClassOptions(), element.direction(),
                            element.nulls(), open)).toList();
            inferenceWhere = grammar.expressions.optional(Token.WHERE);
        } else if (cursor.accept(Token.ON)) {
            cursor.expect(Token.CONSTRAINT);
            constraint = cursor.columnName();
        }
        cursor.expect(Token.DO);
        if (cursor.accept(Token.NOTHING)) return new OnConflict(elements, inferenceWhere, constraint, false, List.of(), null, position);
        cursor.expect(Token.UPDATE, Token.SET);
        List<Assignment> assignments = assignments();
        return new OnConflict(elements, inferenceWhere, constraint, true, assignments, grammar.expressions.optional(Token.WHERE), position);
    }

    private List<Assignment> assignments() {
        return cursor.commaList(this::assignment);
    }

    private Assignment assignment() {
        int position = cursor.position();
        boolean multiple = cursor.at(Token.LPAREN);
        List<TargetColumn> columns = multiple ? cursor.parenthesized(this::targetColumn) : List.of(targetColumn());
        cursor.expect(Token.EQ);
        return new Assignment(columns, multiple, grammar.expressions.expression(), position);
    }

    private Update update(@Nullable WithClause with) {
        cursor.expect(Token.UPDATE);
        RelationItem target = grammar.from.target();
        cursor.expect(Token.SET);
        List<Assignment> assignments = assignments();
        List<FromItem> from = cursor.accept(Token.FROM) ? grammar.from.items() : List.of();
        Expr where = whereOrCurrent();
        return new Update(with, target, assignments, from, where, returning());
    }

    private Delete delete(@Nullable WithClause with) {
        cursor.expect(Token.DELETE, Token.FROM);
        RelationItem target = grammar.from.target();
        List<FromItem> using = cursor.accept(Token.USING) ? grammar.from.items() : List.of();
        Expr where = whereOrCurrent();
        return new Delete(with, target, using, where, returning());
    }

    private @Nullable Expr whereOrCurrent() {
        if (!cursor.accept(Token.WHERE)) return null;
        int position = cursor.position();
        if (cursor.accept(Token.CURRENT, Token.OF)) return new Expr.CurrentOf(cursor.columnName(), position);
        return grammar.expressions.expression();
    }

    private Merge merge(@Nullable WithClause with) {
        cursor.expect(Token.MERGE, Token.INTO);
        RelationItem target = grammar.from.target();
        cursor.expect(Token.USING);
        FromItem source = grammar.from.item();
        cursor.expect(Token.ON);
        Expr condition = grammar.expressions.expression();
        List<MergeWhen> whens = new ArrayList<>();
        do {
            whens.add(mergeWhen());
        } while (cursor.at(Token.WHEN));
        return new Merge(with, target, source, condition, List.copyOf(whens));
    }

    private MergeWhen mergeWhen() {
        cursor.expect(Token.WHEN);
        boolean matched = !cursor.accept(Token.NOT);
        cursor.expect(Token.MATCHED);
        Expr condition = grammar.expressions.optional(Token.AND);
        cursor.expect(Token.THEN);
        if (cursor.accept(Token.DO)) {
            cursor.expect(Token.NOTHING);
            return new MergeWhen(matched, condition, new MergeNothing());
        }
        if (!matched) return new MergeWhen(false, condition, mergeInsert());
        if (cursor.accept(Token.DELETE)) return new MergeWhen(true, condition, new MergeDelete());
        cursor.expect(Token.UPDATE, Token.SET);
        return new MergeWhen(true, condition, new MergeUpdate(assignments()));
    }

    private MergeAction mergeInsert() {
        cursor.expect(Token.INSERT);
        if (cursor.accept(Token.DEFAULT)) {
            cursor.expect(Token.VALUES);
            return new MergeInsert(List.of(), Overriding.NONE, List.of());
        }
        List<TargetColumn> columns = cursor.at(Token.LPAREN) ? cursor.parenthesized(this::targetColumn) : List.of();
        Overriding overriding = overriding();
        cursor.expect(Token.VALUES);
        return new MergeInsert(columns, overriding, cursor.parenthesized(grammar.expressions::expression));
    }
}
