package io.craton.sql.syntax;

import io.craton.sql.syntax.RoutineStatement.*;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Casts, transforms, languages, operator classes and families. */
final class DefinitionParser {
    private final Grammar grammar;
    private final TokenCursor cursor;
    private final ReferenceParser references;

    DefinitionParser(Grammar grammar, ReferenceParser references) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.references = references;
    }

    /** CREATE CAST, the word read. */
    Statement cast() {
        ObjectReference.OfCast cast = references.cast();
        ObjectReference.OfRoutine function = null;
        boolean inout = false;
        if (cursor.accept(Token.WITHOUT)) {
            cursor.expect(Token.FUNCTION);
        } else {
            cursor.expect(Token.WITH);
            inout = cursor.accept(Token.INOUT);
            if (!inout) {
                cursor.expect(Token.FUNCTION);
                function = references.routine();
            }
        }
        CastContext context = CastContext.EXPLICIT;
        if (cursor.accept(Token.AS)) {
            context = cursor.accept(Token.IMPLICIT) ? CastContext.IMPLICIT : CastContext.ASSIGNMENT;
            if (context == CastContext.ASSIGNMENT) cursor.expect(Token.ASSIGNMENT);
        }
        return new CreateCast(cast.source(), cast.target(), function, inout, context);
    }

    /** CREATE TRANSFORM, the word read. */
    Statement transform(boolean orReplace) {
        ObjectReference.OfTransform transform = references.transform();
        cursor.expect(Token.LPAREN);
        boolean fromFirst = cursor.at(Token.FROM);
        ObjectReference.OfRoutine first = transformFunction(fromFirst ? Token.FROM : Token.TO);
        ObjectReference.OfRoutine second = cursor.accept(Token.COMMA) ? transformFunction(fromFirst ? Token.TO : Token.FROM) : null;
        cursor.expect(Token.RPAREN);
        return new CreateTransform(orReplace, transform.type(), transform.language(), fromFirst ? first : second, fromFirst ? second : first);
    }

    private ObjectReference.OfRoutine transformFunction(Token direction) {
        cursor.expect(direction, Token.SQL);
        cursor.expect(Token.WITH, Token.FUNCTION);
        return references.routine();
    }

    /** CREATE [OR REPLACE] [TRUSTED] [PROCEDURAL] LANGUAGE. */
    Statement language(boolean orReplace) {
        boolean trusted = cursor.accept(Token.TRUSTED);
        cursor.accept(Token.PROCEDURAL);
        cursor.expect(Token.LANGUAGE);
        String name = cursor.columnName();
        QualifiedName handler = null;
        QualifiedName inline = null;
        QualifiedName validator = null;
        if (cursor.accept(Token.HANDLER)) {
            handler = cursor.anyName();
            if (cursor.accept(Token.INLINE)) inline = cursor.anyName();
            if (cursor.accept(Token.VALIDATOR)) validator = cursor.anyName();
            else if (cursor.accept(Token.NO)) cursor.expect(Token.VALIDATOR);
        }
        return new CreateLanguage(orReplace, trusted, name, handler, inline, validator);
    }

    /** CREATE OPERATOR CLASS, those words read. */
    Statement operatorClass() {
        QualifiedName name = cursor.anyName();
        boolean isDefault = cursor.accept(Token.DEFAULT);
        cursor.expect(Token.FOR, Token.TYPE);
        TypeName type = grammar.types.type();
        cursor.expect(Token.USING);
        String method = cursor.columnName();
        QualifiedName family = cursor.accept(Token.FAMILY) ? cursor.anyName() : null;
        cursor.expect(Token.AS);
        return new CreateOperatorClass(name, isDefault, type, method, family, cursor.commaList(this::item));
    }

    /** ALTER OPERATOR FAMILY name USING method ADD|DROP, at ADD or DROP. */
    Statement alterFamily(QualifiedName name, String method) {
        if (cursor.accept(Token.ADD)) return new AlterOperatorFamily(name, method, false, cursor.commaList(this::item));
        cursor.expect(Token.DROP);
        return new AlterOperatorFamily(name, method, true, cursor.commaList(() -> {
            boolean operator = cursor.accept(Token.OPERATOR);
            if (!operator) cursor.expect(Token.FUNCTION);
            int number = cursor.integer();
            return new OperatorItem(operator ? OperatorItemKind.OPERATOR : OperatorItemKind.FUNCTION, number, null, null,
                    cursor.parenthesized(grammar.types::type));
        }));
    }

    private OperatorItem item() {
        if (cursor.accept(Token.STORAGE)) return new OperatorItem(OperatorItemKind.STORAGE, 0, null, null, List.of(grammar.types.type()));
        if (cursor.accept(Token.FUNCTION)) {
            int number = cursor.integer();
            List<TypeName> types = cursor.at(Token.LPAREN) ? cursor.parenthesized(grammar.types::type) : List.of();
            return new OperatorItem(OperatorItemKind.FUNCTION, number, references.routine(), null, types);
        }
        cursor.expect(Token.OPERATOR);
        int number = cursor.integer();
        ObjectReference operator = operator();
        QualifiedName orderFamily = null;
        if (cursor.accept(Token.FOR)) orderFamily = purpose();
        cursor.accept(Token.RECHECK);
        return new OperatorItem(OperatorItemKind.OPERATOR, number, operator, orderFamily, List.of());
    }

    private @Nullable QualifiedName purpose() {
        if (cursor.accept(Token.SEARCH)) return null;
        cursor.expect(Token.ORDER, Token.BY);
        return cursor.anyName();
    }

    /** An operator with or without its types. */
    private ObjectReference operator() {
        int end = 0;
        while (cursor.ahead(end).columnName && cursor.ahead(end + 1) == Token.DOT) end += 2;
        return cursor.ahead(end + 1) == Token.LPAREN ? references.operator() : new ObjectReference.Named(grammar.expressions.anyOperator());
    }
}
