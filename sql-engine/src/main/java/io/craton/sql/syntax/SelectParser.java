package io.craton.sql.syntax;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.SelectStatement.*;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SelectStmt: SELECT, VALUES, TABLE, set operations, WITH, ORDER BY, LIMIT, locking. */
final class SelectParser {
    private static final int UNION_LEVEL = 1;
    private static final int INTERSECT_LEVEL = 2;

    private final Grammar grammar;
    private final TokenCursor cursor;
    private final WindowParser windows;
    private final GroupingParser groupings;

    SelectParser(Grammar grammar) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.windows = new WindowParser(grammar);
        this.groupings = new GroupingParser(grammar);
    }

    WindowParser windows() {
        return windows;
    }

    /** Does the token at the cursor begin a query (other than by a parenthesis)? */
    boolean begins() {
        return switch (cursor.token()) {
            case SELECT, VALUES, TABLE, WITH -> true;
            default -> false;
        };
    }

    /** May the token at the cursor go on with a query that stands in parentheses before it? */
    boolean continues() {
        return switch (cursor.token()) {
            case UNION, INTERSECT, EXCEPT, ORDER, LIMIT, OFFSET, FETCH, FOR -> true;
            default -> false;
        };
    }

    /** SelectStmt; a statement in parentheses is just that statement. */
    SelectStatement select() {
        cursor.enter();
        int position = cursor.position();
        WithClause with = cursor.at(Token.WITH) ? with() : null;
        SelectStatement result = selectAfter(with, position);
        cursor.leave();
        return result;
    }

    /** Goes on after WITH. */
    SelectStatement selectAfter(@Nullable WithClause with, int position) {
        SelectStatement clause = setOperations(operand(), UNION_LEVEL);
        return tail(with, clause, position);
    }

    /** select_with_parens. */
    SelectStatement parenthesizedSelect() {
        cursor.enter();
        cursor.expect(Token.LPAREN);
        SelectStatement query = select();
        cursor.expect(Token.RPAREN);
        cursor.leave();
        return query;
    }

    /** Goes on after a query in parentheses. */
    SelectStatement continueFrom(SelectStatement query) {
        return tail(null, setOperations(query, UNION_LEVEL), query.position());
    }

    private SelectStatement operand() {
        return switch (cursor.token()) {
            case LPAREN -> parenthesizedSelect();
            case SELECT, VALUES, TABLE -> {
                int position = cursor.position();
                yield new SelectStatement(null, body(), List.of(), null, List.of(), position);
            }
            default -> throw cursor.fail();
        };
    }

    private SelectStatement setOperations(SelectStatement left, int floor) {
        while (true) {
            SetOperator operator = switch (cursor.token()) {
                case UNION -> SetOperator.UNION;
                case EXCEPT -> SetOperator.EXCEPT;
                case INTERSECT -> SetOperator.INTERSECT;
                default -> null;
            };
            if (operator == null) return left;
            int level = operator == SetOperator.INTERSECT ? INTERSECT_LEVEL : UNION_LEVEL;
            if (level < floor) return left;
            cursor.advance();
            boolean all = cursor.accept(Token.ALL);
            if (!all) cursor.accept(Token.DISTINCT);
            SelectStatement right = setOperations(operand(), level + 1);
            left = new SelectStatement(null, new SetOperationBody(operator, all, left, right), List.of(), null, List.of(), left.position());
        }
    }

    private SelectStatement tail(@Nullable WithClause with, SelectStatement clause, int position) {
        List<SortBy> orderBy = orderBy();
        Limit limit = null;
        List<Locking> locking = List.of();
        if (cursor.at(Token.FOR)) {
            locking = locking();
            limit = limit();
        } else {
            limit = limit();
            if (cursor.at(Token.FOR)) locking = locking();
        }
        if (with == null && orderBy.isEmpty() && limit == null && locking.isEmpty()) return clause;
        if (!orderBy.isEmpty() && !clause.orderBy().isEmpty()) throw multiple("multiple ORDER BY clauses not allowed", orderBy.getFirst().position());
        if (limit != null && clause.limit() != null) limit = mergeLimit(clause.limit(), limit);
        if (with != null && clause.with() != null) throw multiple("multiple WITH clauses not allowed", with.position());
        List<Locking> allLocking = locking;
        if (!clause.locking().isEmpty()) {
            allLocking = new ArrayList<>(clause.locking());
            allLocking.addAll(locking);
            allLocking = List.copyOf(allLocking);
        }
        List<SortBy> order = orderBy.isEmpty() ? clause.orderBy() : orderBy;
        Limit bound = limit == null ? clause.limit() : limit;
        if (limit != null && limit.withTies()) {
            if (order.isEmpty()) throw new PgException(SqlState.SYNTAX_ERROR, "WITH TIES cannot be specified without ORDER BY clause");
            for (Locking item : allLocking) {
                if (item.waiting() == LockWait.SKIP) {
                    throw new PgException(SqlState.SYNTAX_ERROR, "SKIP LOCKED and WITH TIES options cannot be used together");
                }
            }
        }
        return new SelectStatement(with == null ? clause.with() : with, clause.body(), order, bound, allLocking, position);
    }

    private static Limit mergeLimit(Limit inner, Limit outer) {
        if (outer.offset() != null && inner.offset() != null) throw multiple("multiple OFFSET clauses not allowed", outer.offset().position());
        if (outer.count() != null && inner.count() != null) throw multiple("multiple LIMIT clauses not allowed", outer.count().position());
        if (inner.withTies()) throw new PgException(SqlState.SYNTAX_ERROR, "multiple limit options not allowed");
        return new Limit(outer.count() != null ? outer.count() : inner.count(), outer.offset() != null ? outer.offset() : inner.offset(),
                outer.withTies() || inner.withTies(), inner.position());
    }

    private static PgException multiple(String message, int position) {
        return TokenCursor.error(SqlState.SYNTAX_ERROR, message, position);
    }

    private QueryBody body() {
        return switch (cursor.token()) {
            case VALUES -> {
                cursor.advance();
                yield new ValuesBody(cursor.commaList(() -> cursor.parenthesized(grammar.expressions::expression)));
            }
            case TABLE -> {
                cursor.advance();
                int position = cursor.position();
                FromItem relation = grammar.from.relation();
                yield new SelectBody(DistinctKind.ALL, List.of(), List.of(new Target(new Expr.Star(List.of(), position), null, position)), null,
                        List.of(relation), null, null, null, List.of());
            }
            default -> {
                cursor.expect(Token.SELECT);
                yield selectBody(true);
            }
        };
    }

    /** What follows SELECT; for PL/pgSQL expressions an INTO is none of ours. */
    SelectBody selectBody(boolean intoAllowed) {
        DistinctKind distinct = DistinctKind.ALL;
        List<Expr> distinctOn = List.of();
        List<Target> targets = List.of();
        if (cursor.accept(Token.DISTINCT)) {
            distinct = DistinctKind.DISTINCT;
            if (cursor.accept(Token.ON)) {
                distinct = DistinctKind.DISTINCT_ON;
                distinctOn = cursor.parenthesized(grammar.expressions::expression);
            }
            targets = targets();
        } else {
            cursor.accept(Token.ALL);
            if (!endsTargets()) targets = targets();
        }
        IntoClause into = intoAllowed && cursor.at(Token.INTO) ? into() : null;
        List<FromItem> from = cursor.accept(Token.FROM) ? grammar.from.items() : List.of();
        Expr where = grammar.expressions.optional(Token.WHERE);
        GroupBy groupBy = cursor.at(Token.GROUP) ? groupings.groupBy() : null;
        Expr having = grammar.expressions.optional(Token.HAVING);
        List<WindowSpecification> named = cursor.accept(Token.WINDOW) ? cursor.commaList(windows::definition) : List.of();
        return new SelectBody(distinct, distinctOn, targets, into, from, where, groupBy, having, named);
    }

    private boolean endsTargets() {
        return switch (cursor.token()) {
            case EOF, SEMICOLON, RPAREN, INTO, FROM, WHERE, GROUP, HAVING, WINDOW, UNION, INTERSECT, EXCEPT, ORDER, LIMIT, OFFSET, FETCH, FOR, ON, WITH,
                    RETURNING -> true;
            default -> false;
        };
    }

    /** PLpgSQL_Expr: a SELECT without its first word. */
    SelectStatement plExpression() {
        int position = cursor.position();
        SelectBody body = selectBody(false);
        return tail(null, new SelectStatement(null, body, List.of(), null, List.of(), position), position);
    }

    /** target_list. */
    List<Target> targets() {
        return cursor.commaList(this::target);
    }

    private Target target() {
        int position = cursor.position();
        if (cursor.accept(Token.STAR)) return new Target(new Expr.Star(List.of(), position), null, position);
        Expr value = grammar.expressions.expression();
        String name = null;
        if (cursor.accept(Token.AS)) name = cursor.label();
        else if (cursor.token().bareLabel) name = cursor.label();
        return new Target(value, name, position);
    }

    private IntoClause into() {
        cursor.advance();
        Persistence persistence = Persistence.PERMANENT;
        if (cursor.at(Token.LOCAL) || cursor.at(Token.GLOBAL)) {
            if (cursor.ahead(1) == Token.TEMPORARY || cursor.ahead(1) == Token.TEMP) cursor.advance();
        }
        if (cursor.accept(Token.TEMPORARY) || cursor.accept(Token.TEMP)) persistence = Persistence.TEMPORARY;
        else if (cursor.accept(Token.UNLOGGED)) persistence = Persistence.UNLOGGED;
        cursor.accept(Token.TABLE);
        return new IntoClause(cursor.qualifiedName(), List.of(), null, List.of(), OnCommit.NONE, null, persistence);
    }

    /** opt_sort_clause. */
    List<SortBy> orderBy() {
        if (!cursor.at(Token.ORDER)) return List.of();
        cursor.advance();
        cursor.expect(Token.BY);
        return cursor.commaList(this::sortBy);
    }

    private SortBy sortBy() {
        int position = cursor.position();
        Expr value = grammar.expressions.expression();
        Direction direction = Direction.DEFAULT;
        List<String> operator = List.of();
        if (cursor.accept(Token.USING)) {
            direction = Direction.USING;
            operator = grammar.expressions.qualifiedAnyOperator();
        } else {
            direction = direction();
        }
        return new SortBy(value, direction, nulls(), operator, position);
    }

    Direction direction() {
        if (cursor.accept(Token.ASC)) return Direction.ASC;
        return cursor.accept(Token.DESC) ? Direction.DESC : Direction.DEFAULT;
    }

    Nulls nulls() {
        if (cursor.accept(Token.NULLS, Token.FIRST)) return Nulls.FIRST;
        return cursor.accept(Token.NULLS, Token.LAST) ? Nulls.LAST : Nulls.DEFAULT;
    }

    /** opt_select_limit. */
    private @Nullable Limit limit() {
        int position = cursor.position();
        Expr count = null;
        Expr offset = null;
        boolean ties = false;
        boolean counted = false;
        boolean moved = false;
        while (true) {
            if (!counted && cursor.at(Token.LIMIT)) {
                int limitPosition = cursor.position();
                cursor.advance();
                if (!cursor.accept(Token.ALL)) count = grammar.expressions.expression();
                if (cursor.accept(Token.COMMA)) {
                    grammar.expressions.expression();
                    throw PgError.error(SqlState.SYNTAX_ERROR, "LIMIT #,# syntax is not supported")
                            .withHint("Use separate LIMIT and OFFSET clauses.").withPosition(limitPosition).exception();
                }
                counted = true;
            } else if (!counted && cursor.at(Token.FETCH)) {
                cursor.advance();
                if (!cursor.accept(Token.FIRST)) cursor.expect(Token.NEXT);
                count = cursor.at(Token.ROW) || cursor.at(Token.ROWS) ? new Expr.IntegerLiteral(1, 0) : fetchCount();
                rowOrRows();
                if (cursor.accept(Token.WITH)) {
                    cursor.expect(Token.TIES);
                    ties = true;
                } else {
                    cursor.expect(Token.ONLY);
                }
                counted = true;
            } else if (!moved && cursor.at(Token.OFFSET)) {
                cursor.advance();
                offset = grammar.expressions.expression();
                if (cursor.at(Token.ROW) || cursor.at(Token.ROWS)) cursor.advance();
                moved = true;
            } else {
                return counted || moved ? new Limit(count, offset, ties, position) : null;
            }
        }
    }

    private Expr fetchCount() {
        int position = cursor.position();
        boolean negative = cursor.at(Token.MINUS);
        if (!negative && !cursor.at(Token.PLUS)) return grammar.calls.primary();
        cursor.advance();
        if (cursor.at(Token.FCONST)) {
            String text = cursor.takeText();
            return new Expr.NumericLiteral(negative ? "-" + text : text, position);
        }
        int value = cursor.integer();
        return new Expr.IntegerLiteral(negative ? -value : value, position);
    }

    private void rowOrRows() {
        if (!cursor.accept(Token.ROW)) cursor.expect(Token.ROWS);
    }

    private List<Locking> locking() {
        if (cursor.at(Token.FOR, Token.READ)) {
            cursor.advance();
            cursor.advance();
            cursor.expect(Token.ONLY);
            return List.of();
        }
        List<Locking> items = new ArrayList<>(1);
        while (cursor.accept(Token.FOR)) {
            LockStrength strength;
            if (cursor.accept(Token.UPDATE)) {
                strength = LockStrength.UPDATE;
            } else if (cursor.accept(Token.SHARE)) {
                strength = LockStrength.SHARE;
            } else if (cursor.accept(Token.NO)) {
                cursor.expect(Token.KEY, Token.UPDATE);
                strength = LockStrength.NO_KEY_UPDATE;
            } else {
                cursor.expect(Token.KEY, Token.SHARE);
                strength = LockStrength.KEY_SHARE;
            }
            List<QualifiedName> relations = cursor.accept(Token.OF) ? cursor.commaList(cursor::qualifiedName) : List.of();
            LockWait waiting = LockWait.BLOCK;
            if (cursor.accept(Token.NOWAIT)) {
                waiting = LockWait.NOWAIT;
            } else if (cursor.accept(Token.SKIP)) {
                cursor.expect(Token.LOCKED);
                waiting = LockWait.SKIP;
            }
            items.add(new Locking(strength, relations, waiting));
        }
        return List.copyOf(items);
    }

    /** with_clause. */
    WithClause with() {
        int position = cursor.position();
        cursor.expect(Token.WITH);
        boolean recursive = cursor.accept(Token.RECURSIVE);
        return new WithClause(recursive, cursor.commaList(this::commonTable), position);
    }

    private CommonTable commonTable() {
        int position = cursor.position();
        String name = cursor.columnName();
        List<String> columns = cursor.optionalNames();
        cursor.expect(Token.AS);
        Materialization materialization = Materialization.DEFAULT;
        if (cursor.accept(Token.MATERIALIZED)) {
            materialization = Materialization.ALWAYS;
        } else if (cursor.accept(Token.NOT)) {
            cursor.expect(Token.MATERIALIZED);
            materialization = Materialization.NEVER;
        }
        cursor.expect(Token.LPAREN);
        Statement.Optimizable query = grammar.modify.preparable();
        cursor.expect(Token.RPAREN);
        return new CommonTable(name, columns, materialization, query, search(), cycle(), position);
    }

    private @Nullable SearchClause search() {
        int position = cursor.position();
        if (!cursor.accept(Token.SEARCH)) return null;
        boolean breadth = cursor.accept(Token.BREADTH);
        if (!breadth) cursor.expect(Token.DEPTH);
        cursor.expect(Token.FIRST, Token.BY);
        List<String> columns = cursor.nameList();
        cursor.expect(Token.SET);
        return new SearchClause(breadth, columns, cursor.columnName(), position);
    }

    private @Nullable CycleClause cycle() {
        int position = cursor.position();
        if (!cursor.accept(Token.CYCLE)) return null;
        List<String> columns = cursor.nameList();
        cursor.expect(Token.SET);
        String mark = cursor.columnName();
        Expr value = null;
        Expr otherwise = null;
        if (cursor.accept(Token.TO)) {
            value = cycleMark();
            cursor.expect(Token.DEFAULT);
            otherwise = cycleMark();
        }
        cursor.expect(Token.USING);
        return new CycleClause(columns, mark, value, otherwise, cursor.columnName(), position);
    }

    /** A constant; texts of the catalog may have it as a cast, for so definitions print it. */
    private Expr cycleMark() {
        return cursor.stored() ? grammar.expressions.expression() : grammar.calls.primary();
    }
}
