package io.craton.core.regex;

import java.util.List;

/** The syntax tree of a regular expression. Immutable. */
sealed interface Expression {
    /** One character out of a set. */
    record OneOf(CodePointSet set) implements Expression {}

    /** All parts in a row; none of them matches the empty text. */
    record Sequence(List<Expression> parts) implements Expression {}

    /** One of the branches. */
    record Alternatives(List<Expression> branches) implements Expression {}

    /** @param max -1 for no limit; @param preference of the quantifier; NONE for {m} */
    record Repeat(Expression body, int min, int max, Preference preference) implements Expression {}

    /** A capturing group. */
    record Group(int number, Expression body) implements Expression {}

    /** What group {@code number} matched; {@code body} is the group's expression, whose language is a superset. */
    record BackReference(int number, Expression body, CaseRule caseRule) implements Expression {}

    record Assertion(Place place) implements Expression {}

    /** Lookahead or lookbehind. */
    record Look(Expression body, boolean behind, boolean negative) implements Expression {}

    enum Preference { NONE, LONGER, SHORTER }

    /** Places between characters. */
    enum Place { TEXT_START, TEXT_END, LINE_START, LINE_END, WORD_START, WORD_END, WORD_EDGE, NO_WORD_EDGE }

    Expression EMPTY = new Sequence(List.of());
}
