package io.craton.sql.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A raw expression, as PostgreSQL's raw parse tree has it: names unresolved, types unknown. Special syntax is mapped to calls of pg_catalog functions where
 * PostgreSQL does so (SUBSTRING .. FROM, EXTRACT, POSITION, OVERLAY, TRIM, AT TIME ZONE, NORMALIZE, COLLATION FOR, OVERLAPS, LIKE .. ESCAPE).
 */
public sealed interface Expr {
    /** Where PostgreSQL would point for an error about this node: 1-based character, 0 unknown. */
    int position();

    /** A column, qualified or not; also whole-row references: resolution decides. */
    record ColumnRef(List<String> names, int position) implements Expr {}

    /** {@code *} (empty qualifier) or {@code t.*} in a select list, count(*) excepted. */
    record Star(List<String> qualifier, int position) implements Expr {}

    /** $n, 1-based. */
    record ParamRef(int number, int position) implements Expr {}

    /** A constant as written. */
    sealed interface Literal extends Expr {}

    /** An integer that fits int4. */
    record IntegerLiteral(int value, int position) implements Literal {}

    /** Any other number, in its own text; int8 or numeric by its value, as PostgreSQL decides later. */
    record NumericLiteral(String text, int position) implements Literal {}

    /** A quoted string of unknown type, escapes already resolved. */
    record StringLiteral(String value, int position) implements Literal {}

    /** B'..' or X'..'; {@code text} starts with b or x. */
    record BitLiteral(String text, int position) implements Literal {}

    record BooleanLiteral(boolean value, int position) implements Literal {}

    record NullLiteral(int position) implements Literal {}

    /** CAST(x AS t), x::t, and {@code type 'literal'}. Position is the {@code ::} or the CAST keyword or the literal's type, as in PostgreSQL. */
    record TypeCast(Expr argument, TypeName type, int position) implements Expr {}

    /** x COLLATE name. */
    record Collate(Expr argument, List<String> collation, int position) implements Expr {}

    /** A step of an indirection: .field, .*, [subscript], [lower:upper]. */
    sealed interface Step {}

    record FieldStep(String name) implements Step {}

    record StarStep() implements Step {}

    record SubscriptStep(Expr index) implements Step {}

    /** [lower:upper]; absent bounds are null. */
    record SliceStep(@Nullable Expr lower, @Nullable Expr upper) implements Step {}

    /** Field selection and subscripts on an expression: (row).f, a[1][2:3], $1.x. Names directly after a column are part of ColumnRef. */
    record Indirection(Expr argument, List<Step> steps, int position) implements Expr {}

    /**
     * An operator. {@code left} null: prefix. Operator names are qualified only when written OPERATOR(schema.op). Comparison with {@code <>}
     * arrives as {@code <>} also when written {@code !=}. Position is the operator's.
     */
    record OperatorCall(List<String> operator, @Nullable Expr left, Expr right, int position) implements Expr {}

    enum Junction { AND, OR }

    /** AND or OR with two or more arguments (flattened as PostgreSQL does). */
    record BoolExpr(Junction junction, List<Expr> arguments, int position) implements Expr {}

    record Not(Expr argument, int position) implements Expr {}

    record NullTest(Expr argument, boolean negated, int position) implements Expr {}

    enum Truth { TRUE, FALSE, UNKNOWN }

    record BooleanTest(Expr argument, Truth truth, boolean negated, int position) implements Expr {}

    /** IS [NOT] DISTINCT FROM. */
    record DistinctFrom(Expr left, Expr right, boolean negated, int position) implements Expr {}

    enum LikeKind { LIKE, ILIKE, SIMILAR }

    /**
     * [NOT] LIKE / ILIKE / SIMILAR TO; operators ~~, ~~*, ~ and their negations. The pattern is wrapped in pg_catalog.like_escape or
     * pg_catalog.similar_to_escape exactly where PostgreSQL does.
     */
    record Like(LikeKind kind, boolean negated, Expr argument, Expr pattern, int position) implements Expr {
        /** The operator that PostgreSQL's grammar names for this form. */
        public String operator() {
            return switch (kind) {
                case LIKE -> negated ? "!~~" : "~~";
                case ILIKE -> negated ? "!~~*" : "~~*";
                case SIMILAR -> negated ? "!~" : "~";
            };
        }
    }

    /** x [NOT] BETWEEN [SYMMETRIC] low AND high. */
    record Between(Expr argument, Expr low, Expr high, boolean symmetric, boolean negated, int position) implements Expr {}

    /** x [NOT] IN (list). IN (subquery) is a {@link SubLink} of kind ANY, inside {@link Not} when negated. */
    record InList(Expr argument, List<Expr> items, boolean negated, int position) implements Expr {}

    /** x op ANY/ALL (array). {@code all} false is ANY/SOME. */
    record QuantifiedComparison(List<String> operator, boolean all, Expr left, Expr array, int position) implements Expr {}

    enum SubLinkKind { EXISTS, ANY, ALL, SCALAR, ARRAY }

    /**
     * A subquery in an expression. For ANY and ALL, {@code test} is the left side and {@code operator} its operator; an empty operator with ANY
     * means {@code IN}, i.e. "=".
     */
    record SubLink(SubLinkKind kind, @Nullable Expr test, List<String> operator, SelectStatement query, int position) implements Expr {}

    record When(Expr condition, Expr result, int position) {}

    record Case(@Nullable Expr operand, List<When> whens, @Nullable Expr otherwise, int position) implements Expr {}

    record Coalesce(List<Expr> arguments, int position) implements Expr {}

    record NullIf(Expr left, Expr right, int position) implements Expr {}

    /** GREATEST or LEAST. */
    record MinMax(boolean greatest, List<Expr> arguments, int position) implements Expr {}

    /** ARRAY[..]; nested brackets are nested ArrayExprs. */
    record ArrayExpr(List<Expr> elements, int position) implements Expr {}

    /** ROW(..) or (a, b). */
    record RowExpr(List<Expr> fields, boolean explicit, int position) implements Expr {}

    /** GROUPING(..). */
    record Grouping(List<Expr> arguments, int position) implements Expr {}

    /** How a call was written; decides how it is printed. */
    enum CallSyntax { ORDINARY, SQL_SYNTAX }

    /**
     * A function call with everything that may be said in one.
     *
     * @param star f(*)
     * @param distinct f(DISTINCT ..)
     * @param variadic the last argument was marked VARIADIC
     * @param orderBy ORDER BY inside the call, or WITHIN GROUP's when {@code withinGroup}
     * @param over window: a named window is a specification with only {@code windowName}
     */
    record FunctionCall(
            List<String> name,
            List<Expr> arguments,
            boolean star,
            boolean distinct,
            boolean variadic,
            List<SelectStatement.SortBy> orderBy,
            boolean withinGroup,
            @Nullable Expr filter,
            @Nullable WindowSpecification over,
            CallSyntax syntax,
            int position)
            implements Expr {

        /** A plain call with positional arguments. */
        public static FunctionCall of(List<String> name, List<Expr> arguments, CallSyntax syntax, int position) {
            return new FunctionCall(name, arguments, false, false, false, List.of(), false, null, null, syntax, position);
        }
    }

    /** name => value or name := value, only as an argument of a call. */
    record NamedArgument(String name, Expr value, int position) implements Expr {}

    enum ValueFunction {
        CURRENT_DATE, CURRENT_TIME, CURRENT_TIMESTAMP, LOCALTIME, LOCALTIMESTAMP, CURRENT_ROLE, CURRENT_USER, SESSION_USER, USER, CURRENT_CATALOG,
        CURRENT_SCHEMA
    }

    /** CURRENT_DATE and friends; {@code precision} -1 when none was given. */
    record CurrentValue(ValueFunction function, int precision, int position) implements Expr {}

    /** DEFAULT as a value; legal only in INSERT, UPDATE, MERGE: analysis decides. */
    record SetToDefault(int position) implements Expr {}

    /** WHERE CURRENT OF cursor. */
    record CurrentOf(String cursor, int position) implements Expr {}

    enum XmlOperation { CONCAT, ELEMENT, FOREST, PARSE, PI, ROOT, IS_DOCUMENT }

    /** An XML constructor. {@code name} of the element or PI; {@code named} are attributes or FOREST members; {@code document} for PARSE. */
    record XmlExpr(
            XmlOperation operation, @Nullable String name, List<XmlNamed> named, List<Expr> arguments, boolean document, int position)
            implements Expr {}

    record XmlNamed(@Nullable String name, Expr value, int position) {}

    record XmlSerialize(boolean document, Expr argument, TypeName type, int position) implements Expr {}
}
