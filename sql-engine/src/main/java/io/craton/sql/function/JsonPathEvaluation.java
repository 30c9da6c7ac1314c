package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.JsonPath;
import io.craton.core.type.JsonPath.BinaryOperator;
import io.craton.core.type.JsonPath.Node;
import io.craton.core.type.Jsonb;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.Utf8;
import io.craton.sql.exec.ExecContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation of a jsonpath, as the SQL/JSON standard and PostgreSQL have it. Results are collected in a list; where only their existence counts the list
 * is null and the first one ends the search. An error is thrown, or where errors are to be silent (inside predicates they always are) becomes
 * {@link Result#ERROR}. Items are {@link Jsonb} or, from {@code .datetime()}, {@link JsonDateTime}. Used once.
 */
final class JsonPathEvaluation {
    private enum Result { OK, NONE, ERROR }

    private enum Truth { TRUE, FALSE, UNKNOWN }

    private static final long BASE_FACTOR = 10_000_000_000L;

    private final ExecContext context;
    private final JsonPath path;
    private final Jsonb root;
    private final @Nullable Jsonb variables;
    private final boolean zones;
    private boolean throwing;
    private boolean ignoreStructure;
    private Object current;
    /** Size of the array whose subscripts are being worked out, -1 outside. */
    private int arraySize = -1;
    /** The document that ids of {@code .keyvalue()} are offsets in, and its number. */
    private @Nullable Object base;
    private int baseNumber;
    private int nextBaseNumber;

    JsonPathEvaluation(ExecContext context, JsonPath path, Jsonb root, @Nullable Jsonb variables, boolean throwing, boolean zones) {
        if (variables != null && !(variables instanceof Jsonb.ObjectValue)) {
            throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "\"vars\" argument is not an object")
                    .withDetail("Jsonpath parameters should be encoded as key-value pairs of \"vars\" object.").exception();
        }
        this.context = context;
        this.path = path;
        this.root = root;
        this.variables = variables;
        this.throwing = throwing;
        this.zones = zones;
        this.ignoreStructure = path.lax();
        this.current = root;
        this.nextBaseNumber = variables == null ? 1 : 2;
    }

    /** Null when an error kept the answer from being known. */
    @Nullable Boolean exists() {
        List<Object> found = path.lax() ? null : new ArrayList<>();
        return switch (item(path.expression(), root, found, path.lax())) {
            case ERROR -> null;
            case OK -> found == null || !found.isEmpty();
            case NONE -> found != null && !found.isEmpty();
        };
    }

    /** What was found, up to an error that was silent. */
    List<Jsonb> all() {
        List<Object> found = new ArrayList<>();
        item(path.expression(), root, found, path.lax());
        List<Jsonb> all = new ArrayList<>();
        for (Object item : found) all.add(item instanceof JsonDateTime time ? Jsonb.of(time.text()) : (Jsonb) item);
        return all;
    }

    private Result fail(SqlState state, String message) {
        if (throwing) throw new PgException(state, message);
        return Result.ERROR;
    }

    // ---- items -----------------------------------------------------------------------------------------------------

    private Result next(Node node, Object value, @Nullable List<Object> found) {
        if (node.next() != null) return item(node.next(), value, found, path.lax());
        if (found != null) found.add(value);
        return Result.OK;
    }

    private static boolean enough(Result result, @Nullable List<Object> found) {
        return result == Result.ERROR || result == Result.OK && found == null;
    }

    /** @param unwrap whether an array stands for its elements where the item wants no array */
    private Result item(Node node, Object value, @Nullable List<Object> found, boolean unwrap) {
        context.checkInterrupts();
        boolean elements = unwrap && value instanceof Jsonb.ArrayValue;
        return switch (node.item()) {
            case JsonPath.Binary binary -> switch (binary.operator()) {
                case ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO -> arithmetic(node, binary, value, found);
                case OR, AND, EQUAL, NOT_EQUAL, LESS, GREATER, LESS_OR_EQUAL, GREATER_OR_EQUAL, STARTS_WITH -> truth(node, value, found);
            };
            case JsonPath.Unary unary -> switch (unary.operator()) {
                case PLUS, MINUS -> signed(node, unary, value, found);
                case NOT, IS_UNKNOWN, EXISTS -> truth(node, value, found);
            };
            case JsonPath.LikeRegex ignored -> truth(node, value, found);
            case JsonPath.Key key -> {
                if (elements) yield elements(node, value, found, false);
                if (value instanceof Jsonb.ObjectValue object) {
                    Jsonb member = object.get(key.name());
                    if (member != null) yield next(node, member, found);
                    yield ignoreStructure ? Result.NONE
                            : fail(SqlState.SQL_JSON_MEMBER_NOT_FOUND, "JSON object does not contain key \"" + key.name() + "\"");
                }
                yield ignoreStructure ? Result.NONE
                        : fail(SqlState.SQL_JSON_MEMBER_NOT_FOUND, "jsonpath member accessor can only be applied to an object");
            }
            case JsonPath.Place place -> place(place, node, value, found, elements);
            case JsonPath.Subscripts subscripts -> subscripts(node, subscripts, value, found);
            case JsonPath.Filter filter -> {
                if (elements) yield elements(node, value, found, false);
                Object outer = current;
                current = value;
                Truth truth = predicate(filter.predicate(), value);
                current = outer;
                yield truth == Truth.TRUE ? next(node, value, found) : Result.NONE;
            }
            case JsonPath.Descendants levels -> descendants(node, levels, value, found);
            case JsonPath.Literal literal -> next(node, literal.value(), found);
            case JsonPath.Variable variable -> {
                Object outerBase = base;
                int outerNumber = baseNumber;
                Object bound = variable(variable.name());
                Result result = next(node, bound, found);
                base = outerBase;
                baseNumber = outerNumber;
                yield result;
            }
            case JsonPath.Method method -> elements && method != JsonPath.Method.TYPE && method != JsonPath.Method.SIZE
                    ? elements(node, value, found, false) : method(node, method, value, found);
            case JsonPath.DateTime method -> elements ? elements(node, value, found, false) : dateTime(node, method, value, found);
        };
    }

    /** The same item for each element. */
    private Result elements(@Nullable Node node, Object array, @Nullable List<Object> found, boolean unwrap) {
        return below(node, array, found, 1, 1, 1, false, unwrap);
    }

    private Result place(JsonPath.Place place, Node node, Object value, @Nullable List<Object> found, boolean elements) {
        switch (place) {
            case ROOT -> {
                Object outerBase = base;
                int outerNumber = baseNumber;
                base = root;
                baseNumber = 0;
                Result result = next(node, root, found);
                base = outerBase;
                baseNumber = outerNumber;
                return result;
            }
            case CURRENT -> {
                return next(node, current, found);
            }
            case LAST -> {
                return next(node, Jsonb.of(Numeric.of(arraySize - 1)), found);
            }
            case ANY_ARRAY -> {
                if (value instanceof Jsonb.ArrayValue) return elements(node.next(), value, found, path.lax());
                if (path.lax()) return next(node, value, found);
                return ignoreStructure ? Result.NONE
                        : fail(SqlState.SQL_JSON_ARRAY_NOT_FOUND, "jsonpath wildcard array accessor can only be applied to an array");
            }
            case ANY_KEY -> {
                if (elements) return elements(node, value, found, false);
                if (value instanceof Jsonb.ObjectValue) return below(node.next(), value, found, 1, 1, 1, false, path.lax());
                return ignoreStructure ? Result.NONE
                        : fail(SqlState.SQL_JSON_OBJECT_NOT_FOUND, "jsonpath wildcard member accessor can only be applied to an object");
            }
        }
        throw new IllegalStateException(place.name());
    }

    private Result subscripts(Node node, JsonPath.Subscripts subscripts, Object value, @Nullable List<Object> found) {
        List<? extends Object> elements = value instanceof Jsonb.ArrayValue array ? array.elements() : path.lax() ? List.of(value) : null;
        if (elements == null) {
            return ignoreStructure ? Result.NONE
                    : fail(SqlState.SQL_JSON_ARRAY_NOT_FOUND, "jsonpath array accessor can only be applied to an array");
        }
        int outerSize = arraySize;
        arraySize = elements.size();
        Result result = Result.NONE;
        for (JsonPath.Subscript subscript : subscripts.list()) {
            Integer from = index(subscript.from(), value);
            Integer to = from == null || subscript.to() == null ? from : index(subscript.to(), value);
            if (from == null || to == null) {
                result = Result.ERROR;
                break;
            }
            if (!ignoreStructure && (from < 0 || from > to || to >= elements.size())) {
                return fail(SqlState.INVALID_SQL_JSON_SUBSCRIPT, "jsonpath array subscript is out of bounds");
            }
            result = Result.NONE;
            for (int i = Math.max(from, 0); i <= Math.min(to, elements.size() - 1) && !enough(result, found); i++) {
                result = next(node, elements.get(i), found);
            }
            if (enough(result, found)) break;
        }
        arraySize = outerSize;
        return result;
    }

    /** Null for an error. */
    private @Nullable Integer index(Node node, Object value) {
        List<Object> found = new ArrayList<>();
        if (item(node, value, found, path.lax()) == Result.ERROR) return null;
        if (found.size() != 1 || !(found.getFirst() instanceof Jsonb.NumberValue number)) {
            fail(SqlState.INVALID_SQL_JSON_SUBSCRIPT, "jsonpath array subscript is not a single numeric value");
            return null;
        }
        try {
            return (int) number.value().trunc(0).toLong("integer", Integer.MIN_VALUE, Integer.MAX_VALUE);
        } catch (PgException e) {
            fail(SqlState.INVALID_SQL_JSON_SUBSCRIPT, "jsonpath array subscript is out of integer range");
            return null;
        }
    }

    private static List<Jsonb> children(Object value) {
        return switch (value) {
            case Jsonb.ArrayValue array -> array.elements();
            case Jsonb.ObjectValue object -> object.values();
            default -> List.of();
        };
    }

    private Result descendants(Node node, JsonPath.Descendants levels, Object value, @Nullable List<Object> found) {
        Result result = Result.NONE;
        if (levels.first() == 0) {
            boolean outer = ignoreStructure;
            ignoreStructure = true;
            result = next(node, value, found);
            ignoreStructure = outer;
            if (result == Result.OK && found == null) return result;
        }
        if (value instanceof Jsonb json && !json.isScalar()) {
            result = below(node.next(), value, found, 1, levels.first(), levels.last(), true, path.lax());
        }
        return result;
    }

    /** The node for what is below a container, from one level to another; {@link JsonPath#LAST_LEVEL} twice means what has nothing below it. */
    private Result below(@Nullable Node node, Object value, @Nullable List<Object> found, int level, int first, int last, boolean ignore, boolean unwrap) {
        Result result = Result.NONE;
        boolean unbounded = last == JsonPath.LAST_LEVEL;
        if (!unbounded && level > last) return result;
        for (Jsonb child : children(value)) {
            boolean leafOnly = first == JsonPath.LAST_LEVEL;
            if (leafOnly ? unbounded && child.isScalar() : level >= first) {
                if (node != null) {
                    boolean outer = ignoreStructure;
                    ignoreStructure |= ignore;
                    result = item(node, child, found, unwrap);
                    ignoreStructure = outer;
                    if (enough(result, found)) break;
                } else if (found != null) {
                    found.add(child);
                } else {
                    return Result.OK;
                }
            }
            if ((unbounded || level < last) && !child.isScalar()) {
                result = below(node, child, found, level + 1, first, last, ignore, unwrap);
                if (enough(result, found)) break;
            }
        }
        return result;
    }

    private Object variable(String name) {
        if (variables == null) return Jsonb.NULL;
        Jsonb value = ((Jsonb.ObjectValue) variables).get(name);
        if (value == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "could not find jsonpath variable \"" + name + "\"");
        base = variables;
        baseNumber = 1;
        return value;
    }

    // ---- methods ---------------------------------------------------------------------------------------------------

    private Result method(Node node, JsonPath.Method method, Object value, @Nullable List<Object> found) {
        switch (method) {
            case TYPE -> {
                return next(node, Jsonb.of(value instanceof JsonDateTime time ? time.typeName() : ((Jsonb) value).typeName()), found);
            }
            case SIZE -> {
                if (!(value instanceof Jsonb.ArrayValue) && !path.lax()) {
                    return ignoreStructure ? Result.NONE
                            : fail(SqlState.SQL_JSON_ARRAY_NOT_FOUND, "jsonpath item method .size() can only be applied to an array");
                }
                return next(node, Jsonb.of(Numeric.of(value instanceof Jsonb.ArrayValue array ? array.elements().size() : 1)), found);
            }
            case ABS, FLOOR, CEILING -> {
                if (!(value instanceof Jsonb.NumberValue number)) {
                    return fail(SqlState.NON_NUMERIC_SQL_JSON_ITEM,
                            "jsonpath item method ." + method.word() + "() can only be applied to a numeric value");
                }
                Numeric result = method == JsonPath.Method.ABS ? number.value().abs()
                        : method == JsonPath.Method.FLOOR ? number.value().floor() : number.value().ceil();
                return next(node, Jsonb.of(result), found);
            }
            case DOUBLE -> {
                return doubleValue(node, value, found);
            }
            case KEYVALUE -> {
                return keyValues(node, value, found);
            }
        }
        throw new IllegalStateException(method.name());
    }

    private Result doubleValue(Node node, Object value, @Nullable List<Object> found) {
        switch (value) {
            case Jsonb.NumberValue number -> {
                if (finite(number.toString()) == null) {
                    return fail(SqlState.NON_NUMERIC_SQL_JSON_ITEM,
                            "numeric argument of jsonpath item method .double() is out of range for type double precision");
                }
                return next(node, number, found);
            }
            case Jsonb.TextValue text -> {
                Double number = finite(text.value());
                if (number == null) {
                    return fail(SqlState.NON_NUMERIC_SQL_JSON_ITEM,
                            "string argument of jsonpath item method .double() is not a valid representation of a double precision number");
                }
                return next(node, Jsonb.of(Numeric.ofDouble(number)), found);
            }
            default -> {
                return fail(SqlState.NON_NUMERIC_SQL_JSON_ITEM, "jsonpath item method .double() can only be applied to a string or numeric value");
            }
        }
    }

    private @Nullable Double finite(String text) {
        try {
            Double value = (Double) TypeCodecs.fromText(PgTypes.FLOAT8, text, -1, context.format());
            return Double.isFinite(value) ? value : null;
        } catch (PgException e) {
            return null;
        }
    }

    private Result keyValues(Node node, Object value, @Nullable List<Object> found) {
        if (!(value instanceof Jsonb.ObjectValue object)) {
            return fail(SqlState.SQL_JSON_OBJECT_NOT_FOUND, "jsonpath item method .keyvalue() can only be applied to an object");
        }
        long offset = base instanceof Jsonb document ? JsonbLayout.offset(document, object) : 0;
        Jsonb id = Jsonb.of(Numeric.of(offset + baseNumber * BASE_FACTOR));
        Result result = Result.NONE;
        for (int i = 0; i < object.names().size(); i++) {
            if (node.next() == null && found == null) return Result.OK;
            Jsonb pair = new Jsonb.Builder().put("key", Jsonb.of(object.names().get(i))).put("value", object.values().get(i)).put("id", id).build();
            Object outerBase = base;
            int outerNumber = baseNumber;
            base = pair;
            baseNumber = nextBaseNumber++;
            result = next(node, pair, found);
            base = outerBase;
            baseNumber = outerNumber;
            if (enough(result, found)) break;
        }
        return result;
    }

    private Result dateTime(Node node, JsonPath.DateTime method, Object value, @Nullable List<Object> found) {
        if (!(value instanceof Jsonb.TextValue text)) {
            return fail(SqlState.INVALID_ARGUMENT_FOR_SQL_JSON_DATETIME_FUNCTION, "jsonpath item method .datetime() can only be applied to a string");
        }
        JsonDateTime time;
        try {
            time = method.template() == null ? JsonDateTime.parse(text.value()) : JsonDateTime.parse(text.value(), method.template());
        } catch (PgException e) {
            if (throwing) throw e;
            return Result.ERROR;
        }
        return next(node, time, found);
    }

    // ---- arithmetic ------------------------------------------------------------------------------------------------

    /** The results of an operand; in lax mode arrays among them give their elements. */
    private Result operand(Node node, Object value, boolean unwrap, @Nullable List<Object> found) {
        if (!unwrap || !path.lax()) return item(node, value, found, path.lax());
        List<Object> results = new ArrayList<>();
        Result result = item(node, value, results, true);
        if (result == Result.ERROR) return result;
        for (Object each : results) {
            if (each instanceof Jsonb.ArrayValue array) found.addAll(array.elements());
            else found.add(each);
        }
        return Result.OK;
    }

    private Result arithmetic(Node node, JsonPath.Binary binary, Object value, @Nullable List<Object> found) {
        List<Object> left = new ArrayList<>();
        List<Object> right = new ArrayList<>();
        if (operand(binary.left(), value, true, left) == Result.ERROR || operand(binary.right(), value, true, right) == Result.ERROR) return Result.ERROR;
        if (left.size() != 1 || !(left.getFirst() instanceof Jsonb.NumberValue(Numeric a))) return noNumber("left", binary.operator());
        if (right.size() != 1 || !(right.getFirst() instanceof Jsonb.NumberValue(Numeric b))) return noNumber("right", binary.operator());
        Numeric number;
        try {
            number = switch (binary.operator()) {
                case ADD -> a.add(b);
                case SUBTRACT -> a.subtract(b);
                case MULTIPLY -> a.multiply(b);
                case DIVIDE -> a.divide(b);
                case MODULO -> a.mod(b);
                default -> throw new IllegalStateException(binary.operator().symbol());
            };
        } catch (PgException e) {
            if (throwing) throw e;
            return Result.ERROR;
        }
        return next(node, Jsonb.of(number), found);
    }

    private Result noNumber(String side, BinaryOperator operator) {
        return fail(SqlState.SINGLETON_SQL_JSON_ITEM_REQUIRED,
                side + " operand of jsonpath operator " + operator.symbol() + " is not a single numeric value");
    }

    private Result signed(Node node, JsonPath.Unary unary, Object value, @Nullable List<Object> found) {
        boolean minus = unary.operator() == JsonPath.UnaryOperator.MINUS;
        List<Object> values = new ArrayList<>();
        if (operand(unary.argument(), value, true, values) == Result.ERROR) return Result.ERROR;
        Result all = Result.NONE;
        for (Object each : values) {
            if (!(each instanceof Jsonb.NumberValue number)) {
                if (found == null && node.next() == null) continue;
                return fail(SqlState.SQL_JSON_NUMBER_NOT_FOUND,
                        "operand of unary jsonpath operator " + (minus ? '-' : '+') + " is not a numeric value");
            }
            Result result = next(node, minus ? Jsonb.of(number.value().negate()) : number, found);
            if (enough(result, found)) return result;
            if (result == Result.OK) all = Result.OK;
        }
        return all;
    }

    // ---- predicates ------------------------------------------------------------------------------------------------

    /** A predicate whose truth is itself a result. */
    private Result truth(Node node, Object value, @Nullable List<Object> found) {
        return next(node, switch (predicate(new Node(node.item(), null), value)) {
            case TRUE -> Jsonb.TRUE;
            case FALSE -> Jsonb.FALSE;
            case UNKNOWN -> Jsonb.NULL;
        }, found);
    }

    private static Truth truth(boolean value) {
        return value ? Truth.TRUE : Truth.FALSE;
    }

    private Truth predicate(Node node, Object value) {
        return switch (node.item()) {
            case JsonPath.Binary binary -> switch (binary.operator()) {
                case AND -> {
                    Truth left = predicate(binary.left(), value);
                    if (left == Truth.FALSE) yield left;
                    Truth right = predicate(binary.right(), value);
                    yield right == Truth.TRUE ? left : right;
                }
                case OR -> {
                    Truth left = predicate(binary.left(), value);
                    if (left == Truth.TRUE) yield left;
                    Truth right = predicate(binary.right(), value);
                    yield right == Truth.FALSE ? left : right;
                }
                case STARTS_WITH -> pairs(binary.left(), binary.right(), value, false, (left, right) ->
                        left instanceof Jsonb.TextValue whole && right instanceof Jsonb.TextValue start
                                ? truth(whole.value().startsWith(start.value())) : Truth.UNKNOWN);
                default -> pairs(binary.left(), binary.right(), value, true, (left, right) -> compare(binary.operator(), left, right));
            };
            case JsonPath.LikeRegex like -> pairs(like.operand(), null, value, false, (text, none) ->
                    text instanceof Jsonb.TextValue string ? truth(like.regex().find(string.value(), context::checkInterrupts)) : Truth.UNKNOWN);
            case JsonPath.Unary unary -> switch (unary.operator()) {
                case NOT -> switch (predicate(unary.argument(), value)) {
                    case TRUE -> Truth.FALSE;
                    case FALSE -> Truth.TRUE;
                    case UNKNOWN -> Truth.UNKNOWN;
                };
                case IS_UNKNOWN -> truth(predicate(unary.argument(), value) == Truth.UNKNOWN);
                default -> exists(unary.argument(), value);
            };
            default -> throw new IllegalStateException("no predicate");
        };
    }

    private Truth exists(Node node, Object value) {
        List<Object> found = path.lax() ? null : new ArrayList<>();
        Result result = silently(() -> operand(node, value, false, found));
        if (result == Result.ERROR) return Truth.UNKNOWN;
        return truth(found == null ? result == Result.OK : !found.isEmpty());
    }

    private Result silently(Supplier<Result> work) {
        boolean outer = throwing;
        throwing = false;
        Result result = work.get();
        throwing = outer;
        return result;
    }

    @FunctionalInterface
    private interface Test {
        Truth of(Object left, @Nullable Object right);
    }

    /** Whether any pair passes; in strict mode every pair must be comparable. */
    private Truth pairs(Node leftNode, @Nullable Node rightNode, Object value, boolean unwrapRight, Test test) {
        List<Object> left = new ArrayList<>();
        List<@Nullable Object> right = new ArrayList<>();
        if (silently(() -> operand(leftNode, value, true, left)) == Result.ERROR) return Truth.UNKNOWN;
        if (rightNode == null) right.add(null);
        else if (silently(() -> operand(rightNode, value, unwrapRight, right)) == Result.ERROR) return Truth.UNKNOWN;
        boolean unknown = false;
        boolean passed = false;
        for (Object a : left) {
            for (Object b : right) {
                switch (test.of(a, b)) {
                    case UNKNOWN -> {
                        if (!path.lax()) return Truth.UNKNOWN;
                        unknown = true;
                    }
                    case TRUE -> {
                        if (path.lax()) return Truth.TRUE;
                        passed = true;
                    }
                    case FALSE -> { }
                }
            }
        }
        return passed ? Truth.TRUE : unknown ? Truth.UNKNOWN : Truth.FALSE;
    }

    private Truth compare(BinaryOperator operator, Object left, Object right) {
        Integer order = switch (left) {
            case Jsonb.NullValue ignored when right instanceof Jsonb.NullValue -> 0;
            case Jsonb.BoolValue a when right instanceof Jsonb.BoolValue b -> Boolean.compare(a.value(), b.value());
            case Jsonb.NumberValue a when right instanceof Jsonb.NumberValue b -> a.value().compareTo(b.value());
            case Jsonb.TextValue a when right instanceof Jsonb.TextValue b -> Utf8.compare(a.value(), b.value());
            case JsonDateTime a when right instanceof JsonDateTime b -> a.compare(b, zones ? context.format() : null);
            default -> null;
        };
        if (order == null) {
            boolean oneIsNull = left instanceof Jsonb.NullValue || right instanceof Jsonb.NullValue;
            return oneIsNull ? truth(operator == BinaryOperator.NOT_EQUAL) : Truth.UNKNOWN;
        }
        return truth(switch (operator) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case GREATER -> order > 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER_OR_EQUAL -> order >= 0;
            default -> throw new IllegalStateException(operator.symbol());
        });
    }
}
