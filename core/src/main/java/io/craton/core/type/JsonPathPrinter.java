package io.craton.core.type;

import io.craton.core.type.JsonPath.Node;

/** The text form of a jsonpath. */
final class JsonPathPrinter {
    private static final int UNARY_BINDING = 5;
    private static final int TIGHTEST = 6;

    private final StringBuilder out = new StringBuilder();

    private JsonPathPrinter() {}

    static String print(JsonPath path) {
        JsonPathPrinter printer = new JsonPathPrinter();
        if (!path.lax()) printer.out.append("strict ");
        printer.node(path.expression(), false, true);
        return printer.out.toString();
    }

    private static int binding(Node node) {
        return switch (node.item()) {
            case JsonPath.Binary binary -> binary.operator().binding;
            case JsonPath.Unary unary -> switch (unary.operator()) {
                case PLUS, MINUS -> UNARY_BINDING;
                case NOT, IS_UNKNOWN, EXISTS -> TIGHTEST;
            };
            default -> TIGHTEST;
        };
    }

    private void node(Node node, boolean accessor, boolean brackets) {
        switch (node.item()) {
            case JsonPath.Literal literal -> {
                boolean wrapped = node.next() != null && literal.value() instanceof Jsonb.NumberValue;
                if (wrapped) out.append('(');
                JsonFormat.append(literal.value(), out);
                if (wrapped) out.append(')');
            }
            case JsonPath.Variable variable -> {
                out.append('$');
                JsonFormat.appendQuoted(variable.name(), out);
            }
            case JsonPath.Key key -> {
                if (accessor) out.append('.');
                JsonFormat.appendQuoted(key.name(), out);
            }
            case JsonPath.Place place -> place(place, accessor);
            case JsonPath.Subscripts subscripts -> subscripts(subscripts);
            case JsonPath.Descendants levels -> descendants(levels, accessor);
            case JsonPath.Method method -> out.append('.').append(method.word()).append("()");
            case JsonPath.DateTime method -> {
                out.append(".datetime(");
                if (method.template() != null) JsonFormat.appendQuoted(method.template(), out);
                out.append(')');
            }
            case JsonPath.Filter filter -> inside("?(", filter.predicate(), ")");
            case JsonPath.Unary unary -> unary(unary, brackets);
            case JsonPath.Binary binary -> {
                int binding = binary.operator().binding;
                if (brackets) out.append('(');
                node(binary.left(), false, binding(binary.left()) <= binding);
                out.append(' ').append(binary.operator().symbol()).append(' ');
                node(binary.right(), false, binding(binary.right()) <= binding);
                if (brackets) out.append(')');
            }
            case JsonPath.LikeRegex like -> {
                if (brackets) out.append('(');
                node(like.operand(), false, binding(like.operand()) <= TIGHTEST);
                out.append(" like_regex ");
                JsonFormat.appendQuoted(like.pattern(), out);
                if (!like.flags().isEmpty()) out.append(" flag \"").append(like.flags()).append('"');
                if (brackets) out.append(')');
            }
        }
        if (node.next() != null) node(node.next(), true, true);
    }

    private void inside(String open, Node node, String close) {
        out.append(open);
        node(node, false, false);
        out.append(close);
    }

    private void unary(JsonPath.Unary unary, boolean brackets) {
        switch (unary.operator()) {
            case PLUS, MINUS -> {
                if (brackets) out.append('(');
                out.append(unary.operator() == JsonPath.UnaryOperator.PLUS ? '+' : '-');
                node(unary.argument(), false, binding(unary.argument()) <= UNARY_BINDING);
                if (brackets) out.append(')');
            }
            case NOT -> inside("!(", unary.argument(), ")");
            case IS_UNKNOWN -> inside("(", unary.argument(), ") is unknown");
            case EXISTS -> inside("exists (", unary.argument(), ")");
        }
    }

    private void place(JsonPath.Place place, boolean accessor) {
        switch (place) {
            case ROOT -> out.append('$');
            case CURRENT -> out.append('@');
            case LAST -> out.append("last");
            case ANY_ARRAY -> out.append("[*]");
            case ANY_KEY -> out.append(accessor ? ".*" : "*");
        }
    }

    private void subscripts(JsonPath.Subscripts subscripts) {
        out.append('[');
        String separator = "";
        for (JsonPath.Subscript subscript : subscripts.list()) {
            out.append(separator);
            node(subscript.from(), false, false);
            if (subscript.to() != null) {
                out.append(" to ");
                node(subscript.to(), false, false);
            }
            separator = ",";
        }
        out.append(']');
    }

    private void descendants(JsonPath.Descendants levels, boolean accessor) {
        if (accessor) out.append('.');
        out.append("**");
        int first = levels.first();
        int last = levels.last();
        if (first == 0 && last == JsonPath.LAST_LEVEL) return;
        out.append('{').append(level(first));
        if (first != last) out.append(" to ").append(level(last));
        out.append('}');
    }

    private static String level(int level) {
        return level == JsonPath.LAST_LEVEL ? "last" : Integer.toString(level);
    }
}
