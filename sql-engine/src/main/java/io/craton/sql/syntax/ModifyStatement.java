package io.craton.sql.syntax;

import io.craton.sql.syntax.SelectStatement.Target;
import io.craton.sql.syntax.SelectStatement.WithClause;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** INSERT, UPDATE, DELETE, MERGE. */
public sealed interface ModifyStatement extends Statement.Optimizable {
    @Nullable WithClause with();

    FromItem.RelationItem target();

    enum Overriding { NONE, USER, SYSTEM }

    /** A column to assign, with field and subscript steps: t.a[1].b. */
    record TargetColumn(String name, List<Expr.Step> steps, int position) {}

    /** {@code source} null: DEFAULT VALUES. Empty columns: all. */
    record Insert(
            @Nullable WithClause with,
            FromItem.RelationItem target,
            List<TargetColumn> columns,
            Overriding overriding,
            @Nullable SelectStatement source,
            @Nullable OnConflict onConflict,
            List<Target> returning)
            implements ModifyStatement {}

    /** An index element in an inference clause or index definition: a column, or an expression. */
    record IndexElement(
            @Nullable String column,
            @Nullable Expr expression,
            List<String> collation,
            List<String> operatorClass,
            List<Option> operatorClassOptions,
            SelectStatement.Direction direction,
            SelectStatement.Nulls nulls,
            int position) {}

    /** ON CONFLICT. Without {@code elements} and {@code constraint}: any conflict. {@code assignments} empty: DO NOTHING. */
    record OnConflict(
            List<IndexElement> elements,
            @Nullable Expr inferenceWhere,
            @Nullable String constraint,
            boolean doUpdate,
            List<Assignment> assignments,
            @Nullable Expr where,
            int position) {}

    /** {@code col = value}, or {@code (a, b) = row} when {@code multiple}: value then is a RowExpr, a scalar SubLink or another row expression. */
    record Assignment(List<TargetColumn> columns, boolean multiple, Expr value, int position) {}

    record Update(
            @Nullable WithClause with,
            FromItem.RelationItem target,
            List<Assignment> assignments,
            List<FromItem> from,
            @Nullable Expr where,
            List<Target> returning)
            implements ModifyStatement {}

    record Delete(
            @Nullable WithClause with, FromItem.RelationItem target, List<FromItem> using, @Nullable Expr where, List<Target> returning)
            implements ModifyStatement {}

    record Merge(
            @Nullable WithClause with, FromItem.RelationItem target, FromItem source, Expr condition, List<MergeWhen> whens)
            implements ModifyStatement {}

    record MergeWhen(boolean matched, @Nullable Expr condition, MergeAction action) {}

    sealed interface MergeAction {}

    record MergeUpdate(List<Assignment> assignments) implements MergeAction {}

    record MergeDelete() implements MergeAction {}

    /** {@code values} empty: DEFAULT VALUES. */
    record MergeInsert(List<TargetColumn> columns, Overriding overriding, List<Expr> values) implements MergeAction {}

    record MergeNothing() implements MergeAction {}
}
