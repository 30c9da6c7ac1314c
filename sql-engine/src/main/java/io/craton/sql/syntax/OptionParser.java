package io.craton.sql.syntax;

import io.craton.sql.syntax.ModifyStatement.IndexElement;
import io.craton.sql.syntax.Option.BooleanValue;
import io.craton.sql.syntax.Option.IntegerValue;
import io.craton.sql.syntax.Option.ListValue;
import io.craton.sql.syntax.Option.NameValue;
import io.craton.sql.syntax.Option.NumericValue;
import io.craton.sql.syntax.Option.OptionAction;
import io.craton.sql.syntax.Option.OptionValue;
import io.craton.sql.syntax.Option.StarValue;
import io.craton.sql.syntax.Option.TextValue;
import io.craton.sql.syntax.Option.TypeValue;
import java.util.ArrayList;
import java.util.List;

/** Lists of options in their various spellings, and index elements. */
final class OptionParser {
    private final Grammar grammar;
    private final TokenCursor cursor;

    OptionParser(Grammar grammar) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
    }

    boolean atNumber() {
        return cursor.at(Token.ICONST) || cursor.at(Token.FCONST) || cursor.at(Token.PLUS) || cursor.at(Token.MINUS);
    }

    /** NumericOnly. */
    OptionValue number() {
        boolean negative = cursor.accept(Token.MINUS);
        if (!negative) cursor.accept(Token.PLUS);
        if (cursor.at(Token.FCONST)) {
            String text = cursor.takeText();
            return new NumericValue(negative ? "-" + text : text);
        }
        long value = cursor.integer();
        return new IntegerValue(negative ? -value : value);
    }

    /** NumericOnly as text. */
    String numberText() {
        return switch (number()) {
            case NumericValue(String text) -> text;
            case IntegerValue(long value) -> Long.toString(value);
            default -> throw cursor.fail();
        };
    }

    /** opt_boolean_or_string as text. */
    String booleanOrString() {
        if (cursor.at(Token.TRUE) || cursor.at(Token.FALSE) || cursor.at(Token.ON)) return cursor.label();
        return cursor.nonReservedWordOrString();
    }

    /** reloptions: '(' [namespace.]name [= value], .. ')'. */
    List<Option> relationOptions() {
        return cursor.parenthesized(() -> {
            int position = cursor.position();
            String name = cursor.label();
            String namespace = null;
            if (cursor.accept(Token.DOT)) {
                namespace = name;
                name = cursor.label();
            }
            return new Option(namespace, name, cursor.accept(Token.EQ) ? definitionValue() : null, OptionAction.UNSPECIFIED, position);
        });
    }

    /** WITH reloptions, or nothing. */
    List<Option> optionalWith() {
        return cursor.accept(Token.WITH) ? relationOptions() : List.of();
    }

    /** definition: '(' name [= value], .. ')'. */
    List<Option> definition() {
        return cursor.parenthesized(this::definitionElement);
    }

    /** WITH definition, or nothing. */
    List<Option> optionalWithDefinition() {
        return cursor.accept(Token.WITH) ? definition() : List.of();
    }

    private Option definitionElement() {
        int position = cursor.position();
        String name = cursor.label();
        return Option.of(name, cursor.accept(Token.EQ) ? definitionValue() : null, position);
    }

    /** operator_def_list: every element needs its value, which may be NONE. */
    List<Option> operatorDefinition() {
        return cursor.parenthesized(() -> {
            int position = cursor.position();
            String name = cursor.label();
            cursor.expect(Token.EQ);
            return Option.of(name, cursor.accept(Token.NONE) ? null : definitionValue(), position);
        });
    }

    /** def_arg. */
    OptionValue definitionValue() {
        Token token = cursor.token();
        if (atNumber() && (token == Token.ICONST || token == Token.FCONST || cursor.ahead(1) == Token.ICONST || cursor.ahead(1) == Token.FCONST)) {
            return number();
        }
        if (token == Token.SCONST) return new TextValue(cursor.string());
        if (token == Token.NONE || token.category == Token.Category.R) return new TextValue(cursor.label());
        if (token == Token.OPERATOR && cursor.ahead(1) == Token.LPAREN || grammar.expressions.atOperatorSymbol()) {
            return new NameValue(new QualifiedName(grammar.expressions.qualifiedAnyOperator(), cursor.position()));
        }
        return new TypeValue(grammar.types.functionType());
    }

    /** '(' utility_option, .. ')' of EXPLAIN, VACUUM and others. */
    List<Option> utilityOptions() {
        return cursor.parenthesized(() -> {
            int position = cursor.position();
            String name = cursor.at(Token.ANALYZE) || cursor.at(Token.ANALYSE) ? "analyze" : null;
            if (name == null) name = cursor.nonReservedWord();
            else cursor.advance();
            OptionValue value = null;
            if (atNumber()) value = number();
            else if (!cursor.at(Token.COMMA) && !cursor.at(Token.RPAREN)) value = new TextValue(booleanOrString());
            return Option.of(name, value, position);
        });
    }

    /** '(' copy_generic_opt, .. ')'. */
    List<Option> copyOptions() {
        return cursor.parenthesized(() -> {
            int position = cursor.position();
            String name = cursor.label();
            OptionValue value = null;
            if (atNumber()) value = number();
            else if (cursor.accept(Token.STAR)) value = new StarValue();
            else if (cursor.at(Token.LPAREN)) value = new ListValue(cursor.parenthesized(this::booleanOrString));
            else if (!cursor.at(Token.COMMA) && !cursor.at(Token.RPAREN)) value = new TextValue(booleanOrString());
            return Option.of(name, value, position);
        });
    }

    /** create_generic_options: OPTIONS (name 'value', ..), or nothing. */
    List<Option> foreignOptions() {
        if (!cursor.accept(Token.OPTIONS)) return List.of();
        return cursor.parenthesized(() -> foreignOption(OptionAction.UNSPECIFIED));
    }

    private Option foreignOption(OptionAction action) {
        int position = cursor.position();
        String name = cursor.label();
        return new Option(null, name, new TextValue(cursor.string()), action, position);
    }

    /** alter_generic_options. */
    List<Option> alterForeignOptions() {
        cursor.expect(Token.OPTIONS);
        return cursor.parenthesized(() -> {
            boolean named = cursor.ahead(1) == Token.SCONST;
            if (!named && cursor.accept(Token.SET)) return foreignOption(OptionAction.SET);
            if (!named && cursor.accept(Token.ADD)) return foreignOption(OptionAction.ADD);
            if (!named && cursor.accept(Token.DROP)) {
                int position = cursor.position();
                return new Option(null, cursor.label(), null, OptionAction.DROP, position);
            }
            return foreignOption(OptionAction.UNSPECIFIED);
        });
    }

    /** index_elem. */
    IndexElement indexElement() {
        int position = cursor.position();
        String column = null;
        Expr expression = null;
        if (cursor.at(Token.LPAREN)) {
            expression = grammar.expressions.parenthesized();
        } else if (columnHere()) {
            column = cursor.columnName();
        } else {
            expression = grammar.calls.windowless();
        }
        List<String> collation = cursor.accept(Token.COLLATE) ? cursor.anyName().parts() : List.of();
        List<String> operatorClass = List.of();
        List<Option> classOptions = List.of();
        if (cursor.atColumnName() && !(cursor.at(Token.NULLS) && (cursor.ahead(1) == Token.FIRST || cursor.ahead(1) == Token.LAST))) {
            operatorClass = cursor.anyName().parts();
            if (cursor.at(Token.LPAREN)) classOptions = relationOptions();
        }
        SelectStatement.Direction direction = grammar.selects.direction();
        return new IndexElement(column, expression, collation, operatorClass, classOptions, direction, grammar.selects.nulls(), position);
    }

    /** A plain column, not a call, at the cursor? */
    boolean columnHere() {
        return cursor.atColumnName() && cursor.ahead(1) != Token.LPAREN && cursor.ahead(1) != Token.DOT && !grammar.calls.atSpecialCall();
    }

    // sequences

    /** SeqOptList; at least one when {@code required}. */
    List<Option> sequenceOptions(boolean required) {
        List<Option> options = new ArrayList<>();
        if (required) options.add(sequenceOption());
        while (atSequenceOption()) options.add(sequenceOption());
        return List.copyOf(options);
    }

    List<Option> parenthesizedSequenceOptions() {
        if (!cursor.accept(Token.LPAREN)) return List.of();
        List<Option> options = sequenceOptions(true);
        cursor.expect(Token.RPAREN);
        return options;
    }

    boolean atSequenceOption() {
        return switch (cursor.token()) {
            case AS, CACHE, CYCLE, NO, INCREMENT, LOGGED, MAXVALUE, MINVALUE, OWNED, SEQUENCE, START, RESTART, UNLOGGED -> true;
            default -> false;
        };
    }

    /** SeqOptElem. */
    Option sequenceOption() {
        int position = cursor.position();
        Token token = cursor.token();
        cursor.advance();
        return switch (token) {
            case AS -> Option.of("as", new TypeValue(grammar.types.simpleType()), position);
            case CACHE -> Option.of("cache", number(), position);
            case CYCLE -> Option.of("cycle", new BooleanValue(true), position);
            case LOGGED, UNLOGGED -> Option.of(token.text, null, position);
            case INCREMENT -> {
                cursor.accept(Token.BY);
                yield Option.of("increment", number(), position);
            }
            case MAXVALUE, MINVALUE -> Option.of(token.text, number(), position);
            case NO -> {
                if (cursor.accept(Token.CYCLE)) yield Option.of("cycle", new BooleanValue(false), position);
                if (cursor.accept(Token.MAXVALUE)) yield Option.of("maxvalue", null, position);
                cursor.expect(Token.MINVALUE);
                yield Option.of("minvalue", null, position);
            }
            case OWNED -> {
                cursor.expect(Token.BY);
                yield Option.of("owned_by", new NameValue(cursor.anyName()), position);
            }
            case SEQUENCE -> {
                cursor.expect(Token.NAME);
                yield Option.of("sequence_name", new NameValue(cursor.anyName()), position);
            }
            case START -> {
                cursor.accept(Token.WITH);
                yield Option.of("start", number(), position);
            }
            case RESTART -> {
                boolean with = cursor.accept(Token.WITH);
                yield Option.of("restart", with || atNumber() ? number() : null, position);
            }
            default -> throw cursor.failBefore();
        };
    }
}
