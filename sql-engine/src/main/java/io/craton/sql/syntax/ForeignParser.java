package io.craton.sql.syntax;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.ForeignStatement.*;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Foreign data and logical replication. */
final class ForeignParser {
    private final Grammar grammar;
    private final TokenCursor cursor;
    private final TableParser tables;

    ForeignParser(Grammar grammar, TableParser tables) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.tables = tables;
    }

    /** CREATE FOREIGN TABLE | DATA WRAPPER, FOREIGN read. */
    Statement createForeign() {
        if (cursor.at(Token.TABLE)) return tables.foreignTable();
        cursor.expect(Token.DATA, Token.WRAPPER);
        String name = cursor.columnName();
        List<Option> functions = wrapperFunctions();
        return new CreateForeignDataWrapper(name, functions, grammar.options.foreignOptions());
    }

    private List<Option> wrapperFunctions() {
        List<Option> functions = new ArrayList<>(2);
        while (cursor.at(Token.HANDLER) || cursor.at(Token.VALIDATOR) || cursor.at(Token.NO)) {
            int position = cursor.position();
            boolean no = cursor.accept(Token.NO);
            String name = cursor.at(Token.HANDLER) ? "handler" : "validator";
            if (!cursor.accept(Token.HANDLER)) cursor.expect(Token.VALIDATOR);
            functions.add(Option.of(name, no ? null : new Option.NameValue(cursor.anyName()), position));
        }
        return List.copyOf(functions);
    }

    /** ALTER FOREIGN DATA WRAPPER name, when it is not RENAME or OWNER. */
    Statement alterWrapper(String name) {
        List<Option> functions = wrapperFunctions();
        List<Option> options = functions.isEmpty() || cursor.at(Token.OPTIONS) ? grammar.options.alterForeignOptions() : List.of();
        return new AlterForeignDataWrapper(name, functions, options);
    }

    /** CREATE SERVER, the word read. */
    Statement createServer() {
        boolean ifNotExists = cursor.ifNotExists();
        String name = cursor.columnName();
        String type = cursor.accept(Token.TYPE) ? cursor.string() : null;
        String version = cursor.at(Token.VERSION) ? version() : null;
        cursor.expect(Token.FOREIGN);
        cursor.expect(Token.DATA, Token.WRAPPER);
        String wrapper = cursor.columnName();
        return new CreateServer(ifNotExists, name, type, version, wrapper, grammar.options.foreignOptions());
    }

    private @Nullable String version() {
        cursor.expect(Token.VERSION);
        return cursor.accept(Token.NULL) ? null : cursor.string();
    }

    /** ALTER SERVER name, when it is not RENAME or OWNER. */
    Statement alterServer(String name) {
        boolean hasVersion = cursor.at(Token.VERSION);
        String version = hasVersion ? version() : null;
        List<Option> options = !hasVersion || cursor.at(Token.OPTIONS) ? grammar.options.alterForeignOptions() : List.of();
        return new AlterServer(name, hasVersion, version, options);
    }

    Statement importSchema() {
        cursor.expect(Token.IMPORT, Token.FOREIGN);
        cursor.expect(Token.SCHEMA);
        String remote = cursor.columnName();
        ImportLimit limit = ImportLimit.ALL;
        if (cursor.accept(Token.LIMIT)) {
            cursor.expect(Token.TO);
            limit = ImportLimit.LIMIT_TO;
        } else if (cursor.accept(Token.EXCEPT)) {
            limit = ImportLimit.EXCEPT;
        }
        List<FromItem.RelationItem> list = limit == ImportLimit.ALL ? List.of() : cursor.parenthesized(grammar.from::relation);
        cursor.expect(Token.FROM, Token.SERVER);
        String server = cursor.columnName();
        cursor.expect(Token.INTO);
        String local = cursor.columnName();
        return new ImportForeignSchema(remote, limit, list, server, local, grammar.options.foreignOptions());
    }

    /** CREATE PUBLICATION, the word read. */
    Statement createPublication() {
        String name = cursor.columnName();
        boolean all = false;
        List<Published> objects = List.of();
        if (cursor.accept(Token.FOR)) {
            all = cursor.accept(Token.ALL);
            if (all) cursor.expect(Token.TABLES);
            else objects = published();
        }
        return new CreatePublication(name, all, objects, grammar.options.optionalWithDefinition());
    }

    /** pub_obj_list: an object without its word continues the kind before it. */
    private List<Published> published() {
        List<Published> objects = new ArrayList<>();
        PublishedKind kind = null;
        do {
            int position = cursor.position();
            boolean schemaNamed = cursor.at(Token.TABLES, Token.IN);
            if (schemaNamed) {
                cursor.advance();
                cursor.advance();
                cursor.expect(Token.SCHEMA);
                kind = PublishedKind.SCHEMA;
                position = cursor.position();
            } else if (cursor.accept(Token.TABLE)) {
                kind = PublishedKind.TABLE;
                position = cursor.position();
                objects.add(publishedTable(grammar.from.relation(), position));
                continue;
            }
            if (cursor.accept(Token.CURRENT_SCHEMA)) {
                if (kind == null) throw invalidList(position);
                if (kind == PublishedKind.TABLE) throw TokenCursor.error(SqlState.SYNTAX_ERROR, "invalid table name", position);
                objects.add(new Published(PublishedKind.CURRENT_SCHEMA, null, null, List.of(), null, position));
            } else if (schemaNamed) {
                objects.add(new Published(kind, null, cursor.columnName(), List.of(), null, position));
            } else {
                objects.add(continued(kind, publishedTable(grammar.from.relation(), position)));
            }
        } while (cursor.accept(Token.COMMA));
        return List.copyOf(objects);
    }

    private Published publishedTable(FromItem.RelationItem relation, int position) {
        List<String> columns = cursor.optionalNames();
        Expr where = cursor.accept(Token.WHERE) ? grammar.expressions.parenthesized() : null;
        return new Published(PublishedKind.TABLE, relation, null, columns, where, position);
    }

    /** An object without its word, behind one of the kind. */
    private static Published continued(@Nullable PublishedKind kind, Published table) {
        int position = table.position();
        if (kind == null) throw invalidList(position);
        if (kind == PublishedKind.TABLE) return table;
        if (table.where() != null) throw TokenCursor.error(SqlState.SYNTAX_ERROR, "WHERE clause not allowed for schema", position);
        if (!table.columns().isEmpty()) throw TokenCursor.error(SqlState.SYNTAX_ERROR, "column specification not allowed for schema", position);
        FromItem.RelationItem relation = table.table();
        if (relation == null || relation.only() || relation.relation().parts().size() > 1) {
            throw TokenCursor.error(SqlState.SYNTAX_ERROR, "invalid schema name", position);
        }
        return new Published(kind, null, relation.relation().name(), List.of(), null, position);
    }

    private static PgException invalidList(int position) {
        return PgError.error(SqlState.SYNTAX_ERROR, "invalid publication object list")
                .withDetail("One of TABLE or TABLES IN SCHEMA must be specified before a standalone table or schema name.").withPosition(position).exception();
    }

    /** ALTER PUBLICATION name, when it is not RENAME or OWNER. */
    Statement alterPublication(String name) {
        if (cursor.accept(Token.ADD)) return new AlterPublication(name, PublicationChange.ADD, published(), List.of());
        if (cursor.accept(Token.DROP)) return new AlterPublication(name, PublicationChange.DROP, published(), List.of());
        cursor.expect(Token.SET);
        if (cursor.at(Token.LPAREN)) return new AlterPublication(name, PublicationChange.SET_OPTIONS, List.of(), grammar.options.definition());
        return new AlterPublication(name, PublicationChange.SET, published(), List.of());
    }

    /** CREATE SUBSCRIPTION, the word read. */
    Statement createSubscription() {
        String name = cursor.columnName();
        cursor.expect(Token.CONNECTION);
        String connection = cursor.string();
        cursor.expect(Token.PUBLICATION);
        List<String> publications = cursor.nameList();
        return new CreateSubscription(name, connection, publications, grammar.options.optionalWithDefinition());
    }

    /** ALTER SUBSCRIPTION name, when it is not RENAME or OWNER. */
    Statement alterSubscription(String name) {
        Token token = cursor.token();
        cursor.advance();
        return switch (token) {
            case CONNECTION -> new AlterSubscription(name, SubscriptionChange.CONNECTION, cursor.string(), List.of(), List.of());
            case ENABLE -> new AlterSubscription(name, SubscriptionChange.ENABLE, null, List.of(), List.of());
            case DISABLE -> new AlterSubscription(name, SubscriptionChange.DISABLE, null, List.of(), List.of());
            case SKIP -> new AlterSubscription(name, SubscriptionChange.SKIP, null, List.of(), grammar.options.definition());
            case REFRESH -> {
                cursor.expect(Token.PUBLICATION);
                yield new AlterSubscription(name, SubscriptionChange.REFRESH, null, List.of(), grammar.options.optionalWithDefinition());
            }
            case SET -> cursor.at(Token.LPAREN)
                    ? new AlterSubscription(name, SubscriptionChange.OPTIONS, null, List.of(), grammar.options.definition())
                    : publications(name, SubscriptionChange.SET_PUBLICATION);
            case ADD -> publications(name, SubscriptionChange.ADD_PUBLICATION);
            case DROP -> publications(name, SubscriptionChange.DROP_PUBLICATION);
            default -> throw cursor.failBefore();
        };
    }

    private Statement publications(String name, SubscriptionChange change) {
        cursor.expect(Token.PUBLICATION);
        List<String> publications = cursor.nameList();
        return new AlterSubscription(name, change, null, publications, grammar.options.optionalWithDefinition());
    }
}
