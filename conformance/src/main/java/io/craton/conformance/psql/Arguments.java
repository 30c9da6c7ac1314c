package io.craton.conformance.psql;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The arguments of a backslash command: words to the end of the line or to the next backslash, with quotes and variables; or the line as it is. */
final class Arguments {
    private static final Set<String> LINE_COMMANDS = Set.of("!", "copy", "ef", "ev", "sf", "sf+", "sv", "sv+", "h", "help");

    /** The commands that take the rest of the line without looking into it. */
    static final Predicate<String> WHOLE_LINE = LINE_COMMANDS::contains;

    private final Script script;
    private final Function<Script, @Nullable String> variable;

    /** @param variable takes a reference to a variable from the script and gives its value; null, with nothing taken, when there is none */
    Arguments(Script script, Function<Script, @Nullable String> variable) {
        this.script = script;
        this.variable = variable;
    }

    String line() {
        int length = 0;
        while (script.peek(length) >= 0 && script.peek(length) != '\n') length++;
        return script.take(length).strip();
    }

    List<String> rest() {
        List<String> words = new ArrayList<>();
        while (true) {
            while (script.peek(0) != '\n' && Scanner.isSpace(script.peek(0))) script.take(1);
            int c = script.peek(0);
            if (c < 0 || c == '\n' || c == '\\') return words;
            words.add(word());
        }
    }

    private String word() {
        StringBuilder word = new StringBuilder();
        while (true) {
            int c = script.peek(0);
            if (c < 0 || c == '\\' || Scanner.isSpace(c)) return word.toString();
            switch (c) {
                case '\'' -> quoted(word);
                case '"', '`' -> verbatim((char) c, word);
                case ':' -> {
                    String value = variable.apply(script);
                    word.append(value == null ? script.take(1) : value);
                }
                default -> word.append(script.take(1));
            }
        }
    }

    private void verbatim(char quote, StringBuilder word) {
        word.append(script.take(1));
        while (script.peek(0) >= 0 && script.peek(0) != '\n') {
            boolean end = script.peek(0) == quote;
            word.append(script.take(1));
            if (end) return;
        }
    }

    private void quoted(StringBuilder word) {
        script.take(1);
        while (script.peek(0) >= 0 && script.peek(0) != '\n') {
            int c = script.peek(0);
            if (c == '\'' && script.peek(1) == '\'') {
                script.take(2);
                word.append('\'');
            } else if (c == '\'') {
                script.take(1);
                return;
            } else if (c == '\\') {
                escape(word);
            } else {
                word.append(script.take(1));
            }
        }
    }

    private void escape(StringBuilder word) {
        script.take(1);
        int c = script.peek(0);
        if (c >= '0' && c <= '7') {
            word.append((char) (number(3, 8) & 0xff));
            return;
        }
        if (c == 'x' && Character.digit(script.peek(1), 16) >= 0) {
            script.take(1);
            word.append((char) number(2, 16));
            return;
        }
        if (c < 0) return;
        script.take(1);
        word.append((char) switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'r' -> '\r';
            case 'f' -> '\f';
            default -> c;
        });
    }

    private int number(int digits, int radix) {
        int value = 0;
        for (int i = 0; i < digits && script.peek(0) >= 0 && Character.digit(script.peek(0), radix) >= 0; i++) {
            value = value * radix + Character.digit(script.take(1).charAt(0), radix);
        }
        return value;
    }
}
