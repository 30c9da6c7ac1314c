package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.AlterTableCommand;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.IndexMarks;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.List;

/** The index that a table is clustered on, and the one that is its replica identity: at most one index of a table has each mark. One statement. */
final class IndexMarking {
    private final Scope scope;

    IndexMarking(Scope scope) {
        this.scope = scope;
    }

    void identify(AlterTableCommand.ReplicaIdentity identity, TableDef table) {
        char letter = switch (identity.kind()) {
            case DEFAULT -> 'd';
            case NOTHING -> 'n';
            case FULL -> 'f';
            case INDEX -> 'i';
        };
        IndexDef chosen = identity.index() == null ? null : index(table, identity.index());
        if (chosen != null) requireIdentifying(chosen, table);
        if (table.replicaIdentity() != letter) put(Tables.withReplicaIdentity(table, letter));
        for (IndexDef index : indexes(table)) {
            mark(index, new IndexMarks(index.marks().cluster(), chosen != null && chosen.oid() == index.oid(), index.marks().statistics()));
        }
    }

    private void requireIdentifying(IndexDef index, TableDef table) {
        if (!index.unique()) throw refused(SqlState.WRONG_OBJECT_TYPE, "non-unique", index);
        for (ConstraintDef constraint : scope.context().catalog().constraints(table.oid())) {
            if (constraint.indexOid() == index.oid() && constraint.type() != 'f' && constraint.deferrable()) {
                throw refused(SqlState.FEATURE_NOT_SUPPORTED, "non-immediate", index);
            }
        }
        if (index.keyParts().stream().anyMatch(part -> part.expression() != null)) throw refused(SqlState.FEATURE_NOT_SUPPORTED, "expression", index);
        if (index.predicate() != null) throw refused(SqlState.FEATURE_NOT_SUPPORTED, "partial", index);
        for (IndexDef.KeyPart part : index.keyParts()) {
            ColumnDef column = table.column(part.column());
            if (column.notNull()) continue;
            throw new PgException(SqlState.WRONG_OBJECT_TYPE, "index \"" + index.name() + "\" cannot be used as replica identity because column \""
                    + column.name() + "\" is nullable");
        }
    }

    private static PgException refused(SqlState state, String what, IndexDef index) {
        return new PgException(state, "cannot use " + what + " index \"" + index.name() + "\" as replica identity");
    }

    /** DROP NOT NULL: rows are told apart by the columns of the replica identity. */
    static void requireNullable(TableDef table, ColumnDef column, Scope scope) {
        for (IndexDef index : scope.context().catalog().indexes(table.oid())) {
            if (!index.marks().replica() || index.keyParts().stream().noneMatch(part -> part.column() == column.number())) continue;
            throw new PgException(SqlState.INVALID_TABLE_DEFINITION, "column \"" + column.name() + "\" is in index used as replica identity");
        }
    }

    void clusterOn(TableDef table, String name) {
        IndexDef chosen = index(table, name);
        if (!chosen.method().equals("btree")) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED,
                    "cannot cluster on index \"" + name + "\" because access method does not support clustering");
        }
        if (chosen.predicate() != null) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot cluster on partial index \"" + name + "\"");
        if (!chosen.valid()) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot cluster on invalid index \"" + name + "\"");
        for (IndexDef index : indexes(table)) {
            mark(index, new IndexMarks(index.oid() == chosen.oid(), index.marks().replica(), index.marks().statistics()));
        }
    }

    void withoutCluster(TableDef table) {
        for (IndexDef index : indexes(table)) mark(index, new IndexMarks(false, index.marks().replica(), index.marks().statistics()));
    }

    private List<IndexDef> indexes(TableDef table) {
        return List.copyOf(scope.context().catalog().indexes(table.oid()));
    }

    private IndexDef index(TableDef table, String name) {
        CatalogObject found = scope.context().catalog().relation(table.schemaOid(), name);
        if (found == null) throw new PgException(SqlState.UNDEFINED_OBJECT, "index \"" + name + "\" for table \"" + table.name() + "\" does not exist");
        if (!(found instanceof IndexDef index)) throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + name + "\" is not an index");
        if (index.tableOid() != table.oid()) {
            throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + name + "\" is not an index for table \"" + table.name() + "\"");
        }
        return index;
    }

    private void mark(IndexDef index, IndexMarks marks) {
        if (!index.marks().equals(marks)) put(Tables.withMarks(index, marks));
    }

    private void put(CatalogObject object) {
        scope.context().transaction().change(new CatalogChange.Put(object));
    }
}
