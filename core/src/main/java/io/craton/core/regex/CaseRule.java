package io.craton.core.regex;

/** Which characters are the same to an expression. */
enum CaseRule {
    EXACT, ASCII, UNICODE;

    CodePointSet apply(CodePointSet set) {
        return switch (this) {
            case EXACT -> set;
            case ASCII -> set.union(set.intersect(CodePointSet.range(0, 127)).ignoringCase().intersect(CodePointSet.range(0, 127)));
            case UNICODE -> set.ignoringCase();
        };
    }

    /** Whether two parts of a text are the same. */
    boolean same(String text, int first, int second, int length) {
        if (this != ASCII) return text.regionMatches(this == UNICODE, first, text, second, length);
        for (int i = 0; i < length; i++) if (lower(text.charAt(first + i)) != lower(text.charAt(second + i))) return false;
        return true;
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }
}
