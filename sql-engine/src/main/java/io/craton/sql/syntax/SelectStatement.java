package io.craton.sql.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query with the clauses that may follow any body. {@code TABLE t} arrives as {@code SELECT * FROM t}, as in PostgreSQL. Parentheses leave no trace
 * except as nested statements in a set operation.
 */
public record SelectStatement(
        @Nullable WithClause with,
        QueryBody body,
        List<SortBy> orderBy,
        @Nullable Limit limit,
        List<Locking> locking,
        int position)
        implements Statement.Optimizable {

    /** SELECT INTO, which is no query. */
    public boolean intoNewTable() {
        SelectStatement leaf = this;
        while (leaf.body() instanceof SetOperationBody set) leaf = set.left();
        return leaf.body() instanceof SelectBody select && select.into() != null;
    }

    /** SELECT, VALUES or a set operation. */
    public sealed interface QueryBody {}

    /** {@code SELECT value}. */
    public static SelectStatement of(Expr value) {
        Target target = new Target(value, null, value.position());
        return new SelectStatement(null, new SelectBody(DistinctKind.ALL, List.of(), List.of(target), null, List.of(), null, null, null, List.of()),
                List.of(), null, List.of(), value.position());
    }

    public enum DistinctKind { ALL, DISTINCT, DISTINCT_ON }

    /** {@code into} only for SELECT INTO. */
    public record SelectBody(
            DistinctKind distinct,
            List<Expr> distinctOn,
            List<Target> targets,
            @Nullable IntoClause into,
            List<FromItem> from,
            @Nullable Expr where,
            @Nullable GroupBy groupBy,
            @Nullable Expr having,
            List<WindowSpecification> windows)
            implements QueryBody {}

    /** Rows may differ in length here; analysis complains. */
    public record ValuesBody(List<List<Expr>> rows) implements QueryBody {}

    public enum SetOperator { UNION, INTERSECT, EXCEPT }

    public record SetOperationBody(SetOperator operator, boolean all, SelectStatement left, SelectStatement right) implements QueryBody {}

    /** One entry of a select or RETURNING list; {@code name} only when an alias was written. */
    public record Target(Expr value, @Nullable String name, int position) {}

    public record IntoClause(
            QualifiedName relation,
            List<String> columns,
            @Nullable String accessMethod,
            List<Option> options,
            OnCommit onCommit,
            @Nullable String tablespace,
            Persistence persistence) {}

    public enum OnCommit { NONE, PRESERVE_ROWS, DELETE_ROWS, DROP }

    public enum Persistence { PERMANENT, TEMPORARY, UNLOGGED }

    /** GROUP BY [DISTINCT]. */
    public record GroupBy(boolean distinct, List<GroupingElement> elements) {}

    public sealed interface GroupingElement {
        int position();
    }

    public record GroupingExpr(Expr value, int position) implements GroupingElement {}

    /** {@code ()}. */
    public record EmptyGrouping(int position) implements GroupingElement {}

    public record Rollup(List<Expr> arguments, int position) implements GroupingElement {}

    public record Cube(List<Expr> arguments, int position) implements GroupingElement {}

    public record GroupingSets(List<GroupingElement> elements, int position) implements GroupingElement {}

    public enum Direction { DEFAULT, ASC, DESC, USING }

    public enum Nulls { DEFAULT, FIRST, LAST }

    /** {@code operator} only with USING. */
    public record SortBy(Expr value, Direction direction, Nulls nulls, List<String> operator, int position) {}

    /** LIMIT/OFFSET/FETCH. {@code count} null: LIMIT ALL or none; {@code withTies}: FETCH .. WITH TIES. */
    public record Limit(@Nullable Expr count, @Nullable Expr offset, boolean withTies, int position) {}

    public enum LockStrength { KEY_SHARE, SHARE, NO_KEY_UPDATE, UPDATE }

    public enum LockWait { BLOCK, SKIP, NOWAIT }

    public record Locking(LockStrength strength, List<QualifiedName> relations, LockWait waiting) {}

    public record WithClause(boolean recursive, List<CommonTable> tables, int position) {}

    public enum Materialization { DEFAULT, ALWAYS, NEVER }

    /** A CTE; its query may modify data. */
    public record CommonTable(
            String name,
            List<String> columns,
            Materialization materialization,
            Statement.Optimizable query,
            @Nullable SearchClause search,
            @Nullable CycleClause cycle,
            int position) {}

    public record SearchClause(boolean breadthFirst, List<String> columns, String sequenceColumn, int position) {}

    /** {@code mark} and {@code markDefault} null: TRUE and FALSE. */
    public record CycleClause(
            List<String> columns, String markColumn, @Nullable Expr mark, @Nullable Expr markDefault, String pathColumn, int position) {}
}
