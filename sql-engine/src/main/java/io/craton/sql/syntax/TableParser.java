package io.craton.sql.syntax;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.SelectStatement.IntoClause;
import io.craton.sql.syntax.SelectStatement.OnCommit;
import io.craton.sql.syntax.SelectStatement.Persistence;
import io.craton.sql.syntax.TableStatement.*;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CREATE TABLE and its kin (AS, FOREIGN, OF, PARTITION OF), TRUNCATE, REFRESH. */
final class TableParser {
    private final Grammar grammar;
    private final TokenCursor cursor;
    final ConstraintParser constraints;

    TableParser(Grammar grammar) {
        this.grammar = grammar;
        this.cursor = grammar.cursor;
        this.constraints = new ConstraintParser(grammar);
    }

    /** TRUNCATE and REFRESH. */
    Statement statement() {
        if (cursor.accept(Token.REFRESH)) {
            cursor.expect(Token.MATERIALIZED, Token.VIEW);
            boolean concurrently = cursor.accept(Token.CONCURRENTLY);
            QualifiedName name = cursor.qualifiedName();
            return new RefreshMaterializedView(concurrently, name, withData());
        }
        cursor.expect(Token.TRUNCATE);
        cursor.accept(Token.TABLE);
        List<FromItem.RelationItem> relations = cursor.commaList(grammar.from::relation);
        boolean restart = cursor.at(Token.RESTART);
        if (restart || cursor.at(Token.CONTINUE)) {
            cursor.advance();
            cursor.expect(Token.IDENTITY);
        }
        return new Truncate(relations, restart, cursor.dropBehavior());
    }

    /** OptTemp. */
    Persistence persistence() {
        if (cursor.at(Token.LOCAL) || cursor.at(Token.GLOBAL)) {
            cursor.advance();
            if (!cursor.at(Token.TEMP) && !cursor.at(Token.TEMPORARY)) throw cursor.fail();
        }
        if (cursor.accept(Token.TEMPORARY) || cursor.accept(Token.TEMP)) return Persistence.TEMPORARY;
        return cursor.accept(Token.UNLOGGED) ? Persistence.UNLOGGED : Persistence.PERMANENT;
    }

    /** The CREATE TABLE AS and CREATE MATERIALIZED VIEW that EXPLAIN may hold. */
    Statement createTableAsOnly() {
        cursor.expect(Token.CREATE);
        Persistence persistence = persistence();
        if (cursor.at(Token.MATERIALIZED)) return materializedView(persistence);
        cursor.expect(Token.TABLE);
        boolean ifNotExists = cursor.ifNotExists();
        QualifiedName name = cursor.qualifiedName();
        return createAs(persistence, ifNotExists, name, cursor.optionalNames());
    }

    /** CREATE [persistence] TABLE .., at TABLE. */
    Statement createTable(Persistence persistence) {
        cursor.expect(Token.TABLE);
        boolean ifNotExists = cursor.ifNotExists();
        QualifiedName name = cursor.qualifiedName();
        if (cursor.accept(Token.OF)) {
            QualifiedName type = cursor.anyName();
            List<TableElement> elements = typedElements();
            return finish(persistence, ifNotExists, name, elements, List.of(), type, null, null);
        }
        if (cursor.accept(Token.PARTITION)) {
            cursor.expect(Token.OF);
            QualifiedName parent = cursor.qualifiedName();
            List<TableElement> elements = typedElements();
            return finish(persistence, ifNotExists, name, elements, List.of(), null, parent, partitionBound());
        }
        if (!cursor.at(Token.LPAREN) || namesOnly()) {
            List<String> columns = cursor.optionalNames();
            return createAs(persistence, ifNotExists, name, columns);
        }
        List<TableElement> elements = elements();
        List<QualifiedName> inherits = cursor.accept(Token.INHERITS) ? cursor.parenthesized(cursor::qualifiedName) : List.of();
        return finish(persistence, ifNotExists, name, elements, inherits, null, null, null);
    }

    /** Only names between the parentheses: the columns of CREATE TABLE AS. */
    private boolean namesOnly() {
        int i = 1;
        while (cursor.ahead(i).columnName) {
            Token next = cursor.ahead(i + 1);
            if (next == Token.RPAREN) return true;
            if (next != Token.COMMA) return false;
            i += 2;
        }
        return false;
    }

    private Statement createAs(Persistence persistence, boolean ifNotExists, QualifiedName name, List<String> columns) {
        String method = accessMethod();
        List<Option> options = storageOptions();
        OnCommit onCommit = onCommit();
        String tablespace = tablespace();
        cursor.expect(Token.AS);
        Statement source = cursor.accept(Token.EXECUTE) ? grammar.statements().session().execute() : grammar.selects.select();
        return new CreateTableAs(new IntoClause(name, columns, method, options, onCommit, tablespace, persistence), source, false, ifNotExists, withData());
    }

    /** CREATE [UNLOGGED] MATERIALIZED VIEW, at MATERIALIZED. */
    Statement materializedView(Persistence persistence) {
        cursor.expect(Token.MATERIALIZED, Token.VIEW);
        boolean ifNotExists = cursor.ifNotExists();
        QualifiedName name = cursor.qualifiedName();
        List<String> columns = cursor.optionalNames();
        String method = accessMethod();
        List<Option> options = grammar.options.optionalWith();
        String tablespace = tablespace();
        cursor.expect(Token.AS);
        SelectStatement query = grammar.selects.select();
        IntoClause target = new IntoClause(name, columns, method, options, OnCommit.NONE, tablespace, persistence);
        return new CreateTableAs(target, query, true, ifNotExists, withData());
    }

    private boolean withData() {
        if (!cursor.at(Token.WITH)) return true;
        cursor.advance();
        boolean no = cursor.accept(Token.NO);
        cursor.expect(Token.DATA);
        return !no;
    }

    private Statement finish(Persistence persistence, boolean ifNotExists, QualifiedName name, List<TableElement> elements, List<QualifiedName> inherits,
            @Nullable QualifiedName type, @Nullable QualifiedName parent, @Nullable PartitionBound bound) {
        PartitionBy partitionBy = cursor.at(Token.PARTITION) ? partitionBy() : null;
        String method = accessMethod();
        List<Option> options = storageOptions();
        OnCommit onCommit = onCommit();
        return new CreateTable(persistence, ifNotExists, name, elements, inherits, type, parent, bound, partitionBy, method, options, onCommit,
                tablespace(), null);
    }

    /** CREATE FOREIGN TABLE, at TABLE. */
    Statement foreignTable() {
        cursor.expect(Token.TABLE);
        boolean ifNotExists = cursor.ifNotExists();
        QualifiedName name = cursor.qualifiedName();
        List<TableElement> elements;
        List<QualifiedName> inherits = List.of();
        QualifiedName parent = null;
        PartitionBound bound = null;
        if (cursor.accept(Token.PARTITION)) {
            cursor.expect(Token.OF);
            parent = cursor.qualifiedName();
            elements = typedElements();
            bound = partitionBound();
        } else {
            elements = elements();
            if (cursor.accept(Token.INHERITS)) inherits = cursor.parenthesized(cursor::qualifiedName);
        }
        cursor.expect(Token.SERVER);
        String server = cursor.columnName();
        return new CreateTable(Persistence.PERMANENT, ifNotExists, name, elements, inherits, null, parent, bound, null, null, List.of(), OnCommit.NONE,
                null, new ForeignTable(server, grammar.options.foreignOptions()));
    }

    private @Nullable String accessMethod() {
        return cursor.accept(Token.USING) ? cursor.columnName() : null;
    }

    private List<Option> storageOptions() {
        if (cursor.accept(Token.WITHOUT)) {
            cursor.expect(Token.OIDS);
            return List.of();
        }
        return grammar.options.optionalWith();
    }

    private OnCommit onCommit() {
        if (!cursor.accept(Token.ON)) return OnCommit.NONE;
        cursor.expect(Token.COMMIT);
        if (cursor.accept(Token.DROP)) return OnCommit.DROP;
        boolean delete = cursor.accept(Token.DELETE);
        if (!delete) cursor.expect(Token.PRESERVE);
        cursor.expect(Token.ROWS);
        return delete ? OnCommit.DELETE_ROWS : OnCommit.PRESERVE_ROWS;
    }

    @Nullable String tablespace() {
        return cursor.accept(Token.TABLESPACE) ? cursor.columnName() : null;
    }

    private List<TableElement> elements() {
        cursor.expect(Token.LPAREN);
        List<TableElement> elements = cursor.at(Token.RPAREN) ? List.of() : cursor.commaList(this::element);
        cursor.expect(Token.RPAREN);
        return elements;
    }

    private TableElement element() {
        if (constraints.atTableConstraint()) return new ConstraintElement(constraints.tableConstraint());
        return cursor.at(Token.LIKE) ? like() : column();
    }

    private List<TableElement> typedElements() {
        if (!cursor.at(Token.LPAREN)) return List.of();
        return cursor.parenthesized(() -> {
            if (constraints.atTableConstraint()) return new ConstraintElement(constraints.tableConstraint());
            int position = cursor.position();
            String name = cursor.columnName();
            if (cursor.accept(Token.WITH)) cursor.expect(Token.OPTIONS);
            List<String> collation = new ArrayList<>(1);
            List<Constraint> list = constraints.columnConstraints(collation);
            return new ColumnDefinition(name, null, null, List.of(), List.copyOf(collation), list, position);
        });
    }

    /** columnDef. */
    ColumnDefinition column() {
        int position = cursor.position();
        String name = cursor.columnName();
        TypeName type = grammar.types.type();
        String compression = cursor.accept(Token.COMPRESSION) ? compression() : null;
        List<Option> options = grammar.options.foreignOptions();
        List<String> collation = new ArrayList<>(1);
        List<Constraint> list = constraints.columnConstraints(collation);
        return new ColumnDefinition(name, type, compression, options, List.copyOf(collation), list, position);
    }

    String compression() {
        return cursor.accept(Token.DEFAULT) ? "default" : cursor.columnName();
    }

    private TableElement like() {
        int position = cursor.position();
        cursor.advance();
        QualifiedName source = cursor.qualifiedName();
        EnumSet<LikeOption> options = EnumSet.noneOf(LikeOption.class);
        while (cursor.at(Token.INCLUDING) || cursor.at(Token.EXCLUDING)) {
            boolean including = cursor.at(Token.INCLUDING);
            cursor.advance();
            EnumSet<LikeOption> named = cursor.accept(Token.ALL) ? EnumSet.allOf(LikeOption.class) : EnumSet.of(likeOption());
            if (including) options.addAll(named);
            else options.removeAll(named);
        }
        return new LikeElement(source, List.copyOf(options), position);
    }

    private LikeOption likeOption() {
        for (LikeOption option : LikeOption.values()) {
            if (cursor.token().text.equalsIgnoreCase(option.name())) {
                cursor.advance();
                return option;
            }
        }
        throw cursor.fail();
    }

    private PartitionBy partitionBy() {
        int position = cursor.position();
        cursor.expect(Token.PARTITION, Token.BY);
        String strategy = cursor.columnName();
        return new PartitionBy(strategy, cursor.parenthesized(this::partitionElement), position);
    }

    private PartitionElement partitionElement() {
        int position = cursor.position();
        String column = null;
        Expr expression = null;
        if (cursor.at(Token.LPAREN)) expression = grammar.expressions.parenthesized();
        else if (grammar.options.columnHere()) column = cursor.columnName();
        else expression = grammar.calls.windowless();
        List<String> collation = cursor.accept(Token.COLLATE) ? cursor.anyName().parts() : List.of();
        return new PartitionElement(column, expression, collation, cursor.atColumnName() ? cursor.anyName().parts() : List.of(), position);
    }

    /** PartitionBoundSpec. */
    PartitionBound partitionBound() {
        int position = cursor.position();
        if (cursor.accept(Token.DEFAULT)) return new DefaultBound(position);
        cursor.expect(Token.FOR, Token.VALUES);
        int wordPosition = cursor.position();
        if (cursor.accept(Token.IN)) return new ListBound(cursor.parenthesized(grammar.expressions::expression), wordPosition);
        if (cursor.accept(Token.FROM)) {
            List<Expr> lower = cursor.parenthesized(grammar.expressions::expression);
            cursor.expect(Token.TO);
            return new RangeBound(lower, cursor.parenthesized(grammar.expressions::expression), wordPosition);
        }
        cursor.expect(Token.WITH);
        return hashBound(wordPosition);
    }

    private HashBound hashBound(int position) {
        int[] values = {-1, -1};
        cursor.parenthesized(() -> {
            int at = cursor.position();
            String name = cursor.nonReservedWord();
            int value = cursor.integer();
            int slot = name.equals("modulus") ? 0 : name.equals("remainder") ? 1 : -1;
            if (slot < 0) throw TokenCursor.error(SqlState.SYNTAX_ERROR, "unrecognized hash partition bound specification \"" + name + "\"", at);
            if (values[slot] != -1) throw TokenCursor.error(SqlState.DUPLICATE_OBJECT, name + " for hash partition provided more than once", at);
            values[slot] = value;
            return name;
        });
        if (values[0] == -1) throw new PgException(SqlState.SYNTAX_ERROR, "modulus for hash partition must be specified");
        if (values[1] == -1) throw new PgException(SqlState.SYNTAX_ERROR, "remainder for hash partition must be specified");
        return new HashBound(values[0], values[1], position);
    }
}
