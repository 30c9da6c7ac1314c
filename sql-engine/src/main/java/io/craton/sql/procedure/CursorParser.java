package io.craton.sql.procedure;

import io.craton.core.error.SqlState;
import io.craton.core.type.TypeOid;
import io.craton.sql.procedure.BodyReader.Named;
import io.craton.sql.procedure.Step.Direction;
import io.craton.sql.syntax.BodyTokens;
import io.craton.sql.syntax.Identifiers;
import io.craton.sql.syntax.Token;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** OPEN, FETCH, MOVE, CLOSE. One parse. */
final class CursorParser {
    private final BodyReader reader;
    private final BodyTokens tokens;
    private final ProgramBuilder builder;

    CursorParser(BodyReader reader) {
        this.reader = reader;
        this.tokens = reader.tokens;
        this.builder = reader.builder;
    }

    Step read(int line) {
        int position = tokens.position();
        return switch (tokens.word()) {
            case "open" -> open(line);
            case "fetch" -> fetch(line, position, false);
            case "move" -> fetch(line, position, true);
            default -> {
                Datum.Single cursor = variable();
                reader.expect(Token.SEMICOLON);
                yield new Step.Close(line, cursor.number());
            }
        };
    }

    private Datum.Single variable() {
        int position = tokens.position();
        Named name = reader.name();
        if (name.datum() < 0) throw BodyReader.notVariable(name);
        if (!(builder.datums.get(name.datum()) instanceof Datum.Single single) || tokens.token() == Token.LBRACKET) {
            throw BodyReader.error(SqlState.DATATYPE_MISMATCH, "cursor variable must be a simple variable", position);
        }
        if (single.type().oid() != TypeOid.REFCURSOR) {
            throw BodyReader.error(SqlState.DATATYPE_MISMATCH, "variable \"" + single.name() + "\" must be of type cursor or refcursor", position);
        }
        return single;
    }

    private Step open(int line) {
        Datum.Single cursor = variable();
        if (cursor.cursor() != null) {
            Fragment arguments = arguments(cursor);
            reader.expect(Token.SEMICOLON);
            return new Step.Open(line, cursor.number(), null, arguments, cursor.cursor().scroll());
        }
        Boolean scroll = null;
        if (tokens.accept("no")) {
            if (tokens.accept("scroll")) scroll = false;
        } else if (tokens.accept("scroll")) {
            scroll = true;
        }
        if (!tokens.accept(Token.FOR)) throw tokens.fail("syntax error, expected \"FOR\"");
        if (!tokens.accept("execute")) {
            return new Step.Open(line, cursor.number(), new Step.Query(reader.statement(), false, List.of()), null, scroll);
        }
        Fragment text = reader.expression("USING or ;", BodyReader.USING, BodyReader.SEMICOLON);
        List<Fragment> using = new ArrayList<>();
        while (reader.ended != BodyReader.SEMICOLON) using.add(reader.expression(", or ;", BodyReader.COMMA, BodyReader.SEMICOLON));
        return new Step.Open(line, cursor.number(), new Step.Query(text, true, using), null, scroll);
    }

    /** The arguments of a bound cursor in the order of its parameters; null when it has none. */
    @Nullable Fragment arguments(Datum.Single cursor) {
        Datum.CursorQuery query = java.util.Objects.requireNonNull(cursor.cursor());
        if (query.arguments() < 0) {
            if (tokens.token() == Token.LPAREN) throw at("cursor \"" + cursor.name() + "\" has no arguments");
            return null;
        }
        if (!tokens.accept(Token.LPAREN)) throw at("cursor \"" + cursor.name() + "\" has arguments");
        List<String> parameters = ((Datum.Row) builder.datums.get(query.arguments())).names();
        @Nullable String[] values = new String[parameters.size()];
        boolean named = false;
        for (int i = 0; i < values.length; i++) {
            int place = i;
            int position = tokens.position();
            if (tokens.atWord() && tokens.ahead(1) == Token.COLON_EQUALS) {
                String name = tokens.peekWord();
                place = parameters.indexOf(name);
                if (place < 0) throw at("cursor \"" + cursor.name() + "\" has no argument named \"" + name + "\"");
                tokens.advance();
                tokens.advance();
                named = true;
            }
            if (values[place] != null) {
                throw BodyReader.error(SqlState.SYNTAX_ERROR, "value for parameter \"" + parameters.get(place) + "\" of cursor \"" + cursor.name()
                        + "\" specified more than once", position);
            }
            values[place] = reader.expression(",\" or \")", BodyReader.COMMA, BodyReader.CLOSING).text;
            if (reader.ended == BodyReader.CLOSING && i < values.length - 1) throw before("not enough arguments for cursor \"" + cursor.name() + "\"");
            if (reader.ended == BodyReader.COMMA && i == values.length - 1) throw before("too many arguments for cursor \"" + cursor.name() + "\"");
        }
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            all.append(i > 0 ? ", " : "").append(values[i]);
            if (named) all.append(" AS ").append(Identifiers.quote(parameters.get(i)));
        }
        return new Fragment(Fragment.Kind.EXPRESSION, all.toString(), builder.names);
    }

    private io.craton.core.error.PgException at(String message) {
        return BodyReader.error(SqlState.SYNTAX_ERROR, message, tokens.position());
    }

    /** At the symbol that ended the last piece. */
    private io.craton.core.error.PgException before(String message) {
        return BodyReader.error(SqlState.SYNTAX_ERROR, message, tokens.position(tokens.previousEnd() - 1));
    }

    // ---- FETCH and MOVE --------------------------------------------------------------------------------------------

    private record Movement(Direction direction, long count, @Nullable Fragment how, boolean several) {}

    private Step fetch(int line, int position, boolean move) {
        Movement movement = movement();
        Datum.Single cursor = variable();
        int target = -1;
        if (!move) {
            reader.expect(Token.INTO);
            target = reader.target();
        }
        reader.expect(Token.SEMICOLON);
        if (!move && movement.several) {
            throw BodyReader.error(SqlState.FEATURE_NOT_SUPPORTED, "FETCH statement cannot return multiple rows", position);
        }
        return new Step.Fetch(line, cursor.number(), movement.direction, movement.count, movement.how, target);
    }

    private Movement movement() {
        if (tokens.token() == Token.EOF) throw reader.unexpectedEnd();
        if (tokens.accept("next")) return simple(Direction.FORWARD, 1);
        if (tokens.accept("prior")) return simple(Direction.BACKWARD, 1);
        if (tokens.accept("first")) return simple(Direction.ABSOLUTE, 1);
        if (tokens.accept("last")) return simple(Direction.ABSOLUTE, -1);
        if (tokens.accept("absolute")) return counted(Direction.ABSOLUTE, false);
        if (tokens.accept("relative")) return counted(Direction.RELATIVE, false);
        if (tokens.accept("all")) return all(Direction.FORWARD);
        if (tokens.accept("forward")) return directed(Direction.FORWARD);
        if (tokens.accept("backward")) return directed(Direction.BACKWARD);
        if (tokens.accept(Token.FROM) || tokens.accept(Token.IN)) return new Movement(Direction.FORWARD, 1, null, false);
        int mark = tokens.mark();
        boolean variable = tokens.atWord() && reader.name().datum() >= 0;
        tokens.reset(mark);
        return variable ? new Movement(Direction.FORWARD, 1, null, false) : counted(Direction.FORWARD, true);
    }

    private Movement simple(Direction direction, long count) {
        fromOrIn();
        return new Movement(direction, count, null, false);
    }

    private Movement all(Direction direction) {
        fromOrIn();
        return new Movement(direction, Long.MAX_VALUE, null, true);
    }

    private void fromOrIn() {
        if (!tokens.accept(Token.FROM) && !tokens.accept(Token.IN)) throw tokens.fail("expected FROM or IN");
    }

    private Movement directed(Direction direction) {
        if (tokens.accept(Token.FROM) || tokens.accept(Token.IN)) return new Movement(direction, 1, null, false);
        if (tokens.accept("all")) return all(direction);
        return counted(direction, true);
    }

    private Movement counted(Direction direction, boolean several) {
        return new Movement(direction, 1, reader.expression("FROM or IN", BodyReader.FROM, BodyReader.IN), several);
    }
}
