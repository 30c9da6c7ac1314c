package io.craton.sql.procedure;

import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.sql.procedure.Step.RaiseField;
import io.craton.sql.syntax.BodyTokens;
import io.craton.sql.syntax.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** RAISE. One parse. */
final class RaiseParser {
    private final BodyReader reader;
    private final BodyTokens tokens;
    private final ProgramParser program;

    RaiseParser(BodyReader reader, ProgramParser program) {
        this.reader = reader;
        this.tokens = reader.tokens;
        this.program = program;
    }

    Step read(int line) {
        tokens.advance();
        if (tokens.token() == Token.EOF) throw reader.unexpectedEnd();
        if (tokens.accept(Token.SEMICOLON)) return new Step.Raise(line, Severity.ERROR, null, null, List.of(), List.of());
        Severity severity = severity();
        if (tokens.token() == Token.EOF) throw reader.unexpectedEnd();
        String condition = null;
        String message = null;
        List<Fragment> parameters = new ArrayList<>();
        List<Step.RaiseOption> options = List.of();
        boolean usingFollows;
        if (tokens.token() == Token.SCONST) {
            message = tokens.string();
            switch (tokens.token()) {
                case COMMA -> {
                    tokens.advance();
                    do {
                        parameters.add(reader.expression(", or ; or USING", BodyReader.COMMA, BodyReader.SEMICOLON, BodyReader.USING));
                    } while (reader.ended == BodyReader.COMMA);
                    usingFollows = reader.ended == BodyReader.USING;
                }
                case SEMICOLON, USING -> {
                    usingFollows = tokens.token() == Token.USING;
                    tokens.advance();
                }
                default -> throw reader.syntaxError();
            }
        } else {
            if (tokens.token() != Token.USING) condition = condition();
            if (tokens.token() != Token.USING && tokens.token() != Token.SEMICOLON) throw reader.syntaxError();
            usingFollows = tokens.token() == Token.USING;
            tokens.advance();
        }
        if (usingFollows) options = options();
        if (message != null) checkCount(message, parameters.size());
        return new Step.Raise(line, severity, condition, message, List.copyOf(parameters), options);
    }

    private Severity severity() {
        if (!tokens.atWord()) return Severity.ERROR;
        Severity found = switch (tokens.peekWord()) {
            case "exception" -> Severity.ERROR;
            case "warning" -> Severity.WARNING;
            case "notice" -> Severity.NOTICE;
            case "info" -> Severity.INFO;
            case "log" -> Severity.LOG;
            case "debug" -> Severity.DEBUG;
            default -> null;
        };
        if (found == null) return Severity.ERROR;
        tokens.advance();
        return found;
    }

    private @Nullable String condition() {
        if (!tokens.atWord()) throw reader.syntaxError();
        if (tokens.accept("sqlstate")) return program.sqlState();
        String name = tokens.word();
        if (name.equals("others")) throw new PgException(SqlState.UNDEFINED_OBJECT, "unrecognized exception condition \"others\"");
        Conditions.codes(name);
        return name;
    }

    private List<Step.RaiseOption> options() {
        List<Step.RaiseOption> options = new ArrayList<>();
        do {
            if (tokens.token() == Token.EOF) throw reader.unexpectedEnd();
            String word = tokens.atWord() ? tokens.peekWord() : "";
            RaiseField field = null;
            for (RaiseField each : RaiseField.values()) if (each.name().toLowerCase(Locale.ROOT).equals(word)) field = each;
            if (field == null) throw tokens.fail("unrecognized RAISE statement option");
            tokens.advance();
            if (!tokens.accept(Token.EQ) && !tokens.accept(Token.COLON_EQUALS)) throw tokens.fail("syntax error, expected \"=\"");
            options.add(new Step.RaiseOption(field, reader.expression(", or ;", BodyReader.COMMA, BodyReader.SEMICOLON)));
        } while (reader.ended == BodyReader.COMMA);
        return List.copyOf(options);
    }

    private static void checkCount(String message, int given) {
        int expected = 0;
        for (int i = 0; i < message.length(); i++) {
            if (message.charAt(i) != '%') continue;
            if (i + 1 < message.length() && message.charAt(i + 1) == '%') i++;
            else expected++;
        }
        if (expected < given) throw new PgException(SqlState.SYNTAX_ERROR, "too many parameters specified for RAISE");
        if (expected > given) throw new PgException(SqlState.SYNTAX_ERROR, "too few parameters specified for RAISE");
    }
}
