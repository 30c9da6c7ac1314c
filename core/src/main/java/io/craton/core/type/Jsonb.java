package io.craton.core.type;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A jsonb value. Immutable. Members of objects are unique and stand in PostgreSQL's order: shorter names first, then by bytes.
 * Equality is SQL's (numbers by value); {@link #toString} is PostgreSQL's text form; {@link #compareTo} its btree order.
 */
public sealed interface Jsonb extends Comparable<Jsonb> {
    Jsonb NULL = new NullValue();
    Jsonb TRUE = new BoolValue(true);
    Jsonb FALSE = new BoolValue(false);
    ArrayValue EMPTY_ARRAY = new ArrayValue(List.of());
    ObjectValue EMPTY_OBJECT = new ObjectValue(List.of(), List.of());

    record NullValue() implements Jsonb {
        @Override
        public String toString() {
            return "null";
        }
    }

    record BoolValue(boolean value) implements Jsonb {
        @Override
        public String toString() {
            return value ? "true" : "false";
        }
    }

    /** Always finite. */
    record NumberValue(Numeric value) implements Jsonb {
        @Override
        public String toString() {
            return value.toString();
        }
    }

    record TextValue(String value) implements Jsonb {
        @Override
        public String toString() {
            return JsonFormat.print(this);
        }
    }

    record ArrayValue(List<Jsonb> elements) implements Jsonb {
        public ArrayValue {
            elements = List.copyOf(elements);
        }

        @Override
        public String toString() {
            return JsonFormat.print(this);
        }
    }

    /** Names in order, values beside them. Made by {@link #of(Map)} or {@link Builder}, which sort. */
    record ObjectValue(List<String> names, List<Jsonb> values) implements Jsonb {
        public ObjectValue {
            names = List.copyOf(names);
            values = List.copyOf(values);
        }

        /** The member's value or null. */
        public @Nullable Jsonb get(String name) {
            int low = 0;
            int high = names.size() - 1;
            while (low <= high) {
                int middle = low + high >>> 1;
                int order = compareNames(names.get(middle), name);
                if (order == 0) return values.get(middle);
                if (order < 0) low = middle + 1;
                else high = middle - 1;
            }
            return null;
        }

        @Override
        public String toString() {
            return JsonFormat.print(this);
        }
    }

    /** An object with these members. */
    static ObjectValue of(Map<String, Jsonb> members) {
        TreeMap<String, Jsonb> sorted = new TreeMap<>(Jsonb::compareNames);
        sorted.putAll(members);
        return new ObjectValue(new ArrayList<>(sorted.keySet()), new ArrayList<>(sorted.values()));
    }

    static ArrayValue array(Jsonb... elements) {
        return new ArrayValue(Arrays.asList(elements));
    }

    static Jsonb of(boolean value) {
        return value ? TRUE : FALSE;
    }

    static Jsonb of(String value) {
        return new TextValue(value);
    }

    static Jsonb of(Numeric value) {
        return new NumberValue(value);
    }

    /** Parses JSON text; the last of equal names wins; 22P02 for bad syntax. */
    static Jsonb parse(String text) {
        return JsonReader.readJsonb(text);
    }

    /** Order of member names in an object: by length in bytes, then by bytes. */
    static int compareNames(String left, String right) {
        int lengths = Integer.compare(Utf8.length(left), Utf8.length(right));
        return lengths != 0 ? lengths : Utf8.compare(left, right);
    }

    /** Scalars are not containers. */
    default boolean isScalar() {
        return !(this instanceof ArrayValue || this instanceof ObjectValue);
    }

    /** jsonb_typeof's word. */
    default String typeName() {
        return switch (this) {
            case NullValue ignored -> "null";
            case BoolValue ignored -> "boolean";
            case NumberValue ignored -> "number";
            case TextValue ignored -> "string";
            case ArrayValue ignored -> "array";
            case ObjectValue ignored -> "object";
        };
    }

    @Override
    default int compareTo(Jsonb other) {
        return JsonFormat.compareRoots(this, other);
    }

    /** Collects members, the last of equal names wins. */
    final class Builder {
        private final TreeMap<String, Jsonb> members = new TreeMap<>(Jsonb::compareNames);

        public Builder put(String name, Jsonb value) {
            members.put(name, value);
            return this;
        }

        public ObjectValue build() {
            return new ObjectValue(new ArrayList<>(members.keySet()), new ArrayList<>(members.values()));
        }
    }
}
