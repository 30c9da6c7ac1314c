package io.craton.sql.plan;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The forms of EXPLAIN for programs, byte for byte as PostgreSQL lays them out. Stateless. */
public enum ExplainFormat {
    JSON {
        @Override
        public String document(ExplainValue.Group query) {
            StringBuilder out = new StringBuilder("[\n  ");
            group(query, 2, out);
            return out.append("\n]").toString();
        }

        private void group(ExplainValue.Group group, int indent, StringBuilder out) {
            out.append('{');
            String before = "\n";
            for (Map.Entry<String, ExplainValue> property : group.properties().entrySet()) {
                out.append(before).append(pad(indent + 2)).append(quote(property.getKey())).append(": ");
                value(property.getValue(), indent + 2, out);
                before = ",\n";
            }
            out.append('\n').append(pad(indent)).append('}');
        }

        private void value(ExplainValue value, int indent, StringBuilder out) {
            switch (value) {
                case ExplainValue.Text(String text) -> out.append(quote(text));
                case ExplainValue.Literal(String text) -> out.append(text);
                case ExplainValue.Items(List<String> texts) -> out.append(texts.stream().map(ExplainFormat::quote).collect(Collectors.joining(", ", "[", "]")));
                case ExplainValue.Group group -> group(group, indent, out);
                case ExplainValue.Groups(String each, List<ExplainValue.Group> groups) -> {
                    out.append('[');
                    String before = "\n";
                    for (ExplainValue.Group group : groups) {
                        out.append(before).append(pad(indent + 2));
                        group(group, indent + 2, out);
                        before = ",\n";
                    }
                    out.append('\n').append(pad(indent)).append(']');
                }
            }
        }
    },
    XML {
        @Override
        public String document(ExplainValue.Group query) {
            StringBuilder out = new StringBuilder("<explain xmlns=\"http://www.postgresql.org/2009/explain\">\n");
            value("Query", query, 2, out);
            return out.append("</explain>").toString();
        }

        private void value(String name, ExplainValue value, int indent, StringBuilder out) {
            String tag = tag(name);
            out.append(pad(indent)).append('<').append(tag).append('>');
            if (value instanceof ExplainValue.Text(String text)) {
                out.append(escaped(text));
            } else if (value instanceof ExplainValue.Literal(String text)) {
                out.append(text);
            } else {
                out.append('\n');
                parts(value, indent + 2, out);
                out.append(pad(indent));
            }
            out.append("</").append(tag).append(">\n");
        }

        private void parts(ExplainValue value, int indent, StringBuilder out) {
            switch (value) {
                case ExplainValue.Items(List<String> texts) -> {
                    for (String text : texts) value("Item", new ExplainValue.Text(text), indent, out);
                }
                case ExplainValue.Group(Map<String, ExplainValue> properties) -> properties.forEach((name, each) -> value(name, each, indent, out));
                case ExplainValue.Groups(String each, List<ExplainValue.Group> groups) -> {
                    for (ExplainValue.Group group : groups) value(each, group, indent, out);
                }
                case ExplainValue.Text _, ExplainValue.Literal _ -> throw new IllegalArgumentException("no parts");
            }
        }

        /** What names of elements cannot have becomes a dash. */
        private static String tag(String name) {
            return name.replaceAll("[^A-Za-z0-9._-]", "-");
        }

        private static String escaped(String text) {
            return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#x0d;");
        }
    },
    YAML {
        @Override
        public String document(ExplainValue.Group query) {
            StringBuilder out = new StringBuilder();
            group(query, "- ", 2, out);
            return out.toString();
        }

        /** @param lead what stands in front of the first property in place of the padding */
        private void group(ExplainValue.Group group, String lead, int indent, StringBuilder out) {
            String before = lead;
            for (Map.Entry<String, ExplainValue> property : group.properties().entrySet()) {
                out.append(before).append(property.getKey()).append(": ");
                value(property.getValue(), indent, out);
                before = "\n" + pad(indent);
            }
        }

        private void value(ExplainValue value, int indent, StringBuilder out) {
            switch (value) {
                case ExplainValue.Text(String text) -> out.append(quote(text));
                case ExplainValue.Literal(String text) -> out.append(text);
                case ExplainValue.Items(List<String> texts) -> {
                    for (String text : texts) out.append('\n').append(pad(indent + 2)).append("- ").append(quote(text));
                }
                case ExplainValue.Group group -> group(group, "\n" + pad(indent + 2), indent + 2, out);
                case ExplainValue.Groups(String each, List<ExplainValue.Group> groups) -> {
                    for (ExplainValue.Group group : groups) group(group, "\n" + pad(indent + 2) + "- ", indent + 4, out);
                }
            }
        }
    };

    /** What is said of a statement that has nothing to be planned. */
    public String named(String statement) {
        return switch (this) {
            case JSON -> "[\n  " + quote(statement) + "\n]";
            case XML -> "<explain xmlns=\"http://www.postgresql.org/2009/explain\">\n  <" + statement.replace(' ', '-') + " />\n</explain>";
            case YAML -> "- " + quote(statement);
        };
    }

    /** All that is said of one query. */
    public abstract String document(ExplainValue.Group query);

    /** The form of that name; null for text, and for what is none. */
    public static @Nullable ExplainFormat of(String name) {
        for (ExplainFormat each : values()) if (each.name().toLowerCase(Locale.ROOT).equals(name)) return each;
        return null;
    }

    private static String pad(int width) {
        return " ".repeat(width);
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ') out.append(String.format("\\u%04x", (int) c));
                    else out.append(c);
                }
            }
        }
        return out.append('"').toString();
    }
}
