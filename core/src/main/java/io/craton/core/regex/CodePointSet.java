package io.craton.core.regex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** A set of code points as sorted, disjoint, inclusive ranges: first, last, first, last, ... Immutable. */
record CodePointSet(int[] ranges) {
    static final CodePointSet ALL = new CodePointSet(new int[] {0, Character.MAX_CODE_POINT});
    static final CodePointSet NONE = new CodePointSet(new int[0]);
    static final CodePointSet NEWLINE = of('\n');

    static CodePointSet of(int point) {
        return new CodePointSet(new int[] {point, point});
    }

    static CodePointSet range(int first, int last) {
        return new CodePointSet(new int[] {first, last});
    }

    /** The classes of {@code [[:name:]]}; null for an unknown name. Members beyond Latin-1 are computed once. */
    static @Nullable CodePointSet named(String name) {
        return switch (name) {
            case "alpha" -> Classes.ALPHA;
            case "digit" -> Classes.DIGIT;
            case "alnum" -> Classes.ALNUM;
            case "word" -> Classes.WORD;
            case "upper" -> Classes.UPPER;
            case "lower" -> Classes.LOWER;
            case "space" -> Classes.SPACE;
            case "blank" -> Classes.BLANK;
            case "punct" -> Classes.PUNCT;
            case "print" -> Classes.PRINT;
            case "graph" -> Classes.GRAPH;
            case "cntrl" -> Classes.CONTROL;
            case "xdigit" -> Classes.HEX_DIGIT;
            case "ascii" -> Classes.ASCII;
            default -> null;
        };
    }

    /** Computed on first use of any class. */
    private static final class Classes {
        static final CodePointSet ALPHA = where(Character::isLetter);
        static final CodePointSet DIGIT = range('0', '9');
        static final CodePointSet ALNUM = where(Character::isLetterOrDigit);
        static final CodePointSet WORD = ALNUM.union(of('_'));
        static final CodePointSet UPPER = where(Character::isUpperCase);
        static final CodePointSet LOWER = where(Character::isLowerCase);
        static final CodePointSet SPACE = where(c -> c >= 9 && c <= 13 || c == 0x85 || Character.isWhitespace(c) && (c < 0x1c || c > 0x1f));
        static final CodePointSet BLANK = where(c -> c == '\t' || Character.getType(c) == Character.SPACE_SEPARATOR && c != 0xa0
                && c != 0x2007 && c != 0x202f);
        static final CodePointSet CONTROL = where(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029);
        static final CodePointSet PRINT = where(c -> Character.isDefined(c) && !Character.isISOControl(c)
                && Character.getType(c) != Character.SURROGATE && c != 0x2028 && c != 0x2029);
        static final CodePointSet GRAPH = PRINT.intersect(SPACE.complement());
        static final CodePointSet PUNCT = GRAPH.intersect(ALNUM.complement());
        static final CodePointSet HEX_DIGIT = range('0', '9').union(range('A', 'F')).union(range('a', 'f'));
        static final CodePointSet ASCII = range(0, 127);
    }

    private static CodePointSet where(IntPredicate test) {
        List<Integer> found = new ArrayList<>();
        int first = -1;
        for (int c = 0; c <= Character.MAX_CODE_POINT + 1; c++) {
            boolean in = c <= Character.MAX_CODE_POINT && test.test(c);
            if (in && first < 0) first = c;
            if (!in && first >= 0) {
                found.add(first);
                found.add(c - 1);
                first = -1;
            }
        }
        return new CodePointSet(found.stream().mapToInt(Integer::intValue).toArray());
    }

    boolean contains(int point) {
        int at = Arrays.binarySearch(ranges, point);
        return at >= 0 || (-at - 1) % 2 == 1;
    }

    CodePointSet union(CodePointSet other) {
        if (ranges.length == 0) return other;
        if (other.ranges.length == 0) return this;
        int n = ranges.length / 2;
        int m = other.ranges.length / 2;
        int[] merged = new int[ranges.length + other.ranges.length];
        int size = 0;
        for (int i = 0, j = 0; i < n || j < m; ) {
            boolean left = j >= m || i < n && ranges[2 * i] <= other.ranges[2 * j];
            int first = left ? ranges[2 * i] : other.ranges[2 * j];
            int last = left ? ranges[2 * i++ + 1] : other.ranges[2 * j++ + 1];
            if (size > 0 && first <= merged[size - 1] + 1) {
                merged[size - 1] = Math.max(merged[size - 1], last);
            } else {
                merged[size++] = first;
                merged[size++] = last;
            }
        }
        return new CodePointSet(Arrays.copyOf(merged, size));
    }

    CodePointSet complement() {
        int[] result = new int[ranges.length + 2];
        int size = 0;
        int next = 0;
        for (int i = 0; i < ranges.length; i += 2) {
            if (ranges[i] > next) {
                result[size++] = next;
                result[size++] = ranges[i] - 1;
            }
            next = ranges[i + 1] + 1;
        }
        if (next <= Character.MAX_CODE_POINT) {
            result[size++] = next;
            result[size++] = Character.MAX_CODE_POINT;
        }
        return new CodePointSet(Arrays.copyOf(result, size));
    }

    CodePointSet intersect(CodePointSet other) {
        return complement().union(other.complement()).complement();
    }

    /** With the other cases of every member. */
    CodePointSet ignoringCase() {
        CodePointSet result = this;
        if (ranges.length > 2000) return result;
        for (int i = 0; i < ranges.length; i += 2) {
            if (ranges[i + 1] - ranges[i] > 70_000) continue;
            for (int c = ranges[i]; c <= ranges[i + 1]; c++) {
                int upper = Character.toUpperCase(c);
                int lower = Character.toLowerCase(c);
                if (!result.contains(upper)) result = result.union(of(upper));
                if (!result.contains(lower)) result = result.union(of(lower));
            }
        }
        return result;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CodePointSet that && Arrays.equals(ranges, that.ranges);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ranges);
    }
}
