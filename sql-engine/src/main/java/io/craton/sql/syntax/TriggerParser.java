package io.craton.sql.syntax;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.RoutineStatement.*;
import java.util.ArrayList;
import java.util.List;

/** CREATE TRIGGER, EVENT TRIGGER, RULE. */
final class TriggerParser {
    private final Grammar grammar;
    private final TokenCursor cursor;
    private final ConstraintParser constraints;

    TriggerParser(Grammar grammar, ConstraintParser constraints) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.constraints = constraints;
    }

    /** CREATE [OR REPLACE] [CONSTRAINT] TRIGGER, at CONSTRAINT or TRIGGER. */
    Statement trigger(boolean orReplace) {
        boolean constraint = cursor.accept(Token.CONSTRAINT);
        cursor.expect(Token.TRIGGER);
        String name = cursor.columnName();
        Timing timing = timing(constraint);
        List<TriggerEvent> events = new ArrayList<>(2);
        List<String> columns = new ArrayList<>();
        do {
            TriggerEvent event = event(columns);
            if (events.contains(event)) throw cursor.syntaxError("duplicate trigger events specified");
            events.add(event);
        } while (cursor.accept(Token.OR));
        cursor.expect(Token.ON);
        QualifiedName table = cursor.qualifiedName();
        QualifiedName from = null;
        Constraint.Attributes attributes = Constraint.Attributes.NONE;
        List<TransitionTable> transitions = List.of();
        boolean row = constraint;
        if (constraint) {
            if (cursor.accept(Token.FROM)) from = cursor.qualifiedName();
            attributes = constraints.attributes("TRIGGER", true, false, false);
            cursor.expect(Token.FOR, Token.EACH);
            cursor.expect(Token.ROW);
        } else {
            transitions = transitions();
            if (cursor.accept(Token.FOR)) {
                cursor.accept(Token.EACH);
                row = cursor.accept(Token.ROW);
                if (!row) cursor.expect(Token.STATEMENT);
            }
        }
        Expr when = cursor.accept(Token.WHEN) ? grammar.expressions.parenthesized() : null;
        QualifiedName function = executed();
        cursor.expect(Token.LPAREN);
        List<String> arguments = cursor.at(Token.RPAREN) ? List.of() : cursor.commaList(this::argument);
        cursor.expect(Token.RPAREN);
        if (constraint && orReplace) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "CREATE OR REPLACE CONSTRAINT TRIGGER is not supported");
        }
        return new CreateTrigger(orReplace, constraint, name, timing, List.copyOf(events), List.copyOf(columns), table, from, attributes, transitions, row,
                when, function, arguments);
    }

    private Timing timing(boolean constraint) {
        if (!constraint && cursor.accept(Token.BEFORE)) return Timing.BEFORE;
        if (!constraint && cursor.accept(Token.INSTEAD)) {
            cursor.expect(Token.OF);
            return Timing.INSTEAD_OF;
        }
        cursor.expect(Token.AFTER);
        return Timing.AFTER;
    }

    private TriggerEvent event(List<String> columns) {
        Token token = cursor.token();
        switch (token) {
            case INSERT, DELETE, UPDATE, TRUNCATE -> cursor.advance();
            default -> throw cursor.fail();
        }
        if (token == Token.UPDATE && cursor.accept(Token.OF)) columns.addAll(cursor.nameList());
        return TriggerEvent.valueOf(token.name());
    }

    private List<TransitionTable> transitions() {
        if (!cursor.accept(Token.REFERENCING)) return List.of();
        List<TransitionTable> list = new ArrayList<>(2);
        do {
            boolean isNew = cursor.accept(Token.NEW);
            if (!isNew) cursor.expect(Token.OLD);
            boolean table = cursor.accept(Token.TABLE);
            if (!table) cursor.expect(Token.ROW);
            cursor.accept(Token.AS);
            list.add(new TransitionTable(isNew, table, cursor.columnName()));
        } while (cursor.at(Token.NEW) || cursor.at(Token.OLD));
        return List.copyOf(list);
    }

    private QualifiedName executed() {
        cursor.expect(Token.EXECUTE);
        if (!cursor.accept(Token.FUNCTION)) cursor.expect(Token.PROCEDURE);
        return grammar.calls.functionName();
    }

    private String argument() {
        return switch (cursor.token()) {
            case ICONST, FCONST -> cursor.takeText();
            case SCONST -> cursor.string();
            default -> cursor.label();
        };
    }

    /** CREATE EVENT TRIGGER, at EVENT. */
    Statement eventTrigger() {
        cursor.expect(Token.EVENT, Token.TRIGGER);
        String name = cursor.columnName();
        cursor.expect(Token.ON);
        String event = cursor.label();
        List<Option> filters = new ArrayList<>();
        if (cursor.accept(Token.WHEN)) {
            do {
                int position = cursor.position();
                String variable = cursor.columnName();
                cursor.expect(Token.IN);
                filters.add(Option.of(variable, new Option.ListValue(cursor.parenthesized(cursor::string)), position));
            } while (cursor.accept(Token.AND));
        }
        QualifiedName function = executed();
        cursor.expect(Token.LPAREN, Token.RPAREN);
        return new CreateEventTrigger(name, event, List.copyOf(filters), function);
    }

    /** CREATE [OR REPLACE] RULE, at RULE. */
    Statement rule(boolean orReplace) {
        cursor.expect(Token.RULE);
        String name = cursor.columnName();
        cursor.expect(Token.AS, Token.ON);
        Token event = cursor.token();
        switch (event) {
            case SELECT, UPDATE, DELETE, INSERT -> cursor.advance();
            default -> throw cursor.fail();
        }
        cursor.expect(Token.TO);
        QualifiedName relation = cursor.qualifiedName();
        Expr where = grammar.expressions.optional(Token.WHERE);
        cursor.expect(Token.DO);
        boolean instead = cursor.accept(Token.INSTEAD);
        if (!instead) cursor.accept(Token.ALSO);
        return new CreateRule(orReplace, name, RuleEvent.valueOf(event.name()), relation, where, instead, actions());
    }

    private List<Statement> actions() {
        if (cursor.accept(Token.NOTHING)) return List.of();
        Token second = cursor.ahead(1);
        boolean list = cursor.at(Token.LPAREN) && second != Token.LPAREN;
        if (!list) return List.of(action());
        cursor.advance();
        List<Statement> actions = new ArrayList<>();
        while (true) {
            if (!cursor.at(Token.SEMICOLON) && !cursor.at(Token.RPAREN)) actions.add(action());
            if (cursor.accept(Token.RPAREN)) return List.copyOf(actions);
            cursor.expect(Token.SEMICOLON);
        }
    }

    private Statement action() {
        return switch (cursor.token()) {
            case NOTIFY -> grammar.statements().session().statement();
            default -> grammar.modify.preparable();
        };
    }
}
