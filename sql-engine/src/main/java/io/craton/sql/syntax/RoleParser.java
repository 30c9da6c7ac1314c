package io.craton.sql.syntax;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.Option.BooleanValue;
import io.craton.sql.syntax.Option.IntegerValue;
import io.craton.sql.syntax.Option.RolesValue;
import io.craton.sql.syntax.Option.TextValue;
import io.craton.sql.syntax.RoleStatement.*;
import io.craton.sql.syntax.Statement.DropBehavior;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Roles, GRANT and REVOKE, default privileges, policies. */
final class RoleParser {
    private final Grammar grammar;
    private final TokenCursor cursor;
    private final ReferenceParser references;
    private final SessionParser session;

    RoleParser(Grammar grammar, ReferenceParser references, SessionParser session) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.references = references;
        this.session = session;
    }

    /** CREATE ROLE, USER, GROUP; the word read. */
    Statement createRole(RoleStatementKind kind) {
        String name = cursor.roleId();
        cursor.accept(Token.WITH);
        return new CreateRole(kind, name, roleOptions(true));
    }

    private List<Option> roleOptions(boolean creating) {
        List<Option> options = new ArrayList<>();
        while (true) {
            Option option = roleOption(creating);
            if (option == null) return List.copyOf(options);
            options.add(option);
        }
    }

    private @Nullable Option roleOption(boolean creating) {
        int position = cursor.position();
        Token token = cursor.token();
        switch (token) {
            case PASSWORD, ENCRYPTED, UNENCRYPTED, INHERIT, CONNECTION, VALID, USER, IDENT -> {}
            case SYSID, ADMIN, ROLE, IN -> {
                if (!creating) return null;
            }
            default -> {
                return null;
            }
        }
        if (token == Token.IDENT) return wordOption(cursor.columnName(), position);
        cursor.advance();
        return switch (token) {
            case PASSWORD -> Option.of("password", cursor.accept(Token.NULL) ? null : new TextValue(cursor.string()), position);
            case ENCRYPTED -> {
                cursor.expect(Token.PASSWORD);
                yield Option.of("password", new TextValue(cursor.string()), position);
            }
            case UNENCRYPTED -> {
                cursor.expect(Token.PASSWORD);
                cursor.string();
                throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "UNENCRYPTED PASSWORD is no longer supported")
                        .withHint("Remove UNENCRYPTED to store the password in encrypted form instead.").withPosition(position).exception();
            }
            case INHERIT -> Option.of("inherit", new BooleanValue(true), position);
            case CONNECTION -> {
                cursor.expect(Token.LIMIT);
                yield Option.of("connectionlimit", new IntegerValue(cursor.signedInteger()), position);
            }
            case VALID -> {
                cursor.expect(Token.UNTIL);
                yield Option.of("validUntil", new TextValue(cursor.string()), position);
            }
            case USER -> Option.of("rolemembers", new RolesValue(cursor.roles()), position);
            case SYSID -> Option.of("sysid", new IntegerValue(cursor.integer()), position);
            case ADMIN -> Option.of("adminmembers", new RolesValue(cursor.roles()), position);
            case ROLE -> Option.of("rolemembers", new RolesValue(cursor.roles()), position);
            default -> {
                if (!cursor.accept(Token.ROLE)) cursor.expect(Token.GROUP);
                yield Option.of("addroleto", new RolesValue(cursor.roles()), position);
            }
        };
    }

    private static Option wordOption(String word, int position) {
        boolean value = !word.startsWith("no");
        String name = switch (word) {
            case "superuser", "nosuperuser" -> "superuser";
            case "createrole", "nocreaterole" -> "createrole";
            case "createdb", "nocreatedb" -> "createdb";
            case "login", "nologin" -> "canlogin";
            case "replication", "noreplication" -> "isreplication";
            case "bypassrls", "nobypassrls" -> "bypassrls";
            case "noinherit" -> "inherit";
            default -> throw TokenCursor.error(SqlState.SYNTAX_ERROR, "unrecognized role option \"" + word + "\"", position);
        };
        return Option.of(name, new BooleanValue(value), position);
    }

    /** ALTER ROLE and USER, RENAME excepted; the word read. */
    Statement alterRole() {
        RoleSpec role = cursor.accept(Token.ALL) ? null : cursor.role();
        String database = null;
        if (cursor.accept(Token.IN)) {
            cursor.expect(Token.DATABASE);
            database = cursor.columnName();
        }
        if (role == null || database != null || cursor.at(Token.SET) || cursor.at(Token.RESET)) {
            if (!cursor.at(Token.SET) && !cursor.at(Token.RESET)) throw cursor.fail();
            return new AlterRoleSetting(role, database, session.setOrReset());
        }
        cursor.accept(Token.WITH);
        return new AlterRole(role, roleOptions(false));
    }

    /** ALTER GROUP .. ADD|DROP USER; the word read. */
    Statement alterGroup() {
        RoleSpec group = cursor.role();
        boolean add = cursor.accept(Token.ADD);
        if (!add) cursor.expect(Token.DROP);
        cursor.expect(Token.USER);
        return new AlterGroup(group, add, cursor.roles());
    }

    Statement dropOwned() {
        cursor.expect(Token.OWNED, Token.BY);
        List<RoleSpec> owners = cursor.roles();
        return new DropOwned(owners, cursor.dropBehavior());
    }

    Statement reassignOwned() {
        cursor.expect(Token.REASSIGN, Token.OWNED);
        cursor.expect(Token.BY);
        List<RoleSpec> owners = cursor.roles();
        cursor.expect(Token.TO);
        return new ReassignOwned(owners, cursor.role());
    }

    /** FOR auth_ident of user mappings. */
    RoleSpec mappingUser() {
        cursor.expect(Token.FOR);
        int position = cursor.position();
        return cursor.accept(Token.USER) ? new RoleSpec(RoleSpec.RoleKind.CURRENT_USER, null, position) : cursor.role();
    }

    Statement grantOrRevoke() {
        boolean grant = cursor.accept(Token.GRANT);
        boolean grantOption = false;
        boolean adminOption = false;
        if (!grant) {
            cursor.expect(Token.REVOKE);
            grantOption = cursor.at(Token.GRANT);
            adminOption = cursor.at(Token.ADMIN, Token.OPTION);
            if (grantOption || adminOption) {
                cursor.advance();
                cursor.expect(Token.OPTION, Token.FOR);
            }
        }
        List<Privilege> privileges = privileges();
        if (!privileges.isEmpty() && privileges.getFirst().name() != null && (cursor.at(Token.TO) || cursor.at(Token.FROM)) && !grantOption) {
            return grantRole(grant, privileges, adminOption);
        }
        if (adminOption) throw cursor.fail();
        cursor.expect(Token.ON);
        return grantOn(grant, privileges, grantOption, false);
    }

    private Statement grantRole(boolean grant, List<Privilege> privileges, boolean adminOption) {
        cursor.expect(grant ? Token.TO : Token.FROM);
        List<RoleSpec> grantees = cursor.roles();
        if (grant && cursor.accept(Token.WITH)) {
            cursor.expect(Token.ADMIN, Token.OPTION);
            adminOption = true;
        }
        RoleSpec by = grantedBy();
        return new GrantRole(grant, privileges, grantees, adminOption, by, grant ? DropBehavior.RESTRICT : cursor.dropBehavior());
    }

    private Grant grantOn(boolean grant, List<Privilege> privileges, boolean grantOption, boolean defaults) {
        GrantTarget target = defaults ? GrantTarget.DEFAULTS : GrantTarget.OBJECTS;
        ObjectKind kind;
        List<ObjectReference> objects = List.of();
        if (defaults) {
            kind = defaultsKind();
        } else if (cursor.accept(Token.ALL)) {
            target = GrantTarget.ALL_IN_SCHEMA;
            kind = pluralKind();
            cursor.expect(Token.IN, Token.SCHEMA);
            objects = cursor.commaList(references::simple);
        } else {
            kind = targetKind();
            objects = cursor.commaList(() -> target(kind));
        }
        cursor.expect(grant ? Token.TO : Token.FROM);
        List<RoleSpec> grantees = cursor.commaList(() -> {
            cursor.accept(Token.GROUP);
            return cursor.role();
        });
        if (grant && cursor.accept(Token.WITH)) {
            cursor.expect(Token.GRANT, Token.OPTION);
            grantOption = true;
        }
        RoleSpec by = defaults ? null : grantedBy();
        return new Grant(grant, target, kind, objects, privileges, grantees, grantOption, by, grant ? DropBehavior.RESTRICT : cursor.dropBehavior());
    }

    private @Nullable RoleSpec grantedBy() {
        if (!cursor.accept(Token.GRANTED)) return null;
        cursor.expect(Token.BY);
        return cursor.role();
    }

    private List<Privilege> privileges() {
        int position = cursor.position();
        if (cursor.accept(Token.ALL)) {
            cursor.accept(Token.PRIVILEGES);
            return cursor.at(Token.LPAREN) ? List.of(new Privilege(null, cursor.optionalNames(), position)) : List.of();
        }
        return cursor.commaList(() -> {
            int at = cursor.position();
            if (cursor.accept(Token.ALTER)) {
                cursor.expect(Token.SYSTEM);
                return new Privilege("alter system", List.of(), at);
            }
            String name = cursor.at(Token.SELECT) || cursor.at(Token.REFERENCES) || cursor.at(Token.CREATE) ? cursor.label() : cursor.columnName();
            return new Privilege(name, cursor.optionalNames(), at);
        });
    }

    private ObjectKind targetKind() {
        Token token = cursor.token();
        Token next = cursor.ahead(1);
        boolean plainName = next == Token.TO || next == Token.FROM || next == Token.COMMA || next == Token.DOT;
        ObjectKind kind = plainName && cursor.atColumnName() ? null : switch (token) {
            case TABLE -> ObjectKind.TABLE;
            case SEQUENCE -> ObjectKind.SEQUENCE;
            case FUNCTION -> ObjectKind.FUNCTION;
            case PROCEDURE -> ObjectKind.PROCEDURE;
            case ROUTINE -> ObjectKind.ROUTINE;
            case DATABASE -> ObjectKind.DATABASE;
            case DOMAIN -> ObjectKind.DOMAIN;
            case LANGUAGE -> ObjectKind.LANGUAGE;
            case PARAMETER -> ObjectKind.PARAMETER;
            case SCHEMA -> ObjectKind.SCHEMA;
            case TABLESPACE -> ObjectKind.TABLESPACE;
            case TYPE -> ObjectKind.TYPE;
            case LARGE -> ObjectKind.LARGE_OBJECT;
            case FOREIGN -> next == Token.SERVER ? ObjectKind.FOREIGN_SERVER : ObjectKind.FOREIGN_DATA_WRAPPER;
            default -> null;
        };
        if (kind == null) return ObjectKind.TABLE;
        cursor.advance();
        if (kind == ObjectKind.LARGE_OBJECT) cursor.expect(Token.OBJECT);
        if (kind == ObjectKind.FOREIGN_SERVER) cursor.expect(Token.SERVER);
        if (kind == ObjectKind.FOREIGN_DATA_WRAPPER) cursor.expect(Token.DATA, Token.WRAPPER);
        return kind;
    }

    private ObjectReference target(ObjectKind kind) {
        return switch (kind) {
            case TABLE, SEQUENCE -> new ObjectReference.Named(cursor.qualifiedName());
            case DOMAIN, TYPE -> new ObjectReference.Named(cursor.anyName());
            case PARAMETER -> {
                int position = cursor.position();
                List<String> parts = new ArrayList<>(2);
                do {
                    parts.add(cursor.columnName());
                } while (cursor.accept(Token.DOT));
                yield new ObjectReference.Named(new QualifiedName(List.copyOf(parts), position));
            }
            default -> references.reference(kind);
        };
    }

    private ObjectKind pluralKind() {
        Token token = cursor.token();
        cursor.advance();
        return switch (token) {
            case TABLES -> ObjectKind.TABLE;
            case SEQUENCES -> ObjectKind.SEQUENCE;
            case FUNCTIONS -> ObjectKind.FUNCTION;
            case PROCEDURES -> ObjectKind.PROCEDURE;
            case ROUTINES -> ObjectKind.ROUTINE;
            default -> throw cursor.failBefore();
        };
    }

    private ObjectKind defaultsKind() {
        Token token = cursor.token();
        cursor.advance();
        return switch (token) {
            case TABLES -> ObjectKind.TABLE;
            case SEQUENCES -> ObjectKind.SEQUENCE;
            case FUNCTIONS, ROUTINES -> ObjectKind.FUNCTION;
            case TYPES -> ObjectKind.TYPE;
            case SCHEMAS -> ObjectKind.SCHEMA;
            default -> throw cursor.failBefore();
        };
    }

    /** ALTER DEFAULT PRIVILEGES, those words read. */
    Statement defaultPrivileges() {
        List<String> schemas = List.of();
        List<RoleSpec> roles = List.of();
        while (true) {
            if (cursor.accept(Token.IN)) {
                cursor.expect(Token.SCHEMA);
                schemas = cursor.nameList();
            } else if (cursor.accept(Token.FOR)) {
                if (!cursor.accept(Token.ROLE)) cursor.expect(Token.USER);
                roles = cursor.roles();
            } else {
                break;
            }
        }
        boolean grant = cursor.accept(Token.GRANT);
        if (!grant) cursor.expect(Token.REVOKE);
        boolean option = !grant && cursor.accept(Token.GRANT);
        if (option) cursor.expect(Token.OPTION, Token.FOR);
        List<Privilege> privileges = privileges();
        cursor.expect(Token.ON);
        return new AlterDefaultPrivileges(schemas, roles, grantOn(grant, privileges, option, true));
    }

    /** CREATE POLICY, the word read. */
    Statement createPolicy() {
        String name = cursor.columnName();
        cursor.expect(Token.ON);
        QualifiedName table = cursor.qualifiedName();
        boolean permissive = true;
        if (cursor.accept(Token.AS)) {
            int position = cursor.position();
            if (!cursor.at(Token.IDENT)) throw cursor.fail();
            String word = cursor.columnName();
            permissive = word.equals("permissive");
            if (!permissive && !word.equals("restrictive")) {
                throw PgError.error(SqlState.SYNTAX_ERROR, "unrecognized row security option \"" + word + "\"")
                        .withHint("Only PERMISSIVE or RESTRICTIVE policies are supported currently.").withPosition(position).exception();
            }
        }
        String command = "all";
        if (cursor.accept(Token.FOR)) {
            command = cursor.token().text;
            switch (cursor.token()) {
                case ALL, SELECT, INSERT, UPDATE, DELETE -> cursor.advance();
                default -> throw cursor.fail();
            }
        }
        List<RoleSpec> roles = cursor.accept(Token.TO) ? cursor.roles() : List.of(new RoleSpec(RoleSpec.RoleKind.PUBLIC, null, 0));
        Expr using = cursor.accept(Token.USING) ? grammar.expressions.parenthesized() : null;
        return new CreatePolicy(name, table, permissive, command, roles, using, withCheck());
    }

    private @Nullable Expr withCheck() {
        if (!cursor.accept(Token.WITH)) return null;
        cursor.expect(Token.CHECK);
        return grammar.expressions.parenthesized();
    }

    /** The rest of ALTER POLICY name ON table. */
    Statement alterPolicy(String name, QualifiedName table) {
        List<RoleSpec> roles = cursor.accept(Token.TO) ? cursor.roles() : List.of();
        Expr using = cursor.accept(Token.USING) ? grammar.expressions.parenthesized() : null;
        return new AlterPolicy(name, table, roles, using, withCheck());
    }
}
