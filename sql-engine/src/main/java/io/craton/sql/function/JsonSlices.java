package io.craton.sql.function;

import io.craton.core.type.Jsonb;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parts of a json text as they are written. The text is known to be valid JSON. */
final class JsonSlices {
    private JsonSlices() {}

    record Member(String name, String value) {}

    /** The kind of value: '{' '[' '"' 'n' (null) 't' (boolean) or '0' (number). */
    static char kind(String json) {
        char c = json.charAt(skipBlanks(json, 0));
        return c == '-' || c >= '0' && c <= '9' ? '0' : c == 'f' ? 't' : c;
    }

    static List<Member> members(String json) {
        List<Member> members = new ArrayList<>();
        int at = skipBlanks(json, skipBlanks(json, 0) + 1);
        while (json.charAt(at) != '}') {
            int end = endOfValue(json, at);
            String name = unescape(json.substring(at, end));
            at = skipBlanks(json, skipBlanks(json, end) + 1);
            end = endOfValue(json, at);
            members.add(new Member(name, json.substring(at, end)));
            at = skipBlanks(json, end);
            if (json.charAt(at) == ',') at = skipBlanks(json, at + 1);
        }
        return members;
    }

    static List<String> elements(String json) {
        List<String> elements = new ArrayList<>();
        int at = skipBlanks(json, skipBlanks(json, 0) + 1);
        while (json.charAt(at) != ']') {
            int end = endOfValue(json, at);
            elements.add(json.substring(at, end));
            at = skipBlanks(json, end);
            if (json.charAt(at) == ',') at = skipBlanks(json, at + 1);
        }
        return elements;
    }

    /** The member's value, the last one of equal names; null when there is none or the value is no object. */
    static @Nullable String member(String json, String name) {
        if (kind(json) != '{') return null;
        String found = null;
        for (Member member : members(json)) {
            if (member.name.equals(name)) found = member.value;
        }
        return found;
    }

    /** Counted from the end when negative. */
    static @Nullable String element(String json, long index) {
        if (kind(json) != '[') return null;
        List<String> elements = elements(json);
        long at = index < 0 ? elements.size() + index : index;
        return at < 0 || at >= elements.size() ? null : elements.get((int) at);
    }

    /** As ->> gives it: strings without quotes, null for a JSON null. */
    static @Nullable String text(@Nullable String json) {
        if (json == null) return null;
        return switch (kind(json)) {
            case 'n' -> null;
            case '"' -> unescape(json);
            default -> json;
        };
    }

    static String unescape(String quoted) {
        String trimmed = quoted.trim();
        if (trimmed.indexOf('\\') < 0) return trimmed.substring(1, trimmed.length() - 1);
        return ((Jsonb.TextValue) Jsonb.parse(trimmed)).value();
    }

    static int skipBlanks(String json, int from) {
        int at = from;
        while (at < json.length() && json.charAt(at) <= ' ') at++;
        return at;
    }

    private static int endOfValue(String json, int from) {
        int depth = 0;
        for (int i = from; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '"') {
                i = endOfString(json, i);
                if (depth == 0) return i + 1;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                if (depth == 0) return i;
                if (--depth == 0) return i + 1;
            } else if (depth == 0 && (c == ',' || c <= ' ')) {
                return i;
            }
        }
        return json.length();
    }

    private static int endOfString(String json, int from) {
        int i = from + 1;
        while (json.charAt(i) != '"') i += json.charAt(i) == '\\' ? 2 : 1;
        return i;
    }
}
