package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.Option;
import io.craton.sql.syntax.UtilityStatement;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.IndexMarks;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.WaitPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** REINDEX: an index gets a new storage, which the applier fills from the rows; CONCURRENTLY it is filled beside the applier under another name, and taken over. */
final class Reindexing {
    private static final int SHARE_UPDATE_EXCLUSIVE = 4;

    private final Scope scope;
    private boolean concurrently;

    Reindexing(Scope scope) {
        this.scope = scope;
    }

    String run(UtilityStatement.Reindex reindex) {
        concurrently = reindex.concurrently();
        for (Option option : reindex.options()) {
            if (!Set.of("verbose", "concurrently", "tablespace").contains(option.name())) {
                throw new PgException(SqlState.SYNTAX_ERROR, "unrecognized REINDEX option \"" + option.name() + "\"").at(option.position());
            }
            if (option.name().equals("tablespace")) Placement.tablespace(OptionTexts.text(option));
            if (option.name().equals("verbose")) OptionTexts.flag(option);
            if (option.name().equals("concurrently")) concurrently = OptionTexts.flag(option);
        }
        if (concurrently) scope.preventInBlock("REINDEX CONCURRENTLY");
        switch (reindex.kind()) {
            case INDEX -> {
                RelationRef found = found(reindex);
                if (!(found instanceof RelationRef.Index one)) {
                    throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + reindex.name().name() + "\" is not an index");
                }
                TableDef table = java.util.Objects.requireNonNull(scope.context().catalog().table(one.index().tableOid()));
                Ownership.require(table, scope);
                rebuild(one.index(), table);
            }
            case TABLE -> {
                RelationRef found = found(reindex);
                if (concurrently && found instanceof RelationRef.Builtin) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot reindex system catalogs concurrently");
                if (!(found instanceof RelationRef.Stored stored) || stored.table().kind() != 'r' && stored.table().kind() != 'm') {
                    throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + reindex.name().name() + "\" is not a table or materialized view");
                }
                Ownership.require(stored.table(), scope);
                if (indexes(stored.table()).isEmpty()) {
                    scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, "table \"" + stored.table().name()
                            + "\" has no indexes " + (concurrently ? "that can be reindexed concurrently" : "to reindex")));
                }
                rebuildAll(stored.table());
            }
            case SCHEMA -> {
                var schema = Found.schema(reindex.name().name(), scope);
                Ownership.require(schema, scope);
                scope.preventInBlock("REINDEX SCHEMA");
                rebuildTables(table -> table.schemaOid() == schema.oid());
            }
            case DATABASE -> {
                scope.preventInBlock("REINDEX DATABASE");
                requireDatabase(reindex);
                rebuildTables(table -> true);
            }
            case SYSTEM -> {
                scope.preventInBlock("REINDEX SYSTEM");
                if (concurrently) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot reindex system catalogs concurrently");
                requireDatabase(reindex);
            }
        }
        return "REINDEX";
    }

    private void requireDatabase(UtilityStatement.Reindex reindex) {
        if (!reindex.name().name().equals(scope.context().session().database())) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "can only reindex the currently open database");
        }
    }

    private RelationRef found(UtilityStatement.Reindex reindex) {
        RelationRef found = scope.names().relation(reindex.name().schema(), reindex.name().name());
        if (found == null) throw new PgException(SqlState.UNDEFINED_TABLE, "relation \"" + reindex.name() + "\" does not exist");
        return found;
    }

    private interface Filter {
        boolean takes(TableDef table);
    }

    /** Each table in a transaction of its own. */
    private void rebuildTables(Filter filter) {
        List<Integer> oids = new ArrayList<>();
        for (TableDef table : scope.context().catalog().all(TableDef.class)) {
            if ((table.kind() == 'r' || table.kind() == 'm') && table.persistence() != 't' && filter.takes(table) && Ownership.owns(table.owner(), scope)) oids.add(table.oid());
        }
        for (int oid : oids) {
            TableDef table = scope.context().catalog().table(oid);
            if (table == null) continue;
            rebuildAll(table);
            scope.commitAndRestart();
        }
    }

    private List<IndexDef> indexes(TableDef table) {
        return scope.context().catalog().indexes(table.oid());
    }

    private void rebuildAll(TableDef table) {
        for (IndexDef index : List.copyOf(indexes(table))) {
            if (concurrently && !index.valid()) {
                scope.context().notice(PgError.warning(SqlState.FEATURE_NOT_SUPPORTED, "cannot reindex invalid index \""
                        + scope.names().schemaName(table.schemaOid()) + "." + index.name() + "\" concurrently, skipping"));
                continue;
            }
            rebuild(index, table);
        }
    }

    private void rebuild(IndexDef index, TableDef table) {
        if (index.clustered()) return;
        var transaction = scope.context().transaction();
        if (!concurrently || table.persistence() == 't') {
            transaction.lockTable(table.oid(), SoughtLock.ACCESS_EXCLUSIVE, WaitPolicy.WAIT);
            IndexDef present = scope.context().catalog().find(IndexDef.class, index.oid());
            if (present == null) return;
            IndexDef made = Tables.withValidity(Tables.withStorage(present, transaction.newStorageId()), true);
            if (!present.valid()) IndexBuild.checkUnique(made, table, scope);
            transaction.change(new CatalogChange.Put(made));
            return;
        }
        transaction.lockTable(table.oid(), SHARE_UPDATE_EXCLUSIVE, WaitPolicy.WAIT);
        String name = ObjectNames.free(index.name(), null, "ccnew", index.schemaOid(), scope.context().catalog(), List.of());
        IndexDef copy = new IndexDef(transaction.newOid(), index.schemaOid(), name, index.tableOid(), transaction.newStorageId(), index.unique(), false,
                index.nullsNotDistinct(), index.keyParts(), index.includedColumns(), index.predicateColumn(), index.predicate(), index.method(), false,
                index.options(), IndexMarks.NONE);
        new OnlineIndexes(scope).make(copy, table, name, SoughtLock.ACCESS_EXCLUSIVE, made -> {
            var ending = scope.context().transaction();
            IndexDef present = java.util.Objects.requireNonNull(scope.context().catalog().find(IndexDef.class, index.oid()));
            ending.change(new CatalogChange.Drop(Tables.withValidity(copy, false)));
            ending.change(new CatalogChange.Put(Tables.withValidity(Tables.withStorage(present, copy.storageId()), true)));
        });
        // each index in transactions of its own
        scope.commitAndRestart();
    }
}
