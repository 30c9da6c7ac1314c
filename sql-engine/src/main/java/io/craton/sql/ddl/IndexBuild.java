package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.RowCodec;
import org.jspecify.annotations.Nullable;

/** Checks the rows that are there before a unique index is made over them. */
final class IndexBuild {
    private IndexBuild() {}

    /** 23505 when two rows have the same key. The transaction holds a lock that keeps others from writing to the table. */
    static void checkUnique(IndexDef index, TableDef table, Scope scope) {
        if (!index.unique() || table.storageId() == 0) return;
        byte[] row = scope.context().transaction().duplicate(table, index, scope.context()::charge);
        if (row != null) throw duplicate(index, table, row, scope);
    }

    /** @param row one of those with the same key */
    static PgException duplicate(IndexDef index, TableDef table, byte[] row, Scope scope) {
        RowCodec codec = RowCodec.of(table, scope.context().catalog());
        @Nullable Object[] values = new Object[table.columns().size()];
        for (IndexDef.KeyPart part : index.keyParts()) values[part.column() - 1] = codec.datum(row, part.column() - 1);
        return TableRewrite.duplicate(index, table, values, scope.names());
    }
}
