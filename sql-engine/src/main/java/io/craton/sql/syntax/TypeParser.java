package io.craton.sql.syntax;

import io.craton.core.error.SqlState;
import io.craton.sql.syntax.Expr.IntegerLiteral;
import java.util.ArrayList;
import java.util.List;

/** Typename and its parts; built-in spellings become pg_catalog names here, as in PostgreSQL's grammar. */
final class TypeParser {
    private static final int FULL_RANGE = 0x7FFF;
    private static final int YEAR = 1 << 2;
    private static final int MONTH = 1 << 1;
    private static final int DAY = 1 << 3;
    private static final int HOUR = 1 << 10;
    private static final int MINUTE = 1 << 11;
    private static final int SECOND = 1 << 12;

    private final Grammar grammar;
    private final TokenCursor cursor;

    TypeParser(Grammar grammar) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
    }

    /** Typename. */
    TypeName type() {
        boolean setOf = cursor.accept(Token.SETOF);
        TypeName type = simpleType();
        List<Integer> bounds = arrayBounds();
        return bounds.isEmpty() && !setOf ? type
                : new TypeName(type.names(), type.modifiers(), bounds, setOf, type.percentType(), type.position());
    }

    private List<Integer> arrayBounds() {
        if (cursor.accept(Token.ARRAY)) {
            if (!cursor.accept(Token.LBRACKET)) return List.of(-1);
            int bound = cursor.integer();
            cursor.expect(Token.RBRACKET);
            return List.of(bound);
        }
        if (!cursor.at(Token.LBRACKET)) return List.of();
        List<Integer> bounds = new ArrayList<>(2);
        while (cursor.accept(Token.LBRACKET)) {
            bounds.add(cursor.at(Token.RBRACKET) ? -1 : cursor.integer());
            cursor.expect(Token.RBRACKET);
        }
        return List.copyOf(bounds);
    }

    /** func_type: also name%TYPE. */
    TypeName functionType() {
        int position = cursor.position();
        int at = cursor.at(Token.SETOF) ? 1 : 0;
        if (cursor.ahead(at).typeName && cursor.ahead(at + 1) == Token.DOT) {
            int end = at + 1;
            while (cursor.ahead(end) == Token.DOT) end += 2;
            if (cursor.ahead(end) == Token.PERCENT && cursor.ahead(end + 1) == Token.TYPE) {
                boolean setOf = cursor.accept(Token.SETOF);
                int namePosition = cursor.position();
                List<String> names = new ArrayList<>(3);
                names.add(cursor.typeFunctionName());
                while (cursor.accept(Token.DOT)) names.add(cursor.label());
                cursor.expect(Token.PERCENT, Token.TYPE);
                return new TypeName(List.copyOf(names), List.of(), List.of(), setOf, true, namePosition);
            }
        }
        assert position > 0;
        return type();
    }

    /** SimpleTypename. */
    TypeName simpleType() {
        int position = cursor.position();
        switch (cursor.token()) {
            case INTERVAL -> {
                return interval();
            }
            case BIT -> {
                return bit(false);
            }
            case DOUBLE -> {
                if (cursor.ahead(1) == Token.PRECISION) return builtinType();
            }
            case INT, INTEGER, SMALLINT, BIGINT, REAL, FLOAT, DECIMAL, DEC, NUMERIC, BOOLEAN, CHARACTER, CHAR, VARCHAR, NATIONAL, NCHAR, TIMESTAMP, TIME -> {
                return builtinType();
            }
            default -> {}
        }
        List<String> names;
        String first = cursor.typeFunctionName();
        if (cursor.at(Token.DOT)) {
            names = new ArrayList<>(2);
            names.add(first);
            while (cursor.accept(Token.DOT)) names.add(cursor.label());
            names = List.copyOf(names);
        } else {
            names = List.of(first);
        }
        return new TypeName(names, modifiers(), List.of(), false, false, position);
    }

    private List<Expr> modifiers() {
        return cursor.at(Token.LPAREN) ? cursor.parenthesized(grammar.expressions::expression) : List.of();
    }

    /** Does a ConstTypename (a key word type that may stand before a string literal) begin here? Decided with the tokens that may follow it. */
    boolean atConstantType() {
        Token next = cursor.ahead(1);
        return switch (cursor.token()) {
            case INT, INTEGER, SMALLINT, BIGINT, REAL, BOOLEAN -> next == Token.SCONST;
            case FLOAT, DECIMAL, DEC, NUMERIC, INTERVAL -> next == Token.SCONST || next == Token.LPAREN;
            case DOUBLE -> next == Token.PRECISION;
            case BIT, CHARACTER, CHAR, VARCHAR, NCHAR -> next == Token.SCONST || next == Token.LPAREN || next == Token.VARYING;
            case NATIONAL -> next == Token.CHARACTER || next == Token.CHAR;
            case TIME, TIMESTAMP -> next == Token.SCONST || next == Token.LPAREN
                    || (next == Token.WITH || next == Token.WITHOUT) && cursor.ahead(2) == Token.TIME;
            default -> false;
        };
    }

    /** ConstTypename; INTERVAL is the caller's. */
    TypeName constantType() {
        return cursor.at(Token.BIT) ? bit(true) : builtinType();
    }

    private TypeName builtinType() {
        int position = cursor.position();
        Token token = cursor.token();
        cursor.advance();
        return switch (token) {
            case INT, INTEGER -> TypeName.builtin("int4", position);
            case SMALLINT -> TypeName.builtin("int2", position);
            case BIGINT -> TypeName.builtin("int8", position);
            case REAL -> TypeName.builtin("float4", position);
            case BOOLEAN -> TypeName.builtin("bool", position);
            case FLOAT -> floatType(position);
            case DOUBLE -> {
                cursor.expect(Token.PRECISION);
                yield TypeName.builtin("float8", position);
            }
            case DECIMAL, DEC, NUMERIC -> withModifiers("numeric", modifiers(), position);
            case VARCHAR -> character("varchar", position);
            case CHARACTER, CHAR, NCHAR -> character(cursor.accept(Token.VARYING) ? "varchar" : "bpchar", position);
            case NATIONAL -> {
                if (!cursor.accept(Token.CHARACTER)) cursor.expect(Token.CHAR);
                yield character(cursor.accept(Token.VARYING) ? "varchar" : "bpchar", position);
            }
            case TIMESTAMP -> time("timestamp", "timestamptz", position);
            case TIME -> time("time", "timetz", position);
            default -> throw cursor.fail();
        };
    }

    private static TypeName withModifiers(String name, List<Expr> modifiers, int position) {
        return new TypeName(List.of("pg_catalog", name), modifiers, List.of(), false, false, position);
    }

    private TypeName floatType(int position) {
        int precisionPosition = cursor.position();
        if (!cursor.accept(Token.LPAREN)) return TypeName.builtin("float8", position);
        int precision = cursor.integer();
        cursor.expect(Token.RPAREN);
        if (precision < 1) {
            throw TokenCursor.error(SqlState.INVALID_PARAMETER_VALUE, "precision for type float must be at least 1 bit", precisionPosition);
        }
        if (precision > 53) {
            throw TokenCursor.error(SqlState.INVALID_PARAMETER_VALUE, "precision for type float must be less than 54 bits", precisionPosition);
        }
        return TypeName.builtin(precision <= 24 ? "float4" : "float8", position);
    }

    private TypeName character(String name, int position) {
        if (cursor.accept(Token.LPAREN)) {
            int lengthPosition = cursor.position();
            int length = cursor.integer();
            cursor.expect(Token.RPAREN);
            return withModifiers(name, List.of(new IntegerLiteral(length, lengthPosition)), position);
        }
        // char means char(1), but for a literal: there it takes the literal's length
        if (name.equals("bpchar") && !cursor.at(Token.SCONST)) return withModifiers(name, List.of(new IntegerLiteral(1, 0)), position);
        return TypeName.builtin(name, position);
    }

    private TypeName bit(boolean constant) {
        int position = cursor.position();
        cursor.expect(Token.BIT);
        String name = cursor.accept(Token.VARYING) ? "varbit" : "bit";
        if (cursor.at(Token.LPAREN)) return withModifiers(name, modifiers(), position);
        return name.equals("bit") && !constant ? withModifiers(name, List.of(new IntegerLiteral(1, 0)), position) : TypeName.builtin(name, position);
    }

    private TypeName time(String plain, String zoned, int position) {
        List<Expr> modifiers = List.of();
        if (cursor.accept(Token.LPAREN)) {
            int precisionPosition = cursor.position();
            modifiers = List.of(new IntegerLiteral(cursor.integer(), precisionPosition));
            cursor.expect(Token.RPAREN);
        }
        boolean zone = false;
        if (cursor.at(Token.WITH) && cursor.ahead(1) == Token.TIME || cursor.at(Token.WITHOUT)) {
            zone = cursor.at(Token.WITH);
            cursor.advance();
            cursor.expect(Token.TIME, Token.ZONE);
        }
        return withModifiers(zone ? zoned : plain, modifiers, position);
    }

    private TypeName interval() {
        int position = cursor.position();
        cursor.expect(Token.INTERVAL);
        if (cursor.at(Token.LPAREN)) return intervalWithPrecision(position);
        return withModifiers("interval", intervalFields(), position);
    }

    /** ConstInterval '(' Iconst ')', the key word already read. */
    TypeName intervalWithPrecision(int position) {
        cursor.expect(Token.LPAREN);
        int precisionPosition = cursor.position();
        int precision = cursor.integer();
        cursor.expect(Token.RPAREN);
        return withModifiers("interval", List.of(new IntegerLiteral(FULL_RANGE, 0), new IntegerLiteral(precision, precisionPosition)), position);
    }

    TypeName intervalOf(List<Expr> fields, int position) {
        return withModifiers("interval", fields, position);
    }

    /** opt_interval: the field mask, and the precision of seconds where given. */
    List<Expr> intervalFields() {
        int position = cursor.position();
        int from = field(cursor.token());
        if (from == 0) return List.of();
        cursor.advance();
        List<Expr> precision = from == SECOND ? secondPrecision() : List.of();
        int mask = from;
        if (from != SECOND && from != MONTH && cursor.at(Token.TO)) {
            cursor.advance();
            int to = field(cursor.token());
            boolean allowed = from == YEAR ? to == MONTH : to > from && to != MONTH && to != YEAR && to != DAY;
            if (!allowed) throw cursor.fail();
            cursor.advance();
            mask = between(from, to);
            if (to == SECOND) precision = secondPrecision();
        }
        Expr masked = new IntegerLiteral(mask, position);
        return precision.isEmpty() ? List.of(masked) : List.of(masked, precision.getFirst());
    }

    private static int between(int from, int to) {
        if (from == YEAR) return YEAR | MONTH;
        int mask = from | to;
        if (from == DAY && to >= MINUTE) mask |= HOUR;
        if (from <= HOUR && to == SECOND) mask |= MINUTE;
        return mask;
    }

    private List<Expr> secondPrecision() {
        if (!cursor.accept(Token.LPAREN)) return List.of();
        int position = cursor.position();
        List<Expr> precision = List.of(new IntegerLiteral(cursor.integer(), position));
        cursor.expect(Token.RPAREN);
        return precision;
    }

    private static int field(Token token) {
        return switch (token) {
            case YEAR -> YEAR;
            case MONTH -> MONTH;
            case DAY -> DAY;
            case HOUR -> HOUR;
            case MINUTE -> MINUTE;
            case SECOND -> SECOND;
            default -> 0;
        };
    }
}
