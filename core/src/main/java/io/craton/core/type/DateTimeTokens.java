package io.craton.core.type;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Splits the text of a date, time or interval into fields, and knows the words that may stand in it. */
final class DateTimeTokens {
    enum Kind { NUMBER, STRING, DATE, TIME, TZ, SPECIAL }

    record Token(Kind kind, String text) {}

    /** What a word of a date means. */
    enum Word { MONTH, DAY_OF_WEEK, AM, PM, AD, BC, NOW, TODAY, TOMORROW, YESTERDAY, EPOCH, EARLY, LATE, ALLBALLS, DST, ISO_TIME, JULIAN, UNIT, IGNORE }

    record Meaning(Word word, int value) {}

    private static final Map<String, Meaning> WORDS = words();

    private DateTimeTokens() {}

    private static Map<String, Meaning> words() {
        Map<String, Meaning> map = new java.util.HashMap<>();
        String[] months = {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"};
        for (int i = 0; i < 12; i++) {
            map.put(months[i], new Meaning(Word.MONTH, i + 1));
            map.put(months[i].substring(0, 3), new Meaning(Word.MONTH, i + 1));
        }
        map.put("sept", new Meaning(Word.MONTH, 9));
        String[] days = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
        for (int i = 0; i < 7; i++) {
            map.put(days[i], new Meaning(Word.DAY_OF_WEEK, i));
            map.put(days[i].substring(0, 3), new Meaning(Word.DAY_OF_WEEK, i));
        }
        for (String alias : new String[] {"tues", "wednes", "weds", "thur", "thurs"}) map.put(alias, new Meaning(Word.DAY_OF_WEEK, 0));
        map.put("am", new Meaning(Word.AM, 0));
        map.put("pm", new Meaning(Word.PM, 0));
        map.put("ad", new Meaning(Word.AD, 0));
        map.put("bc", new Meaning(Word.BC, 0));
        map.put("now", new Meaning(Word.NOW, 0));
        map.put("today", new Meaning(Word.TODAY, 0));
        map.put("tomorrow", new Meaning(Word.TOMORROW, 0));
        map.put("yesterday", new Meaning(Word.YESTERDAY, 0));
        map.put("epoch", new Meaning(Word.EPOCH, 0));
        map.put("infinity", new Meaning(Word.LATE, 0));
        map.put("-infinity", new Meaning(Word.EARLY, 0));
        map.put("allballs", new Meaning(Word.ALLBALLS, 0));
        map.put("dst", new Meaning(Word.DST, 0));
        map.put("t", new Meaning(Word.ISO_TIME, 0));
        map.put("j", new Meaning(Word.JULIAN, 0));
        map.put("jd", new Meaning(Word.JULIAN, 0));
        map.put("julian", new Meaning(Word.JULIAN, 0));
        map.put("at", new Meaning(Word.IGNORE, 0));
        map.put("on", new Meaning(Word.IGNORE, 0));
        for (String unit : new String[] {"d", "h", "m", "s", "y"}) map.put(unit, new Meaning(Word.UNIT, unit.charAt(0)));
        map.put("mm", new Meaning(Word.UNIT, 'n'));
        return Map.copyOf(map);
    }

    static @Nullable Meaning word(String lower) {
        Meaning found = WORDS.get(lower);
        return found != null || lower.length() <= 10 ? found : WORDS.get(lower.substring(0, 10));
    }

    /** The fields in lower case; null when the text cannot be split. */
    static @Nullable List<Token> split(String text) {
        List<Token> tokens = new ArrayList<>();
        Scanner scanner = new Scanner(text);
        while (scanner.at < text.length()) {
            int c = scanner.peek();
            if (Ascii.isSpace(c)) {
                scanner.at++;
                continue;
            }
            int start = scanner.at;
            Kind kind;
            String prefix = "";
            if (Ascii.isDigit(c)) {
                kind = scanner.number();
            } else if (c == '.') {
                scanner.at++;
                scanner.digits();
                kind = Kind.NUMBER;
            } else if (Ascii.isLetter(c)) {
                kind = scanner.word(start);
            } else if (c == '+' || c == '-') {
                prefix = String.valueOf((char) c);
                scanner.at++;
                while (Ascii.isSpace(scanner.peek())) scanner.at++;
                start = scanner.at;
                if (Ascii.isDigit(scanner.peek())) {
                    while (Ascii.isDigit(scanner.peek()) || scanner.peek() == ':' || scanner.peek() == '.' || scanner.peek() == '-') scanner.at++;
                    kind = Kind.TZ;
                } else if (Ascii.isLetter(scanner.peek())) {
                    scanner.letters();
                    kind = Kind.SPECIAL;
                } else {
                    return null;
                }
            } else if (c > ' ' && c < 0x7f) {
                scanner.at++;
                continue;
            } else {
                return null;
            }
            tokens.add(new Token(kind, prefix + text.substring(start, scanner.at).toLowerCase(Locale.ROOT)));
            if (tokens.size() > 25) return null;
        }
        return tokens;
    }

    private static final class Scanner {
        private final String text;
        private int at;

        Scanner(String text) {
            this.text = text;
        }

        int peek() {
            return at < text.length() ? text.charAt(at) : -1;
        }

        void digits() {
            while (Ascii.isDigit(peek())) at++;
        }

        void letters() {
            while (Ascii.isLetter(peek())) at++;
        }

        Kind number() {
            digits();
            int delimiter = peek();
            if (delimiter == ':') {
                while (Ascii.isDigit(peek()) || peek() == ':' || peek() == '.') at++;
                return Kind.TIME;
            }
            if (delimiter != '-' && delimiter != '/' && delimiter != '.') return Kind.NUMBER;
            at++;
            if (!Ascii.isDigit(peek())) {
                while (Ascii.isLetter(peek()) || Ascii.isDigit(peek()) || peek() == delimiter) at++;
                return Kind.DATE;
            }
            digits();
            if (peek() != delimiter) return delimiter == '.' ? Kind.NUMBER : Kind.DATE;
            while (Ascii.isDigit(peek()) || peek() == delimiter) at++;
            return Kind.DATE;
        }

        Kind word(int start) {
            letters();
            int next = peek();
            boolean name = next == '-' || next == '/' || next == '.';
            if (!name && (next == '+' || Ascii.isDigit(next))) {
                name = DateTimeTokens.word(text.substring(start, at).toLowerCase(Locale.ROOT)) == null;
            }
            if (!name) return Kind.STRING;
            while (Ascii.isLetter(peek()) || Ascii.isDigit(peek()) || peek() != -1 && "+-/_.:".indexOf(peek()) >= 0) at++;
            return Kind.DATE;
        }
    }
}
