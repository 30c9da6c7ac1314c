package io.craton.conformance.psql;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a script into statements and backslash commands exactly as psql does: quotes of all kinds, dollar quotes, nested comments, semicolons inside
 * parentheses and inside BEGIN ... END of SQL-standard function bodies, variables. One caller, one pass.
 */
public final class Scanner {
    private final Script script;
    private final Variables variables;
    private final Conditions conditions;
    private final StringBuilder buffer = new StringBuilder();
    private final StatementShape shape = new StatementShape();
    private int bufferOffset;
    private int bufferLine = 1;
    private boolean standardStrings = true;

    public Scanner(String text, Variables variables, Conditions conditions) {
        this.script = new Script(text);
        this.variables = variables;
        this.conditions = conditions;
    }

    /** The next statement or command; what lies in branches not taken is left out. */
    public Item next() {
        while (true) {
            Item item = scan();
            switch (item) {
                case Item.Statement statement -> {
                    if (conditions.active()) return item;
                }
                case Item.Command command -> {
                    if (conditions.active()) return item;
                }
                case Item.End end -> {
                    return item;
                }
            }
        }
    }

    /** The lines of COPY data behind the present line. */
    public String copyData() {
        return script.copyData();
    }

    /** Forgets the statement collected so far. */
    public void clear() {
        buffer.setLength(0);
        shape.reset();
    }

    /** Follows the server's standard_conforming_strings. */
    public void standardStrings(boolean on) {
        standardStrings = on;
    }

    private Item scan() {
        while (true) {
            int c = script.peek(0);
            if (c < 0) {
                if (script.pop()) continue;
                Item end = new Item.End(conditions.active() ? buffer.toString() : "", script.offset(), bufferLine);
                clear();
                return end;
            }
            if (c == ';') {
                emit(1);
                if (shape.complete()) {
                    Item statement = new Item.Statement(buffer.toString(), bufferOffset, bufferLine);
                    clear();
                    return statement;
                }
            } else if (c == '\\') {
                int next = script.peek(1);
                if (next == ';' || next == ':') {
                    script.take(1);
                    if (next == ';') shape.restart();
                    emit(1);
                } else {
                    Item command = command();
                    if (command != null) return command;
                }
            } else {
                token(c);
            }
        }
    }

    private void token(int c) {
        if (isSpace(c)) space(1);
        else if (c == '-' && script.peek(1) == '-') space(lineComment());
        else if (c == '/' && script.peek(1) == '*') comment();
        else if (c == '\'') quoted('\'', !standardStrings);
        else if (c == '"') quoted('"', false);
        else if (c == '$') dollar();
        else if (c == ':') colon();
        else if (c == '(') parenthesis(1);
        else if (c == ')') parenthesis(-1);
        else if (isIdentifierStart(c)) word();
        else if (c >= '0' && c <= '9') number();
        else if (operator(c)) operator();
        else emit(1);
    }

    private void parenthesis(int step) {
        shape.parenthesis(step);
        emit(1);
    }

    private void number() {
        int length = 1;
        while (isIdentifierPart(script.peek(length))) length++;
        emit(length);
    }

    /** Operators end before a comment begins; nothing else about them matters here. */
    private void operator() {
        int length = 1;
        while (operator(script.peek(length)) && !commentAt(length)) length++;
        emit(length);
    }

    private boolean commentAt(int ahead) {
        int c = script.peek(ahead);
        return c == '-' && script.peek(ahead + 1) == '-' || c == '/' && script.peek(ahead + 1) == '*';
    }

    private void word() {
        int c = script.peek(0);
        int next = script.peek(1);
        if (next == '\'' && "eExXbB".indexOf(c) >= 0) {
            emit(1);
            quoted('\'', c == 'e' || c == 'E');
            return;
        }
        if (next == '\'' && (c == 'n' || c == 'N')) {
            emit(1);
            return;
        }
        if ((c == 'u' || c == 'U') && next == '&' && (script.peek(2) == '\'' || script.peek(2) == '"')) {
            int quote = script.peek(2);
            emit(2);
            quoted(quote, false);
            return;
        }
        int length = 1;
        while (isIdentifierPart(script.peek(length))) length++;
        shape.word(emit(length).toLowerCase(Locale.ROOT));
    }

    private void quoted(int quote, boolean backslashes) {
        emit(1);
        while (more()) {
            int c = script.peek(0);
            if (c == '\\' && backslashes && script.peek(1) >= 0) emit(2);
            else if (c == quote && script.peek(1) == quote) emit(2);
            else if (c == quote) {
                emit(1);
                return;
            } else {
                emit(1);
            }
        }
    }

    private void comment() {
        emit(2);
        int depth = 0;
        while (more()) {
            if (script.startsWith("/*")) {
                depth++;
                emit(2);
            } else if (script.startsWith("*/")) {
                emit(2);
                if (depth-- == 0) return;
            } else {
                emit(1);
            }
        }
    }

    private int lineComment() {
        int length = 2;
        while (script.peek(length) >= 0 && script.peek(length) != '\n' && script.peek(length) != '\r') length++;
        return length;
    }

    private void dollar() {
        int length = 1;
        if (isIdentifierStart(script.peek(1))) {
            length++;
            while (isDollarPart(script.peek(length))) length++;
        }
        if (script.peek(length) != '$') {
            emit(1);
            while (isIdentifierPart(script.peek(0))) emit(1);
            return;
        }
        String delimiter = emit(length + 1);
        while (more()) {
            if (script.startsWith(delimiter)) {
                emit(delimiter.length());
                return;
            }
            emit(1);
        }
    }

    /** Inside quotes and comments the value of a variable may end; the quote goes on in what stands behind the variable. */
    private boolean more() {
        while (script.peek(0) < 0) {
            if (!script.pop()) return false;
        }
        return true;
    }

    private void colon() {
        if (script.peek(1) == ':' || script.peek(1) == '=') {
            emit(2);
            return;
        }
        String value = variableAt(true);
        if (value == null) emit(1);
        else append(value);
    }

    /**
     * The text that a reference to a variable here stands for, with the reference taken; null if there is none. A plain reference in a statement is
     * pushed, to be scanned itself.
     */
    private @Nullable String variableAt(boolean inStatement) {
        if (!conditions.active()) return null;
        int first = script.peek(1);
        int from = first == '\'' || first == '"' ? 2 : script.startsWith(":{?") ? 3 : 1;
        int length = from;
        while (isVariablePart(script.peek(length))) length++;
        if (length == from) return null;
        StringBuilder name = new StringBuilder();
        for (int i = from; i < length; i++) name.append((char) script.peek(i));
        String value = variables.get(name.toString());
        if (from == 3) {
            if (script.peek(length) != '}') return null;
            script.take(length + 1);
            return value == null ? "FALSE" : "TRUE";
        }
        if (from == 2) {
            if (script.peek(length) != first || value == null) return null;
            script.take(length + 1);
            return first == '\'' ? Variables.literal(value) : Variables.identifier(value);
        }
        if (value == null || script.expanding(name.toString())) return null;
        script.take(length);
        if (!inStatement) return value;
        script.push(name.toString(), value);
        return "";
    }

    private void space(int length) {
        if (buffer.isEmpty()) script.take(length);
        else emit(length);
    }

    private String emit(int length) {
        if (buffer.isEmpty()) begin();
        String taken = script.take(length);
        buffer.append(taken);
        return taken;
    }

    private void append(String text) {
        if (buffer.isEmpty()) begin();
        buffer.append(text);
    }

    private void begin() {
        bufferOffset = script.offset();
        bufferLine = script.line();
    }

    private Item.@Nullable Command command() {
        int offset = script.offset();
        int line = script.line();
        script.take(1);
        int length = 0;
        while (script.peek(length) >= 0 && !isSpace(script.peek(length)) && script.peek(length) != '\\') length++;
        String name = script.take(length);
        Arguments arguments = new Arguments(script, reference -> variableAt(false));
        switch (name) {
            case "if" -> {
                boolean active = conditions.active();
                conditions.begin(offset, truth(arguments.rest(), active));
            }
            case "elif" -> conditions.otherwise(offset, truth(arguments.rest(), conditions.awaitsElse()));
            case "else" -> {
                arguments.rest();
                conditions.otherwise(offset, true);
            }
            case "endif" -> {
                arguments.rest();
                conditions.end();
            }
            default -> {
                List<String> values = Arguments.WHOLE_LINE.test(name) ? List.of(arguments.line()) : arguments.rest();
                if (script.startsWith("\\\\")) script.take(2);
                return new Item.Command(name, values, buffer.toString(), buffer.isEmpty() ? offset : bufferOffset, buffer.isEmpty() ? line : bufferLine);
            }
        }
        if (script.startsWith("\\\\")) script.take(2);
        return null;
    }

    private static boolean truth(List<String> words, boolean matters) {
        if (!matters) return false;
        String word = String.join(" ", words).toLowerCase(Locale.ROOT);
        Predicate<String> begins = full -> !word.isEmpty() && full.startsWith(word);
        return begins.test("true") || begins.test("yes") || word.equals("on") || word.equals("1");
    }

    static boolean isSpace(int c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
    }

    private static boolean isIdentifierStart(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 128;
    }

    private static boolean isIdentifierPart(int c) {
        return isIdentifierStart(c) || c >= '0' && c <= '9' || c == '$';
    }

    private static boolean isDollarPart(int c) {
        return isIdentifierStart(c) || c >= '0' && c <= '9';
    }

    private static boolean isVariablePart(int c) {
        return isIdentifierStart(c) || c >= '0' && c <= '9';
    }

    private static boolean operator(int c) {
        return c >= 0 && "~!@#^&|`?+-*/%<>=".indexOf(c) >= 0;
    }
}
