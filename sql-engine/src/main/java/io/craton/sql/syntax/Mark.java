package io.craton.sql.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A name by identity. Texts of views, defaults and checks in the catalog refer to what they mean by oid, attribute number or place, so that nothing has
 * to be written again when something is renamed or the search path differs; PostgreSQL keeps trees over oids for the same reason. In the text a mark
 * stands in braces, {@code {r16402}}; in the syntax tree it is a name that begins with {@link #SIGN}, which no client's text can hold.
 */
public sealed interface Mark {
    /** Begins a name that is a mark. */
    char SIGN = '\0';

    /** A relation. */
    record Relation(int oid) implements Mark {}

    record Function(int oid) implements Mark {}

    record Operator(int oid) implements Mark {}

    record Type(int oid) implements Mark {}

    /** A type in a cast that is an assignment's: values that are too long are refused, not cut off. Of the engine's own statements alone. */
    record Assigned(int oid, int typmod) implements Mark {}

    record Collation(int oid) implements Mark {}

    record Constraint(int oid) implements Mark {}

    /** A label of an enum, as a value. */
    record EnumLabel(int type, int label) implements Mark {}

    /** An attribute of a composite type whose relation this is. */
    record Attribute(int relation, int number) implements Mark {}

    /**
     * A column of an entry in FROM.
     *
     * @param level query levels outwards
     * @param item number of the entry at its level, 0-based, as analysis counts them
     * @param column attribute number for relations (below zero for system columns), 1-based place for others; 0 is the whole row
     */
    record Column(int level, int item, int column) implements Mark {}

    /** A column of a join, by the entry and column that it shows, seen through the join's alias. */
    record JoinColumn(int level, int join, int item, int column) implements Mark {}

    /** A column that USING names: the entries and columns left and right, and the name that the text gave it. */
    record Using(int leftItem, int leftColumn, int rightItem, int rightColumn, String name) implements Mark {}

    /** An alias of the column with this number (of this entry, in aliases of joins). */
    record Alias(int item, int column, String name) implements Mark {}

    static boolean is(String name) {
        return !name.isEmpty() && name.charAt(0) == SIGN;
    }

    /** The mark that a name of a syntax tree is; null when it is a plain name. */
    static @Nullable Mark of(String name) {
        if (!is(name)) return null;
        int colon = name.indexOf(':');
        String numbers = name.substring(2, colon < 0 ? name.length() : colon);
        int[] n = new int[5];
        int count = 0;
        for (String part : numbers.split("\\.")) n[count++] = Integer.parseInt(part);
        String text = name.substring(colon + 1);
        return switch (name.charAt(1)) {
            case 'r' -> new Relation(n[0]);
            case 'f' -> new Function(n[0]);
            case 'o' -> new Operator(n[0]);
            case 't' -> new Type(n[0]);
            case 's' -> new Assigned(n[0], n[1]);
            case 'c' -> new Collation(n[0]);
            case 'n' -> new Constraint(n[0]);
            case 'e' -> new EnumLabel(n[0], n[1]);
            case 'a' -> new Attribute(n[0], n[1]);
            case 'v' -> new Column(n[0], n[1], n[2]);
            case 'j' -> new JoinColumn(n[0], n[1], n[2], n[3]);
            case 'u' -> new Using(n[0], n[1], n[2], n[3], text);
            case 'k' -> new Alias(n[0], n[1], text);
            default -> throw new IllegalArgumentException("unknown mark " + name.substring(1));
        };
    }

    /** As it stands in a text. */
    default String text() {
        String inner = switch (this) {
            case Relation m -> "r" + m.oid;
            case Function m -> "f" + m.oid;
            case Operator m -> "o" + m.oid;
            case Type m -> "t" + m.oid;
            case Assigned m -> "s" + m.oid + "." + m.typmod;
            case Collation m -> "c" + m.oid;
            case Constraint m -> "n" + m.oid;
            case EnumLabel m -> "e" + m.type + "." + m.label;
            case Attribute m -> "a" + m.relation + "." + m.number;
            case Column m -> "v" + m.level + "." + m.item + "." + m.column;
            case JoinColumn m -> "j" + m.level + "." + m.join + "." + m.item + "." + m.column;
            case Using m -> "u" + m.leftItem + "." + m.leftColumn + "." + m.rightItem + "." + m.rightColumn + ":" + m.name;
            case Alias m -> "k" + m.item + "." + m.column + ":" + m.name;
        };
        return "{" + inner.replace("}", "}}") + "}";
    }

    /** A mark and where it stands in its text, braces included. */
    record Placed(Mark mark, int start, int end) {}

    /** The marks in a text of the catalog, in order. */
    static List<Placed> placed(String text) {
        List<Placed> marks = new ArrayList<>();
        if (text.indexOf('{') < 0) return marks;
        PgLexer lexer = new PgLexer(text, LexerSettings.STORED);
        for (Token token = lexer.next(); token != Token.EOF; token = lexer.next()) {
            String value = lexer.value();
            Mark mark = token != Token.IDENT || value == null ? null : of(value);
            if (mark != null) marks.add(new Placed(mark, lexer.start(), lexer.end()));
        }
        return marks;
    }
}
