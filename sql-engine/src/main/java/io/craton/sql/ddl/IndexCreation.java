package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.sql.analyze.ExpressionKind;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.logical.Scalar;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.ModifyStatement.IndexElement;
import io.craton.sql.syntax.SelectStatement.Direction;
import io.craton.sql.syntax.SelectStatement.Nulls;
import io.craton.sql.syntax.TableStatement;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ColumnTuning;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.IndexMarks;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * CREATE INDEX. Every access method of PostgreSQL is accepted under its name where a B-tree serves the same operators (btree, hash, brin); expressions and
 * predicates become hidden columns of the table, which rewrites rows that are there already.
 */
final class IndexCreation {
    private static final Set<String> METHODS = Set.of("btree", "hash", "brin");

    private final Scope scope;

    IndexCreation(Scope scope) {
        this.scope = scope;
    }

    String run(TableStatement.CreateIndex create) {
        if (create.concurrently()) scope.preventInBlock("CREATE INDEX CONCURRENTLY");
        TableDef table = table(create);
        Ownership.require(table, scope);
        if (!METHODS.contains(create.accessMethod())) {
            if (Set.of("gin", "gist", "spgist").contains(create.accessMethod())) {
                throw PgException.notSupported("access method \"" + create.accessMethod() + "\"");
            }
            throw new PgException(SqlState.UNDEFINED_OBJECT, "access method \"" + create.accessMethod() + "\" does not exist");
        }
        if (create.unique() && !create.accessMethod().equals("btree")) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED,
                    "access method \"" + create.accessMethod() + "\" does not support unique indexes");
        }
        if (!create.include().isEmpty() && !create.accessMethod().equals("btree")) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "access method \"" + create.accessMethod() + "\" does not support included columns");
        }
        if (create.elements().size() > 1 && create.accessMethod().equals("hash")) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "access method \"hash\" does not support multicolumn indexes");
        }
        if (create.name() != null && scope.context().catalog().relation(table.schemaOid(), create.name()) != null) {
            if (!create.ifNotExists()) throw ObjectNames.exists(create.name());
            scope.context().notice(PgError.notice(SqlState.DUPLICATE_TABLE,
                    "relation \"" + create.name() + "\" already exists, skipping"));
            return "CREATE INDEX";
        }
        Placement.tablespace(create.tablespace());
        return scope.asOwner(table.owner(), () -> build(create, table));
    }

    private String build(TableStatement.CreateIndex create, TableDef table) {
        List<ColumnDef> hidden = new ArrayList<>();
        List<IndexDef.KeyPart> parts = new ArrayList<>();
        for (IndexElement element : create.elements()) parts.add(part(table, element, create.accessMethod(), hidden));
        List<Integer> included = new ArrayList<>();
        for (IndexElement element : create.include()) {
            if (element.column() == null) {
                throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "expressions are not supported in included columns");
            }
            refuseMarks(element);
            included.add(column(table, element.column(), element.position()).number());
        }
        int predicate = 0;
        String predicateText = null;
        if (create.where() != null) {
            StoredSql.Stored condition = StoredSql.expression(create.where(), table, ExpressionKind.INDEX_PREDICATE, PgTypes.BOOL, -1, null,
                    scope.names());
            Volatility.requireImmutable(condition.value(), "functions in index predicate must be marked IMMUTABLE");
            predicateText = condition.text();
            predicate = hide(table, hidden, predicateText, PgTypes.BOOL, -1, 0);
        }
        String name = create.name() != null ? create.name() : chooseName(table, create);
        TableDef widened = hidden.isEmpty() ? table : widen(table, hidden, create.concurrently());
        IndexDef index = new IndexDef(scope.context().transaction().newOid(), table.schemaOid(), name, table.oid(),
                scope.context().transaction().newStorageId(), create.unique(), false, create.nullsNotDistinct(), parts, included, predicate,
                predicateText, create.accessMethod(), true, StorageParameters.of(create.options(), StorageParameters.index(create.accessMethod())), IndexMarks.NONE);
        if (create.concurrently() && table.persistence() != 't' && table.storageId() != 0) {
            if (hidden.isEmpty()) makeOnline(index, widened);
            else new OnlineIndexes(scope).behindCommit(widened, () -> makeOnline(index, widened));
            return "CREATE INDEX";
        }
        IndexBuild.checkUnique(index, widened, scope);
        scope.context().transaction().change(new CatalogChange.Put(index));
        return "CREATE INDEX";
    }

    private void makeOnline(IndexDef index, TableDef table) {
        new OnlineIndexes(scope).make(index, table, index.name(), SoughtLock.SHARE, made -> scope.context().transaction().change(new CatalogChange.Put(made)));
    }

    private TableDef widen(TableDef table, List<ColumnDef> hidden, boolean concurrently) {
        List<ColumnDef> columns = new ArrayList<>(table.columns());
        columns.addAll(hidden);
        TableDef widened = Tables.withColumns(table, columns);
        return concurrently ? new OnlineRewrite(scope).rewrite(table, widened, Map.of()) : new TableRewrite(scope).rewrite(table, widened, Map.of());
    }

    private TableDef table(TableStatement.CreateIndex create) {
        RelationRef found = scope.names().relation(create.table().schema(), create.table().name());
        if (found == null) {
            throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + create.table() + "\" does not exist");
        }
        if (found instanceof RelationRef.Stored stored && (stored.table().kind() == 'r' || stored.table().kind() == 'm')) {
            // expressions and predicates become columns of the table: two such indexes cannot be made at once
            boolean widens = create.where() != null || create.elements().stream().anyMatch(element -> element.column() == null);
            scope.context().transaction().lockTable(stored.table().oid(), create.concurrently() ? OnlineRewrite.LOCK : widens ? 6 : 5, io.craton.storage.txn.WaitPolicy.WAIT);
            return Found.current(stored.table(), scope);
        }
        if (found instanceof RelationRef.Builtin) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE,
                    "permission denied: \"" + create.table().name() + "\" is a system catalog");
        }
        throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "cannot create index on relation \"" + create.table().name() + "\"")
                .withDetail("This operation is not supported for views.").exception();
    }

    private void requireCollatable(PgType type, int collation) {
        if (collation == 0 || type.collationOid() != 0) return;
        throw new PgException(SqlState.DATATYPE_MISMATCH, "collations are not supported by type " + TypeNames.of(type, scope.names()));
    }

    /** Of the classes that serve here, those of btree and hash have no options. */
    private static void refuseOptions(IndexElement element, String operatorClass, String method) {
        if (element.operatorClassOptions().isEmpty()) return;
        if (method.equals("brin")) throw PgException.notSupported("options of operator class " + operatorClass);
        throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "operator class " + operatorClass + " has no options");
    }

    /** Included columns have no order. */
    private static void refuseMarks(IndexElement element) {
        String what = !element.collation().isEmpty() ? "a collation" : !element.operatorClass().isEmpty() ? "an operator class"
                : element.direction() != Direction.DEFAULT ? "ASC/DESC options" : element.nulls() != Nulls.DEFAULT ? "NULLS FIRST/LAST options" : null;
        if (what != null) throw new PgException(SqlState.INVALID_OBJECT_DEFINITION, "including column does not support " + what);
    }

    /** Only btree keeps an order. */
    private static void refuseOrder(IndexElement element, String method) {
        if (method.equals("btree")) return;
        String what = element.direction() != Direction.DEFAULT ? "ASC/DESC" : element.nulls() != Nulls.DEFAULT ? "NULLS FIRST/LAST" : null;
        if (what == null) return;
        throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "access method \"" + method + "\" does not support " + what + " options");
    }

    private IndexDef.KeyPart part(TableDef table, IndexElement element, String method, List<ColumnDef> hidden) {
        boolean descending = element.direction() == Direction.DESC;
        boolean nullsFirst = element.nulls() == Nulls.DEFAULT ? descending : element.nulls() == Nulls.FIRST;
        int collation = element.collation().isEmpty() ? 0 : CollationNames.resolve(element.collation(), scope);
        @Nullable Expr expression = element.expression();
        while (expression instanceof Expr.Collate collate) {
            if (collation == 0) collation = CollationNames.resolve(collate.collation(), scope);
            expression = collate.argument();
        }
        String plain = element.column() != null ? element.column() : expression instanceof Expr.ColumnRef reference && reference.names().size() == 1
                && table.column(reference.names().getFirst()) != null ? reference.names().getFirst() : null;
        if (plain != null) {
            ColumnDef column = column(table, plain, element.position());
            requireCollatable(type(column), collation);
            int opclass = OperatorClasses.named(element.operatorClass(), type(column), method, scope);
            refuseOrder(element, method);
            refuseOptions(element, OperatorClasses.name(opclass), method);
            return new IndexDef.KeyPart(column.number(), null, descending, nullsFirst, opclass, collation != 0 ? collation : column.collationOid());
        }
        StoredSql.Stored stored = StoredSql.expression(java.util.Objects.requireNonNull(expression), table, ExpressionKind.INDEX_EXPRESSION, null, -1, null, scope.names());
        Scalar compiled = stored.value();
        Volatility.requireImmutable(compiled, "functions in index expression must be marked IMMUTABLE");
        requireCollatable(compiled.type(), collation);
        int opclass = OperatorClasses.named(element.operatorClass(), compiled.type(), method, scope);
        refuseOrder(element, method);
        refuseOptions(element, OperatorClasses.name(opclass), method);
        String text = stored.text();
        int number = hide(table, hidden, text, compiled.type(), compiled.typmod(), collation);
        return new IndexDef.KeyPart(number, text, descending, nullsFirst, opclass, collation);
    }

    private PgType type(ColumnDef column) {
        return scope.names().requireType(column.typeOid());
    }

    private static ColumnDef column(TableDef table, String name, int position) {
        ColumnDef column = table.column(name);
        if (column == null && TableCreation.isSystemColumn(name)) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "index creation on system columns is not supported");
        if (column == null) throw new PgException(SqlState.UNDEFINED_COLUMN, "column \"" + name + "\" does not exist");
        return column;
    }

    /** The number of a hidden column with this expression: one that is there, or a new one. */
    private static int hide(TableDef table, List<ColumnDef> hidden, String text, PgType type, int typmod, int collation) {
        for (ColumnDef column : table.columns()) {
            if (column.hidden() && !column.dropped() && text.equals(column.defaultExpression()) && column.collationOid() == collation) return column.number();
        }
        for (ColumnDef column : hidden) {
            if (text.equals(column.defaultExpression()) && column.collationOid() == collation) return column.number();
        }
        int number = table.columns().size() + hidden.size() + 1;
        hidden.add(new ColumnDef(number, "........hidden." + number, type.oid(), typmod, collation, false, text, (char) 0, 's', null, false,
                true, 0, null, ColumnTuning.DEFAULT));
        return number;
    }

    private String chooseName(TableDef table, TableStatement.CreateIndex create) {
        List<String> names = new ArrayList<>();
        for (IndexElement element : create.elements()) {
            names.add(distinct(element.column() != null ? element.column() : expressionName(element.expression()), names));
        }
        for (IndexElement element : create.include()) if (element.column() != null) names.add(distinct(element.column(), names));
        return ObjectNames.free(table.name(), String.join("_", names), "idx", table.schemaOid(), scope.context().catalog(), List.of());
    }

    /** With a number behind it when there is one of the same name. */
    private static String distinct(String name, List<String> others) {
        String tried = name;
        for (int i = 1; others.contains(tried); i++) tried = name + i;
        return tried;
    }

    private static String expressionName(@Nullable Expr expression) {
        return switch (expression) {
            case Expr.FunctionCall call -> call.name().getLast();
            case Expr.Collate collate -> expressionName(collate.argument());
            case Expr.ColumnRef reference -> reference.names().getLast();
            case null, default -> "expr";
        };
    }
}
