package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.Access;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.analyze.Analyzer;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.function.CollationTable;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.SelectStatement.Persistence;
import io.craton.sql.syntax.TableStatement;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.List;

/** CREATE [OR REPLACE] VIEW. */
final class ViewDdl {
    private ViewDdl() {}

    static String create(TableStatement.CreateView create, Scope scope) {
        if (create.query().intoNewTable()) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "views must not contain SELECT INTO");
        AnalyzedStatement.Query query = Analyzer.analyzeQuery(create.query(), scope.names(), List.of());
        if (!query.parameterTypes().isEmpty()) {
            throw new PgException(SqlState.UNDEFINED_PARAMETER, "there is no parameter $1");
        }
        if (create.columns().size() > query.columns().size()) {
            throw new PgException(SqlState.SYNTAX_ERROR, "CREATE VIEW specifies more column names than columns");
        }
        String name = create.name().name();
        Persistence persistence = create.persistence();
        if (persistence == Persistence.PERMANENT && usesTemporary(query)) {
            persistence = Persistence.TEMPORARY;
            scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, "view \"" + name + "\" will be a temporary view"));
        }
        if (create.checkOption() != TableStatement.CheckOption.NONE) {
            String refusal = Analyzer.updateRefusal(create.query(), scope.names());
            if (refusal != null) {
                throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "WITH CHECK OPTION is supported only on automatically updatable views")
                        .withHint(refusal).exception();
            }
        }
        int schema = ObjectNames.creationSchema(create.name(), persistence, scope);
        CatalogObject existing = scope.context().catalog().relation(schema, name);
        if (existing != null && !create.orReplace()) throw ObjectNames.exists(name);
        TableDraft draft = new TableDraft(scope, schema, name, 'v', ObjectNames.persistence(persistence, schema, scope));
        StoredSql.Query stored = StoredSql.query(create.query(), scope.names());
        TableAs.addColumns(draft, query.columns(), create.columns(), stored.collations(), scope);
        draft.viewQuery = stored.text();
        java.util.Map<String, String> options = StorageParameters.of(create.options(), StorageParameters.VIEW);
        switch (create.checkOption()) {
            case LOCAL -> options.put("check_option", "local");
            case CASCADED -> options.put("check_option", "cascaded");
            case NONE -> { }
        }
        draft.options = options;
        if (existing == null) {
            draft.write(scope);
            return "CREATE VIEW";
        }
        if (!(existing instanceof TableDef view) || view.kind() != 'v') {
            throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + name + "\" is not a view");
        }
        checkColumns(view, draft.columns, scope);
        TableDef replaced = new TableDef(view.oid(), view.schemaOid(), view.name(), view.owner(), 'v', view.persistence(), 0, view.rowTypeOid(),
                view.arrayTypeOid(), draft.columns, List.of(), draft.options, draft.viewQuery, true, view.hasTriggers(), view.acl(), view.replicaIdentity(), view.ofTypeOid());
        for (var type : TableDraft.rowTypes(replaced, scope)) {
            scope.context().transaction().change(new CatalogChange.Put(new TypeDef(type, null)));
        }
        scope.context().transaction().change(new CatalogChange.Put(replaced));
        return "CREATE VIEW";
    }

    /** Whether a query reads what only this session has. */
    static boolean usesTemporary(AnalyzedStatement.Query query) {
        for (Access access : query.accesses()) {
            boolean temporary = switch (access.relation()) {
                case TableDef table -> table.persistence() == 't';
                case CatalogObject.SequenceDef sequence -> sequence.persistence() == 't';
                case null, default -> false;
            };
            if (temporary) return true;
        }
        return false;
    }

    private static void checkColumns(TableDef view, List<ColumnDef> columns, Scope scope) {
        if (columns.size() < view.columns().size()) {
            throw new PgException(SqlState.INVALID_TABLE_DEFINITION, "cannot drop columns from view");
        }
        for (ColumnDef before : view.columns()) {
            ColumnDef after = columns.get(before.number() - 1);
            if (!before.name().equals(after.name())) {
                throw io.craton.core.error.PgError.error(SqlState.INVALID_TABLE_DEFINITION, "cannot change name of view column \"" + before.name()
                                + "\" to \"" + after.name() + "\"")
                        .withHint("Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.").exception();
            }
            if (before.typeOid() != after.typeOid() || before.typmod() != after.typmod()) {
                throw new PgException(SqlState.INVALID_TABLE_DEFINITION, "cannot change data type of view column \"" + before.name() + "\" from "
                        + TypeNames.of(scope.names().requireType(before.typeOid()), before.typmod(), scope.names()) + " to "
                        + TypeNames.of(scope.names().requireType(after.typeOid()), after.typmod(), scope.names()));
            }
            if (before.collationOid() != after.collationOid()) {
                throw new PgException(SqlState.INVALID_TABLE_DEFINITION, "cannot change collation of view column \"" + before.name() + "\" from \""
                        + CollationTable.name(before.collationOid(), scope.context().catalog()) + "\" to \""
                        + CollationTable.name(after.collationOid(), scope.context().catalog()) + "\"");
            }
        }
    }
}
