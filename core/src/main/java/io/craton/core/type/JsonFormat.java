package io.craton.core.type;

import java.util.List;

/** Printing and ordering of jsonb, and quoting of JSON strings. */
public final class JsonFormat {
    private JsonFormat() {}

    static String print(Jsonb value) {
        StringBuilder out = new StringBuilder();
        append(value, out);
        return out.toString();
    }

    /** Appends jsonb's text form: one blank after colon and comma. */
    public static void append(Jsonb value, StringBuilder out) {
        switch (value) {
            case Jsonb.TextValue text -> appendQuoted(text.value(), out);
            case Jsonb.ArrayValue array -> {
                out.append('[');
                List<Jsonb> elements = array.elements();
                for (int i = 0; i < elements.size(); i++) {
                    if (i > 0) out.append(", ");
                    append(elements.get(i), out);
                }
                out.append(']');
            }
            case Jsonb.ObjectValue object -> {
                out.append('{');
                for (int i = 0; i < object.names().size(); i++) {
                    if (i > 0) out.append(", ");
                    appendQuoted(object.names().get(i), out);
                    out.append(": ");
                    append(object.values().get(i), out);
                }
                out.append('}');
            }
            case Jsonb.NullValue scalar -> out.append(scalar);
            case Jsonb.BoolValue scalar -> out.append(scalar);
            case Jsonb.NumberValue scalar -> out.append(scalar);
        }
    }

    /** A JSON string literal, escaped as PostgreSQL does. */
    public static void appendQuoted(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c < ' ') out.append("\\u00").append(c < 16 ? '0' : '1').append(Character.forDigit(c & 15, 16));
                    else out.append(c);
                }
            }
        }
        out.append('"');
    }

    /** As PostgreSQL holds a scalar at the top in an array of one element, an empty array is less than any scalar. */
    static int compareRoots(Jsonb left, Jsonb right) {
        boolean leftArray = left instanceof Jsonb.ArrayValue;
        boolean rightArray = right instanceof Jsonb.ArrayValue;
        if (left.isScalar() && rightArray) return ((Jsonb.ArrayValue) right).elements().isEmpty() ? 1 : -1;
        if (leftArray && right.isScalar()) return ((Jsonb.ArrayValue) left).elements().isEmpty() ? -1 : 1;
        return compare(left, right);
    }

    private static int compare(Jsonb left, Jsonb right) {
        return switch (left) {
            case Jsonb.NumberValue a when right instanceof Jsonb.NumberValue b -> a.value().compareTo(b.value());
            case Jsonb.TextValue a when right instanceof Jsonb.TextValue b -> Utf8.compare(a.value(), b.value());
            case Jsonb.BoolValue a when right instanceof Jsonb.BoolValue b -> Boolean.compare(a.value(), b.value());
            case Jsonb.ArrayValue a when right instanceof Jsonb.ArrayValue b -> compareAll(a.elements(), b.elements());
            case Jsonb.ObjectValue a when right instanceof Jsonb.ObjectValue b -> {
                int order = Integer.compare(a.names().size(), b.names().size());
                for (int i = 0; order == 0 && i < a.names().size(); i++) {
                    order = Utf8.compare(a.names().get(i), b.names().get(i));
                    if (order == 0) order = compare(a.values().get(i), b.values().get(i));
                }
                yield order;
            }
            default -> Integer.compare(rank(left), rank(right));
        };
    }

    private static int compareAll(List<Jsonb> left, List<Jsonb> right) {
        int order = Integer.compare(left.size(), right.size());
        for (int i = 0; order == 0 && i < left.size(); i++) order = compare(left.get(i), right.get(i));
        return order;
    }

    private static int rank(Jsonb value) {
        return switch (value) {
            case Jsonb.NullValue ignored -> 0;
            case Jsonb.TextValue ignored -> 1;
            case Jsonb.NumberValue ignored -> 2;
            case Jsonb.BoolValue ignored -> 3;
            case Jsonb.ArrayValue ignored -> 4;
            case Jsonb.ObjectValue ignored -> 5;
        };
    }
}
