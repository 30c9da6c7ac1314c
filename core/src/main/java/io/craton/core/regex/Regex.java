package io.craton.core.regex;

import io.craton.core.regex.Expression.Preference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A compiled regular expression. Immutable to its users, shared by threads. Positions are indexes of chars. */
public final class Regex {
    private static final int LINES = 1;
    private static final int WORDS = 2;

    private final Piece tree;
    private final Alphabet alphabet;
    private final Automaton whole;
    private final Automaton anywhere;
    private final int groupCount;

    private Regex(Expression expression, RegexParser parser) {
        Collection<CodePointSet> sets = new LinkedHashSet<>();
        int places = collect(expression, sets);
        groupCount = parser.groupCount();
        alphabet = new Alphabet(sets, (places & LINES) != 0, (places & WORDS) != 0 ? parser.named("word") : CodePointSet.NONE);
        tree = Piece.of(expression);
        whole = new Automaton(expression, alphabet, false);
        anywhere = new Automaton(expression, alphabet, true);
    }

    /** Throws 2201B when the pattern is not one. */
    public static Regex compile(String pattern, RegexOptions options) {
        RegexParser parser = new RegexParser(pattern, options);
        Expression expression = parser.parse();
        return new Regex(expression, parser);
    }

    /** Gathers the sets; answers which places between characters the expression asks about. */
    private static int collect(Expression expression, Collection<CodePointSet> sets) {
        return switch (expression) {
            case Expression.OneOf one -> {
                sets.add(one.set());
                yield 0;
            }
            case Expression.Sequence sequence -> collectAll(sequence.parts(), sets);
            case Expression.Alternatives alternatives -> collectAll(alternatives.branches(), sets);
            case Expression.Repeat repeat -> collect(repeat.body(), sets);
            case Expression.Group group -> collect(group.body(), sets);
            case Expression.BackReference reference -> 0;
            case Expression.Assertion assertion -> switch (assertion.place()) {
                case TEXT_START, TEXT_END -> 0;
                case LINE_START, LINE_END -> LINES;
                case WORD_START, WORD_END, WORD_EDGE, NO_WORD_EDGE -> WORDS;
            };
            case Expression.Look look -> collect(look.body(), sets);
        };
    }

    private static int collectAll(List<Expression> parts, Collection<CodePointSet> sets) {
        int places = 0;
        for (Expression part : parts) places |= collect(part, sets);
        return places;
    }

    /** Number of capturing groups. */
    public int groupCount() {
        return groupCount;
    }

    /** Whether the text has a match anywhere. */
    public boolean find(String text, Runnable interrupts) {
        if (tree.refers) return match(text, 0, interrupts) != null;
        return anywhere.shortest(new Automaton.Input(text, interrupts), 0, 0, text.length()) >= 0;
    }

    /**
     * The leftmost match at or after {@code from}: start and end of the whole, then of each group (-1, -1 for one that took no part);
     * null when there is none.
     */
    public int @Nullable [] match(String text, int from, Runnable interrupts) {
        Automaton.Input input = new Automaton.Input(text, interrupts);
        if (anywhere.shortest(input, from, from, text.length()) < 0) return null;
        Dissection dissection = new Dissection(input, groupCount);
        for (int begin = from; begin <= text.length(); begin += width(text, begin)) {
            int end = tree.preference == Preference.SHORTER
                    ? whole.shortest(input, begin, begin, text.length())
                    : whole.longest(input, begin, text.length());
            while (end >= 0) {
                if (groupCount == 0 || dissection.dissect(tree, begin, end)) return dissection.result(begin, end);
                dissection.clear();
                if (tree.preference == Preference.SHORTER) {
                    end = end >= text.length() ? -1 : whole.shortest(input, begin, end + width(text, end), text.length());
                } else {
                    end = end <= begin ? -1 : whole.longest(input, begin, before(text, end));
                }
            }
        }
        return null;
    }

    /** Code points are never cut in two. */
    public static int width(String text, int at) {
        return at + 1 < text.length() && Character.isHighSurrogate(text.charAt(at))
                && Character.isLowSurrogate(text.charAt(at + 1)) ? 2 : 1;
    }

    private static int before(String text, int at) {
        return text.offsetByCodePoints(at, -1);
    }

    /** One try to divide a match among the pieces. */
    private final class Dissection {
        private final Automaton.Input input;
        private final String text;
        private final int[] captures;

        Dissection(Automaton.Input input, int groups) {
            this.input = input;
            this.text = input.text();
            this.captures = new int[2 * groups];
            clear();
        }

        void clear() {
            java.util.Arrays.fill(captures, -1);
        }

        int[] result(int begin, int end) {
            int[] result = new int[captures.length + 2];
            result[0] = begin;
            result[1] = end;
            System.arraycopy(captures, 0, result, 2, captures.length);
            return result;
        }

        boolean dissect(Piece piece, int begin, int end) {
            return switch (piece.kind) {
                case PLAIN -> true;
                case GROUP -> {
                    if (!dissect(piece.children.getFirst(), begin, end)) yield false;
                    captures[2 * piece.number - 2] = begin;
                    captures[2 * piece.number - 1] = end;
                    yield true;
                }
                case SEQUENCE -> sequence(piece.children.get(0), piece.children.get(1), begin, end);
                case ALTERNATIVES -> {
                    for (Piece branch : piece.children) {
                        if (matches(branch, begin, end) && dissect(branch, begin, end)) yield true;
                    }
                    yield false;
                }
                case BACK_REFERENCE -> backReference(piece, begin, end);
                case REPEAT -> {
                    // no iteration for an empty text: the first choice of a body that likes it short, else the last resort
                    boolean none = begin == end && piece.min == 0;
                    Piece body = piece.children.getFirst();
                    yield none && body.preference == Preference.SHORTER || repeat(piece, body, begin, end) || none;
                }
            };
        }

        private boolean matches(Piece piece, int begin, int end) {
            return piece.automaton(alphabet).matches(input, begin, end);
        }

        private boolean sequence(Piece left, Piece right, int begin, int end) {
            boolean shorter = left.preference == Preference.SHORTER;
            Automaton automaton = left.automaton(alphabet);
            int middle = shorter ? automaton.shortest(input, begin, begin, end) : automaton.longest(input, begin, end);
            while (middle >= 0) {
                input.interrupts().run();
                if (matches(right, middle, end) && dissect(left, begin, middle) && dissect(right, middle, end)) return true;
                forget(left);
                forget(right);
                if (shorter) {
                    middle = middle >= end ? -1 : automaton.shortest(input, begin, middle + width(text, middle), end);
                } else {
                    middle = middle <= begin ? -1 : automaton.longest(input, begin, before(text, middle));
                }
            }
            return false;
        }

        private void forget(Piece piece) {
            if (piece.kind == Piece.Kind.GROUP) {
                captures[2 * piece.number - 2] = -1;
                captures[2 * piece.number - 1] = -1;
            }
            if (piece.captures) piece.children.forEach(this::forget);
        }

        private boolean backReference(Piece piece, int begin, int end) {
            int from = captures[2 * piece.number - 2];
            if (from < 0) return false;
            int length = captures[2 * piece.number - 1] - from;
            if (length == 0) return begin == end;
            if (begin == end) return piece.min == 0;
            if ((end - begin) % length != 0) return false;
            int times = (end - begin) / length;
            if (times < piece.min || piece.max >= 0 && times > piece.max) return false;
            CaseRule rule = piece.language instanceof Expression.BackReference reference ? reference.caseRule()
                    : piece.language instanceof Expression.Repeat repeat && repeat.body() instanceof Expression.BackReference inner ? inner.caseRule() : CaseRule.EXACT;
            for (int at = begin; at < end; at += length) {
                if (!rule.same(text, from, at, length)) return false;
            }
            return true;
        }

        /** Tries divisions of the text among iterations; each end is moved back (or on) when the iterations after it find no way. */
        private boolean repeat(Piece piece, Piece body, int begin, int end) {
            int length = text.codePointCount(begin, end);
            int most = piece.max < 0 || piece.max > length ? length : piece.max;
            int least = Math.max(piece.min, 1);
            most = Math.max(most, least);
            boolean shorter = body.preference == Preference.SHORTER;
            Automaton automaton = body.automaton(alphabet);
            List<Integer> ends = new ArrayList<>(List.of(begin));
            int next = first(automaton, shorter, begin, end);
            while (true) {
                input.interrupts().run();
                int count = ends.size();
                if (next >= 0 && (next > ends.getLast() || count <= least)) {
                    ends.add(next);
                    if (next == end && count >= least) {
                        if (iterations(body, ends)) return true;
                    } else if (count < most && next < end || count < least) {
                        next = first(automaton, shorter, next, end);
                        continue;
                    }
                }
                do {
                    if (next >= 0 && ends.size() > count) count = ends.size();
                    if (ends.size() < 2) return false;
                    int last = ends.removeLast();
                    int from = ends.getLast();
                    if (shorter) next = last >= end ? -1 : automaton.shortest(input, from, last + width(text, last), end);
                    else next = last <= from ? -1 : automaton.longest(input, from, before(text, last));
                } while (next < 0);
            }
        }

        private int first(Automaton automaton, boolean shorter, int from, int end) {
            return shorter ? automaton.shortest(input, from, Math.min(from + width(text, from), end), end)
                    : automaton.longest(input, from, end);
        }

        private boolean iterations(Piece body, List<Integer> ends) {
            for (int i = 1; i < ends.size(); i++) {
                forget(body);
                if (!dissect(body, ends.get(i - 1), ends.get(i))) {
                    forget(body);
                    return false;
                }
            }
            return true;
        }
    }
}
