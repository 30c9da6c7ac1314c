package io.craton.sql.syntax;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.ObjectReference.*;
import io.craton.sql.syntax.RoutineStatement.Parameter;
import io.craton.sql.syntax.RoutineStatement.ParameterMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Kinds of objects and the ways to name one; parameters of routines. */
final class ReferenceParser {
    private final Grammar grammar;
    private final TokenCursor cursor;

    ReferenceParser(Grammar grammar) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
    }

    /** The kind of object that the words at the cursor name; they are read. A word that names none is the syntax error. */
    ObjectKind kind() {
        Token token = cursor.token();
        cursor.advance();
        return switch (token) {
            case TABLE -> ObjectKind.TABLE;
            case SEQUENCE -> ObjectKind.SEQUENCE;
            case VIEW -> ObjectKind.VIEW;
            case MATERIALIZED -> behind(Token.VIEW, ObjectKind.MATERIALIZED_VIEW);
            case INDEX -> ObjectKind.INDEX;
            case FOREIGN -> {
                if (cursor.accept(Token.TABLE)) yield ObjectKind.FOREIGN_TABLE;
                cursor.expect(Token.DATA, Token.WRAPPER);
                yield ObjectKind.FOREIGN_DATA_WRAPPER;
            }
            case COLLATION -> ObjectKind.COLLATION;
            case CONVERSION -> ObjectKind.CONVERSION;
            case STATISTICS -> ObjectKind.STATISTICS;
            case TEXT -> textSearch();
            case ACCESS -> behind(Token.METHOD, ObjectKind.ACCESS_METHOD);
            case EVENT -> behind(Token.TRIGGER, ObjectKind.EVENT_TRIGGER);
            case EXTENSION -> ObjectKind.EXTENSION;
            case PROCEDURAL -> behind(Token.LANGUAGE, ObjectKind.LANGUAGE);
            case LANGUAGE -> ObjectKind.LANGUAGE;
            case PUBLICATION -> ObjectKind.PUBLICATION;
            case SCHEMA -> ObjectKind.SCHEMA;
            case SERVER -> ObjectKind.FOREIGN_SERVER;
            case DATABASE -> ObjectKind.DATABASE;
            case ROLE -> ObjectKind.ROLE;
            case SUBSCRIPTION -> ObjectKind.SUBSCRIPTION;
            case TABLESPACE -> ObjectKind.TABLESPACE;
            case POLICY -> ObjectKind.POLICY;
            case RULE -> ObjectKind.RULE;
            case TRIGGER -> ObjectKind.TRIGGER;
            case TYPE -> ObjectKind.TYPE;
            case DOMAIN -> ObjectKind.DOMAIN;
            case AGGREGATE -> ObjectKind.AGGREGATE;
            case FUNCTION -> ObjectKind.FUNCTION;
            case PROCEDURE -> ObjectKind.PROCEDURE;
            case ROUTINE -> ObjectKind.ROUTINE;
            case OPERATOR -> cursor.accept(Token.CLASS) ? ObjectKind.OPERATOR_CLASS
                    : cursor.accept(Token.FAMILY) ? ObjectKind.OPERATOR_FAMILY : ObjectKind.OPERATOR;
            case CAST -> ObjectKind.CAST;
            case TRANSFORM -> ObjectKind.TRANSFORM;
            case COLUMN -> ObjectKind.COLUMN;
            case CONSTRAINT -> ObjectKind.TABLE_CONSTRAINT;
            case LARGE -> behind(Token.OBJECT, ObjectKind.LARGE_OBJECT);
            default -> throw cursor.failBefore();
        };
    }

    private ObjectKind behind(Token token, ObjectKind kind) {
        cursor.expect(token);
        return kind;
    }

    /** TEXT SEARCH kinds, TEXT read. */
    ObjectKind textSearch() {
        cursor.expect(Token.SEARCH);
        ObjectKind kind = switch (cursor.token()) {
            case PARSER -> ObjectKind.TEXT_SEARCH_PARSER;
            case DICTIONARY -> ObjectKind.TEXT_SEARCH_DICTIONARY;
            case TEMPLATE -> ObjectKind.TEXT_SEARCH_TEMPLATE;
            case CONFIGURATION -> ObjectKind.TEXT_SEARCH_CONFIGURATION;
            default -> throw cursor.fail();
        };
        cursor.advance();
        return kind;
    }

    /** The reference to one object of the kind. */
    ObjectReference reference(ObjectKind kind) {
        return switch (kind) {
            case TABLE, SEQUENCE, VIEW, MATERIALIZED_VIEW, INDEX, FOREIGN_TABLE, COLLATION, CONVERSION, STATISTICS, TEXT_SEARCH_PARSER,
                    TEXT_SEARCH_DICTIONARY, TEXT_SEARCH_TEMPLATE, TEXT_SEARCH_CONFIGURATION, COLUMN -> new Named(cursor.anyName());
            case ACCESS_METHOD, EVENT_TRIGGER, EXTENSION, FOREIGN_DATA_WRAPPER, LANGUAGE, PUBLICATION, SCHEMA, FOREIGN_SERVER, DATABASE, ROLE,
                    SUBSCRIPTION, TABLESPACE, PARAMETER, USER_MAPPING, ATTRIBUTE, DEFAULT_ACL -> simple();
            case TYPE, DOMAIN -> new OfType(grammar.types.type());
            case FUNCTION, PROCEDURE, ROUTINE -> routine();
            case AGGREGATE -> aggregate();
            case OPERATOR -> operator();
            case OPERATOR_CLASS, OPERATOR_FAMILY -> {
                QualifiedName name = cursor.anyName();
                cursor.expect(Token.USING);
                yield new UsingMethod(name, cursor.columnName());
            }
            case POLICY, RULE, TRIGGER -> {
                String name = cursor.columnName();
                cursor.expect(Token.ON);
                yield new OnRelation(name, cursor.anyName());
            }
            case TABLE_CONSTRAINT, DOMAIN_CONSTRAINT -> {
                String name = cursor.columnName();
                cursor.expect(Token.ON);
                if (cursor.accept(Token.DOMAIN)) {
                    QualifiedName domain = cursor.anyName();
                    yield new OnDomain(name, new TypeName(domain.parts(), List.of(), List.of(), false, false, domain.position()));
                }
                yield new OnRelation(name, cursor.anyName());
            }
            case CAST -> cast();
            case TRANSFORM -> transform();
            case LARGE_OBJECT -> new OfLargeObject(grammar.options.numberText());
        };
    }

    Named simple() {
        int position = cursor.position();
        return new Named(new QualifiedName(List.of(cursor.columnName()), position));
    }

    OfCast cast() {
        cursor.expect(Token.LPAREN);
        TypeName source = grammar.types.type();
        cursor.expect(Token.AS);
        TypeName target = grammar.types.type();
        cursor.expect(Token.RPAREN);
        return new OfCast(source, target);
    }

    OfTransform transform() {
        cursor.expect(Token.FOR);
        TypeName type = grammar.types.type();
        cursor.expect(Token.LANGUAGE);
        return new OfTransform(type, cursor.columnName());
    }

    /** function_with_argtypes. */
    OfRoutine routine() {
        boolean bare = cursor.token().columnName || cursor.token().typeName;
        if (!bare) throw cursor.fail();
        QualifiedName name = !cursor.at(Token.IDENT) && !cursor.token().columnName
                ? grammar.calls.functionName() : cursor.anyName();
        return new OfRoutine(name, cursor.at(Token.LPAREN) ? parameters(false) : null);
    }

    /** operator_with_argtypes. */
    OfOperator operator() {
        QualifiedName name = grammar.expressions.anyOperator();
        cursor.expect(Token.LPAREN);
        if (cursor.accept(Token.NONE)) {
            cursor.expect(Token.COMMA);
            TypeName right = grammar.types.type();
            cursor.expect(Token.RPAREN);
            return new OfOperator(name, null, right);
        }
        TypeName left = grammar.types.type();
        int position = cursor.position();
        if (cursor.accept(Token.RPAREN)) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "missing argument").withHint("Use NONE to denote the missing argument of a unary operator.")
                    .withPosition(position).exception();
        }
        cursor.expect(Token.COMMA);
        TypeName right = cursor.accept(Token.NONE) ? null : grammar.types.type();
        cursor.expect(Token.RPAREN);
        return new OfOperator(name, left, right);
    }

    /** aggregate_with_argtypes. */
    OfAggregate aggregate() {
        return aggregateArguments(grammar.calls.functionName());
    }

    /** aggr_args behind a name. */
    OfAggregate aggregateArguments(QualifiedName name) {
        cursor.expect(Token.LPAREN);
        if (cursor.accept(Token.STAR)) {
            cursor.expect(Token.RPAREN);
            return new OfAggregate(name, true, List.of(), -1);
        }
        List<Parameter> all = new ArrayList<>();
        int direct = -1;
        if (!cursor.at(Token.ORDER)) all.addAll(cursor.commaList(this::aggregateParameter));
        if (cursor.at(Token.ORDER)) {
            cursor.advance();
            cursor.expect(Token.BY);
            direct = all.size();
            List<Parameter> ordered = cursor.commaList(this::aggregateParameter);
            if (direct > 0 && all.getLast().mode() == ParameterMode.VARIADIC) {
                if (ordered.size() != 1 || ordered.getFirst().mode() != ParameterMode.VARIADIC
                        || !ordered.getFirst().type().names().equals(all.getLast().type().names())) {
                    throw TokenCursor.error(SqlState.FEATURE_NOT_SUPPORTED, "an ordered-set aggregate with a VARIADIC direct argument must have one"
                            + " VARIADIC aggregated argument of the same data type", ordered.getFirst().position());
                }
            } else {
                all.addAll(ordered);
            }
        }
        cursor.expect(Token.RPAREN);
        return new OfAggregate(name, false, List.copyOf(all), direct);
    }

    private Parameter aggregateParameter() {
        Parameter parameter = parameter(false);
        if (parameter.mode() == ParameterMode.OUT || parameter.mode() == ParameterMode.INOUT) {
            throw TokenCursor.error(SqlState.FEATURE_NOT_SUPPORTED, "aggregates cannot have output arguments", parameter.position());
        }
        return parameter;
    }

    /** func_args, with defaults where allowed. */
    List<Parameter> parameters(boolean defaults) {
        cursor.expect(Token.LPAREN);
        if (cursor.accept(Token.RPAREN)) return List.of();
        List<Parameter> parameters = cursor.commaList(() -> parameter(defaults));
        cursor.expect(Token.RPAREN);
        return parameters;
    }

    private Parameter parameter(boolean defaults) {
        int position = cursor.position();
        ParameterMode mode = mode();
        String name = null;
        if (atParameterName()) {
            name = cursor.typeFunctionName();
            if (mode == null) mode = mode();
        }
        TypeName type = grammar.types.functionType();
        Expr value = null;
        if (defaults && (cursor.accept(Token.DEFAULT) || cursor.accept(Token.EQ))) value = grammar.expressions.expression();
        return new Parameter(mode == null ? ParameterMode.DEFAULT : mode, name, type, value, position);
    }

    private @Nullable ParameterMode mode() {
        if (cursor.accept(Token.IN)) return cursor.accept(Token.OUT) ? ParameterMode.INOUT : ParameterMode.IN;
        if (cursor.accept(Token.OUT)) return ParameterMode.OUT;
        if (cursor.accept(Token.INOUT)) return ParameterMode.INOUT;
        return cursor.accept(Token.VARIADIC) ? ParameterMode.VARIADIC : null;
    }

    /** A name before the type: a word that is followed by what can begin a type or mode. */
    private boolean atParameterName() {
        if (!cursor.token().typeName) return false;
        if (cursor.at(Token.DOUBLE, Token.PRECISION)) return false;
        Token next = cursor.ahead(1);
        return switch (next) {
            case ARRAY -> false;
            case SETOF, IN, OUT, INOUT, VARIADIC -> true;
            default -> next.typeName || startsBuiltinType(next);
        };
    }

    private static boolean startsBuiltinType(Token token) {
        return switch (token) {
            case INT, INTEGER, SMALLINT, BIGINT, REAL, FLOAT, DECIMAL, DEC, NUMERIC, BOOLEAN, BIT, CHARACTER, CHAR, VARCHAR, NATIONAL, NCHAR, TIMESTAMP,
                    TIME, INTERVAL -> true;
            default -> false;
        };
    }
}
