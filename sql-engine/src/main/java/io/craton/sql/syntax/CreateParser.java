package io.craton.sql.syntax;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.ObjectStatement.*;
import io.craton.sql.syntax.Option.TextValue;
import io.craton.sql.syntax.RoleStatement.RoleStatementKind;
import io.craton.sql.syntax.SelectStatement.Persistence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CREATE: chooses by the words behind it; types, schemas, databases, extensions and definitions itself. */
final class CreateParser {
    private final Grammar grammar;
    private final TokenCursor cursor;
    private final TableParser tables;
    private final RelationParser relations;
    private final RoutineParser routines;
    private final TriggerParser triggers;
    private final DefinitionParser definitions;
    private final RoleParser roles;
    private final ForeignParser foreign;
    private final ReferenceParser references;

    CreateParser(Grammar grammar, TableParser tables, RoutineParser routines, RoleParser roles, ForeignParser foreign, ReferenceParser references) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.tables = tables;
        this.relations = new RelationParser(grammar, tables);
        this.routines = routines;
        this.triggers = new TriggerParser(grammar, tables.constraints);
        this.definitions = new DefinitionParser(grammar, references);
        this.roles = roles;
        this.foreign = foreign;
        this.references = references;
    }

    TableParser tables() {
        return tables;
    }

    ForeignParser foreign() {
        return foreign;
    }

    Statement create() {
        cursor.expect(Token.CREATE);
        boolean orReplace = cursor.accept(Token.OR);
        if (orReplace) cursor.expect(Token.REPLACE);
        switch (cursor.token()) {
            case FUNCTION, PROCEDURE -> {
                return routines.create(orReplace);
            }
            case TRIGGER, CONSTRAINT -> {
                return triggers.trigger(orReplace);
            }
            case RULE -> {
                return triggers.rule(orReplace);
            }
            case TRUSTED, PROCEDURAL, LANGUAGE -> {
                return definitions.language(orReplace);
            }
            case TRANSFORM -> {
                cursor.advance();
                return definitions.transform(orReplace);
            }
            case AGGREGATE -> {
                return aggregate(orReplace);
            }
            case TEMPORARY, TEMP, LOCAL, GLOBAL, UNLOGGED, TABLE, VIEW, RECURSIVE, SEQUENCE, MATERIALIZED -> {
                Persistence persistence = tables.persistence();
                if (cursor.at(Token.VIEW) || cursor.at(Token.RECURSIVE)) return relations.view(persistence, orReplace);
                if (orReplace) throw cursor.fail();
                if (cursor.at(Token.SEQUENCE)) return relations.sequence(persistence);
                if (cursor.at(Token.MATERIALIZED) && persistence != Persistence.TEMPORARY) return tables.materializedView(persistence);
                return tables.createTable(persistence);
            }
            default -> {
                if (orReplace) throw cursor.fail();
                return plain();
            }
        }
    }

    private Statement plain() {
        Token token = cursor.token();
        switch (token) {
            case UNIQUE, INDEX -> {
                return relations.index();
            }
            case STATISTICS -> {
                return relations.statistics();
            }
            case EVENT -> {
                return triggers.eventTrigger();
            }
            default -> cursor.advance();
        }
        return switch (token) {
            case SCHEMA -> schema();
            case TYPE -> type();
            case DOMAIN -> domain();
            case ROLE -> roles.createRole(RoleStatementKind.ROLE);
            case GROUP -> roles.createRole(RoleStatementKind.GROUP);
            case USER -> cursor.at(Token.MAPPING) && (cursor.ahead(1) == Token.FOR || cursor.ahead(1) == Token.IF) ? userMapping()
                    : roles.createRole(RoleStatementKind.USER);
            case DATABASE -> {
                String name = cursor.columnName();
                cursor.accept(Token.WITH);
                yield new CreateDatabase(name, databaseOptions());
            }
            case EXTENSION -> extension();
            case CAST -> definitions.cast();
            case OPERATOR -> operator();
            case COLLATION -> collation();
            case TEXT -> {
                ObjectKind kind = references.textSearch();
                yield define(kind, cursor.anyName());
            }
            case TABLESPACE -> tablespace();
            case FOREIGN -> foreign.createForeign();
            case SERVER -> foreign.createServer();
            case POLICY -> roles.createPolicy();
            case PUBLICATION -> foreign.createPublication();
            case SUBSCRIPTION -> foreign.createSubscription();
            case DEFAULT, CONVERSION -> conversion(token == Token.DEFAULT);
            case ACCESS -> accessMethod();
            case ASSERTION -> {
                cursor.anyName();
                cursor.expect(Token.CHECK);
                grammar.expressions.parenthesized();
                tables.constraints.attributes("ASSERTION", true, true, true);
                throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "CREATE ASSERTION is not yet implemented");
            }
            default -> throw cursor.failBefore();
        };
    }

    private Statement schema() {
        boolean ifNotExists = cursor.ifNotExists();
        String name = cursor.at(Token.AUTHORIZATION) ? null : cursor.columnName();
        RoleSpec owner = cursor.accept(Token.AUTHORIZATION) ? cursor.role() : null;
        int position = cursor.position();
        List<Statement> elements = new ArrayList<>();
        while (cursor.at(Token.CREATE) || cursor.at(Token.GRANT)) {
            elements.add(cursor.at(Token.GRANT) ? roles.grantOrRevoke() : create());
        }
        if (ifNotExists && !elements.isEmpty()) {
            throw TokenCursor.error(SqlState.FEATURE_NOT_SUPPORTED, "CREATE SCHEMA IF NOT EXISTS cannot include schema elements", position);
        }
        return new CreateSchema(ifNotExists, name, owner, List.copyOf(elements));
    }

    private static Define define(ObjectKind kind, QualifiedName name, List<Option> definition, boolean defined) {
        return new Define(kind, false, false, name, null, 0, false, definition, defined, null);
    }

    private Define define(ObjectKind kind, QualifiedName name) {
        return define(kind, name, grammar.options.definition(), true);
    }

    private Statement type() {
        QualifiedName name = cursor.anyName();
        if (cursor.at(Token.LPAREN)) return define(ObjectKind.TYPE, name);
        if (!cursor.accept(Token.AS)) return define(ObjectKind.TYPE, name, List.of(), false);
        if (cursor.accept(Token.ENUM)) {
            cursor.expect(Token.LPAREN);
            List<String> values = cursor.at(Token.RPAREN) ? List.of() : cursor.commaList(cursor::string);
            cursor.expect(Token.RPAREN);
            return new CreateEnum(name, values);
        }
        if (cursor.accept(Token.RANGE)) return new CreateRange(name, grammar.options.definition());
        cursor.expect(Token.LPAREN);
        List<FromItem.ColumnDefinitionItem> attributes = cursor.at(Token.RPAREN) ? List.of() : cursor.commaList(grammar.from::columnDefinition);
        cursor.expect(Token.RPAREN);
        return new CreateComposite(name, attributes);
    }

    private Statement domain() {
        QualifiedName name = cursor.anyName();
        cursor.accept(Token.AS);
        TypeName type = grammar.types.type();
        List<String> collation = new ArrayList<>(1);
        List<Constraint> constraints = tables.constraints.columnConstraints(collation);
        return new CreateDomain(name, type, List.copyOf(collation), constraints);
    }

    private Statement aggregate(boolean orReplace) {
        cursor.expect(Token.AGGREGATE);
        QualifiedName name = grammar.calls.functionName();
        if (oldAggregate()) {
            return new Define(ObjectKind.AGGREGATE, orReplace, false, name, null, -1, false, grammar.options.definition(), true, null);
        }
        ObjectReference.OfAggregate arguments = references.aggregateArguments(name);
        return new Define(ObjectKind.AGGREGATE, orReplace, false, name, arguments.arguments(), arguments.directCount(), arguments.star(),
                grammar.options.definition(), true, null);
    }

    private boolean oldAggregate() {
        return cursor.at(Token.LPAREN) && cursor.ahead(1) == Token.IDENT && cursor.ahead(2) == Token.EQ;
    }

    private Statement operator() {
        if (cursor.accept(Token.CLASS)) return definitions.operatorClass();
        if (cursor.accept(Token.FAMILY)) {
            QualifiedName name = cursor.anyName();
            cursor.expect(Token.USING);
            return new RoutineStatement.CreateOperatorFamily(name, cursor.columnName());
        }
        return define(ObjectKind.OPERATOR, grammar.expressions.anyOperator());
    }

    private Statement collation() {
        boolean ifNotExists = cursor.ifNotExists();
        QualifiedName name = cursor.anyName();
        QualifiedName from = cursor.accept(Token.FROM) ? cursor.anyName() : null;
        List<Option> definition = from == null ? grammar.options.definition() : List.of();
        return new Define(ObjectKind.COLLATION, false, ifNotExists, name, null, 0, false, definition, true, from);
    }

    private Statement userMapping() {
        cursor.expect(Token.MAPPING);
        boolean ifNotExists = cursor.ifNotExists();
        RoleSpec user = roles.mappingUser();
        cursor.expect(Token.SERVER);
        String server = cursor.columnName();
        return new ForeignStatement.CreateUserMapping(ifNotExists, user, server, grammar.options.foreignOptions());
    }

    private Statement extension() {
        boolean ifNotExists = cursor.ifNotExists();
        String name = cursor.columnName();
        cursor.accept(Token.WITH);
        List<Option> options = new ArrayList<>();
        while (true) {
            int position = cursor.position();
            if (cursor.accept(Token.SCHEMA)) {
                options.add(Option.of("schema", new TextValue(cursor.columnName()), position));
            } else if (cursor.accept(Token.VERSION)) {
                options.add(Option.of("new_version", new TextValue(cursor.nonReservedWordOrString()), position));
            } else if (cursor.accept(Token.CASCADE)) {
                options.add(Option.of("cascade", new Option.BooleanValue(true), position));
            } else if (cursor.accept(Token.FROM)) {
                cursor.nonReservedWordOrString();
                throw TokenCursor.error(SqlState.FEATURE_NOT_SUPPORTED, "CREATE EXTENSION ... FROM is no longer supported", position);
            } else {
                return new CreateExtension(ifNotExists, name, List.copyOf(options));
            }
        }
    }

    /** createdb_opt_list. */
    List<Option> databaseOptions() {
        List<Option> options = new ArrayList<>();
        while (true) {
            int position = cursor.position();
            String name = databaseOptionName();
            if (name == null) return List.copyOf(options);
            cursor.accept(Token.EQ);
            Option.OptionValue value = null;
            if (grammar.options.atNumber()) value = grammar.options.number();
            else if (!cursor.accept(Token.DEFAULT)) value = new TextValue(grammar.options.booleanOrString());
            options.add(Option.of(name, value, position));
        }
    }

    private @Nullable String databaseOptionName() {
        return switch (cursor.token()) {
            case IDENT, ENCODING, LOCATION, OWNER, TABLESPACE, TEMPLATE -> cursor.columnName();
            case CONNECTION -> {
                cursor.advance();
                cursor.expect(Token.LIMIT);
                yield "connection_limit";
            }
            default -> null;
        };
    }

    private Statement tablespace() {
        String name = cursor.columnName();
        RoleSpec owner = cursor.accept(Token.OWNER) ? cursor.role() : null;
        cursor.expect(Token.LOCATION);
        String location = cursor.string();
        return new CreateTablespace(name, owner, location, grammar.options.optionalWith());
    }

    private Statement conversion(boolean isDefault) {
        if (isDefault) cursor.expect(Token.CONVERSION);
        QualifiedName name = cursor.anyName();
        cursor.expect(Token.FOR);
        String from = cursor.string();
        cursor.expect(Token.TO);
        String to = cursor.string();
        cursor.expect(Token.FROM);
        return new CreateConversion(isDefault, name, from, to, cursor.anyName());
    }

    private Statement accessMethod() {
        cursor.expect(Token.METHOD);
        String name = cursor.columnName();
        cursor.expect(Token.TYPE);
        boolean table = cursor.accept(Token.TABLE);
        if (!table) cursor.expect(Token.INDEX);
        cursor.expect(Token.HANDLER);
        return new CreateAccessMethod(name, table, cursor.anyName());
    }
}
