package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgTypes;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.logical.Relation;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.SelectStatement.Persistence;
import io.craton.sql.syntax.TableStatement;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.Transaction;
import java.util.List;

/** CREATE TABLE AS, SELECT INTO and CREATE MATERIALIZED VIEW: a table made of a query's columns and filled with its rows. */
final class TableAs {
    private TableAs() {}

    static String run(TableStatement.CreateTableAs create, AnalyzedStatement.Utility analyzed, Scope scope) {
        AnalyzedStatement.Query query = analyzed.query();
        if (query == null) throw PgException.notSupported("CREATE TABLE AS EXECUTE");
        var target = create.target();
        int schema = ObjectNames.creationSchema(target.relation(), target.persistence(), scope);
        String name = target.relation().name();
        String tag = create.materializedView() ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS";
        if (scope.context().catalog().relation(schema, name) != null) {
            if (!create.ifNotExists()) throw ObjectNames.exists(name);
            scope.context().notice(PgError.notice(SqlState.DUPLICATE_TABLE, "relation \"" + name + "\" already exists, skipping"));
            return tag;
        }
        TypeDdl.requireFreeName(name, schema, scope);
        char persistence = target.persistence() == Persistence.TEMPORARY || schema == scope.temporarySchemaIfAny() ? 't' : 'p';
        TableDraft draft = new TableDraft(scope, schema, name, create.materializedView() ? 'm' : 'r', persistence);
        draft.options = TableCreation.options(target.options());
        draft.populated = create.withData();
        addColumns(draft, query.columns(), target.columns());
        if (create.materializedView()) draft.viewQuery = SqlText.print(create.source());
        draft.write(scope);
        if (!create.withData()) return tag;
        TableDef table = draft.table();
        Transaction transaction = scope.context().transaction();
        long rows = scope.query(query, row -> transaction.insert(table, row));
        return create.materializedView() ? "SELECT " + rows : "SELECT " + rows;
    }

    static void addColumns(TableDraft draft, List<Relation.Field> fields, List<String> names) {
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
            draft.columns.add(new ColumnDef(i + 1, name, type.oid(), field.typmod(), type.collationOid(), false, null, (char) 0, (char) 0, null,
                    false, false, -1, null));
        }
    }
}
