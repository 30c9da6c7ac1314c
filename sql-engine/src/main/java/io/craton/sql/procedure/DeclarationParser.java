package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.analyze.TypeResolution;
import io.craton.sql.analyze.TypeResolution.TypeRef;
import io.craton.sql.syntax.BodyTokens;
import io.craton.sql.syntax.SqlParser;
import io.craton.sql.syntax.Token;
import io.craton.sql.syntax.TypeName;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** DECLARE: variables, aliases, cursors, and the types they are declared with. One parse. */
final class DeclarationParser {
    private final BodyReader reader;
    private final BodyTokens tokens;
    private final ProgramBuilder builder;

    DeclarationParser(BodyReader reader) {
        this.reader = reader;
        this.tokens = reader.tokens;
        this.builder = reader.builder;
    }

    /** Everything up to BEGIN; the variables that are set up when the block is entered. */
    List<Integer> read() {
        List<Integer> variables = new ArrayList<>();
        while (!tokens.at("begin")) {
            if (tokens.accept("declare")) continue;
            if (tokens.at("<<")) {
                throw BodyReader.error(SqlState.SYNTAX_ERROR, "block label must be placed before DECLARE, not after", tokens.position());
            }
            declaration(variables);
        }
        return List.copyOf(variables);
    }

    private static boolean reserved(BodyTokens tokens) {
        if (tokens.quoted()) return false;
        return switch (tokens.peekWord()) {
            case "all", "begin", "by", "case", "declare", "else", "end", "execute", "for", "foreach", "from", "if", "in", "into", "loop", "not", "null",
                    "or", "strict", "then", "to", "using", "when", "while" -> true;
            default -> false;
        };
    }

    private String name() {
        if (!tokens.atWord() || reserved(tokens)) throw reader.syntaxError();
        if (Namespace.find(builder.names, true, tokens.peekWord(), null, null) != null) throw tokens.fail("duplicate declaration");
        PgError shadow = Namespace.find(builder.names, false, tokens.peekWord(), null, null) == null ? null : builder.checks.shadow(tokens.peekWord());
        if (shadow != null && shadow.severity() == Severity.ERROR) throw new PgException(shadow.withPosition(tokens.position()));
        if (shadow != null) builder.notices.add(shadow.withPosition(tokens.position()));
        return tokens.word();
    }

    private void declaration(List<Integer> variables) {
        String name = name();
        if (tokens.at("alias") && tokens.at(1, "for")) {
            alias(name);
            return;
        }
        if (tokens.at("cursor") || tokens.at("scroll") && tokens.at(1, "cursor") || tokens.at("no") && tokens.at(1, "scroll")) {
            variables.add(cursor(name));
            return;
        }
        boolean constant = tokens.accept("constant");
        TypeRef type = type();
        if (tokens.accept("collate")) {
            int position = tokens.position();
            List<String> collation = new ArrayList<>(List.of(tokens.word()));
            while (tokens.accept(Token.DOT)) collation.add(tokens.word());
            if (type.type().collationOid() == 0 && builder.catalog.baseType(type.type()).collationOid() == 0) {
                throw BodyReader.error(SqlState.DATATYPE_MISMATCH, "collations are not supported by type "
                        + io.craton.sql.analyze.TypeNames.of(type.type(), builder.catalog), position);
            }
        }
        int notNullPosition = tokens.position();
        boolean notNull = tokens.accept("not");
        if (notNull) reader.expect("null");
        Fragment initial = null;
        if (tokens.token() == Token.COLON_EQUALS || tokens.token() == Token.EQ || tokens.at("default")) {
            tokens.advance();
            initial = reader.expression(";", BodyReader.SEMICOLON);
        } else {
            reader.expect(Token.SEMICOLON);
        }
        int number = builder.variable(name, type.type(), type.typmod(), constant, notNull, initial, null, true);
        if (notNull && initial == null) {
            throw BodyReader.error(SqlState.NULL_VALUE_NOT_ALLOWED,
                    "variable \"" + name + "\" must have a default value, since it's declared NOT NULL", notNullPosition);
        }
        variables.add(number);
    }

    private void alias(String name) {
        tokens.advance();
        tokens.advance();
        BodyReader.Named target = reader.name();
        Namespace.Found found = Namespace.find(builder.names, false, target.words().get(0), target.words().size() > 1 ? target.words().get(1) : null,
                target.words().size() > 2 ? target.words().get(2) : null);
        if (found == null) {
            throw BodyReader.error(SqlState.UNDEFINED_OBJECT, "variable \"" + target.text() + "\" does not exist", target.position());
        }
        reader.expect(Token.SEMICOLON);
        builder.name(name, found.datum());
    }

    private int cursor(String name) {
        Boolean scroll = null;
        if (tokens.accept("no")) {
            reader.expect("scroll");
            scroll = false;
        } else if (tokens.accept("scroll")) {
            scroll = true;
        }
        reader.expect("cursor");
        builder.level(Namespace.Kind.CURSOR, name);
        int arguments = -1;
        if (tokens.accept(Token.LPAREN)) {
            List<String> names = new ArrayList<>();
            List<Integer> members = new ArrayList<>();
            do {
                String argument = name();
                TypeRef type = type();
                names.add(argument);
                members.add(builder.variable(argument, type.type(), type.typmod(), true));
            } while (tokens.accept(Token.COMMA));
            reader.expect(Token.RPAREN);
            arguments = builder.row("(unnamed row)", names, members);
        }
        if (!tokens.accept("is")) reader.expect("for");
        Fragment query = reader.statement();
        builder.leave();
        PgType type = PgTypes.get(TypeOid.REFCURSOR);
        return builder.variable(name, type, -1, false, false, null, new Datum.CursorQuery(query, arguments, scroll), true);
    }

    // ---- types ---------------------------------------------------------------------------------------------------

    /** A type, name%TYPE or name%ROWTYPE; what may follow is left. */
    private TypeRef type() {
        int mark = tokens.mark();
        if (tokens.atWord() && !reserved(tokens)) {
            List<String> words = new ArrayList<>(List.of(tokens.word()));
            while (tokens.token() == Token.DOT) {
                tokens.advance();
                words.add(tokens.word());
            }
            if (tokens.accept(Token.PERCENT)) {
                boolean row = tokens.at("rowtype");
                if (row || tokens.at("type")) {
                    TypeRef found = row ? rowType(words) : variableType(words);
                    if (found != null) {
                        tokens.advance();
                        return found;
                    }
                }
            }
        }
        tokens.reset(mark);
        return written();
    }

    private @Nullable TypeRef variableType(List<String> words) {
        Namespace.Found found = words.size() > 3 ? null : Namespace.find(builder.names, false, words.get(0), words.size() > 1 ? words.get(1) : null,
                words.size() > 2 ? words.get(2) : null);
        if (found != null && found.used() == words.size() && builder.datums.get(found.datum()) instanceof Datum.Single single) {
            return new TypeRef(single.type(), single.typmod());
        }
        TypeResolution types = new TypeResolution(builder.catalog);
        if (words.size() == 1) return types.find(new TypeName(words, List.of(), List.of(), false, false, 0));
        RelationRef relation = builder.catalog.relation(words.size() > 2 ? words.get(words.size() - 3) : null, words.get(words.size() - 2));
        if (relation == null) return null;
        return types.find(new TypeName(words, List.of(), List.of(), false, true, 0));
    }

    private TypeRef rowType(List<String> words) {
        RelationRef relation = builder.catalog.relation(words.size() > 1 ? words.get(words.size() - 2) : null, words.getLast());
        if (relation instanceof RelationRef.Stored stored) return new TypeRef(rowType(stored.table()), -1);
        if (relation instanceof RelationRef.Builtin) return new TypeRef(PgTypes.RECORD, -1);
        throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + String.join(".", words) + "\" does not exist");
    }

    private PgType rowType(TableDef table) {
        return builder.catalog.requireType(table.rowTypeOid());
    }

    /** A type in SQL's own words. */
    private TypeRef written() {
        int start = tokens.start();
        int position = tokens.position();
        int depth = 0;
        int end = start;
        while (true) {
            Token token = tokens.token();
            if (token == Token.EOF) throw tokens.fail(depth != 0 ? "mismatched parentheses" : "incomplete data type declaration");
            if (token == Token.SEMICOLON || tokens.at("collate") || tokens.at("not") || token == Token.EQ || token == Token.COLON_EQUALS
                    || tokens.at("default")) {
                break;
            }
            if ((token == Token.COMMA || token == Token.RPAREN) && depth == 0) break;
            if (token == Token.LPAREN) depth++;
            if (token == Token.RPAREN) depth--;
            tokens.advance();
            end = tokens.previousEnd();
        }
        if (end == start) throw tokens.fail("missing data type declaration");
        try {
            TypeName name = SqlParser.parseTypeName(tokens.text(start, end));
            TypeRef type = new TypeResolution(builder.catalog).resolve(name);
            return type;
        } catch (PgException e) {
            PgError error = e.error();
            throw new PgException(error.withPosition(error.position() == 0 ? position : position + error.position() - 1));
        }
    }
}
