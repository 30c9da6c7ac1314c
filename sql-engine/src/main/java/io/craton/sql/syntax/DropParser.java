package io.craton.sql.syntax;

import io.craton.sql.syntax.ObjectStatement.Comment;
import io.craton.sql.syntax.ObjectStatement.Drop;
import io.craton.sql.syntax.ObjectStatement.DropDatabase;
import io.craton.sql.syntax.ObjectStatement.DropTablespace;
import io.craton.sql.syntax.ObjectStatement.SecurityLabel;
import java.util.List;

/** DROP, COMMENT, SECURITY LABEL. */
final class DropParser {
    private final Grammar grammar;
    private final TokenCursor cursor;
    private final ReferenceParser references;
    private final RoleParser roles;

    DropParser(Grammar grammar, ReferenceParser references, RoleParser roles) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.references = references;
        this.roles = roles;
    }

    Statement drop() {
        cursor.expect(Token.DROP);
        switch (cursor.token()) {
            case ROLE, USER, GROUP -> {
                if (cursor.at(Token.USER, Token.MAPPING)) return dropUserMapping();
                cursor.advance();
                boolean ifExists = cursor.ifExists();
                return new RoleStatement.DropRole(ifExists, cursor.roles());
            }
            case OWNED -> {
                return roles.dropOwned();
            }
            case DATABASE -> {
                cursor.advance();
                boolean ifExists = cursor.ifExists();
                String name = cursor.columnName();
                List<Option> options = List.of();
                if (cursor.accept(Token.WITH) && !cursor.at(Token.LPAREN)) throw cursor.fail();
                if (cursor.at(Token.LPAREN)) {
                    options = cursor.parenthesized(() -> {
                        int position = cursor.position();
                        cursor.expect(Token.FORCE);
                        return Option.of("force", null, position);
                    });
                }
                return new DropDatabase(ifExists, name, options);
            }
            case TABLESPACE -> {
                cursor.advance();
                boolean ifExists = cursor.ifExists();
                return new DropTablespace(ifExists, cursor.columnName());
            }
            case SUBSCRIPTION -> {
                cursor.advance();
                boolean ifExists = cursor.ifExists();
                String name = cursor.columnName();
                return new ForeignStatement.DropSubscription(ifExists, name, cursor.dropBehavior());
            }
            case COLUMN, CONSTRAINT, LARGE -> throw cursor.fail();
            default -> {}
        }
        ObjectKind kind = references.kind();
        boolean concurrently = kind == ObjectKind.INDEX && cursor.accept(Token.CONCURRENTLY);
        boolean ifExists = cursor.ifExists();
        List<ObjectReference> objects = switch (kind) {
            case CAST, TRANSFORM, POLICY, RULE, TRIGGER, OPERATOR_CLASS, OPERATOR_FAMILY -> List.of(references.reference(kind));
            default -> cursor.commaList(() -> references.reference(kind));
        };
        return new Drop(kind, ifExists, concurrently, objects, cursor.dropBehavior());
    }

    private Statement dropUserMapping() {
        cursor.expect(Token.USER, Token.MAPPING);
        boolean ifExists = cursor.ifExists();
        RoleSpec user = roles.mappingUser();
        cursor.expect(Token.SERVER);
        return new ForeignStatement.DropUserMapping(ifExists, user, cursor.columnName());
    }

    Statement comment() {
        cursor.expect(Token.COMMENT, Token.ON);
        ObjectKind kind = references.kind();
        ObjectReference object = references.reference(kind);
        if (object instanceof ObjectReference.OnDomain) kind = ObjectKind.DOMAIN_CONSTRAINT;
        cursor.expect(Token.IS);
        return new Comment(kind, object, cursor.accept(Token.NULL) ? null : cursor.string());
    }

    Statement securityLabel() {
        cursor.expect(Token.SECURITY, Token.LABEL);
        String provider = cursor.accept(Token.FOR) ? cursor.nonReservedWordOrString() : null;
        cursor.expect(Token.ON);
        ObjectKind kind = references.kind();
        switch (kind) {
            case OPERATOR, OPERATOR_CLASS, OPERATOR_FAMILY, CAST, TRANSFORM, TABLE_CONSTRAINT, POLICY, RULE, TRIGGER -> throw cursor.failBefore();
            default -> {}
        }
        ObjectReference object = references.reference(kind);
        cursor.expect(Token.IS);
        return new SecurityLabel(kind, object, provider, cursor.accept(Token.NULL) ? null : cursor.string());
    }
}
