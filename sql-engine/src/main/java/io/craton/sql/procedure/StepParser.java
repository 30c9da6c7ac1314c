package io.craton.sql.procedure;

import io.craton.core.error.SqlState;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.procedure.BodyReader.Named;
import io.craton.sql.procedure.Step.DiagnosticItem;
import io.craton.sql.syntax.BodyTokens;
import io.craton.sql.syntax.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Statements of PL/pgSQL by their first words. One parse. */
final class StepParser {
    private final BodyReader reader;
    private final BodyTokens tokens;
    private final ProgramBuilder builder;
    private final ProgramParser program;
    private final LoopParser loops;
    private final CursorParser cursors;
    private final RaiseParser raises;

    StepParser(BodyReader reader, ProgramParser program) {
        this.reader = reader;
        this.tokens = reader.tokens;
        this.builder = reader.builder;
        this.program = program;
        this.cursors = new CursorParser(reader);
        this.loops = new LoopParser(reader, program, cursors);
        this.raises = new RaiseParser(reader, program);
    }

    Step loop(int line, @Nullable String label) {
        return loops.read(line, label);
    }

    Step step(int line, @Nullable String label) {
        String word = tokens.peekWord();
        return switch (word) {
            case "if" -> condition(line);
            case "case" -> choice(line);
            case "loop", "while", "for", "foreach" -> loops.read(line, label);
            case "exit", "continue" -> exit(line);
            case "return" -> returned(line);
            case "raise" -> raises.read(line);
            case "assert" -> assertion(line);
            case "execute" -> dynamic(line);
            case "perform" -> perform(line);
            case "call", "do" -> new Step.Call(line, reader.statement(), word.equals("call"));
            case "get" -> diagnostics(line);
            case "open", "fetch", "move", "close" -> cursors.read(line);
            case "null" -> {
                tokens.advance();
                reader.expect(Token.SEMICOLON);
                yield new Step.Null(line);
            }
            case "commit", "rollback" -> endTransaction(line, word.equals("commit"));
            default -> sql(line);
        };
    }

    // ---- choices -------------------------------------------------------------------------------------------------

    private Step condition(int line) {
        List<Step.Branch> branches = new ArrayList<>();
        do {
            tokens.advance();
            Fragment condition = reader.expression("THEN", BodyReader.THEN);
            branches.add(new Step.Branch(condition, program.steps()));
        } while (tokens.at("elsif") || tokens.at("elseif"));
        List<Step> otherwise = tokens.accept("else") ? program.steps() : List.of();
        reader.expect("end");
        reader.expect("if");
        reader.expect(Token.SEMICOLON);
        return new Step.If(line, List.copyOf(branches), otherwise);
    }

    private Step choice(int line) {
        tokens.advance();
        Fragment value = null;
        int operand = -1;
        String prefix = "";
        if (!tokens.at("when")) {
            value = reader.expression("WHEN", BodyReader.WHEN);
            // The type is that of the value when it is known.
            String name = "__Case__Variable_" + builder.datums.size() + "__";
            operand = builder.variable(name, PgTypes.INT4, -1, true);
            prefix = "\"" + name + "\" IN (";
        } else {
            tokens.advance();
        }
        List<Step.Branch> branches = new ArrayList<>();
        while (true) {
            Fragment condition = reader.expression("THEN", BodyReader.THEN);
            if (operand >= 0) condition = new Fragment(Fragment.Kind.EXPRESSION, prefix + condition.text + ")", condition.names);
            branches.add(new Step.Branch(condition, program.steps()));
            if (!tokens.accept("when")) break;
        }
        List<Step> otherwise = tokens.accept("else") ? program.steps() : null;
        reader.expect("end");
        reader.expect("case");
        reader.expect(Token.SEMICOLON);
        return new Step.Case(line, value, operand, List.copyOf(branches), otherwise);
    }

    private Step exit(int line) {
        int position = tokens.position();
        boolean isContinue = tokens.word().equals("continue");
        String label = null;
        if (tokens.atWord() && !tokens.at("when")) {
            int labelPosition = tokens.position();
            label = tokens.word();
            Namespace found = Namespace.label(builder.names, label);
            if (found == null) {
                throw BodyReader.error(SqlState.SYNTAX_ERROR,
                        "there is no label \"" + label + "\" attached to any block or loop enclosing this statement", labelPosition);
            }
            if (isContinue && found.kind() != Namespace.Kind.LOOP) {
                throw BodyReader.error(SqlState.SYNTAX_ERROR, "block label \"" + label + "\" cannot be used in CONTINUE", labelPosition);
            }
        } else if (!Namespace.insideLoop(builder.names)) {
            throw BodyReader.error(SqlState.SYNTAX_ERROR, isContinue ? "CONTINUE cannot be used outside a loop"
                    : "EXIT cannot be used outside a loop, unless it has a label", position);
        }
        Fragment condition = null;
        if (tokens.accept("when")) condition = reader.expression(";", BodyReader.SEMICOLON);
        else reader.expect(Token.SEMICOLON);
        return new Step.Exit(line, isContinue, label, condition);
    }

    // ---- results -------------------------------------------------------------------------------------------------

    private Step returned(int line) {
        int position = tokens.position();
        tokens.advance();
        if (tokens.token() == Token.EOF) throw reader.unexpectedEnd();
        if (tokens.accept("next")) return returnNext(line, position);
        if (tokens.accept("query")) return returnQuery(line, position);
        Program.Signature signature = builder.signature;
        String complaint = null;
        SqlState state = SqlState.DATATYPE_MISMATCH;
        String hint = null;
        if (signature.returnsSet()) {
            complaint = "RETURN cannot have a parameter in function returning set";
            hint = "Use RETURN NEXT or RETURN QUERY.";
        } else if (signature.result().oid() == TypeOid.VOID) {
            complaint = signature.procedure() ? "RETURN cannot have a parameter in a procedure"
                    : "RETURN cannot have a parameter in function returning void";
            if (signature.procedure()) state = SqlState.SYNTAX_ERROR;
        } else if (builder.output >= 0) {
            complaint = signature.procedure() ? "RETURN cannot have a parameter in a procedure"
                    : "RETURN cannot have a parameter in function with OUT parameters";
            if (signature.procedure()) state = SqlState.DATATYPE_MISMATCH;
            if (signature.procedure()) complaint = "RETURN cannot have a parameter in function with OUT parameters";
        }
        if (complaint != null) {
            if (!tokens.accept(Token.SEMICOLON)) {
                throw io.craton.core.error.PgError.error(state, complaint).withHint(hint).withPosition(tokens.position()).exception();
            }
            return new Step.Return(line, builder.output, null);
        }
        int variable = soleVariable();
        return variable >= 0 ? new Step.Return(line, variable, null)
                : new Step.Return(line, -1, reader.expression(";", BodyReader.SEMICOLON));
    }

    /** The variable, when nothing else stands before the semicolon; both are read then. */
    private int soleVariable() {
        int mark = tokens.mark();
        if (tokens.atWord() || tokens.token() == Token.PARAM) {
            Named name = reader.name();
            if (name.datum() >= 0 && !(builder.datums.get(name.datum()) instanceof Datum.Field) && tokens.accept(Token.SEMICOLON)) return name.datum();
        }
        tokens.reset(mark);
        return -1;
    }

    private Step returnNext(int line, int position) {
        if (!builder.signature.returnsSet()) {
            throw BodyReader.error(SqlState.DATATYPE_MISMATCH, "cannot use RETURN NEXT in a non-SETOF function", position);
        }
        if (builder.output >= 0) {
            if (!tokens.accept(Token.SEMICOLON)) {
                throw BodyReader.error(SqlState.DATATYPE_MISMATCH, "RETURN NEXT cannot have a parameter in function with OUT parameters",
                        tokens.position());
            }
            return new Step.ReturnNext(line, builder.output, null);
        }
        int variable = soleVariable();
        return variable >= 0 ? new Step.ReturnNext(line, variable, null)
                : new Step.ReturnNext(line, -1, reader.expression(";", BodyReader.SEMICOLON));
    }

    private Step returnQuery(int line, int position) {
        if (!builder.signature.returnsSet()) {
            throw BodyReader.error(SqlState.DATATYPE_MISMATCH, "cannot use RETURN QUERY in a non-SETOF function", position);
        }
        if (!tokens.accept("execute")) return new Step.ReturnQuery(line, new Step.Query(reader.statement(), false, List.of()));
        Fragment text = reader.expression("; or USING", BodyReader.SEMICOLON, BodyReader.USING);
        return new Step.ReturnQuery(line, new Step.Query(text, true, using()));
    }

    /** Expressions of USING up to the semicolon, when the last piece ended with USING. */
    private List<Fragment> using() {
        List<Fragment> values = new ArrayList<>();
        while (reader.ended != BodyReader.SEMICOLON) values.add(reader.expression(", or ;", BodyReader.COMMA, BodyReader.SEMICOLON));
        return values;
    }

    private Step assertion(int line) {
        tokens.advance();
        Fragment condition = reader.expression(", or ;", BodyReader.COMMA, BodyReader.SEMICOLON);
        Fragment message = reader.ended == BodyReader.COMMA ? reader.expression(";", BodyReader.SEMICOLON) : null;
        return new Step.Assert(line, condition, message);
    }

    // ---- SQL -----------------------------------------------------------------------------------------------------

    private Step perform(int line) {
        int position = tokens.position();
        tokens.advance();
        Fragment rest = reader.piece(Fragment.Kind.STATEMENT, false, ";", false, BodyReader.SEMICOLON);
        Fragment query = new Fragment(Fragment.Kind.STATEMENT, "SELECT " + rest.text, rest.names);
        reader.check(query, position + 1);
        return new Step.Perform(line, query);
    }

    private Step dynamic(int line) {
        tokens.advance();
        Fragment text = reader.expression("INTO or USING or ;", BodyReader.INTO, BodyReader.USING, BodyReader.SEMICOLON);
        BodyReader.End end = reader.ended;
        int target = -1;
        boolean strict = false;
        List<Fragment> using = new ArrayList<>();
        while (end != BodyReader.SEMICOLON) {
            if (end == BodyReader.INTO) {
                if (target >= 0) throw tokens.fail("syntax error");
                strict = tokens.accept("strict");
                target = reader.target();
                if (tokens.accept(Token.SEMICOLON)) end = BodyReader.SEMICOLON;
                else if (tokens.accept(Token.USING)) end = BodyReader.USING;
                else if (tokens.accept(Token.INTO)) end = BodyReader.INTO;
                else throw reader.syntaxError();
            } else {
                if (!using.isEmpty()) throw tokens.fail("syntax error");
                do {
                    using.add(reader.expression(", or ; or INTO", BodyReader.COMMA, BodyReader.SEMICOLON, BodyReader.INTO));
                } while (reader.ended == BodyReader.COMMA);
                end = reader.ended;
            }
        }
        return new Step.Dynamic(line, new Step.Query(text, true, using), target, strict);
    }

    /** Any statement of SQL; an INTO of PL/pgSQL's is taken out of its text, with blanks in its place. */
    Step sql(int line) {
        int start = tokens.start();
        int position = tokens.position();
        boolean importing = tokens.at("import");
        boolean routine = tokens.at("create") && (routineWord(1) || tokens.at(1, "or") && tokens.at(2, "replace") && routineWord(3));
        int target = -1;
        boolean strict = false;
        int intoStart = -1;
        int intoEnd = -1;
        int depth = 0;
        int blocks = 0;
        boolean afterInsert = false;
        while (true) {
            Token token = tokens.token();
            if (token == Token.EOF) throw reader.unexpectedEnd();
            if (token == Token.SEMICOLON && depth == 0 && blocks == 0) break;
            if (token == Token.LPAREN) depth++;
            if (token == Token.RPAREN && depth > 0) depth--;
            if (routine && depth == 0) {
                if (tokens.at("begin") || tokens.at("case")) blocks++;
                if (tokens.at("end") && blocks > 0) blocks--;
            }
            if (token == Token.INTO && !afterInsert && !importing) {
                if (intoStart >= 0) throw tokens.fail("INTO specified more than once");
                intoStart = tokens.start();
                tokens.advance();
                strict = tokens.accept("strict");
                target = reader.target();
                intoEnd = tokens.start();
                continue;
            }
            afterInsert = tokens.at("insert") || tokens.at("merge");
            tokens.advance();
        }
        String text = intoStart < 0 ? tokens.text(start, tokens.previousEnd())
                : (tokens.text(start, intoStart) + " ".repeat(intoEnd - intoStart) + tokens.text(intoEnd, Math.max(intoEnd, tokens.previousEnd())))
                        .stripTrailing();
        tokens.advance();
        Fragment statement = new Fragment(Fragment.Kind.STATEMENT, text, builder.names);
        reader.check(statement, position);
        return new Step.Sql(line, statement, target, strict);
    }

    private boolean routineWord(int distance) {
        return tokens.at(distance, "function") || tokens.at(distance, "procedure");
    }

    private Step endTransaction(int line, boolean commit) {
        tokens.advance();
        boolean chain = false;
        if (tokens.accept("and")) {
            chain = !tokens.accept("no");
            reader.expect("chain");
        }
        reader.expect(Token.SEMICOLON);
        return new Step.EndTransaction(line, commit, chain);
    }

    // ---- GET DIAGNOSTICS -----------------------------------------------------------------------------------------

    private Step diagnostics(int line) {
        tokens.advance();
        boolean stacked = tokens.accept("stacked");
        if (!stacked) tokens.accept("current");
        int position = tokens.position();
        reader.expect("diagnostics");
        List<Step.Diagnostic> items = new ArrayList<>();
        do {
            Named target = reader.name();
            if (target.datum() < 0) throw BodyReader.notVariable(target);
            if (reader.takesRow(target.datum()) || tokens.token() == Token.LBRACKET) {
                throw BodyReader.error(SqlState.SYNTAX_ERROR, "\"" + target.text() + "\" is not a scalar variable", target.position());
            }
            reader.requireAssignable(target.datum(), target.position());
            if (!tokens.accept(Token.COLON_EQUALS)) reader.expect(Token.EQ);
            items.add(new Step.Diagnostic(target.datum(), item(stacked, position)));
        } while (tokens.accept(Token.COMMA));
        reader.expect(Token.SEMICOLON);
        return new Step.GetDiagnostics(line, stacked, List.copyOf(items));
    }

    private DiagnosticItem item(boolean stacked, int position) {
        String word = tokens.atWord() ? tokens.peekWord() : "";
        DiagnosticItem found = null;
        for (DiagnosticItem item : DiagnosticItem.values()) if (item.name().toLowerCase(Locale.ROOT).equals(word)) found = item;
        if (found == null) throw tokens.fail("unrecognized GET DIAGNOSTICS item");
        tokens.advance();
        boolean current = found == DiagnosticItem.ROW_COUNT || found == DiagnosticItem.PG_CONTEXT;
        if (stacked && found == DiagnosticItem.ROW_COUNT || !stacked && !current || stacked && found == DiagnosticItem.PG_CONTEXT) {
            throw BodyReader.error(SqlState.SYNTAX_ERROR, "diagnostics item " + found.name() + " is not allowed in GET "
                    + (stacked ? "STACKED" : "CURRENT") + " DIAGNOSTICS", position);
        }
        return found;
    }
}
