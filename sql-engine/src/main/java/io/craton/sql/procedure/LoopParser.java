package io.craton.sql.procedure;

import io.craton.core.error.SqlState;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.procedure.BodyReader.Named;
import io.craton.sql.syntax.BodyTokens;
import io.craton.sql.syntax.Token;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** LOOP, WHILE, FOREACH and the forms of FOR. One parse. */
final class LoopParser {
    private static final String ROW_TARGET = "loop variable of loop over rows must be a record variable or list of scalar variables";

    private final BodyReader reader;
    private final BodyTokens tokens;
    private final ProgramBuilder builder;
    private final ProgramParser program;
    private final CursorParser cursors;

    LoopParser(BodyReader reader, ProgramParser program, CursorParser cursors) {
        this.reader = reader;
        this.tokens = reader.tokens;
        this.builder = reader.builder;
        this.program = program;
        this.cursors = cursors;
    }

    /** What stands between FOR and IN: {@code list} is a row of several variables, or -1. */
    private record Control(Named name, int list) {}

    Step read(int line, @Nullable String label) {
        builder.level(Namespace.Kind.LOOP, label);
        Step loop;
        if (tokens.accept("loop")) {
            loop = new Step.Loop(line, label, body(label));
        } else if (tokens.accept("while")) {
            Fragment condition = reader.expression("LOOP", BodyReader.LOOP);
            loop = new Step.While(line, label, condition, body(label));
        } else if (tokens.accept("for")) {
            loop = forLoop(line, label);
        } else if (tokens.accept("foreach")) {
            loop = forEach(line, label);
        } else {
            throw reader.syntaxError();
        }
        builder.leave();
        return loop;
    }

    /** Statements, END LOOP, the label and the semicolon. */
    private List<Step> body(@Nullable String label) {
        List<Step> body = program.steps();
        reader.expect("end");
        reader.expect("loop");
        program.endLabel(label);
        reader.expect(Token.SEMICOLON);
        return body;
    }

    private Control control() {
        Named name = reader.name();
        if (name.datum() < 0) {
            if (name.words().size() > 1 || tokens.token() == Token.COMMA) throw BodyReader.notVariable(name);
            return new Control(name, -1);
        }
        boolean list = tokens.token() == Token.COMMA && !reader.takesRow(name.datum());
        return new Control(name, list ? reader.singles(name) : -1);
    }

    /** Where rows go. */
    private int rowTarget(Control control, SqlState state) {
        if (control.list >= 0) return control.list;
        int datum = control.name.datum();
        if (datum < 0) throw BodyReader.error(state, ROW_TARGET, control.name.position());
        reader.requireAssignable(datum, control.name.position());
        return reader.takesRow(datum) ? datum : builder.row("(unnamed row)", List.of(control.name.text()), List.of(datum));
    }

    private Step forLoop(int line, @Nullable String label) {
        Control control = control();
        reader.expect(Token.IN);
        if (tokens.accept("execute")) {
            Fragment text = reader.expression("LOOP or USING", BodyReader.LOOP, BodyReader.USING);
            int target = rowTarget(control, SqlState.DATATYPE_MISMATCH);
            List<Fragment> using = new ArrayList<>();
            while (reader.ended != BodyReader.LOOP) using.add(reader.expression(", or LOOP", BodyReader.COMMA, BodyReader.LOOP));
            return new Step.ForQuery(line, label, target, new Step.Query(text, true, using), body(label));
        }
        Step overCursor = overCursor(line, label, control);
        if (overCursor != null) return overCursor;
        int reversePosition = tokens.position();
        boolean reverse = tokens.at("reverse");
        if (reverse) tokens.advance();
        int position = tokens.position();
        Fragment first = reader.piece(Fragment.Kind.STATEMENT, true, "LOOP", false, BodyReader.DOTS, BodyReader.LOOP);
        if (reader.ended == BodyReader.DOTS) return overIntegers(line, label, control, reverse, expression(first, position));
        if (reverse) throw BodyReader.error(SqlState.SYNTAX_ERROR, "cannot specify REVERSE in query FOR loop", reversePosition);
        reader.check(first, position);
        int target = rowTarget(control, SqlState.SYNTAX_ERROR);
        return new Step.ForQuery(line, label, target, new Step.Query(first, false, List.of()), body(label));
    }

    private Fragment expression(Fragment statement, int position) {
        Fragment expression = new Fragment(Fragment.Kind.EXPRESSION, statement.text, statement.names);
        reader.check(expression, position);
        return expression;
    }

    private Step overIntegers(int line, @Nullable String label, Control control, boolean reverse, Fragment from) {
        Fragment to = reader.expression("LOOP", BodyReader.LOOP, BodyReader.BY);
        Fragment by = reader.ended == BodyReader.BY ? reader.expression("LOOP", BodyReader.LOOP) : null;
        if (control.list >= 0) {
            throw BodyReader.error(SqlState.SYNTAX_ERROR, "integer FOR loop must have only one target variable", control.name.position());
        }
        int variable = builder.variable(control.name.text(), PgTypes.INT4, -1, true);
        return new Step.ForInteger(line, label, variable, from, to, by, reverse, body(label));
    }

    /** FOR r IN cursor; null when no cursor stands here. */
    private @Nullable Step overCursor(int line, @Nullable String label, Control control) {
        int mark = tokens.mark();
        int position = tokens.position();
        Named name = tokens.atWord() ? reader.name() : null;
        if (name == null || name.datum() < 0 || !(builder.datums.get(name.datum()) instanceof Datum.Single cursor)
                || cursor.type().oid() != TypeOid.REFCURSOR) {
            tokens.reset(mark);
            return null;
        }
        if (control.list >= 0) {
            throw BodyReader.error(SqlState.SYNTAX_ERROR, "cursor FOR loop must have only one target variable", control.name.position());
        }
        if (cursor.cursor() == null) {
            throw BodyReader.error(SqlState.SYNTAX_ERROR, "cursor FOR loop must use a bound cursor variable", position);
        }
        Fragment arguments = cursors.arguments(cursor);
        reader.expect("loop");
        int target = builder.variable(control.name.text(), PgTypes.RECORD, -1, true);
        return new Step.ForCursor(line, label, target, cursor.number(), arguments, body(label));
    }

    private Step forEach(int line, @Nullable String label) {
        Control control = control();
        int slice = tokens.accept("slice") ? tokens.integer() : 0;
        reader.expect(Token.IN);
        reader.expect("array");
        Fragment array = reader.expression("LOOP", BodyReader.LOOP);
        int target = control.list >= 0 ? control.list : control.name.datum();
        if (target < 0) {
            throw BodyReader.error(SqlState.SYNTAX_ERROR, "loop variable of FOREACH must be a known variable or list of variables",
                    control.name.position());
        }
        reader.requireAssignable(target, control.name.position());
        return new Step.ForEach(line, label, target, slice, array, body(label));
    }
}
