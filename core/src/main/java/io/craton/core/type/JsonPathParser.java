package io.craton.core.type;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.regex.Regex;
import io.craton.core.regex.RegexOptions;
import io.craton.core.type.JsonPath.BinaryOperator;
import io.craton.core.type.JsonPath.Item;
import io.craton.core.type.JsonPath.Node;
import io.craton.core.type.JsonPath.UnaryOperator;
import io.craton.core.type.JsonPathScanner.Kind;
import io.craton.core.type.JsonPathScanner.Token;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses jsonpath by recursive descent. Values and predicates are one grammar here; what kind a part is decides which tokens may follow. Used once. */
final class JsonPathParser {
    private static final int DEPTH_MAX = 1000;

    /** @param bracketed a predicate that stands in parentheses */
    private record Part(Node node, boolean predicate, boolean bracketed) {
        static Part value(Node node) {
            return new Part(node, false, false);
        }

        static Part predicate(Item item) {
            return new Part(new Node(item, null), true, false);
        }
    }

    private final String text;
    private final JsonPathScanner scanner;
    private Token token;
    private int depth;

    JsonPathParser(String text) {
        this.text = text;
        this.scanner = new JsonPathScanner(text);
        this.token = scanner.next();
    }

    JsonPath parse() {
        if (token.kind() == Kind.END) throw TypeErrors.invalidText("jsonpath", text);
        boolean lax = !token.isKeyword("strict");
        if (!lax || token.isKeyword("lax")) advance();
        Part part = or();
        if (token.kind() != Kind.END) throw unexpected();
        check(part.node, 0, false);
        return new JsonPath(lax, part.node);
    }

    private Token advance() {
        Token read = token;
        token = scanner.next();
        return read;
    }

    private PgException unexpected() {
        return JsonPathScanner.error("syntax error", token.shown());
    }

    private void expect(String sign) {
        if (!token.is(sign)) throw unexpected();
        advance();
    }

    private boolean accept(String sign) {
        if (!token.is(sign)) return false;
        advance();
        return true;
    }

    private Node predicate(Part part) {
        if (!part.predicate) throw unexpected();
        return part.node;
    }

    private Node value(Part part) {
        if (part.predicate) throw unexpected();
        return part.node;
    }

    // ---- predicates ------------------------------------------------------------------------------------------------

    private Part or() {
        Part left = and();
        while (left.predicate && accept("||")) {
            left = Part.predicate(new JsonPath.Binary(BinaryOperator.OR, left.node, predicate(and())));
        }
        return left;
    }

    private Part and() {
        Part left = not();
        while (left.predicate && accept("&&")) {
            left = Part.predicate(new JsonPath.Binary(BinaryOperator.AND, left.node, predicate(not())));
        }
        return left;
    }

    private Part not() {
        if (!accept("!")) return comparison();
        if (token.isKeyword("exists")) return Part.predicate(new JsonPath.Unary(UnaryOperator.NOT, exists()));
        expect("(");
        Node argument = predicate(nested());
        expect(")");
        return Part.predicate(new JsonPath.Unary(UnaryOperator.NOT, argument));
    }

    private Part nested() {
        if (++depth > DEPTH_MAX) throw new PgException(SqlState.STATEMENT_TOO_COMPLEX, "stack depth limit exceeded");
        Part part = or();
        depth--;
        return part;
    }

    private Node exists() {
        advance();
        expect("(");
        Node argument = value(sum());
        expect(")");
        return new Node(new JsonPath.Unary(UnaryOperator.EXISTS, argument), null);
    }

    private Part comparison() {
        Part left = sum();
        if (left.predicate) {
            if (!left.bracketed || !token.isKeyword("is")) return left;
            advance();
            if (!token.isKeyword("unknown")) throw unexpected();
            advance();
            return Part.predicate(new JsonPath.Unary(UnaryOperator.IS_UNKNOWN, left.node));
        }
        if (token.isKeyword("starts")) {
            advance();
            if (!token.isKeyword("with")) throw unexpected();
            advance();
            Item initial = switch (token.kind()) {
                case STRING -> new JsonPath.Literal(Jsonb.of(token.value()));
                case VARIABLE -> new JsonPath.Variable(token.value());
                default -> throw unexpected();
            };
            advance();
            return Part.predicate(new JsonPath.Binary(BinaryOperator.STARTS_WITH, left.node, new Node(initial, null)));
        }
        if (token.isKeyword("like_regex")) {
            advance();
            String pattern = string();
            String flags = "";
            if (token.isKeyword("flag")) {
                advance();
                flags = string();
            }
            return Part.predicate(likeRegex(left.node, pattern, flags));
        }
        BinaryOperator operator = comparisonOperator();
        if (operator == null) return left;
        advance();
        return Part.predicate(new JsonPath.Binary(operator, left.node, value(sum())));
    }

    private String string() {
        if (token.kind() != Kind.STRING) throw unexpected();
        return advance().value();
    }

    private @Nullable BinaryOperator comparisonOperator() {
        if (token.kind() != Kind.SIGN) return null;
        return switch (token.value()) {
            case "==" -> BinaryOperator.EQUAL;
            case "!=" -> BinaryOperator.NOT_EQUAL;
            case "<" -> BinaryOperator.LESS;
            case ">" -> BinaryOperator.GREATER;
            case "<=" -> BinaryOperator.LESS_OR_EQUAL;
            case ">=" -> BinaryOperator.GREATER_OR_EQUAL;
            default -> null;
        };
    }

    private static JsonPath.LikeRegex likeRegex(Node operand, String pattern, String flags) {
        flags.codePoints().filter(c -> "ismxq".indexOf(c) < 0).findFirst().ifPresent(c -> {
            throw PgError.error(SqlState.SYNTAX_ERROR, "invalid input syntax for type jsonpath")
                    .withDetail("Unrecognized flag character \"" + Character.toString(c) + "\" in LIKE_REGEX predicate.").exception();
        });
        StringBuilder sorted = new StringBuilder();
        "ismxq".chars().filter(c -> flags.indexOf(c) >= 0).forEach(c -> sorted.append((char) c));
        boolean literal = flags.contains("q");
        if (!literal && flags.contains("x")) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "XQuery \"x\" flag (expanded regular expressions) is not implemented");
        }
        RegexOptions options = new RegexOptions(literal ? RegexOptions.Flavor.LITERAL : RegexOptions.Flavor.ADVANCED, flags.contains("i"), false,
                !literal && !flags.contains("s"), !literal && flags.contains("m"), false);
        return new JsonPath.LikeRegex(operand, pattern, sorted.toString(), Regex.compile(pattern, options));
    }

    // ---- values ----------------------------------------------------------------------------------------------------

    private Part sum() {
        Part left = product();
        while (!left.predicate && (token.is("+") || token.is("-"))) {
            BinaryOperator operator = advance().value().equals("+") ? BinaryOperator.ADD : BinaryOperator.SUBTRACT;
            left = Part.value(new Node(new JsonPath.Binary(operator, left.node, value(product())), null));
        }
        return left;
    }

    private Part product() {
        Part left = signed();
        while (!left.predicate && (token.is("*") || token.is("/") || token.is("%"))) {
            BinaryOperator operator = switch (advance().value()) {
                case "*" -> BinaryOperator.MULTIPLY;
                case "/" -> BinaryOperator.DIVIDE;
                default -> BinaryOperator.MODULO;
            };
            left = Part.value(new Node(new JsonPath.Binary(operator, left.node, value(signed())), null));
        }
        return left;
    }

    private Part signed() {
        if (!token.is("+") && !token.is("-")) return primary();
        boolean minus = advance().value().equals("-");
        if (++depth > DEPTH_MAX) throw new PgException(SqlState.STATEMENT_TOO_COMPLEX, "stack depth limit exceeded");
        Node argument = value(signed());
        depth--;
        if (argument.next() == null && argument.item() instanceof JsonPath.Literal(Jsonb.NumberValue number)) {
            return Part.value(minus ? new Node(new JsonPath.Literal(Jsonb.of(number.value().negate())), null) : argument);
        }
        return Part.value(new Node(new JsonPath.Unary(minus ? UnaryOperator.MINUS : UnaryOperator.PLUS, argument), null));
    }

    private Part primary() {
        if (accept("(")) {
            Part inner = nested();
            expect(")");
            Node accessors = accessors();
            if (accessors != null) return Part.value(inner.node.then(accessors));
            return new Part(inner.node, inner.predicate, inner.predicate);
        }
        if (token.isKeyword("exists")) return new Part(exists(), true, false);
        Node start = new Node(start(), null);
        Node accessors = accessors();
        return Part.value(accessors == null ? start : start.then(accessors));
    }

    private Item start() {
        Item item = switch (token.kind()) {
            case STRING -> new JsonPath.Literal(Jsonb.of(token.value()));
            case NUMBER, INTEGER -> new JsonPath.Literal(Jsonb.of(Numeric.parse(token.value())));
            case VARIABLE -> new JsonPath.Variable(token.value());
            case WORD -> switch (token.keyword()) {
                case "null" -> new JsonPath.Literal(Jsonb.NULL);
                case "true" -> new JsonPath.Literal(Jsonb.TRUE);
                case "false" -> new JsonPath.Literal(Jsonb.FALSE);
                case "last" -> JsonPath.Place.LAST;
                default -> throw unexpected();
            };
            case SIGN -> switch (token.value()) {
                case "$" -> JsonPath.Place.ROOT;
                case "@" -> JsonPath.Place.CURRENT;
                default -> throw unexpected();
            };
            case END -> throw unexpected();
        };
        advance();
        return item;
    }

    // ---- accessors -------------------------------------------------------------------------------------------------

    private @Nullable Node accessors() {
        List<Item> items = new ArrayList<>();
        while (true) {
            if (accept(".")) items.add(member());
            else if (accept("[")) items.add(array());
            else if (accept("?")) items.add(filter());
            else break;
        }
        Node node = null;
        for (Item item : items.reversed()) node = new Node(item, node);
        return node;
    }

    private Item filter() {
        expect("(");
        Node predicate = predicate(nested());
        expect(")");
        return new JsonPath.Filter(predicate);
    }

    private Item array() {
        if (accept("*")) {
            expect("]");
            return JsonPath.Place.ANY_ARRAY;
        }
        List<JsonPath.Subscript> list = new ArrayList<>();
        do {
            Node from = value(sum());
            Node to = null;
            if (token.isKeyword("to")) {
                advance();
                to = value(sum());
            }
            list.add(new JsonPath.Subscript(from, to));
        } while (accept(","));
        expect("]");
        return new JsonPath.Subscripts(list);
    }

    private Item member() {
        if (accept("*")) return JsonPath.Place.ANY_KEY;
        if (accept("**")) return descendants();
        if (token.kind() == Kind.STRING) return new JsonPath.Key(advance().value());
        if (token.kind() != Kind.WORD) throw unexpected();
        Token word = advance();
        Item method = switch (word.keyword()) {
            case "type" -> JsonPath.Method.TYPE;
            case "size" -> JsonPath.Method.SIZE;
            case "abs" -> JsonPath.Method.ABS;
            case "floor" -> JsonPath.Method.FLOOR;
            case "ceiling" -> JsonPath.Method.CEILING;
            case "double" -> JsonPath.Method.DOUBLE;
            case "keyvalue" -> JsonPath.Method.KEYVALUE;
            case "datetime" -> new JsonPath.DateTime(null);
            default -> null;
        };
        if (method == null || !accept("(")) return new JsonPath.Key(word.value());
        if (method instanceof JsonPath.DateTime && token.kind() == Kind.STRING) method = new JsonPath.DateTime(advance().value());
        expect(")");
        return method;
    }

    private Item descendants() {
        if (!accept("{")) return new JsonPath.Descendants(0, JsonPath.LAST_LEVEL);
        int first = level();
        int last = first;
        if (token.isKeyword("to")) {
            advance();
            last = level();
        }
        expect("}");
        return new JsonPath.Descendants(first, last);
    }

    private int level() {
        if (token.isKeyword("last")) {
            advance();
            return JsonPath.LAST_LEVEL;
        }
        if (token.kind() != Kind.INTEGER) throw unexpected();
        String digits = advance().value();
        if (digits.length() > 10 || Long.parseLong(digits) > Integer.MAX_VALUE) throw TypeErrors.outOfRange("integer", digits);
        return Integer.parseInt(digits);
    }

    // ---- where @ and last may stand --------------------------------------------------------------------------------

    private static void check(Node node, int filters, boolean subscript) {
        switch (node.item()) {
            case JsonPath.Place place -> {
                if (place == JsonPath.Place.CURRENT && filters == 0) {
                    throw new PgException(SqlState.SYNTAX_ERROR, "@ is not allowed in root expressions");
                }
                if (place == JsonPath.Place.LAST && !subscript) {
                    throw new PgException(SqlState.SYNTAX_ERROR, "LAST is allowed only in array subscripts");
                }
            }
            case JsonPath.Subscripts subscripts -> {
                for (JsonPath.Subscript part : subscripts.list()) {
                    check(part.from(), filters, true);
                    if (part.to() != null) check(part.to(), filters, true);
                }
            }
            case JsonPath.Filter filter -> check(filter.predicate(), filters + 1, subscript);
            case JsonPath.Unary unary -> check(unary.argument(), filters, subscript);
            case JsonPath.Binary binary -> {
                check(binary.left(), filters, subscript);
                check(binary.right(), filters, subscript);
            }
            case JsonPath.LikeRegex like -> check(like.operand(), filters, subscript);
            case JsonPath.Literal ignored -> { }
            case JsonPath.Variable ignored -> { }
            case JsonPath.Key ignored -> { }
            case JsonPath.Descendants ignored -> { }
            case JsonPath.Method ignored -> { }
            case JsonPath.DateTime ignored -> { }
        }
        if (node.next() != null) check(node.next(), filters, subscript);
    }
}
