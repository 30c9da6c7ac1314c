package io.craton.sql.function;

import io.craton.core.type.Jsonb;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value inside a document, read alike from json (the text as it is written) and from jsonb (the tree). */
sealed interface JsonPiece {
    boolean isNull();

    boolean isText();

    boolean isArray();

    boolean isObject();

    /** As ->> gives it. */
    String text();

    /** As a document of its own. */
    String document();

    @Nullable JsonPiece member(String name);

    boolean isEmptyObject();

    List<JsonPiece> elements();

    static JsonPiece of(Object datum) {
        return datum instanceof String text ? new Written(text) : new Tree((Jsonb) datum);
    }

    /** @param json a valid text; blanks around it do not matter */
    record Written(String json) implements JsonPiece {
        @Override
        public boolean isNull() {
            return JsonSlices.kind(json) == 'n';
        }

        @Override
        public boolean isText() {
            return JsonSlices.kind(json) == '"';
        }

        @Override
        public boolean isArray() {
            return JsonSlices.kind(json) == '[';
        }

        @Override
        public boolean isObject() {
            return JsonSlices.kind(json) == '{';
        }

        @Override
        public String text() {
            return isText() ? JsonSlices.unescape(json) : json.strip();
        }

        @Override
        public String document() {
            return json.strip();
        }

        @Override
        public @Nullable JsonPiece member(String name) {
            String value = JsonSlices.member(json, name);
            return value == null ? null : new Written(value);
        }

        @Override
        public boolean isEmptyObject() {
            return isObject() && JsonSlices.members(json).isEmpty();
        }

        @Override
        public List<JsonPiece> elements() {
            return JsonSlices.elements(json).stream().<JsonPiece>map(Written::new).toList();
        }
    }

    record Tree(Jsonb json) implements JsonPiece {
        @Override
        public boolean isNull() {
            return json instanceof Jsonb.NullValue;
        }

        @Override
        public boolean isText() {
            return json instanceof Jsonb.TextValue;
        }

        @Override
        public boolean isArray() {
            return json instanceof Jsonb.ArrayValue;
        }

        @Override
        public boolean isObject() {
            return json instanceof Jsonb.ObjectValue;
        }

        @Override
        public String text() {
            return json instanceof Jsonb.TextValue text ? text.value() : json.toString();
        }

        @Override
        public String document() {
            return json.toString();
        }

        @Override
        public @Nullable JsonPiece member(String name) {
            Jsonb value = json instanceof Jsonb.ObjectValue object ? object.get(name) : null;
            return value == null ? null : new Tree(value);
        }

        @Override
        public boolean isEmptyObject() {
            return json instanceof Jsonb.ObjectValue object && object.names().isEmpty();
        }

        @Override
        public List<JsonPiece> elements() {
            return json instanceof Jsonb.ArrayValue array ? array.elements().stream().<JsonPiece>map(Tree::new).toList() : List.of();
        }
    }
}
