package io.craton.sql.expr;

import io.craton.core.error.PgException;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.Repr;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.core.type.TypeResolver;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.analyze.Collations;
import io.craton.sql.function.CallInfo;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.Kernels;
import io.craton.sql.kernel.ArithmeticKernels;
import io.craton.sql.kernel.Comparison;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Scalars to evaluators, folding immutable calls over constants with the evaluator itself. One planning, one thread. */
public final class ExpressionCompiler {
    private final Kernels kernels;
    private final ExecContext context;
    private final TypeResolver types;
    private final Function<Relation, Subquery> subqueries;
    private final Scope foldScope;
    private boolean insideDictionary;

    /** @param subqueries plans the relation of a subquery expression */
    public ExpressionCompiler(Kernels kernels, ExecContext context, Function<Relation, Subquery> subqueries) {
        this.kernels = kernels;
        this.context = context;
        this.types = context.format().types();
        this.subqueries = subqueries;
        this.foldScope = new Scope(context, new StatementState());
    }

    public Kernels kernels() {
        return kernels;
    }

    public ExecContext context() {
        return context;
    }

    public Evaluator[] compile(List<Scalar> scalars) {
        Evaluator[] evaluators = new Evaluator[scalars.size()];
        for (int i = 0; i < evaluators.length; i++) evaluators[i] = compile(scalars.get(i));
        return evaluators;
    }

    /** An evaluator; expressions with volatile calls run row by row so that effects come in the order of rows. */
    public Evaluator compile(Scalar scalar) {
        Evaluator evaluator = build(scalar);
        return Scalars.isVolatile(scalar) ? new LeafEvaluators.RowWise(evaluator) : evaluator;
    }

    public DatumOrder order(PgType type, FunctionDef less, FunctionDef equal, int collation) {
        return DatumOrder.of(type, less, equal, collation, kernels);
    }

    public DatumEquality equality(FunctionDef equality, PgType left, PgType right) {
        return DatumEquality.of(equality, left, right, 0, kernels);
    }

    private Evaluator[] build(List<Scalar> scalars) {
        Evaluator[] evaluators = new Evaluator[scalars.size()];
        for (int i = 0; i < evaluators.length; i++) evaluators[i] = build(scalars.get(i));
        return evaluators;
    }

    /** Outermost expressions over one text column alone are wrapped; what is inside them needs no wrapping of its own. */
    private Evaluator build(Scalar scalar) {
        if (insideDictionary) return plain(scalar);
        int column = DictionaryEvaluator.onlyColumn(scalar);
        if (column < 0 || !Scalars.any(scalar, part -> part instanceof Scalar.Column text && text.type().repr() == Repr.TEXT)) return plain(scalar);
        insideDictionary = true;
        try {
            Evaluator whole = plain(scalar);
            return whole.constant() != null ? whole : new DictionaryEvaluator(whole, column);
        } finally {
            insideDictionary = false;
        }
    }

    private Evaluator plain(Scalar scalar) {
        return switch (scalar) {
            case Scalar.Constant constant -> new ConstantEvaluator(constant.type(), constant.value());
            case Scalar.Parameter parameter -> new LeafEvaluators.Parameter(parameter.type(), parameter.index());
            case Scalar.Column column -> new LeafEvaluators.Column(column.type(), column.index());
            case Scalar.OuterColumn outer -> new LeafEvaluators.Outer(outer.type(), outer.level(), outer.index());
            case Scalar.CaseOperand operand -> new LeafEvaluators.CaseOperand(operand.type());
            case Scalar.Call call -> call(call);
            case Scalar.Logical logical -> new LogicEvaluators.AndOr(logical.kind() == Scalar.Logic.OR, build(logical.arguments()));
            case Scalar.Not not -> fold(new LogicEvaluators.Not(build(not.argument())), build(not.argument()));
            case Scalar.IsNull test -> new LogicEvaluators.IsNull(build(test.argument()), test.negated());
            case Scalar.TruthTest test -> new LogicEvaluators.TruthTest(build(test.argument()), test.truth(), test.negated());
            case Scalar.Distinct distinct -> new LogicEvaluators.Distinct(build(distinct.left()), build(distinct.right()),
                    equality(distinct.equality(), distinct.left().type(), distinct.right().type()), distinct.negated());
            case Scalar.Case branches -> caseOf(branches);
            case Scalar.Coalesce coalesce -> new ConditionalEvaluators.Coalesce(coalesce.type(), build(coalesce.arguments()));
            case Scalar.NullIf nullIf -> new ConditionalEvaluators.NullIf(nullIf.type(), build(nullIf.left()),
                    build(nullIf.right()), equality(nullIf.equality(), nullIf.left().type(), nullIf.right().type()));
            case Scalar.Extreme extreme -> new ConditionalEvaluators.Extreme(extreme.type(), extreme.greatest(),
                    orderByLess(extreme.type(), extreme.less(), Collations.inputOf(extreme.arguments(), 0)), build(extreme.arguments()));
            case Scalar.ArrayValue array -> {
                Evaluator[] elements = build(array.elements());
                yield fold(new ArrayEvaluators.Build(array.type(), elementType(array.type()), array.nested(), elements), elements);
            }
            case Scalar.RowValue row -> new RowEvaluators.Build(row.type(), build(row.fields()), row.names());
            case Scalar.Field field -> new RowEvaluators.Field(field.type(), build(field.argument()), field.index());
            case Scalar.Element element -> element(element);
            case Scalar.ElementAssignment assignment when assignment.type().oid() == TypeOid.JSONB -> jsonbAssignment(assignment);
            case Scalar.ElementAssignment assignment -> new ArrayAssignment(assignment.type(), elementType(assignment.type()),
                    build(assignment.target()), bounds(assignment.subscripts()), build(assignment.value()));
            case Scalar.FieldAssignment assignment -> new RowEvaluators.Assign(assignment.type(), build(assignment.target()),
                    assignment.index(), build(assignment.value()),
                    assignment.type().fields().stream().map(field -> types.type(field.typeOid())).toList());
            case Scalar.AnyAll any -> anyAll(any);
            case Scalar.RowCompare compare -> rowCompare(compare);
            case Scalar.Relabel relabel -> relabel(relabel);
            case Scalar.Collate collate -> build(collate.argument());
            case Scalar.CoerceViaIo coerce -> {
                Evaluator argument = build(coerce.argument());
                yield new CoercionEvaluators.ViaText(coerce.type(), coerce.typmod(), argument,
                        TypeCodecs.of(argument.type(), types), TypeCodecs.of(coerce.type(), types));
            }
            case Scalar.ArrayCoercion coercion ->
                new CoercionEvaluators.Elements(coercion.type(), build(coercion.argument()), build(coercion.element()));
            case Scalar.DomainCheck check -> new CoercionEvaluators.Domain(check.type(), build(check.argument()), check.notNull(),
                    check.checks().stream().map(each -> new CoercionEvaluators.Check(each.name(), build(each.condition()))).toList());
            case Scalar.Exists exists -> new SubqueryEvaluators.Exists(runner(exists.relation()));
            case Scalar.ScalarSubquery subquery -> new SubqueryEvaluators.SingleValue(subquery.type(), runner(subquery.relation()));
            case Scalar.RowSubquery subquery -> new SubqueryEvaluators.SingleRow(subquery.type(), runner(subquery.relation()),
                    subquery.relation().fields().stream().map(Relation.Field::type).toList());
            case Scalar.ArraySubquery subquery ->
                new SubqueryEvaluators.Array(subquery.type(), subquery.relation().fields().get(0).type(), runner(subquery.relation()));
            case Scalar.QuantifiedSubquery quantified -> quantified(quantified);
            case Scalar.SessionValue value -> sessionValue(value);
            case Scalar.CursorKey key -> new LeafEvaluators.CursorKey(key, key.variable() == null ? null : build(key.variable()));
            case Scalar.DefaultMarker marker -> throw PgException.notSupported("DEFAULT in this context");
        };
    }

    private PgType elementType(PgType array) {
        PgType element = types.type(array.elementOid());
        return element == null ? PgTypes.UNKNOWN : element;
    }

    private Evaluator jsonbAssignment(Scalar.ElementAssignment assignment) {
        Evaluator[] path = path(assignment.subscripts());
        return new JsonbAssignment(assignment.type(), build(assignment.target()), path, build(assignment.value()),
                path[0].type().oid() == TypeOid.INT4);
    }

    private Evaluator[] path(List<Scalar.Subscript> subscripts) {
        Evaluator[] path = new Evaluator[subscripts.size()];
        for (int i = 0; i < path.length; i++) path[i] = build(subscripts.get(i).upper());
        return path;
    }

    /** The evaluator, or its value when all arguments are constants and it can be computed now. */
    private Evaluator fold(Evaluator evaluator, Evaluator... arguments) {
        for (Evaluator argument : arguments) if (argument.constant() == null) return evaluator;
        try {
            Object value = evaluator.value(foldScope, RowView.EMPTY);
            return LargeConstant.isLarge(value) ? new LargeConstant(evaluator, value) : new ConstantEvaluator(evaluator.type(), value);
        } catch (PgException e) {
            return evaluator; // the error belongs to the moment when a row needs the value
        }
    }

    private Evaluator call(Scalar.Call call) {
        FunctionDef function = call.function();
        if (function.returnsSet()) {
            throw new PgException(io.craton.core.error.SqlState.FEATURE_NOT_SUPPORTED,
                    "set-valued function called in context that cannot accept a set");
        }
        Evaluator[] arguments = build(call.arguments());
        Evaluator hot = hot(call, function, arguments);
        if (hot != null) return fold(hot, arguments);
        CallInfo info = new CallInfo(function, call.arguments().stream().map(Scalar::type).toList(), call.type(), call.collation(),
                call.variadicArray());
        Evaluator generic = new CallEvaluator(call.type(), CallEvaluator.kernel(kernels, function), info, arguments);
        Comparison ofDate = arguments.length == 2 ? OperatorTable.dateTimestamp(function) : null;
        if (ofDate != null) {
            boolean dateFirst = function.argumentTypes().get(0) == io.craton.core.type.TypeOid.DATE;
            generic = new DateTimestampCompare(dateFirst ? ofDate : ofDate.flipped(), arguments[dateFirst ? 0 : 1], arguments[dateFirst ? 1 : 0],
                    generic);
        }
        return function.volatility() == 'i' ? fold(generic, arguments) : generic;
    }

    private @Nullable Evaluator hot(Scalar.Call call, FunctionDef function, Evaluator[] arguments) {
        OperatorTable.Compare compare = OperatorTable.compare(function, call.collation());
        if (compare != null && arguments.length == 2) {
            boolean plain = switch (compare.family()) {
                case LONG, UNSIGNED, DOUBLE, NUMERIC, TEXT, BPCHAR, BYTES -> true;
                case ENUM -> arguments[0].type().kind() == 'e'
                        && (compare.comparison() == Comparison.EQ || compare.comparison() == Comparison.NE);
                case OTHER -> false;
            };
            if (plain && arguments[0].type().repr() == arguments[1].type().repr()) {
                return new HotEvaluators.Compare(compare.comparison(), arguments[0], arguments[1]);
            }
        }
        OperatorTable.Arithmetic arithmetic = OperatorTable.arithmetic(function);
        if (arithmetic != null && arguments.length == 2) {
            return new HotEvaluators.Arithmetic(call.type(), arithmetic, arguments[0], arguments[1]);
        }
        return switch (function.source()) {
            case "textlike", "textnlike" -> arguments[1].constant() != null && arguments[1].constant().value() instanceof String pattern
                    ? new HotEvaluators.Like(arguments[0], pattern, function.source().equals("textnlike"))
                    : null;
            case "numeric_add" -> new NumericEvaluators.Arithmetic(ArithmeticKernels.Operation.ADD, arguments[0], arguments[1]);
            case "numeric_sub" -> new NumericEvaluators.Arithmetic(ArithmeticKernels.Operation.SUBTRACT, arguments[0], arguments[1]);
            case "numeric_mul" -> new NumericEvaluators.Arithmetic(ArithmeticKernels.Operation.MULTIPLY, arguments[0], arguments[1]);
            case "int48", "int28", "i2toi4" -> new HotEvaluators.IntegerCast(call.type(), arguments[0], 8);
            case "int84" -> new HotEvaluators.IntegerCast(call.type(), arguments[0], 4);
            case "int82", "i4toi2" -> new HotEvaluators.IntegerCast(call.type(), arguments[0], 2);
            case "i4tod", "i8tod", "i2tod" -> new HotEvaluators.IntegerCast(call.type(), arguments[0], 0);
            default -> null;
        };
    }

    private Evaluator caseOf(Scalar.Case branches) {
        int count = branches.whens().size();
        Evaluator[] conditions = new Evaluator[count];
        Evaluator[] results = new Evaluator[count];
        Scalar operand = branches.operand();
        boolean repeatable = operand instanceof Scalar.Column || operand instanceof Scalar.Parameter
                || operand instanceof Scalar.Constant;
        for (int i = 0; i < count; i++) {
            Scalar condition = branches.whens().get(i).condition();
            conditions[i] = build(repeatable ? Scalars.replaceCaseOperand(condition, operand) : condition);
            results[i] = build(branches.whens().get(i).result());
        }
        Evaluator test = operand == null || repeatable ? null : build(operand);
        return new ConditionalEvaluators.Case(branches.type(), test, conditions, results, build(branches.otherwise()));
    }

    private DatumOrder orderByLess(PgType type, FunctionDef less, int collation) {
        return DatumOrder.of(type, less, null, collation, kernels);
    }

    private Evaluator element(Scalar.Element element) {
        Evaluator argument = build(element.argument());
        if (argument.type().oid() == TypeOid.JSONB) return new JsonbElement(element.type(), argument, path(element.subscripts()));
        if (!argument.type().isArray() && argument.type().elementOid() == 0) {
            throw PgException.notSupported("subscripting type " + argument.type().name());
        }
        return new ArrayEvaluators.Element(element.type(), argument, bounds(element.subscripts()));
    }

    private ArrayEvaluators.Bounds[] bounds(List<Scalar.Subscript> subscripts) {
        ArrayEvaluators.Bounds[] bounds = new ArrayEvaluators.Bounds[subscripts.size()];
        for (int i = 0; i < bounds.length; i++) {
            Scalar.Subscript subscript = subscripts.get(i);
            bounds[i] = new ArrayEvaluators.Bounds(subscript.lower() == null ? null : build(subscript.lower()),
                    subscript.upper() == null ? null : build(subscript.upper()), subscript.slice());
        }
        return bounds;
    }

    private Evaluator anyAll(Scalar.AnyAll any) {
        Evaluator left = build(any.left());
        Evaluator array = build(any.array());
        PgType element = elementType(array.type());
        CallInfo info = new CallInfo(any.operator(), List.of(left.type(), element), PgTypes.BOOL, any.collation());
        OperatorTable.Compare known = OperatorTable.compare(any.operator(), any.collation());
        var kernel = known != null && known.family() != OperatorTable.Family.OTHER && left.type().repr() == element.repr()
                ? compareKernel(left.type(), known.comparison())
                : CallEvaluator.kernel(kernels, any.operator());
        return new ArrayEvaluators.AnyAll(any.all(), left, array, kernel, info, DatumEquality.hashable(any.operator()));
    }

    private static io.craton.sql.function.ScalarKernel compareKernel(PgType type, Comparison comparison) {
        return (context, call, arguments) ->
                comparison.test(io.craton.core.type.DatumComparator.compare(type, arguments[0], arguments[1]));
    }

    private Evaluator rowCompare(Scalar.RowCompare compare) {
        Comparison comparison = switch (compare.kind()) {
            case "<" -> Comparison.LT;
            case "<=" -> Comparison.LE;
            case ">" -> Comparison.GT;
            case ">=" -> Comparison.GE;
            default -> throw new IllegalArgumentException(compare.kind());
        };
        DatumOrder[] orders = new DatumOrder[compare.left().size()];
        for (int i = 0; i < orders.length; i++) {
            orders[i] = order(compare.left().get(i).type(), compare.less().get(i), compare.equal().get(i), Collations.of(compare.left().get(i), compare.right().get(i), 0));
        }
        return new RowEvaluators.Compare(comparison, build(compare.left()), build(compare.right()), orders);
    }

    private Evaluator relabel(Scalar.Relabel relabel) {
        Evaluator argument = build(relabel.argument());
        if (argument.constant() != null) return new ConstantEvaluator(relabel.type(), argument.constant().value());
        if (argument.type().equals(relabel.type())) return argument;
        return new LeafEvaluators.Relabel(relabel.type(), argument);
    }

    private SubqueryEvaluators.Runner runner(Relation relation) {
        return new SubqueryEvaluators.Runner(subqueries.apply(relation), !Scalars.refersTo(relation, 1));
    }

    private Evaluator quantified(Scalar.QuantifiedSubquery quantified) {
        int width = quantified.left().size();
        PgType[] hashTypes = new PgType[width];
        List<Scalar> conjuncts = Scalars.conjuncts(quantified.comparison());
        boolean plain = conjuncts.size() == width && quantified.relation().fields().size() == width;
        for (int i = 0; plain && i < width; i++) {
            hashTypes[i] = quantified.relation().fields().get(i).type();
            plain = conjuncts.get(i) instanceof Scalar.Call call && DatumEquality.hashable(call.function())
                    && call.arguments().get(0) instanceof Scalar.Column a && a.index() == i
                    && call.arguments().get(1) instanceof Scalar.Column b && b.index() == width + i;
        }
        return new SubqueryEvaluators.Quantified(quantified.all(), build(quantified.left()), runner(quantified.relation()),
                build(quantified.comparison()), plain ? hashTypes : null);
    }

    private Evaluator sessionValue(Scalar.SessionValue value) {
        return new LeafEvaluators.Steady(value.type()) {
            @Override
            @Nullable Object value(Scope scope) {
                return SessionValues.value(value, scope.context());
            }
        };
    }

    /** Element datums of a constant array, for access paths. */
    public static Object @Nullable [] elements(Evaluator evaluator) {
        return evaluator.constant() != null && evaluator.constant().value() instanceof PgArray array ? array.elements() : null;
    }
}
