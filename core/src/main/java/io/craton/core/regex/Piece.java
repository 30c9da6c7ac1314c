package io.craton.core.regex;

import io.craton.core.regex.Expression.Preference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node of the tree along which a match is dissected. Made so that a piece without captures inside is one {@link Kind#PLAIN}, whose
 * inner boundaries nobody can see. {@code preference} says whether the piece takes as much or as little as it can.
 */
final class Piece {
    enum Kind { PLAIN, SEQUENCE, ALTERNATIVES, REPEAT, GROUP, BACK_REFERENCE }

    final Kind kind;
    final Preference preference;
    /** Captures or back-references inside, or both preferences: must not be merged with its neighbours. */
    final boolean messy;
    final boolean captures;
    final boolean refers;
    final boolean mixed;
    final Expression language;
    final List<Piece> children;
    final int number;
    final int min;
    final int max;
    private @Nullable Automaton automaton;

    private Piece(Kind kind, Flags flags, Expression language, List<Piece> children, int number, int min, int max) {
        this.kind = kind;
        this.preference = flags.preference;
        this.captures = flags.captures;
        this.refers = flags.refers;
        this.mixed = flags.mixed;
        this.messy = captures || refers || mixed;
        this.language = language;
        this.children = children;
        this.number = number;
        this.min = min;
        this.max = max;
    }

    /** Automata are made when first needed; two threads may make the same one twice. */
    Automaton automaton(Alphabet alphabet) {
        Automaton made = automaton;
        if (made == null) automaton = made = new Automaton(language, alphabet, false);
        return made;
    }

    private record Flags(Preference preference, boolean mixed, boolean captures, boolean refers) {
        static final Flags NONE = new Flags(Preference.NONE, false, false, false);

        static Flags of(Piece piece) {
            return new Flags(piece.preference, piece.mixed, piece.captures, piece.refers);
        }

        /** The first of the two that has a preference decides; both kinds together are mixed. */
        Flags combine(Flags other) {
            boolean both = preference != Preference.NONE && other.preference != Preference.NONE && preference != other.preference;
            return new Flags(preference != Preference.NONE ? preference : other.preference, mixed || other.mixed || both,
                    captures || other.captures, refers || other.refers);
        }

        Flags preferring(Preference first) {
            return new Flags(first, false, false, false).combine(this);
        }

        boolean messy() {
            return mixed || captures || refers;
        }
    }

    static Piece of(Expression expression) {
        return switch (expression) {
            case Expression.Alternatives alternatives -> alternatives(alternatives);
            case Expression.Sequence sequence -> branch(sequence.parts(), 0);
            default -> branch(List.of(expression), 0);
        };
    }

    private static Piece plain(Expression language, Flags flags) {
        return new Piece(Kind.PLAIN, flags, language, List.of(), 0, 0, 0);
    }

    private static Piece alternatives(Expression.Alternatives expression) {
        List<Piece> children = new ArrayList<>();
        Flags flags = new Flags(Preference.LONGER, false, false, false);
        for (Expression branch : expression.branches()) {
            Piece child = of(branch);
            children.add(child);
            Flags inner = Flags.of(child);
            flags = new Flags(Preference.LONGER, flags.mixed || inner.mixed || inner.preference == Preference.SHORTER,
                    flags.captures || inner.captures, flags.refers || inner.refers);
        }
        return flags.messy()
                ? new Piece(Kind.ALTERNATIVES, flags, expression, children, 0, 0, 0)
                : plain(expression, flags);
    }

    /** The rest of a branch from {@code from}: simple atoms are one plain piece; a messy one is followed by the piece of what remains. */
    private static Piece branch(List<Expression> parts, int from) {
        Flags prefix = Flags.NONE;
        for (int i = from; i < parts.size(); i++) {
            Expression part = parts.get(i);
            Flags flags = Flags.of(quantified(part));
            Flags merged = prefix.combine(flags);
            if (!flags.messy() && !merged.messy() && !(part instanceof Expression.Group)) {
                prefix = merged;
                continue;
            }
            Piece atom = quantified(part);
            Piece rest = i + 1 < parts.size() ? sequence(atom, branch(parts, i + 1)) : atom;
            return i == from ? rest : sequence(plain(new Expression.Sequence(parts.subList(from, i)), prefix), rest);
        }
        return plain(new Expression.Sequence(parts.subList(from, parts.size())), prefix);
    }

    private static Piece sequence(Piece left, Piece right) {
        return new Piece(Kind.SEQUENCE, Flags.of(left).combine(Flags.of(right)),
                new Expression.Sequence(List.of(left.language, right.language)), List.of(left, right), 0, 0, 0);
    }

    private static Piece quantified(Expression part) {
        if (!(part instanceof Expression.Repeat repeat)) return atom(part);
        if (repeat.max() == 0) return plain(Expression.EMPTY, Flags.NONE);
        Piece atom = atom(repeat.body());
        Flags flags = Flags.of(atom).preferring(repeat.preference());
        if (atom.kind == Kind.BACK_REFERENCE) {
            return new Piece(Kind.BACK_REFERENCE, flags, repeat, List.of(), atom.number, repeat.min(), repeat.max());
        }
        if (repeat.min() == 1 && repeat.max() == 1
                && (repeat.preference() == Preference.NONE || atom.preference == Preference.NONE && !atom.mixed
                        || repeat.preference() == atom.preference && !atom.mixed)) {
            return new Piece(atom.kind, flags, atom.language, atom.children, atom.number, atom.min, atom.max);
        }
        if (!atom.captures && !atom.refers) return plain(repeat, new Flags(flags.preference, flags.mixed, false, false));
        if (repeat.min() > 0 && !atom.refers) {
            if (repeat.max() == 1) return atom;
            Expression earlier = new Expression.Repeat(repeat.body(), repeat.min() - 1, repeat.max() < 0 ? -1 : repeat.max() - 1,
                    repeat.preference());
            Piece prefix = plain(earlier, new Flags(flags.preference, false, false, false));
            return new Piece(Kind.SEQUENCE, flags, repeat, List.of(prefix, atom), 0, 0, 0);
        }
        return new Piece(Kind.REPEAT, flags, repeat, List.of(atom), 0, repeat.min(), repeat.max());
    }

    private static Piece atom(Expression expression) {
        return switch (expression) {
            case Expression.Group group -> {
                Piece body = of(group.body());
                Flags inner = Flags.of(body);
                yield new Piece(Kind.GROUP, new Flags(inner.preference, inner.mixed, true, inner.refers), group, List.of(body),
                        group.number(), 0, 0);
            }
            case Expression.BackReference reference ->
                    new Piece(Kind.BACK_REFERENCE, new Flags(Preference.NONE, false, false, true), reference, List.of(),
                            reference.number(), 1, 1);
            case Expression.Alternatives alternatives -> alternatives(alternatives);
            case Expression.Sequence sequence -> branch(sequence.parts(), 0);
            case Expression.Repeat repeat -> quantified(repeat);
            default -> plain(expression, Flags.NONE);
        };
    }
}
