package io.craton.core.regex;

import io.craton.core.regex.Expression.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The language of one expression as a non-deterministic automaton, made deterministic as texts need it. Groups do not capture here, and a back-reference stands for
 * everything its group could match. Shared by threads: the states it remembers are immutable but for caches of edges, whose races are harmless.
 */
final class Automaton {
    private static final int NODES_MAX = 200_000;
    private static final int STATES_MAX = 1_000;
    private static final int INTERRUPT_MASK = 0xfff;

    private enum Kind { SPLIT, ONE_OF, PLACE, LOOK, ACCEPT }

    private record Node(Kind kind, int[] targets, boolean @Nullable [] colours, @Nullable Place place, @Nullable Look look) {}

    private record Look(Automaton body, boolean behind, boolean negative) {}

    /** Where a colour leads; a null target is a dead end. {@code accepts}: a match may end in front of this colour. */
    private record Edge(@Nullable State target, boolean accepts) {}

    private static final class State {
        final int[] nodes;
        final int before;
        final @Nullable Edge[] edges;

        State(int[] nodes, int before, int colours) {
            this.nodes = nodes;
            this.before = before;
            this.edges = new Edge[colours + 1];
        }
    }

    private record Key(int hash, int[] nodes, int before) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that && before == that.before && Arrays.equals(nodes, that.nodes);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private final Alphabet alphabet;
    private final List<Node> building = new ArrayList<>();
    private final Node[] nodes;
    private final int start;
    private boolean places;
    private boolean looks;
    private final ConcurrentHashMap<Key, State> states = new ConcurrentHashMap<>();

    /** @param anywhere the match may start anywhere: the language is preceded by any text */
    Automaton(Expression expression, Alphabet alphabet, boolean anywhere) {
        this.alphabet = alphabet;
        int accept = node(new Node(Kind.ACCEPT, new int[0], null, null, null));
        int first = build(expression, accept);
        if (anywhere) {
            int loop = node(new Node(Kind.SPLIT, new int[] {first, 0}, null, null, null));
            boolean[] all = new boolean[alphabet.size()];
            Arrays.fill(all, true);
            building.get(loop).targets()[1] = node(new Node(Kind.ONE_OF, new int[] {loop}, all, null, null));
            first = loop;
        }
        start = first;
        nodes = building.toArray(Node[]::new);
        building.clear();
    }

    private int node(Node node) {
        if (building.size() >= NODES_MAX) throw RegexParser.error("regular expression is too complex");
        building.add(node);
        return building.size() - 1;
    }

    private int split(int... targets) {
        return node(new Node(Kind.SPLIT, targets, null, null, null));
    }

    /** Adds nodes for the expression that continue at {@code next}; returns the entry. */
    private int build(Expression expression, int next) {
        return switch (expression) {
            case Expression.OneOf one ->
                    node(new Node(Kind.ONE_OF, new int[] {next}, alphabet.members(one.set()), null, null));
            case Expression.Sequence sequence -> {
                int entry = next;
                for (int i = sequence.parts().size() - 1; i >= 0; i--) entry = build(sequence.parts().get(i), entry);
                yield entry;
            }
            case Expression.Alternatives alternatives -> {
                int[] entries = new int[alternatives.branches().size()];
                for (int i = 0; i < entries.length; i++) entries[i] = build(alternatives.branches().get(i), next);
                yield split(entries);
            }
            case Expression.Repeat repeat -> repeat(repeat, next);
            case Expression.Group group -> build(group.body(), next);
            case Expression.BackReference reference -> build(reference.body(), next);
            case Expression.Assertion assertion -> {
                places = true;
                yield node(new Node(Kind.PLACE, new int[] {next}, null, assertion.place(), null));
            }
            case Expression.Look look -> {
                looks = true;
                Look inner = new Look(new Automaton(look.body(), alphabet, look.behind()), look.behind(), look.negative());
                yield node(new Node(Kind.LOOK, new int[] {next}, null, null, inner));
            }
        };
    }

    private int repeat(Expression.Repeat repeat, int next) {
        int entry = next;
        if (repeat.max() < 0) {
            int loop = split(next, next);
            int body = build(repeat.body(), loop);
            building.get(loop).targets()[0] = body;
            entry = loop;
        } else {
            for (int i = repeat.min(); i < repeat.max(); i++) entry = split(build(repeat.body(), entry), next);
        }
        for (int i = 0; i < repeat.min(); i++) entry = build(repeat.body(), entry);
        return entry;
    }

    // ---- running ---------------------------------------------------------------------------------------------------

    /** The text and what surrounds a run of the automaton. */
    record Input(String text, Runnable interrupts) {}

    /** End of the longest match that starts at {@code from} and ends at or before {@code limit}; -1 for none. */
    int longest(Input input, int from, int limit) {
        return run(input, from, from, limit, false);
    }

    /** End of the shortest match that starts at {@code from} and ends within [min, limit]; -1 for none. */
    int shortest(Input input, int from, int min, int limit) {
        return run(input, from, min, limit, true);
    }

    boolean matches(Input input, int from, int to) {
        return run(input, from, to, to, true) == to;
    }

    private int run(Input input, int from, int min, int limit, boolean first) {
        String text = input.text();
        State state = initial(text, from);
        int found = -1;
        int position = from;
        for (int steps = 1; ; steps++) {
            if ((steps & INTERRUPT_MASK) == 0) input.interrupts().run();
            int width = 0;
            int colour = alphabet.size();
            if (position < text.length()) {
                char c = text.charAt(position);
                if (Character.isHighSurrogate(c) && position + 1 < text.length()) {
                    int point = text.codePointAt(position);
                    colour = alphabet.colour(point);
                    width = Character.charCount(point);
                } else {
                    colour = alphabet.colour(c);
                    width = 1;
                }
            }
            Edge edge = looks ? compute(state, colour, input, position) : state.edges[colour];
            if (edge == null) state.edges[colour] = edge = compute(state, colour, input, position);
            if (edge.accepts() && position >= min) {
                found = position;
                if (first) return found;
            }
            if (edge.target() == null || position >= limit || position + width > limit) return found;
            state = edge.target();
            position += width;
        }
    }

    private State initial(String text, int from) {
        int before = Alphabet.START;
        if (places && from > 0) before = alphabet.kind(alphabet.colour(text.codePointBefore(from)));
        return state(new int[] {start}, before);
    }

    private State state(int[] core, int before) {
        if (looks) return new State(core, before, 0);
        Key key = new Key(Arrays.hashCode(core) * 31 + before, core, before);
        State known = states.get(key);
        if (known != null) return known;
        if (states.size() >= STATES_MAX) states.clear();
        State made = new State(core, before, alphabet.size());
        State earlier = states.putIfAbsent(key, made);
        return earlier != null ? earlier : made;
    }

    private Edge compute(State state, int colour, Input input, int position) {
        boolean end = colour == alphabet.size();
        int after = end ? Alphabet.END : alphabet.kind(colour);
        BitSet seen = new BitSet(nodes.length);
        BitSet targets = new BitSet(nodes.length);
        boolean accepts = false;
        int[] stack = new int[16];
        int depth = 0;
        for (int node : state.nodes) {
            if (depth == stack.length) stack = Arrays.copyOf(stack, depth * 2);
            stack[depth++] = node;
        }
        while (depth > 0) {
            int index = stack[--depth];
            if (seen.get(index)) continue;
            seen.set(index);
            Node node = nodes[index];
            boolean passes = switch (node.kind()) {
                case ACCEPT -> {
                    accepts = true;
                    yield false;
                }
                case ONE_OF -> {
                    if (!end && node.colours()[colour]) targets.set(node.targets()[0]);
                    yield false;
                }
                case SPLIT -> true;
                case PLACE -> holds(node.place(), state.before, after);
                case LOOK -> holds(node.look(), input, position);
            };
            if (!passes) continue;
            for (int target : node.targets()) {
                if (depth == stack.length) stack = Arrays.copyOf(stack, depth * 2);
                stack[depth++] = target;
            }
        }
        if (targets.isEmpty()) return new Edge(null, accepts);
        return new Edge(state(targets.stream().toArray(), places ? after : Alphabet.START), accepts);
    }

    private static boolean holds(Place place, int before, int after) {
        boolean wordBefore = before == Alphabet.WORD;
        boolean wordAfter = after == Alphabet.WORD;
        return switch (place) {
            case TEXT_START -> before == Alphabet.START;
            case TEXT_END -> after == Alphabet.END;
            case LINE_START -> before == Alphabet.START || before == Alphabet.NEWLINE;
            case LINE_END -> after == Alphabet.END || after == Alphabet.NEWLINE;
            case WORD_START -> !wordBefore && wordAfter;
            case WORD_END -> wordBefore && !wordAfter;
            case WORD_EDGE -> wordBefore != wordAfter;
            case NO_WORD_EDGE -> wordBefore == wordAfter;
        };
    }

    private static boolean holds(Look look, Input input, int position) {
        boolean found = look.behind()
                ? look.body().shortest(input, 0, position, position) == position
                : look.body().shortest(input, position, position, input.text().length()) >= 0;
        return found != look.negative();
    }
}
