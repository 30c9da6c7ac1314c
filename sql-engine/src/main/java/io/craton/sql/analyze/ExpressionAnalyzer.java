package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.CollationTable;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.Mark;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Raw expressions become typed scalars (parse_expr): the dispatch, and the simple forms. One analysis. */
final class ExpressionAnalyzer {
    private static final int DEPTH_MAX = 1500;

    private final Analysis analysis;
    private final CallAnalyzer calls;
    private final ComparisonAnalyzer comparisons;
    private final ConditionalAnalyzer conditionals;
    private final SublinkAnalyzer sublinks;
    private final IndirectionAnalyzer indirections;
    private int depth;

    ExpressionAnalyzer(Analysis analysis) {
        this.analysis = analysis;
        this.calls = new CallAnalyzer(analysis, this);
        this.comparisons = new ComparisonAnalyzer(analysis, this);
        this.conditionals = new ConditionalAnalyzer(analysis, this);
        this.sublinks = new SublinkAnalyzer(analysis, this);
        this.indirections = new IndirectionAnalyzer(analysis, this);
    }

    CallAnalyzer calls() {
        return calls;
    }

    IndirectionAnalyzer indirections() {
        return indirections;
    }

    /** An expression of a clause. */
    Scalar analyze(Expr expr, Scope scope, ExpressionKind kind) {
        ExpressionKind before = scope.kind;
        scope.kind = kind;
        Scalar result = analyze(expr, scope);
        scope.kind = before;
        return result;
    }

    /** A boolean expression of a clause; {@code construct} names it in errors. */
    Scalar condition(Expr expr, Scope scope, ExpressionKind kind, String construct) {
        return analysis.coercions.toBoolean(analyze(expr, scope, kind), construct, Positions.of(expr));
    }

    Scalar analyze(Expr expr, Scope scope) {
        if (++depth > DEPTH_MAX) {
            throw PgError.error(SqlState.STATEMENT_TOO_COMPLEX, "stack depth limit exceeded")
                    .withHint("Increase the configuration parameter \"max_stack_depth\" (currently 2048kB), after ensuring the platform's stack depth limit is adequate.")
                    .exception();
        }
        Scalar result = dispatch(expr, scope);
        depth--;
        if (analysis.findings != null) analysis.findings.origin(result, expr);
        return result;
    }

    private Scalar dispatch(Expr expr, Scope scope) {
        return switch (expr) {
            case Expr.ColumnRef n -> analysis.columns.resolve(n, scope);
            case Expr.Literal n -> literal(n);
            case Expr.ParamRef n -> parameter(n);
            case Expr.OperatorCall n -> comparisons.operator(n, scope);
            case Expr.BoolExpr n -> logical(n, scope);
            case Expr.Not n -> new Scalar.Not(bool(n.argument(), scope, "NOT"));
            case Expr.FunctionCall n -> calls.analyze(n, scope);
            case Expr.TypeCast n -> cast(n, scope);
            case Expr.Collate n -> collate(n, scope);
            case Expr.NullTest n -> nullTest(n, scope);
            case Expr.BooleanTest n -> booleanTest(n, scope);
            case Expr.DistinctFrom n -> comparisons.distinct(n, scope);
            case Expr.Like n -> analysis.operators.call(List.of(n.operator()), analyze(n.argument(), scope), Positions.of(n.argument()),
                    analyze(n.pattern(), scope), Positions.of(n.pattern()), n.position());
            case Expr.Between n -> comparisons.between(n, scope);
            case Expr.InList n -> comparisons.in(n, scope);
            case Expr.QuantifiedComparison n -> comparisons.anyAll(n, scope);
            case Expr.SubLink n -> sublinks.analyze(n, scope);
            case Expr.Case n -> conditionals.choice(n, scope);
            case Expr.Coalesce n -> conditionals.coalesce(n, scope);
            case Expr.NullIf n -> comparisons.nullIf(n, scope);
            case Expr.MinMax n -> conditionals.extreme(n, scope);
            case Expr.ArrayExpr n -> conditionals.array(n, scope, null, -1);
            case Expr.RowExpr n -> row(n, scope);
            case Expr.Indirection n -> indirections.select(n, scope);
            case Expr.Grouping n -> grouping(n, scope);
            case Expr.CurrentValue n -> currentValue(n);
            case Expr.NamedArgument n -> throw PgError.error(SqlState.SYNTAX_ERROR, "named arguments are not allowed here")
                    .withPosition(n.position()).exception();
            case Expr.Star n when !n.qualifier().isEmpty() -> wholeRow(n, scope);
            case Expr.Star n -> throw PgError.error(SqlState.SYNTAX_ERROR, "row expansion via \"*\" is not supported here")
                    .withPosition(n.position()).exception();
            case Expr.SetToDefault n -> throw PgError.error(SqlState.SYNTAX_ERROR, "DEFAULT is not allowed in this context")
                    .withPosition(n.position()).exception();
            case Expr.CurrentOf n -> throw new IllegalStateException("CURRENT OF is WHERE's of UPDATE and DELETE");
            case Expr.XmlExpr n -> throw PgException.notSupported("XML");
            case Expr.XmlSerialize n -> throw PgException.notSupported("XMLSERIALIZE");
        };
    }

    private Scalar parameter(Expr.ParamRef n) {
        if (analysis.variables == null) return analysis.parameters.reference(n.number(), n.position());
        Scalar parameter = analysis.variables.parameter(n.number());
        if (parameter != null) return parameter;
        throw PgError.error(SqlState.UNDEFINED_PARAMETER, "there is no parameter $" + n.number()).withPosition(n.position()).exception();
    }

    private Scalar literal(Expr.Literal literal) {
        return switch (literal) {
            case Expr.StringLiteral n -> new Scalar.Constant(n.value(), PgTypes.UNKNOWN, -1);
            case Expr.IntegerLiteral n -> new Scalar.Constant((long) n.value(), PgTypes.INT4, -1);
            case Expr.NumericLiteral n -> number(n.text());
            case Expr.NullLiteral n -> new Scalar.Constant(null, PgTypes.UNKNOWN, -1);
            case Expr.BooleanLiteral n -> new Scalar.Constant(n.value(), PgTypes.BOOL, -1);
            case Expr.BitLiteral n -> {
                PgType bit = PgTypes.get(TypeOid.BIT);
                try {
                    yield new Scalar.Constant(TypeCodecs.fromText(bit, n.text(), -1, analysis.catalog.format()), bit, -1);
                } catch (PgException e) {
                    throw e.at(n.position());
                }
            }
        };
    }

    /** Too wide for int4: int8 if it is an integer that fits, else numeric. */
    private static Scalar number(String text) {
        if (integral(text)) {
            try {
                long value = Long.parseLong(text);
                return new Scalar.Constant(value, value == (int) value ? PgTypes.INT4 : PgTypes.INT8, -1);
            } catch (NumberFormatException e) {
                // wider than int8: numeric
            }
        }
        return new Scalar.Constant(Numeric.parse(text), PgTypes.NUMERIC, -1);
    }

    private static boolean integral(String text) {
        if (text.length() > 20) return false;
        for (int i = text.startsWith("-") ? 1 : 0; i < text.length(); i++) if (text.charAt(i) < '0' || text.charAt(i) > '9') return false;
        return true;
    }

    private Scalar bool(Expr expr, Scope scope, String construct) {
        return analysis.coercions.toBoolean(analyze(expr, scope), construct, Positions.of(expr));
    }

    private Scalar logical(Expr.BoolExpr n, Scope scope) {
        List<Scalar> arguments = new ArrayList<>(n.arguments().size());
        String word = n.junction() == Expr.Junction.AND ? "AND" : "OR";
        for (Expr argument : n.arguments()) arguments.add(bool(argument, scope, word));
        return new Scalar.Logical(n.junction() == Expr.Junction.AND ? Scalar.Logic.AND : Scalar.Logic.OR, arguments);
    }

    /** transformTypeCast; ARRAY[..]::t[] gives its elements the type wanted, so that even an empty one has a type. */
    private Scalar cast(Expr.TypeCast n, Scope scope) {
        Mark.Assigned assigned = Mark.of(n.type().names().getLast()) instanceof Mark.Assigned mark ? mark : null;
        TypeResolution.TypeRef target = assigned == null ? analysis.types.resolve(n.type())
                : new TypeResolution.TypeRef(analysis.catalog.requireType(assigned.oid()), assigned.typmod());
        Scalar argument;
        if (n.argument() instanceof Expr.ArrayExpr array) {
            PgType base = analysis.catalog.baseType(target.type());
            PgType element = analysis.catalog.elementType(base);
            argument = conditionals.array(array, scope, element, analysis.catalog.baseTypmod(target.type(), target.typmod()));
        } else {
            argument = analyze(n.argument(), scope);
        }
        Scalar result = analysis.coercions.toTarget(argument, target.type(), target.typmod(), assigned == null ? CoercionContext.EXPLICIT : CoercionContext.ASSIGNMENT,
                Positions.of(n.argument()));
        if (result == null) {
            int position = n.position() != 0 ? n.position() : n.type().position();
            throw analysis.coercions.cannotCoerce(argument.type(), target.type(), position);
        }
        if (target.typmod() < 0 && argument.type().equals(target.type())) result = Coercions.withoutTypmod(result);
        if (analysis.findings != null && result != argument) {
            analysis.findings.explicitCast(result instanceof Scalar.Collate collate ? collate.argument() : result);
        }
        return result;
    }

    private Scalar collate(Expr.Collate n, Scope scope) {
        Scalar argument = analyze(n.argument(), scope);
        if (argument.type().oid() != TypeOid.UNKNOWN && !Coercions.collatable(argument.type())) {
            throw PgError.error(SqlState.DATATYPE_MISMATCH, "collations are not supported by type "
                    + TypeNames.of(argument.type(), analysis.catalog)).withPosition(n.position()).exception();
        }
        return new Scalar.Collate(argument, collation(n.collation(), n.position()), true);
    }

    /** Oid of a collation by name; 42704 when there is none. */
    int collation(List<String> name, int position) {
        String last = name.getLast();
        if (Mark.of(last) instanceof Mark.Collation(int oid)) return oid;
        int found = CollationTable.find(last, analysis.catalog.catalog());
        if (found != 0) return found;
        throw PgError.error(SqlState.UNDEFINED_OBJECT, "collation \"" + String.join(".", name) + "\" for encoding \"UTF8\" does not exist")
                .withPosition(position).exception();
    }

    private Scalar nullTest(Expr.NullTest n, Scope scope) {
        Scalar argument = analyze(n.argument(), scope);
        return new Scalar.IsNull(argument, n.negated());
    }

    private Scalar booleanTest(Expr.BooleanTest n, Scope scope) {
        String construct = "IS " + (n.negated() ? "NOT " : "") + n.truth().name();
        Scalar.Truth truth = switch (n.truth()) {
            case TRUE -> Scalar.Truth.TRUE;
            case FALSE -> Scalar.Truth.FALSE;
            case UNKNOWN -> Scalar.Truth.UNKNOWN;
        };
        return new Scalar.TruthTest(bool(n.argument(), scope, construct), truth, n.negated());
    }

    /** {@code t.*} inside an expression: the row as one value. */
    private Scalar wholeRow(Expr.Star n, Scope scope) {
        Scalar variable = analysis.columns.variableRow(n.qualifier(), scope, n.position());
        if (variable != null) return variable;
        String relation = n.qualifier().getLast();
        @Nullable String schema = n.qualifier().size() > 1 ? n.qualifier().get(n.qualifier().size() - 2) : null;
        RangeItem item = analysis.columns.findItem(schema, relation, n.position(), scope);
        if (item == null) throw MissingNames.relation(schema, relation, n.position(), scope);
        return analysis.columns.wholeRow(item, scope, n.position());
    }

    /** ROW(..) with t.* inside expanded. */
    private Scalar row(Expr.RowExpr n, Scope scope) {
        List<Scalar> fields = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Expr field : StarExpansion.written(n.fields(), scope)) {
            if (field instanceof Expr.Star star) {
                for (StarExpansion.Item item : StarExpansion.expand(star, scope)) fields.add(item.value());
            } else {
                fields.add(analyze(field, scope));
            }
        }
        for (int i = 1; i <= fields.size(); i++) names.add("f" + i);
        if (fields.size() > SelectAnalyzer.ENTRIES_MAX) {
            throw PgError.error(SqlState.TOO_MANY_COLUMNS, "ROW expressions can have at most " + SelectAnalyzer.ENTRIES_MAX + " entries")
                    .withPosition(n.position()).exception();
        }
        return new Scalar.RowValue(fields, names, PgTypes.RECORD);
    }

    private Scalar grouping(Expr.Grouping n, Scope scope) {
        if (n.arguments().size() > 31) {
            throw PgError.error(SqlState.TOO_MANY_ARGUMENTS, "GROUPING must have fewer than 32 arguments")
                    .withPosition(n.position()).exception();
        }
        List<Scalar> arguments = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        for (Expr argument : n.arguments()) {
            arguments.add(analyze(argument, scope));
            positions.add(Positions.of(argument));
        }
        int level = level(arguments);
        Scope target = AggregateAnalyzer.scopeAt(scope, level);
        if (!target.kind.allowsAggregates()) {
            throw PgError.error(SqlState.GROUPING_ERROR, target.kind.aggregateError("grouping operations"))
                    .withPosition(n.position()).exception();
        }
        TreeRewriter raised = new TreeRewriter((node, depth) -> node instanceof Scalar.OuterColumn outer && outer.level() >= depth + level
                ? TreeRewriter.reference(outer.level() - level, outer.index(), outer.type(), outer.typmod()) : null);
        target.groupings.add(new Scope.GroupingUse(level == 0 ? arguments : raised.rewrite(arguments, 0), positions, n.position()));
        Scalar placeholder = TreeRewriter.reference(level, Scope.GROUPING_BASE - (target.groupings.size() - 1), PgTypes.INT4, -1);
        if (analysis.findings != null) analysis.findings.grouping(placeholder, arguments);
        return placeholder;
    }

    /** The level of the nearest column: the query that GROUPING belongs to. */
    private static int level(List<Scalar> arguments) {
        int[] nearest = {Integer.MAX_VALUE};
        TreeRewriter visitor = new TreeRewriter((node, depth) -> {
            if (node instanceof Scalar.Column && depth == 0) nearest[0] = 0;
            if (node instanceof Scalar.OuterColumn outer && outer.level() >= depth) nearest[0] = Math.min(nearest[0], outer.level() - depth);
            return null;
        });
        for (Scalar argument : arguments) visitor.rewrite(argument);
        return nearest[0] == Integer.MAX_VALUE ? 0 : nearest[0];
    }

    private static Scalar currentValue(Expr.CurrentValue n) {
        int typmod = n.precision() < 0 ? -1 : Math.min(n.precision(), 6);
        String name = n.function().name().toLowerCase(java.util.Locale.ROOT);
        PgType type = switch (n.function()) {
            case CURRENT_DATE -> PgTypes.DATE;
            case CURRENT_TIME -> PgTypes.TIMETZ;
            case CURRENT_TIMESTAMP -> PgTypes.TIMESTAMPTZ;
            case LOCALTIME -> PgTypes.TIME;
            case LOCALTIMESTAMP -> PgTypes.TIMESTAMP;
            default -> PgTypes.NAME;
        };
        return new Scalar.SessionValue(name, type, type.oid() == TypeOid.NAME || type.oid() == TypeOid.DATE ? -1 : typmod);
    }

    /** Expressions in a list, one by one. */
    List<Scalar> list(List<Expr> expressions, Scope scope) {
        List<Scalar> result = new ArrayList<>(expressions.size());
        for (Expr expression : expressions) result.add(analyze(expression, scope));
        return result;
    }

    static int[] positions(List<Expr> expressions) {
        int[] positions = new int[expressions.size()];
        for (int i = 0; i < positions.length; i++) positions[i] = Positions.of(expressions.get(i));
        return positions;
    }

    /** An expression without columns: a default, a cast's operand in DDL. */
    @Nullable Scalar optional(@Nullable Expr expr, Scope scope, ExpressionKind kind) {
        return expr == null ? null : analyze(expr, scope, kind);
    }
}
