package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgTypes;
import io.craton.sql.procedure.BodyReader.Named;
import io.craton.sql.procedure.Program.Precedence;
import io.craton.sql.syntax.BodyTokens;
import io.craton.sql.syntax.LexerSettings;
import io.craton.sql.syntax.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body of PL/pgSQL: options, blocks, exception handlers, and dispatches statements. Errors have their position in the body. One parse.
 */
final class ProgramParser {
    private final BodyReader reader;
    private final BodyTokens tokens;
    private final ProgramBuilder builder;
    private final DeclarationParser declarations;
    private final StepParser steps;

    private ProgramParser(BodyReader reader) {
        this.reader = reader;
        this.tokens = reader.tokens;
        this.builder = reader.builder;
        this.declarations = new DeclarationParser(reader);
        this.steps = new StepParser(reader, this);
    }

    /** @param builder with the variables of arguments and triggers already in it, and the function's name as outermost label */
    static Program parse(String body, ProgramBuilder builder, LexerSettings settings, boolean checkSyntax) {
        builder.found = builder.variable("found", PgTypes.BOOL, -1, true);
        BodyTokens tokens = new BodyTokens(body, settings);
        ProgramParser parser = new ProgramParser(new BodyReader(tokens, builder, settings, checkSyntax));
        try {
            return new Program(builder, parser.program());
        } catch (PgException e) {
            if (e.error().position() > 0) throw e;
            throw SqlRunner.within(e, "compilation of PL/pgSQL function \"" + builder.routine + "\" near line " + tokens.line(tokens.start()));
        } catch (StackOverflowError e) {
            throw PgError.error(SqlState.STATEMENT_TOO_COMPLEX, "stack depth limit exceeded").exception();
        }
    }

    private Step.Block program() {
        while (tokens.accept("#")) option();
        Step.Block body = block(label());
        tokens.accept(Token.SEMICOLON);
        if (tokens.token() != Token.EOF) throw reader.syntaxError();
        // A function that only gives OUT arguments, a set or nothing needs no RETURN at its end.
        return body;
    }

    private void option() {
        if (tokens.accept("print_strict_params")) {
            String value = tokens.word();
            if (!value.equals("on") && !value.equals("off")) {
                throw new PgException(SqlState.INTERNAL_ERROR, "unrecognized print_strict_params option " + value);
            }
            builder.printStrict = value.equals("on");
        } else if (tokens.accept("variable_conflict")) {
            if (tokens.accept("error")) builder.precedence = Precedence.ERROR;
            else if (tokens.accept("use_variable")) builder.precedence = Precedence.VARIABLE;
            else if (tokens.accept("use_column")) builder.precedence = Precedence.COLUMN;
            else throw reader.syntaxError();
        } else if (tokens.accept("option")) {
            reader.expect("dump");
        } else {
            throw reader.syntaxError();
        }
    }

    /** {@code <<label>>}, or null. */
    @Nullable String label() {
        if (!tokens.accept("<<")) return null;
        String label = tokens.word();
        reader.expect(">>");
        return label;
    }

    /** [DECLARE ..] BEGIN .. END [label], the label in front already read; the semicolon is left. */
    Step.Block block(@Nullable String label) {
        builder.level(Namespace.Kind.BLOCK, label);
        List<Integer> variables = tokens.at("declare") ? declarations.read() : List.of();
        int line = tokens.line(tokens.start());
        reader.expect("begin");
        List<Step> body = steps();
        Step.Handlers handlers = tokens.at("exception") ? handlers() : null;
        reader.expect("end");
        endLabel(label);
        builder.leave();
        return new Step.Block(line, label, variables, body, handlers);
    }

    /** The label behind END, which must be that of the beginning. */
    void endLabel(@Nullable String label) {
        if (!tokens.atWord()) return;
        int position = tokens.position();
        String end = tokens.word();
        if (label == null) {
            throw BodyReader.error(SqlState.SYNTAX_ERROR, "end label \"" + end + "\" specified for unlabeled block", position);
        }
        if (!label.equals(end)) {
            throw BodyReader.error(SqlState.SYNTAX_ERROR, "end label \"" + end + "\" differs from block's label \"" + label + "\"", position);
        }
    }

    /** Statements up to a word that begins none. */
    List<Step> steps() {
        List<Step> list = new ArrayList<>();
        while (true) {
            Step step = step();
            if (step == null) return List.copyOf(list);
            list.add(step);
        }
    }

    private @Nullable Step step() {
        if (tokens.at("<<")) return labelled();
        if (!tokens.atWord() && tokens.token() != Token.PARAM) return null;
        int start = tokens.start();
        int line = tokens.line(start);
        int mark = tokens.mark();
        if (beginsAssignment()) {
            Named target = reader.name();
            if (target.datum() >= 0) {
                tokens.reset(mark);
                return assignment(line, target);
            }
            if (tokens.token() == Token.COLON_EQUALS || tokens.token() == Token.EQ || tokens.token() == Token.LBRACKET || tokens.token() == Token.DOT) {
                throw BodyReader.notVariable(target);
            }
            tokens.reset(mark);
        }
        if (tokens.token() == Token.PARAM) return null;
        if (tokens.quoted()) return steps.sql(line);
        return switch (tokens.peekWord().toLowerCase(Locale.ROOT)) {
            // What ends a list of statements, and reserved words that begin none.
            case "end", "exception", "else", "elsif", "elseif", "when", "then", "or", "to", "not", "all", "by", "from", "in", "into", "strict", "using" -> null;
            case "declare", "begin" -> {
                Step block = block(null);
                reader.expect(Token.SEMICOLON);
                yield block;
            }
            default -> steps.step(line, null);
        };
    }

    private Step labelled() {
        String label = label();
        int line = tokens.line(tokens.start());
        if (tokens.at("declare") || tokens.at("begin")) {
            Step block = block(label);
            reader.expect(Token.SEMICOLON);
            return block;
        }
        return steps.loop(line, label);
    }

    /** Whether a name stands here with something behind it that only an assignment has. */
    private boolean beginsAssignment() {
        return switch (tokens.ahead(1)) {
            case COLON_EQUALS, EQ, LBRACKET, DOT -> true;
            default -> false;
        };
    }

    private Step assignment(int line, Named target) {
        reader.requireAssignable(target.datum(), target.position());
        int position = tokens.position();
        Fragment text = reader.piece(Fragment.Kind.ASSIGNMENT, false, ";", false, BodyReader.SEMICOLON);
        reader.check(text, position);
        return new Step.Assign(line, target.datum(), text);
    }

    // ---- exceptions ----------------------------------------------------------------------------------------------

    private Step.Handlers handlers() {
        int line = tokens.line(tokens.start());
        tokens.advance();
        int state = builder.variable("sqlstate", PgTypes.TEXT, -1, true, false, null, null, true);
        int message = builder.variable("sqlerrm", PgTypes.TEXT, -1, true, false, null, null, true);
        List<Step.Handler> list = new ArrayList<>();
        while (tokens.at("when")) {
            int handlerLine = tokens.line(tokens.start());
            tokens.advance();
            List<String> conditions = new ArrayList<>();
            do {
                condition(conditions);
            } while (tokens.accept("or"));
            reader.expect("then");
            list.add(new Step.Handler(handlerLine, List.copyOf(conditions), steps()));
        }
        if (list.isEmpty()) throw reader.syntaxError();
        return new Step.Handlers(line, state, message, List.copyOf(list));
    }

    private void condition(List<String> conditions) {
        if (!tokens.atWord()) throw reader.syntaxError();
        String name = tokens.word();
        if (!name.equals("sqlstate")) {
            conditions.addAll(Conditions.codes(name));
            return;
        }
        conditions.add(sqlState());
    }

    /** The code behind SQLSTATE. */
    String sqlState() {
        if (tokens.token() != Token.SCONST) throw reader.syntaxError();
        int mark = tokens.mark();
        String code = tokens.string();
        if (!Conditions.isCode(code)) {
            tokens.reset(mark);
            throw tokens.fail("invalid SQLSTATE code");
        }
        return code;
    }
}
