package io.craton.sql.syntax;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one text in parallel arrays, and a place in them; the primitives that all parts of the grammar share. An error of the lexer stands as
 * {@link Token#ERROR} where it happened and is thrown when the grammar wants to look at it. Mutable, for one thread.
 */
final class TokenCursor {
    /** Grammar recursion allowed; a level costs well under a kilobyte of Java stack. */
    private static final int DEPTH_MAX = 1_000;

    final String sql;
    private final PgLexer lexer;
    private final boolean stored;
    private final boolean supplementary;
    private Token[] tokens;
    private int[] starts;
    private int[] ends;
    private @Nullable String @Nullable [] values;
    private int count;
    private @Nullable PgException lexicalError;
    private int index;
    private int depth;
    int parameterMax;
    /** The token at the cursor; kept in step with {@link #index}. */
    private Token current;

    TokenCursor(String sql, LexerSettings settings) {
        this.sql = sql;
        this.lexer = new PgLexer(sql, settings);
        this.stored = settings.marks();
        int capacity = 16 + sql.length() / 4;
        this.tokens = new Token[capacity];
        this.starts = new int[capacity];
        this.ends = new int[capacity];
        this.supplementary = scan();
        this.current = tokens[0];
        if (current == Token.ERROR) throw fail();
    }

    /** The text is one that the catalog keeps. */
    boolean stored() {
        return stored;
    }

    private boolean scan() {
        Token token;
        do {
            int at = count;
            try {
                token = lexer.next();
            } catch (PgException e) {
                lexicalError = e;
                token = Token.ERROR;
            }
            if (at == tokens.length) grow();
            tokens[at] = token;
            starts[at] = lexer.start();
            ends[at] = lexer.end();
            if (lexer.value() != null) {
                if (values == null) values = new String[tokens.length];
                values[at] = lexer.value();
            }
            count++;
        } while (token != Token.EOF && token != Token.ERROR);
        for (int i = 0; i < sql.length(); i++) if (Character.isSurrogate(sql.charAt(i))) return true;
        return false;
    }

    private void grow() {
        int capacity = tokens.length * 2;
        tokens = Arrays.copyOf(tokens, capacity);
        starts = Arrays.copyOf(starts, capacity);
        ends = Arrays.copyOf(ends, capacity);
        if (values != null) values = Arrays.copyOf(values, capacity);
    }

    List<PgError> notices() {
        return lexer.notices();
    }

    // looking

    Token token() {
        return current;
    }

    boolean at(Token token) {
        return current == token;
    }

    /** The token {@code distance} behind the cursor's. Never an error by itself: ERROR matches nothing. */
    Token ahead(int distance) {
        int i = index + distance;
        return i < count ? tokens[i] : tokens[count - 1];
    }

    boolean at(Token first, Token second) {
        return current == first && ahead(1) == second;
    }

    int index() {
        return index;
    }

    /** 1-based character position of the token at the cursor. */
    int position() {
        return position(index);
    }

    int position(int tokenIndex) {
        int offset = starts[tokenIndex];
        return supplementary ? sql.codePointCount(0, offset) + 1 : offset + 1;
    }

    int startOffset() {
        return starts[index];
    }

    /** End offset of the token before the cursor; 0 at the beginning. */
    int previousEnd() {
        return index == 0 ? 0 : ends[index - 1];
    }

    int characterPosition(int offset) {
        return supplementary ? sql.codePointCount(0, offset) + 1 : offset + 1;
    }

    /** Whether the token at this distance is written so, in any case, without quotes. */
    boolean isText(int distance, String text) {
        int i = Math.min(index + distance, count - 1);
        return ends[i] - starts[i] == text.length() && sql.regionMatches(true, starts[i], text, 0, text.length());
    }

    void reset(int to) {
        index = to;
        current = tokens[to];
    }

    // moving

    void advance() {
        if (index < count - 1) index++;
        current = tokens[index];
        if (current == Token.ERROR) throw fail();
    }

    boolean accept(Token token) {
        if (current != token) return false;
        advance();
        return true;
    }

    /** Accepts both tokens or none. */
    boolean accept(Token first, Token second) {
        if (current != first || ahead(1) != second) return false;
        advance();
        advance();
        return true;
    }

    void expect(Token token) {
        if (current != token) throw fail();
        advance();
    }

    void expect(Token first, Token second) {
        expect(first);
        expect(second);
    }

    /** The syntax error at the cursor (or the lexer's error that stands there). */
    PgException fail() {
        if (current == Token.ERROR && lexicalError != null) return lexicalError;
        return syntaxError("syntax error");
    }

    /** The syntax error at the token before the cursor: the one just taken was the wrong one. */
    PgException failBefore() {
        index--;
        current = tokens[index];
        return fail();
    }

    /** Another text of 42601 about the token at the cursor. */
    PgException syntaxError(String message) {
        String text = current == Token.EOF ? message + " at end of input"
                : message + " at or near \"" + sql.substring(starts[index], ends[index]) + "\"";
        return error(SqlState.SYNTAX_ERROR, text, position());
    }

    static PgException error(SqlState state, String message, int position) {
        return PgError.error(state, message).withPosition(position).exception();
    }

    /** Enters a level of recursion; pair with {@link #leave}. */
    void enter() {
        if (++depth > DEPTH_MAX) throw tooDeep();
    }

    void leave() {
        depth--;
    }

    static PgException tooDeep() {
        return PgError.error(SqlState.STATEMENT_TOO_COMPLEX, "stack depth limit exceeded")
                .withHint("Increase the configuration parameter \"max_stack_depth\" (currently 2048kB), after ensuring the platform's stack depth limit is adequate.")
                .exception();
    }

    // values

    /** The identifier or key word at the cursor as a name: folded, unquoted, truncated. */
    private String name() {
        if (current != Token.IDENT) return current.text;
        if (values != null && values[index] != null) return values[index];
        int start = starts[index];
        return sql.charAt(start) == '"' ? sql.substring(start + 1, ends[index] - 1) : PgLexer.fold(sql, start, ends[index]);
    }

    String peekLabel() {
        if (!atLabel()) throw fail();
        return name();
    }

    private String takeName() {
        String name = name();
        advance();
        return name;
    }

    /** ColId. */
    String columnName() {
        if (!current.columnName) throw fail();
        return takeName();
    }

    /** type_function_name. */
    String typeFunctionName() {
        if (!current.typeName) throw fail();
        return takeName();
    }

    boolean atColumnName() {
        return current.columnName;
    }

    boolean atNonReservedWord() {
        return current.columnName || current.typeName;
    }

    /** NonReservedWord. */
    String nonReservedWord() {
        if (!atNonReservedWord()) throw fail();
        return takeName();
    }

    boolean atLabel() {
        return current == Token.IDENT || current.keyword();
    }

    /** ColLabel: any word. */
    String label() {
        if (!atLabel()) throw fail();
        return takeName();
    }

    String nonReservedWordOrString() {
        return current == Token.SCONST ? string() : nonReservedWord();
    }

    /** Sconst. */
    String string() {
        if (current != Token.SCONST) throw fail();
        String value = values == null ? null : values[index];
        if (value == null) value = sql.substring(starts[index] + 1, ends[index] - 1);
        advance();
        return value;
    }

    /** A literal with a value of its own: BCONST, XCONST. */
    String bits() {
        String value = values == null ? null : values[index];
        advance();
        return value == null ? "" : value;
    }

    /** Text of the token at the cursor; moves on. */
    String takeText() {
        String text = sql.substring(starts[index], ends[index]);
        advance();
        return text;
    }

    /** Iconst. */
    int integer() {
        if (current != Token.ICONST) throw fail();
        int value = Integer.parseInt(sql, starts[index], ends[index], 10);
        advance();
        return value;
    }

    /** SignedIconst. */
    int signedInteger() {
        if (accept(Token.PLUS)) return integer();
        return accept(Token.MINUS) ? -integer() : integer();
    }

    int parameter() {
        long number = 0;
        for (int i = starts[index] + 1; i < ends[index]; i++) number = number * 10 + sql.charAt(i) - '0';
        int value = (int) number;
        parameterMax = Math.max(parameterMax, value);
        advance();
        return value;
    }

    // names and lists

    /** any_name: ColId ('.' ColLabel)*. */
    QualifiedName anyName() {
        int position = position();
        String first = columnName();
        if (current != Token.DOT) return new QualifiedName(List.of(first), position);
        List<String> parts = new ArrayList<>(3);
        parts.add(first);
        while (accept(Token.DOT)) parts.add(label());
        return new QualifiedName(List.copyOf(parts), position);
    }

    /** qualified_name: like {@link #anyName}, at most three parts. */
    QualifiedName qualifiedName() {
        QualifiedName name = anyName();
        if (current == Token.LBRACKET) throw fail();
        if (name.parts().size() > 3) throw tooManyDots(name);
        return name;
    }

    static PgException tooManyDots(QualifiedName name) {
        return error(SqlState.SYNTAX_ERROR, "improper qualified name (too many dotted names): " + name, name.position());
    }

    /** One or more items between commas. */
    <T> List<T> commaList(Supplier<T> item) {
        T first = item.get();
        if (current != Token.COMMA) return List.of(first);
        List<T> items = new ArrayList<>();
        items.add(first);
        while (accept(Token.COMMA)) items.add(item.get());
        return List.copyOf(items);
    }

    <T> List<T> parenthesized(Supplier<T> item) {
        expect(Token.LPAREN);
        List<T> items = commaList(item);
        expect(Token.RPAREN);
        return items;
    }

    List<String> nameList() {
        return commaList(this::columnName);
    }

    /** '(' names ')', or nothing. */
    List<String> optionalNames() {
        return current == Token.LPAREN ? parenthesized(this::columnName) : List.of();
    }

    boolean ifExists() {
        if (current != Token.IF) return false;
        advance();
        expect(Token.EXISTS);
        return true;
    }

    boolean ifNotExists() {
        if (current != Token.IF) return false;
        advance();
        expect(Token.NOT, Token.EXISTS);
        return true;
    }

    Statement.DropBehavior dropBehavior() {
        if (accept(Token.CASCADE)) return Statement.DropBehavior.CASCADE;
        accept(Token.RESTRICT);
        return Statement.DropBehavior.RESTRICT;
    }

    /** RoleSpec. "public" and "none" get their special treatment. */
    RoleSpec role() {
        int position = position();
        RoleSpec.RoleKind kind = switch (current) {
            case CURRENT_ROLE -> RoleSpec.RoleKind.CURRENT_ROLE;
            case CURRENT_USER -> RoleSpec.RoleKind.CURRENT_USER;
            case SESSION_USER -> RoleSpec.RoleKind.SESSION_USER;
            default -> RoleSpec.RoleKind.NAME;
        };
        if (kind != RoleSpec.RoleKind.NAME) {
            advance();
            return new RoleSpec(kind, null, position);
        }
        String name = nonReservedWord();
        if (name.equals("public")) return new RoleSpec(RoleSpec.RoleKind.PUBLIC, null, position);
        if (name.equals("none")) throw error(SqlState.RESERVED_NAME, "role name \"none\" is reserved", position);
        return new RoleSpec(kind, name, position);
    }

    /** RoleId: a role that must be a plain name. */
    String roleId() {
        RoleSpec role = role();
        return switch (role.kind()) {
            case NAME -> role.name();
            case PUBLIC -> throw error(SqlState.RESERVED_NAME, "role name \"public\" is reserved", role.position());
            case CURRENT_ROLE, CURRENT_USER, SESSION_USER ->
                    throw error(SqlState.RESERVED_NAME, role.kind() + " cannot be used as a role name here", role.position());
        };
    }

    List<RoleSpec> roles() {
        return commaList(this::role);
    }
}
