package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgTypes;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.analyze.Analyzer;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.expr.Relations;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SessionStatement;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.txn.WaitPolicy;
import io.craton.sql.logical.Relation;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.TableStatement;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ColumnTuning;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.Transaction;
import java.util.List;

/** CREATE TABLE AS, SELECT INTO and CREATE MATERIALIZED VIEW: a table made of a query's columns and filled with its rows. */
final class TableAs {
    private TableAs() {}

    static String run(TableStatement.CreateTableAs create, AnalyzedStatement.Utility analyzed, Scope scope) {
        AnalyzedStatement.Query query = analyzed.query();
        if (query == null) throw PgException.notSupported("CREATE TABLE AS EXECUTE");
        String tag = create.materializedView() ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS";
        if (exists(create, scope)) return tag;
        TableDef table = make(create, query, scope);
        if (!create.withData()) return create.source() instanceof SessionStatement.Execute ? "SELECT 0" : tag;
        Transaction transaction = scope.context().transaction();
        java.util.function.Supplier<Long> fill = () -> scope.query(query, row -> transaction.insert(table, row));
        return "SELECT " + (create.materializedView() ? scope.asOwner(scope.context().session().currentUserOid(), fill) : fill.get());
    }

    /** Whether a relation has the name: a notice where IF NOT EXISTS was said, else 42P07. */
    static boolean exists(TableStatement.CreateTableAs create, Scope scope) {
        var target = create.target();
        int schema = ObjectNames.creationSchema(target.relation(), target.persistence(), scope);
        String name = target.relation().name();
        if (scope.context().catalog().relation(schema, name) == null) return false;
        if (!create.ifNotExists()) throw ObjectNames.exists(name);
        scope.context().notice(PgError.notice(SqlState.DUPLICATE_TABLE, "relation \"" + name + "\" already exists, skipping"));
        return true;
    }

    /** The table, whose rows are still to come. */
    static TableDef make(TableStatement.CreateTableAs create, AnalyzedStatement.Query query, Scope scope) {
        var target = create.target();
        TableCreation.checkOnCommit(target.onCommit(), target.persistence());
        if (create.materializedView() && ViewDdl.usesTemporary(query)) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "materialized views must not use temporary tables or views");
        }
        int schema = ObjectNames.creationSchema(target.relation(), target.persistence(), scope);
        String name = target.relation().name();
        TypeDdl.requireFreeName(name, schema, scope);
        char persistence = ObjectNames.persistence(target.persistence(), schema, scope);
        TableDraft draft = new TableDraft(scope, schema, name, create.materializedView() ? 'm' : 'r', persistence);
        Placement.tablespace(target.tablespace());
        Placement.method(target.accessMethod());
        draft.options = StorageParameters.of(target.options(), StorageParameters.HEAP);
        draft.populated = create.withData();
        List<Integer> collations = List.of();
        boolean bound = Relations.any(query.relation(), part -> part instanceof Scalar.Parameter);
        if (bound && create.materializedView()) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "materialized views may not be defined using bound parameters");
        }
        if (create.source() instanceof SelectStatement select && !bound) {
            collations = Analyzer.explore(select, scope.names()).collations(select);
            if (create.materializedView()) draft.viewQuery = StoredSql.query(select, scope.names()).text();
        }
        addColumns(draft, query.columns(), target.columns(), collations, scope);
        draft.write(scope);
        scope.onCommit(draft.oid, target.onCommit());
        return draft.table();
    }

    /** REFRESH MATERIALIZED VIEW: new storages, filled from the query. */
    static String refresh(TableStatement.RefreshMaterializedView refresh, Scope scope) {
        if (!(scope.names().relation(refresh.name().schema(), refresh.name().name()) instanceof RelationRef.Stored stored)) {
            throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + refresh.name() + "\" does not exist");
        }
        TableDef view = stored.table();
        if (view.kind() != 'm') {
            throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + view.name() + "\" is not a materialized view");
        }
        Ownership.require(view, scope);
        if (refresh.concurrently() && !refresh.withData()) {
            throw new PgException(SqlState.SYNTAX_ERROR, "CONCURRENTLY and WITH NO DATA options cannot be used together");
        }
        if (refresh.concurrently()) requireKey(view, scope);
        Transaction transaction = scope.context().transaction();
        transaction.lockTable(view.oid(), refresh.concurrently() ? 7 : 8, WaitPolicy.WAIT);
        view = Found.current(view, scope);
        boolean fill = refresh.withData();
        int owner = view.owner();
        TableDef target = view;
        return scope.asOwner(owner, () -> refill(target, fill, scope));
    }

    private static String refill(TableDef view, boolean fill, Scope scope) {
        Transaction transaction = scope.context().transaction();
        AnalyzedStatement.Query query = scope.analyze(TableRewrite.query(view));
        scope.requireRights(query);
        TableDef empty = transaction.truncate(view);
        TableDef filled = new TableDef(empty.oid(), empty.schemaOid(), empty.name(), empty.owner(), empty.kind(), empty.persistence(),
                empty.storageId(), empty.rowTypeOid(), empty.arrayTypeOid(), empty.columns(), empty.keyColumns(), empty.options(),
                empty.viewQuery(), fill, empty.hasTriggers(), empty.acl(), empty.replicaIdentity(), empty.ofTypeOid());
        scope.context().transaction().change(new CatalogChange.Put(filled));
        if (!fill) return "REFRESH MATERIALIZED VIEW";
        int[] places = TableRewrite.targets(filled);
        scope.query(query, fields -> {
            Object[] row = new Object[filled.columns().size()];
            for (int i = 0; i < places.length; i++) row[places[i]] = fields[i];
            if (transaction.insert(filled, row) instanceof Transaction.WriteOutcome.Conflict conflict) {
                throw TableRewrite.duplicate(conflict.index(), filled, row, scope.names());
            }
        });
        return "REFRESH MATERIALIZED VIEW";
    }

    private static void requireKey(TableDef view, Scope scope) {
        if (!view.populated()) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "CONCURRENTLY cannot be used when the materialized view is not populated");
        }
        for (var index : scope.context().catalog().indexes(view.oid())) {
            if (index.unique() && index.predicateColumn() == 0 && index.keyParts().stream().allMatch(part -> part.expression() == null)) return;
        }
        throw io.craton.core.error.PgError.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "cannot refresh materialized view \""
                        + SqlText.qualified(scope.names().schemaName(view.schemaOid()), view.name()) + "\" concurrently")
                .withHint("Create a unique index with no WHERE clause on one or more columns of the materialized view.").exception();
    }

    /** @param collations of the fields, 0 for the type's; empty: all are */
    static void addColumns(TableDraft draft, List<Relation.Field> fields, List<String> names, List<Integer> collations, Scope scope) {
        if (names.size() > fields.size()) throw new PgException(SqlState.SYNTAX_ERROR, "too many column names were specified");
        for (int i = 0; i < fields.size(); i++) {
            Relation.Field field = fields.get(i);
            String name = i < names.size() ? names.get(i) : field.name();
            if (draft.columnNumber(name) != 0) {
                throw new PgException(SqlState.DUPLICATE_COLUMN, "column \"" + name + "\" specified more than once");
            }
            PgType type = field.type().oid() == TypeOid.UNKNOWN ? PgTypes.TEXT : field.type();
            if (type.isPseudo()) {
                throw new PgException(SqlState.INVALID_TABLE_DEFINITION, "column \"" + name + "\" has pseudo-type " + type.name());
            }
            Ownership.requireUsage(type, scope);
            int collation = i < collations.size() && collations.get(i) != 0 ? collations.get(i) : type.collationOid();
            draft.columns.add(new ColumnDef(i + 1, name, type.oid(), field.typmod(), collation, false, null, (char) 0, (char) 0, null,
                    false, false, -1, null, ColumnTuning.DEFAULT));
        }
    }
}
