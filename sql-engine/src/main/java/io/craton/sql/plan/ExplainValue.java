package io.craton.sql.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A part of what EXPLAIN says in one of the forms that programs read ({@link ExplainFormat}). */
public sealed interface ExplainValue {
    record Text(String text) implements ExplainValue {}

    /** A number or a truth value, as it is written. */
    record Literal(String text) implements ExplainValue {}

    record Items(List<String> texts) implements ExplainValue {}

    /** Properties in order. */
    record Group(Map<String, ExplainValue> properties) implements ExplainValue {
        public Group() {
            this(new LinkedHashMap<>());
        }

        public Group with(String name, ExplainValue value) {
            properties.put(name, value);
            return this;
        }
    }

    /** @param each what XML calls one of them */
    record Groups(String each, List<Group> groups) implements ExplainValue {}
}
