package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.BodyTokens;
import io.craton.sql.syntax.LexerSettings;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.SqlParser;
import io.craton.sql.syntax.Token;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what PL/pgSQL's statements are made of: pieces of SQL up to a word that ends them, variables, lists of variables. One parse. */
final class BodyReader {
    /** A word or symbol that ends a piece of SQL: a token, or a word that SQL does not know. */
    record End(Token token, @Nullable String word) {
        static End of(Token token) {
            return new End(token, null);
        }

        static End of(String word) {
            return new End(Token.IDENT, word);
        }
    }

    static final End SEMICOLON = End.of(Token.SEMICOLON);
    static final End COMMA = End.of(Token.COMMA);
    static final End INTO = End.of(Token.INTO);
    static final End USING = End.of(Token.USING);
    static final End THEN = End.of(Token.THEN);
    static final End WHEN = End.of(Token.WHEN);
    static final End BY = End.of(Token.BY);
    static final End FROM = End.of(Token.FROM);
    static final End IN = End.of(Token.IN);
    static final End DOTS = End.of(Token.DOT_DOT);
    static final End CLOSING = End.of(Token.RPAREN);
    static final End LOOP = End.of("loop");

    private static final int INTO_MAX = 1024;

    /** A name that was read: a place, or, with {@code datum} -1, words that name none. */
    record Named(int datum, List<String> words, int position) {
        String text() {
            return String.join(".", words);
        }
    }

    final BodyTokens tokens;
    final ProgramBuilder builder;
    private final LexerSettings settings;
    private final boolean checkSyntax;
    /** What ended the last piece. */
    End ended = SEMICOLON;

    /** @param checkSyntax pieces of SQL are parsed at once, so that CREATE FUNCTION finds their errors */
    BodyReader(BodyTokens tokens, ProgramBuilder builder, LexerSettings settings, boolean checkSyntax) {
        this.tokens = tokens;
        this.builder = builder;
        this.settings = settings;
        this.checkSyntax = checkSyntax;
    }

    static PgException error(SqlState state, String message, int position) {
        return PgError.error(state, message).withPosition(position).exception();
    }

    PgException syntaxError() {
        return tokens.fail("syntax error");
    }

    PgException unexpectedEnd() {
        return tokens.fail("unexpected end of function definition");
    }

    void expect(Token token) {
        if (!tokens.accept(token)) throw syntaxError();
    }

    void expect(String word) {
        if (!tokens.accept(word)) throw syntaxError();
    }

    // ---- SQL -----------------------------------------------------------------------------------------------------

    Fragment expression(String expected, End... ends) {
        return piece(Fragment.Kind.EXPRESSION, true, expected, true, ends);
    }

    Fragment statement() {
        Fragment statement = piece(Fragment.Kind.STATEMENT, false, ";", true, SEMICOLON);
        return statement;
    }

    /** Reads up to one of the ends, which is read too and told by {@link #ended}. */
    Fragment piece(Fragment.Kind kind, boolean isExpression, String expected, boolean check, End... ends) {
        int start = tokens.start();
        int position = tokens.position();
        int end = start;
        int depth = 0;
        while (true) {
            if (depth == 0) {
                End found = at(ends);
                if (found != null) {
                    ended = found;
                    break;
                }
            }
            switch (tokens.token()) {
                case LPAREN, LBRACKET -> depth++;
                case RPAREN, RBRACKET -> {
                    if (--depth < 0) throw tokens.fail("mismatched parentheses");
                }
                case EOF, SEMICOLON -> {
                    if (depth != 0) throw tokens.fail("mismatched parentheses");
                    throw error(SqlState.SYNTAX_ERROR, "missing \"" + expected + "\" at end of SQL " + (isExpression ? "expression" : "statement"),
                            tokens.position());
                }
                default -> { }
            }
            tokens.advance();
            end = tokens.previousEnd();
        }
        if (end <= start) throw tokens.fail(isExpression ? "missing expression" : "missing SQL statement");
        tokens.advance();
        Fragment fragment = new Fragment(kind, tokens.text(start, end), builder.names);
        if (check) check(fragment, position);
        return fragment;
    }

    private @Nullable End at(End... ends) {
        for (End end : ends) {
            if (end.word() == null ? tokens.token() == end.token() : tokens.at(end.word())) return end;
        }
        return null;
    }

    /** Parses a piece that begins at a position of the body, for its errors. */
    void check(Fragment fragment, int position) {
        if (!checkSyntax) return;
        try {
            parse(fragment);
        } catch (PgException e) {
            int inside = e.error().position();
            throw new PgException(e.error().withPosition(inside == 0 ? position : position + inside - 1));
        }
    }

    private void parse(Fragment fragment) {
        switch (fragment.kind) {
            case EXPRESSION -> SqlParser.parsePlExpression(fragment.text, settings);
            case ASSIGNMENT -> SqlParser.parsePlAssignment(fragment.text, settings);
            case STATEMENT -> {
                List<ParsedStatement> statements = SqlParser.parse(fragment.text, settings);
                if (statements.size() > 1) throw new PgException(SqlState.SYNTAX_ERROR, "several statements where one is expected");
            }
        }
    }

    // ---- variables -----------------------------------------------------------------------------------------------

    /** The variable, or field of a record, whose name stands here, or the words that are none. 42601 when there are no words. */
    Named name() {
        int position = tokens.position();
        if (tokens.token() == Token.PARAM) {
            String word = "$" + tokens.parameter();
            Namespace.Found found = Namespace.find(builder.names, false, word, null, null);
            List<String> words = new ArrayList<>(List.of(word));
            while (tokens.token() == Token.DOT) {
                tokens.advance();
                words.add(tokens.word());
            }
            return new Named(found == null ? -1 : place(found, words), words, position);
        }
        if (!tokens.atWord()) throw syntaxError();
        List<String> words = new ArrayList<>(3);
        words.add(tokens.word());
        while (words.size() < 3 && tokens.token() == Token.DOT) {
            tokens.advance();
            if (!tokens.atWord()) throw syntaxError();
            words.add(tokens.word());
        }
        Namespace.Found found = Namespace.find(builder.names, false, words.get(0), words.size() > 1 ? words.get(1) : null,
                words.size() > 2 ? words.get(2) : null);
        return new Named(found == null ? -1 : place(found, words), words, position);
    }

    private int place(Namespace.Found found, List<String> words) {
        return words.size() > found.used() ? Program.field(builder.datums, found.datum(), words.get(found.used())) : found.datum();
    }

    static PgException notVariable(Named name) {
        return error(SqlState.SYNTAX_ERROR, "\"" + name.text() + "\" is not a known variable", name.position());
    }

    /** Composite variables and rows: they take a whole row. */
    boolean takesRow(int datum) {
        return builder.datums.get(datum) instanceof Datum.Composite || builder.datums.get(datum) instanceof Datum.Row;
    }

    void requireAssignable(int datum, int position) {
        Datum.Variable owner = Program.owner(builder.datums, datum);
        if (owner != null && owner.constant()) {
            throw error(SqlState.ERROR_IN_ASSIGNMENT,
                    "variable \"" + owner.name() + "\" is declared CONSTANT", position);
        }
    }

    /** What follows INTO: a composite variable, or a list of single ones as a row. */
    int target() {
        if (!tokens.atWord() && tokens.token() != Token.PARAM) throw syntaxError();
        Named first = name();
        if (first.datum() < 0) throw notVariable(first);
        if (!takesRow(first.datum())) return singles(first);
        requireAssignable(first.datum(), first.position());
        if (tokens.token() == Token.COMMA) {
            throw error(SqlState.SYNTAX_ERROR, "record variable cannot be part of multiple-item INTO list", tokens.position());
        }
        return first.datum();
    }

    /** The rest of a list of single variables, as a row. */
    int singles(Named first) {
        requireAssignable(first.datum(), first.position());
        List<String> names = new ArrayList<>(List.of(first.text()));
        List<Integer> members = new ArrayList<>(List.of(first.datum()));
        while (tokens.token() == Token.COMMA) {
            tokens.advance();
            if (members.size() >= INTO_MAX) {
                throw error(SqlState.PROGRAM_LIMIT_EXCEEDED, "too many INTO variables specified", tokens.position());
            }
            Named next = name();
            if (next.datum() < 0) throw notVariable(next);
            requireAssignable(next.datum(), next.position());
            if (takesRow(next.datum())) {
                throw error(SqlState.SYNTAX_ERROR, "\"" + next.text() + "\" is not a scalar variable", next.position());
            }
            names.add(next.text());
            members.add(next.datum());
        }
        return builder.row("(unnamed row)", names, members);
    }
}
