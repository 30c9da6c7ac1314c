package io.craton.core.type;

import io.craton.core.regex.Regex;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A jsonpath value: an expression and how forgiving it is. Immutable. {@link #toString} is PostgreSQL's text form. A {@link Node} is an item and the
 * accessors that go on from what the item gives, in order.
 *
 * @param lax whether arrays are unwrapped and missing members passed over
 */
public record JsonPath(boolean lax, Node expression) {
    /** Level of {@code **{last}}, and upper bound of {@code **}. */
    public static final int LAST_LEVEL = -1;

    public record Node(Item item, @Nullable Node next) {
        /** The same path with more accessors at its end. */
        Node then(Node accessors) {
            return new Node(item, next == null ? accessors : next.then(accessors));
        }
    }

    public sealed interface Item {}

    /** @param value a scalar */
    public record Literal(Jsonb value) implements Item {}

    public record Variable(String name) implements Item {}

    public enum Place implements Item { ROOT, CURRENT, LAST, ANY_KEY, ANY_ARRAY }

    public record Key(String name) implements Item {}

    public record Subscripts(List<Subscript> list) implements Item {
        public Subscripts {
            list = List.copyOf(list);
        }
    }

    public record Subscript(Node from, @Nullable Node to) {}

    /** Everything below, from one level to another. */
    public record Descendants(int first, int last) implements Item {}

    public enum Method implements Item {
        TYPE, SIZE, ABS, FLOOR, CEILING, DOUBLE, KEYVALUE;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public record DateTime(@Nullable String template) implements Item {}

    public record Filter(Node predicate) implements Item {}

    public enum UnaryOperator { PLUS, MINUS, NOT, IS_UNKNOWN, EXISTS }

    public record Unary(UnaryOperator operator, Node argument) implements Item {}

    /** Binding grows with the number. */
    public enum BinaryOperator {
        OR("||", 0), AND("&&", 1), EQUAL("==", 2), NOT_EQUAL("!=", 2), LESS("<", 2), GREATER(">", 2), LESS_OR_EQUAL("<=", 2), GREATER_OR_EQUAL(">=", 2),
        STARTS_WITH("starts with", 2), ADD("+", 3), SUBTRACT("-", 3), MULTIPLY("*", 4), DIVIDE("/", 4), MODULO("%", 4);

        private final String symbol;
        final int binding;

        BinaryOperator(String symbol, int binding) {
            this.symbol = symbol;
            this.binding = binding;
        }

        public String symbol() {
            return symbol;
        }
    }

    public record Binary(BinaryOperator operator, Node left, Node right) implements Item {}

    /** @param flags of "ismxq", in this order */
    public record LikeRegex(Node operand, String pattern, String flags, Regex regex) implements Item {}

    /** Reads the text form; 22P02 or 42601. */
    public static JsonPath parse(String text) {
        return new JsonPathParser(text).parse();
    }

    @Override
    public String toString() {
        return JsonPathPrinter.print(this);
    }
}
