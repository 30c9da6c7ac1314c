package io.craton.core.regex;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.regex.Expression.Preference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses an ARE or ERE, embedded options and directors included. */
final class RegexParser {
    private static final int REPEAT_MAX = 255;
    private static final int DEPTH_MAX = 500;

    private final String pattern;
    private final Map<Integer, Expression> groups = new HashMap<>();
    private final List<Integer> openGroups = new ArrayList<>();
    private int at;
    private int groupCount;
    private int lookDepth;
    private int depth;
    private boolean extended;
    private boolean ignoreCase;
    private final boolean asciiOnly;
    private boolean newlineStops;
    private boolean newlineAnchors;
    private boolean literal;
    private boolean escapes;

    RegexParser(String pattern, RegexOptions options) {
        this.pattern = pattern;
        extended = options.expanded();
        ignoreCase = options.ignoreCase();
        newlineStops = options.newlineStops();
        newlineAnchors = options.newlineAnchors();
        asciiOnly = options.asciiOnly();
        literal = options.flavor() == RegexOptions.Flavor.LITERAL;
        escapes = options.flavor() == RegexOptions.Flavor.ADVANCED;
    }

    int groupCount() {
        return groupCount;
    }

    Expression parse() {
        prefixes();
        if (literal) return literalText();
        Expression result = alternatives();
        if (at < pattern.length()) throw error("parentheses () not balanced");
        return result;
    }

    static PgException error(String what) {
        return new PgException(SqlState.INVALID_REGULAR_EXPRESSION, "invalid regular expression: " + what);
    }

    private void prefixes() {
        if (literal || !escapes) return;
        if (pattern.startsWith("***=")) {
            literal = true;
            at = 4;
            return;
        }
        if (pattern.startsWith("***:")) at = 4;
        else if (pattern.startsWith("***")) throw error("quantifier operand invalid");
        if (pattern.startsWith("(?", at) && at + 2 < pattern.length() && Character.isLetter(pattern.charAt(at + 2))) {
            embeddedOptions();
        }
    }

    private void embeddedOptions() {
        for (at += 2; at < pattern.length() && pattern.charAt(at) != ')'; at++) {
            switch (pattern.charAt(at)) {
                case 'b' -> throw PgException.notSupported("basic regular expression");
                case 'c' -> ignoreCase = false;
                case 'e' -> escapes = false;
                case 'i' -> ignoreCase = true;
                case 'm', 'n' -> newlineStops = newlineAnchors = true;
                case 'p' -> {
                    newlineStops = true;
                    newlineAnchors = false;
                }
                case 'q' -> literal = true;
                case 's' -> newlineStops = newlineAnchors = false;
                case 't' -> extended = false;
                case 'w' -> {
                    newlineStops = false;
                    newlineAnchors = true;
                }
                case 'x' -> extended = true;
                default -> throw error("invalid embedded option");
            }
        }
        if (at >= pattern.length()) throw error("invalid embedded option");
        at++;
    }

    private Expression literalText() {
        List<Expression> parts = new ArrayList<>();
        while (at < pattern.length()) parts.add(character(next()));
        return new Expression.Sequence(parts);
    }

    private int next() {
        int point = pattern.codePointAt(at);
        at += Character.charCount(point);
        return point;
    }

    private int peek() {
        return at < pattern.length() ? pattern.charAt(at) : -1;
    }

    private boolean skip(String text) {
        if (!pattern.startsWith(text, at)) return false;
        at += text.length();
        return true;
    }

    private void skipComments() {
        while (at < pattern.length()) {
            if (escapes && pattern.startsWith("(?#", at)) {
                int end = pattern.indexOf(')', at);
                at = end < 0 ? pattern.length() : end + 1;
            } else if (extended && Character.isWhitespace(pattern.charAt(at))) {
                at++;
            } else if (extended && pattern.charAt(at) == '#') {
                int end = pattern.indexOf('\n', at);
                at = end < 0 ? pattern.length() : end + 1;
            } else {
                return;
            }
        }
    }

    private Expression character(int point) {
        return new Expression.OneOf(caseRule().apply(CodePointSet.of(point)));
    }

    private CaseRule caseRule() {
        return !ignoreCase ? CaseRule.EXACT : asciiOnly ? CaseRule.ASCII : CaseRule.UNICODE;
    }

    @Nullable CodePointSet named(String name) {
        CodePointSet all = CodePointSet.named(name);
        return all == null || !asciiOnly ? all : all.intersect(CodePointSet.range(0, 127));
    }

    private Expression alternatives() {
        if (++depth > DEPTH_MAX) throw error("regular expression is too complex");
        List<Expression> branches = new ArrayList<>();
        do {
            branches.add(branch());
        } while (skip("|"));
        depth--;
        return branches.size() == 1 ? branches.getFirst() : new Expression.Alternatives(branches);
    }

    private Expression branch() {
        List<Expression> parts = new ArrayList<>();
        while (true) {
            skipComments();
            int c = peek();
            if (c == -1 || c == '|' || c == ')' && (depth > 1 || escapes || !openGroups.isEmpty())) break;
            if (c == '*' || c == '+' || c == '?' || c == '{' && quantifierFollows()) throw error("quantifier operand invalid");
            int start = at;
            Expression atom = atom();
            boolean bare = (atom instanceof Expression.Assertion || atom instanceof Expression.Look) && !pattern.startsWith("(?:", start);
            parts.add(quantified(atom, bare));
        }
        return parts.size() == 1 ? parts.getFirst() : new Expression.Sequence(parts);
    }

    private boolean quantifierFollows() {
        return at + 1 < pattern.length() && pattern.charAt(at + 1) >= '0' && pattern.charAt(at + 1) <= '9';
    }

    private Expression quantified(Expression atom, boolean bareAssertion) {
        skipComments();
        int min;
        int max;
        boolean exact = false;
        int c = peek();
        if (c == '*') {
            min = 0;
            max = -1;
            at++;
        } else if (c == '+') {
            min = 1;
            max = -1;
            at++;
        } else if (c == '?') {
            min = 0;
            max = 1;
            at++;
        } else if (c == '{' && quantifierFollows()) {
            at++;
            min = count();
            if (skip(",")) {
                max = peek() == '}' ? -1 : count();
            } else {
                max = min;
                exact = true;
            }
            if (max >= 0 && min > max) throw error("invalid repetition count(s)");
            if (!skip("}")) throw error(at >= pattern.length() ? "braces {} not balanced" : "invalid repetition count(s)");
        } else {
            return atom;
        }
        boolean lazy = escapes && skip("?");
        if (bareAssertion) throw error("quantifier operand invalid");
        skipComments();
        c = peek();
        if (c == '*' || c == '+' || c == '?' || c == '{' && quantifierFollows()) throw error("quantifier operand invalid");
        Preference preference = exact ? Preference.NONE : lazy ? Preference.SHORTER : Preference.LONGER;
        return new Expression.Repeat(atom, min, max, preference);
    }

    private int count() {
        int start = at;
        int value = 0;
        while (at < pattern.length() && pattern.charAt(at) >= '0' && pattern.charAt(at) <= '9') {
            value = value * 10 + pattern.charAt(at++) - '0';
            if (value > REPEAT_MAX) throw error("invalid repetition count(s)");
        }
        if (at == start) throw error(at >= pattern.length() ? "braces {} not balanced" : "invalid repetition count(s)");
        return value;
    }

    private Expression atom() {
        int c = next();
        return switch (c) {
            case '(' -> group();
            case ')' -> character(')');
            case '.' -> new Expression.OneOf(newlineStops ? CodePointSet.NEWLINE.complement() : CodePointSet.ALL);
            case '^' -> new Expression.Assertion(newlineAnchors ? Expression.Place.LINE_START : Expression.Place.TEXT_START);
            case '$' -> new Expression.Assertion(newlineAnchors ? Expression.Place.LINE_END : Expression.Place.TEXT_END);
            case '[' -> bracket();
            case '\\' -> escape();
            default -> character(c);
        };
    }

    private Expression group() {
        if (escapes && skip("?")) {
            if (skip(":")) return closed(alternatives());
            if (skip("=")) return look(false, false);
            if (skip("!")) return look(false, true);
            if (skip("<=")) return look(true, false);
            if (skip("<!")) return look(true, true);
            throw error("quantifier operand invalid");
        }
        if (lookDepth > 0) return closed(alternatives());
        int number = ++groupCount;
        openGroups.add(number);
        Expression body = closed(alternatives());
        openGroups.remove(Integer.valueOf(number));
        groups.put(number, body);
        return new Expression.Group(number, body);
    }

    private Expression closed(Expression body) {
        if (!skip(")")) throw error("parentheses () not balanced");
        return body;
    }

    private Expression look(boolean behind, boolean negative) {
        lookDepth++;
        Expression body = closed(alternatives());
        lookDepth--;
        return new Expression.Look(body, behind, negative);
    }

    // ---- escapes ---------------------------------------------------------------------------------------------------

    private Expression escape() {
        if (at >= pattern.length()) throw error("invalid escape \\ sequence");
        int c = next();
        if (!escapes || !(c < 0x80 && Character.isLetterOrDigit(c))) return character(c);
        CodePointSet shorthand = shorthand(c);
        if (shorthand != null) return new Expression.OneOf(shorthand);
        Expression.Place place = switch (c) {
            case 'A' -> Expression.Place.TEXT_START;
            case 'Z' -> Expression.Place.TEXT_END;
            case 'm' -> Expression.Place.WORD_START;
            case 'M' -> Expression.Place.WORD_END;
            case 'y' -> Expression.Place.WORD_EDGE;
            case 'Y' -> Expression.Place.NO_WORD_EDGE;
            default -> null;
        };
        if (place != null) return new Expression.Assertion(place);
        if (c >= '1' && c <= '9') {
            int start = at - 1;
            long number = c - '0';
            int end = at;
            while (end < pattern.length() && pattern.charAt(end) >= '0' && pattern.charAt(end) <= '9' && number < 100_000) {
                number = number * 10 + pattern.charAt(end++) - '0';
            }
            if (end == at || number <= groupCount) {
                at = end;
                return backReference((int) number);
            }
            at = start;
            return character(octal(3));
        }
        return character(characterEscape(c));
    }

    private Expression backReference(int number) {
        Expression body = groups.get(number);
        if (lookDepth > 0 || body == null || openGroups.contains(number)) throw error("invalid backreference number");
        return new Expression.BackReference(number, body, caseRule());
    }

    private @Nullable CodePointSet shorthand(int c) {
        return switch (c) {
            case 'd' -> named("digit");
            case 's' -> named("space");
            case 'w' -> named("word");
            case 'D' -> named("digit").complement();
            case 'S' -> named("space").complement();
            case 'W' -> named("word").complement();
            default -> null;
        };
    }

    private int characterEscape(int c) {
        switch (c) {
            case 'a':
                return 7;
            case 'b':
                return 8;
            case 'B':
                return '\\';
            case 'c':
                if (at >= pattern.length()) throw error("invalid escape \\ sequence");
                return next() & 0x1f;
            case 'e':
                return 27;
            case 'f':
                return 12;
            case 'n':
                return 10;
            case 'r':
                return 13;
            case 't':
                return 9;
            case 'v':
                return 11;
            case 'u':
                return hex(4, 4);
            case 'U':
                return hex(8, 8);
            case 'x':
                return hex(1, 255);
            case '0':
                at--;
                return octal(3);
            default:
                throw error("invalid escape \\ sequence");
        }
    }

    private int hex(int min, int max) {
        long value = 0;
        int digits = 0;
        while (digits < max && at < pattern.length() && pattern.charAt(at) < 0x80 && Character.digit(pattern.charAt(at), 16) >= 0) {
            value = value << 4 | Character.digit(pattern.charAt(at++), 16);
            if (value > Character.MAX_CODE_POINT) throw error("invalid escape \\ sequence");
            digits++;
        }
        if (digits < min) throw error("invalid escape \\ sequence");
        return (int) value;
    }

    private int octal(int max) {
        int value = 0;
        int digits = 0;
        while (digits < max && at < pattern.length() && pattern.charAt(at) >= '0' && pattern.charAt(at) <= '7') {
            value = value << 3 | pattern.charAt(at++) - '0';
            digits++;
        }
        if (digits == 0) throw error("invalid escape \\ sequence");
        return value & 0xff;
    }

    // ---- bracket expressions ---------------------------------------------------------------------------------------

    private Expression bracket() {
        if (skip("[:<:]]")) return new Expression.Assertion(Expression.Place.WORD_START);
        if (skip("[:>:]]")) return new Expression.Assertion(Expression.Place.WORD_END);
        boolean negated = skip("^");
        CodePointSet set = CodePointSet.NONE;
        boolean first = true;
        while (first || peek() != ']') {
            if (at >= pattern.length()) throw error("brackets [] not balanced");
            set = set.union(bracketItem(first));
            first = false;
        }
        at++;
        set = caseRule().apply(set);
        if (negated) {
            set = set.complement();
            if (newlineStops) set = set.intersect(CodePointSet.NEWLINE.complement());
        }
        return new Expression.OneOf(set);
    }

    private CodePointSet bracketItem(boolean first) {
        if (skip("[:")) {
            String name = until(":]", "invalid character class");
            boolean cased = ignoreCase && (name.equals("upper") || name.equals("lower"));
            CodePointSet named = named(cased ? "alpha" : name);
            if (named == null) throw error("invalid character class");
            return named;
        }
        if (skip("[=")) return CodePointSet.of(element(until("=]", "invalid collating element")));
        if (escapes && peek() == '\\' && at + 1 < pattern.length()) {
            CodePointSet shorthand = shorthand(pattern.charAt(at + 1));
            if (shorthand != null) {
                at += 2;
                if (peek() == '-' && at + 1 < pattern.length() && pattern.charAt(at + 1) != ']') throw error("invalid character range");
                return shorthand;
            }
        }
        if (peek() == '-' && !first && !(at + 1 < pattern.length() && pattern.charAt(at + 1) == ']')) {
            throw error("invalid character range");
        }
        int from = bracketCharacter();
        if (peek() == '-' && at + 1 < pattern.length() && pattern.charAt(at + 1) != ']') {
            at++;
            int to = bracketCharacter();
            if (from > to) throw error("invalid character range");
            return CodePointSet.range(from, to);
        }
        return CodePointSet.of(from);
    }

    private int bracketCharacter() {
        if (at >= pattern.length()) throw error("brackets [] not balanced");
        if (skip("[.")) return element(until(".]", "invalid collating element"));
        if (pattern.startsWith("[:", at) || pattern.startsWith("[=", at)) throw error("invalid character range");
        int c = next();
        if (c != '\\' || !escapes) return c;
        if (at >= pattern.length()) throw error("invalid escape \\ sequence");
        int escaped = next();
        if (!(escaped < 0x80 && Character.isLetterOrDigit(escaped))) return escaped;
        if (escaped >= '1' && escaped <= '9') {
            at--;
            return octal(3);
        }
        return characterEscape(escaped);
    }

    private String until(String end, String problem) {
        int stop = pattern.indexOf(end, at);
        if (stop < 0) throw error("brackets [] not balanced");
        String name = pattern.substring(at, stop);
        at = stop + end.length();
        if (name.isEmpty()) throw error(problem);
        return name;
    }

    private static int element(String name) {
        if (name.codePointCount(0, name.length()) != 1) throw error("invalid collating element");
        return name.codePointAt(0);
    }
}
