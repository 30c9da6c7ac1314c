package io.craton.sql.syntax;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.Constraint.*;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Constraints of columns, tables and domains. */
final class ConstraintParser {
    private final Grammar grammar;
    private final TokenCursor cursor;

    ConstraintParser(Grammar grammar) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
    }

    boolean atTableConstraint() {
        return switch (cursor.token()) {
            case CONSTRAINT, CHECK, UNIQUE, PRIMARY, FOREIGN -> true;
            case EXCLUDE -> cursor.ahead(1) == Token.USING || cursor.ahead(1) == Token.LPAREN;
            default -> false;
        };
    }

    /** ColQualList: constraints, and at most one COLLATE which goes to {@code collation}. */
    List<Constraint> columnConstraints(List<String> collation) {
        List<Constraint> constraints = new ArrayList<>(2);
        while (true) {
            int position = cursor.position();
            if (cursor.accept(Token.COLLATE)) {
                List<String> name = cursor.anyName().parts();
                if (!collation.isEmpty()) throw error("multiple COLLATE clauses not allowed", position);
                collation.addAll(name);
                continue;
            }
            Constraint constraint = columnConstraint();
            if (constraint == null) return List.copyOf(constraints);
            constraints.add(constraint);
        }
    }

    private static PgException error(String message, int position) {
        return TokenCursor.error(SqlState.SYNTAX_ERROR, message, position);
    }

    private @Nullable Constraint columnConstraint() {
        int position = cursor.position();
        String name = cursor.accept(Token.CONSTRAINT) ? cursor.columnName() : null;
        Token token = cursor.token();
        switch (token) {
            case NOT -> {
                if (name == null && cursor.ahead(1) == Token.DEFERRABLE) {
                    cursor.advance();
                    cursor.advance();
                    return new Attribute(AttributeKind.NOT_DEFERRABLE, position);
                }
                cursor.advance();
                cursor.expect(Token.NULL);
                return new NotNull(name, position);
            }
            case NULL, DEFAULT, CHECK, UNIQUE, PRIMARY, GENERATED, REFERENCES -> cursor.advance();
            case DEFERRABLE, INITIALLY -> {
                if (name != null) throw cursor.fail();
                cursor.advance();
                if (token == Token.DEFERRABLE) return new Attribute(AttributeKind.DEFERRABLE, position);
                if (cursor.accept(Token.DEFERRED)) return new Attribute(AttributeKind.INITIALLY_DEFERRED, position);
                cursor.expect(Token.IMMEDIATE);
                return new Attribute(AttributeKind.INITIALLY_IMMEDIATE, position);
            }
            default -> {
                if (name != null) throw cursor.fail();
                return null;
            }
        }
        return switch (token) {
            case NULL -> new Null(name, position);
            case DEFAULT -> new Default(name, grammar.expressions.restricted(), position);
            case CHECK -> {
                Expr condition = grammar.expressions.parenthesized();
                boolean noInherit = cursor.accept(Token.NO, Token.INHERIT);
                yield new Check(name, condition, new Attributes(false, false, false, noInherit), position);
            }
            case UNIQUE, PRIMARY -> {
                boolean primary = token == Token.PRIMARY;
                if (primary) cursor.expect(Token.KEY);
                boolean notDistinct = !primary && nullsNotDistinct();
                List<Option> options = grammar.options.optionalWithDefinition();
                yield new Unique(name, primary, notDistinct, List.of(), List.of(), options, constraintTablespace(), null, Attributes.NONE, position);
            }
            case GENERATED -> generated(name, position);
            default -> foreignKey(name, List.of(), false, position);
        };
    }

    /** opt_unique_null_treatment. */
    boolean nullsNotDistinct() {
        if (!cursor.accept(Token.NULLS)) return false;
        boolean not = cursor.accept(Token.NOT);
        cursor.expect(Token.DISTINCT);
        return not;
    }

    private @Nullable String constraintTablespace() {
        if (!cursor.at(Token.USING)) return null;
        cursor.advance();
        cursor.expect(Token.INDEX, Token.TABLESPACE);
        return cursor.columnName();
    }

    /** generated_when: true for ALWAYS. */
    boolean generatedAlways() {
        if (cursor.accept(Token.ALWAYS)) return true;
        cursor.expect(Token.BY, Token.DEFAULT);
        return false;
    }

    private Constraint generated(@Nullable String name, int position) {
        int whenPosition = cursor.position();
        boolean always = generatedAlways();
        cursor.expect(Token.AS);
        if (cursor.accept(Token.IDENTITY)) return new Identity(name, always, grammar.options.parenthesizedSequenceOptions(), position);
        Expr value = grammar.expressions.parenthesized();
        cursor.expect(Token.STORED);
        if (!always) throw error("for a generated column, GENERATED ALWAYS must be specified", whenPosition);
        return new Generated(name, value, position);
    }

    /** TableConstraint; also in ALTER DOMAIN. */
    Constraint tableConstraint() {
        int namedPosition = cursor.position();
        String name = cursor.accept(Token.CONSTRAINT) ? cursor.columnName() : null;
        int position = name == null ? cursor.position() : namedPosition;
        Token token = cursor.token();
        switch (token) {
            case CHECK, UNIQUE, PRIMARY, EXCLUDE, FOREIGN -> cursor.advance();
            default -> throw cursor.fail();
        }
        return switch (token) {
            case CHECK -> {
                Expr condition = grammar.expressions.parenthesized();
                yield new Check(name, condition, attributes("CHECK", false, true, true), position);
            }
            case UNIQUE, PRIMARY -> unique(name, token == Token.PRIMARY, position);
            case EXCLUDE -> exclusion(name, position);
            default -> {
                cursor.expect(Token.KEY);
                List<String> columns = cursor.parenthesized(cursor::columnName);
                cursor.expect(Token.REFERENCES);
                yield foreignKey(name, columns, true, position);
            }
        };
    }

    private Constraint unique(@Nullable String name, boolean primary, int position) {
        String kind = primary ? "PRIMARY KEY" : "UNIQUE";
        if (primary) cursor.expect(Token.KEY);
        boolean notDistinct = !primary && nullsNotDistinct();
        if (!cursor.at(Token.LPAREN) && cursor.accept(Token.USING)) {
            cursor.expect(Token.INDEX);
            String index = cursor.columnName();
            return new Unique(name, primary, notDistinct, List.of(), List.of(), List.of(), null, index, attributes(kind, true, false, false), position);
        }
        List<String> columns = cursor.parenthesized(cursor::columnName);
        List<String> include = cursor.accept(Token.INCLUDE) ? cursor.parenthesized(cursor::columnName) : List.of();
        List<Option> options = grammar.options.optionalWithDefinition();
        String tablespace = constraintTablespace();
        return new Unique(name, primary, notDistinct, columns, include, options, tablespace, null, attributes(kind, true, false, false), position);
    }

    private Constraint exclusion(@Nullable String name, int position) {
        String method = cursor.accept(Token.USING) ? cursor.columnName() : "gist";
        List<ExclusionElement> elements = cursor.parenthesized(() -> {
            ModifyStatement.IndexElement element = grammar.options.indexElement();
            cursor.expect(Token.WITH);
            if (cursor.at(Token.OPERATOR, Token.LPAREN)) return new ExclusionElement(element, grammar.expressions.qualifiedOperator());
            return new ExclusionElement(element, grammar.expressions.anyOperator().parts());
        });
        List<String> include = cursor.accept(Token.INCLUDE) ? cursor.parenthesized(cursor::columnName) : List.of();
        List<Option> options = grammar.options.optionalWithDefinition();
        String tablespace = constraintTablespace();
        Expr where = cursor.accept(Token.WHERE) ? grammar.expressions.parenthesized() : null;
        return new Exclusion(name, method, elements, include, options, tablespace, where, attributes("EXCLUDE", true, false, false), position);
    }

    private Constraint foreignKey(@Nullable String name, List<String> columns, boolean table, int position) {
        QualifiedName referenced = cursor.qualifiedName();
        List<String> referencedColumns = cursor.optionalNames();
        MatchType match = MatchType.SIMPLE;
        int matchPosition = cursor.position();
        if (cursor.accept(Token.MATCH)) {
            if (cursor.accept(Token.FULL)) {
                match = MatchType.FULL;
            } else if (cursor.accept(Token.PARTIAL)) {
                throw TokenCursor.error(SqlState.FEATURE_NOT_SUPPORTED, "MATCH PARTIAL not yet implemented", matchPosition);
            } else {
                cursor.expect(Token.SIMPLE);
            }
        }
        ForeignKeyAction update = null;
        ForeignKeyAction delete = null;
        List<String> deleteColumns = List.of();
        while (cursor.at(Token.ON)) {
            int onPosition = cursor.position();
            cursor.advance();
            boolean updating = update == null && cursor.accept(Token.UPDATE);
            if (!updating) {
                if (delete != null) throw cursor.fail();
                cursor.expect(Token.DELETE);
            }
            ForeignKeyAction action = action();
            boolean setting = action == ForeignKeyAction.SET_NULL || action == ForeignKeyAction.SET_DEFAULT;
            List<String> list = setting ? cursor.optionalNames() : List.of();
            if (updating) {
                update = action;
                if (!list.isEmpty()) {
                    throw TokenCursor.error(SqlState.FEATURE_NOT_SUPPORTED, "a column list with " + action.name().replace('_', ' ')
                            + " is only supported for ON DELETE actions", onPosition);
                }
            } else {
                delete = action;
                deleteColumns = list;
            }
        }
        Attributes attributes = table ? attributes("FOREIGN KEY", true, true, false) : Attributes.NONE;
        return new ForeignKey(name, columns, referenced, referencedColumns, match, update == null ? ForeignKeyAction.NO_ACTION : update,
                delete == null ? ForeignKeyAction.NO_ACTION : delete, deleteColumns, attributes, position);
    }

    private ForeignKeyAction action() {
        if (cursor.accept(Token.NO)) {
            cursor.expect(Token.ACTION);
            return ForeignKeyAction.NO_ACTION;
        }
        if (cursor.accept(Token.RESTRICT)) return ForeignKeyAction.RESTRICT;
        if (cursor.accept(Token.CASCADE)) return ForeignKeyAction.CASCADE;
        cursor.expect(Token.SET);
        if (cursor.accept(Token.NULL)) return ForeignKeyAction.SET_NULL;
        cursor.expect(Token.DEFAULT);
        return ForeignKeyAction.SET_DEFAULT;
    }

    /** ConstraintAttributeSpec, checked against what the kind of constraint allows. */
    Attributes attributes(String kind, boolean deferrable, boolean notValid, boolean noInherit) {
        boolean isDeferrable = false;
        boolean notDeferrable = false;
        boolean deferred = false;
        boolean immediate = false;
        boolean invalid = false;
        boolean uninherited = false;
        int position = cursor.position();
        while (true) {
            int at = cursor.position();
            if (cursor.at(Token.NOT) && (cursor.ahead(1) == Token.DEFERRABLE || cursor.ahead(1) == Token.VALID)) {
                cursor.advance();
                if (cursor.accept(Token.VALID)) invalid = true;
                else notDeferrable = cursor.accept(Token.DEFERRABLE);
            } else if (cursor.accept(Token.DEFERRABLE)) {
                isDeferrable = true;
            } else if (cursor.accept(Token.INITIALLY)) {
                if (cursor.accept(Token.DEFERRED)) {
                    deferred = true;
                } else {
                    cursor.expect(Token.IMMEDIATE);
                    immediate = true;
                }
            } else if (cursor.accept(Token.NO, Token.INHERIT)) {
                uninherited = true;
            } else {
                break;
            }
            if (notDeferrable && deferred) throw error("constraint declared INITIALLY DEFERRED must be DEFERRABLE", at);
            if (isDeferrable && notDeferrable || deferred && immediate) throw error("conflicting constraint properties", at);
        }
        String problem = !deferrable && (isDeferrable || deferred) ? "DEFERRABLE" : !notValid && invalid ? "NOT VALID"
                : !noInherit && uninherited ? "NO INHERIT" : null;
        if (problem != null) {
            throw TokenCursor.error(SqlState.FEATURE_NOT_SUPPORTED, kind + " constraints cannot be marked " + problem, position);
        }
        return new Attributes(isDeferrable || deferred, deferred, invalid, uninherited);
    }
}
