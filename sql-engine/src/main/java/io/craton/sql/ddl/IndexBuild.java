package io.craton.sql.ddl;

import io.craton.core.type.DatumComparator;
import io.craton.core.type.PgType;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.RowCodec;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.RowCursor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks the rows that are there before a unique index is made over them. */
final class IndexBuild {
    private IndexBuild() {}

    /** 23505 when two rows have the same key. */
    static void checkUnique(IndexDef index, TableDef table, Scope scope) {
        if (!index.unique() || table.storageId() == 0) return;
        RowCodec codec = RowCodec.of(table, scope.context().catalog());
        int parts = index.keyParts().size();
        PgType[] types = new PgType[parts];
        for (int i = 0; i < parts; i++) types[i] = codec.type(index.keyParts().get(i).column() - 1);
        List<@Nullable Object[]> keys = new ArrayList<>();
        try (RowCursor cursor = scope.context().transaction().scan(table, KeyRange.ALL, false)) {
            while (cursor.next()) {
                byte[] row = cursor.row();
                if (index.predicateColumn() != 0) {
                    int predicate = index.predicateColumn() - 1;
                    if (codec.isNull(row, predicate) || !codec.getBoolean(row, predicate)) continue;
                }
                @Nullable Object[] key = new Object[parts];
                boolean hasNull = false;
                for (int i = 0; i < parts; i++) {
                    key[i] = codec.datum(row, index.keyParts().get(i).column() - 1);
                    hasNull |= key[i] == null;
                }
                if (hasNull && !index.nullsNotDistinct()) continue;
                keys.add(key);
                if ((keys.size() & 1023) == 0) {
                    scope.context().checkInterrupts();
                    scope.context().retain(1024L * (48 + 24L * parts));
                }
            }
        }
        keys.sort((a, b) -> compare(a, b, types));
        for (int i = 1; i < keys.size(); i++) {
            if (compare(keys.get(i - 1), keys.get(i), types) == 0) {
                @Nullable Object[] row = new Object[table.columns().size()];
                for (int k = 0; k < parts; k++) row[index.keyParts().get(k).column() - 1] = keys.get(i)[k];
                throw TableRewrite.duplicate(index, table, row, scope.names());
            }
        }
    }

    private static int compare(@Nullable Object[] a, @Nullable Object[] b, PgType[] types) {
        for (int i = 0; i < types.length; i++) {
            int order = a[i] == null ? (b[i] == null ? 0 : 1) : b[i] == null ? -1 : DatumComparator.compare(types[i], a[i], b[i]);
            if (order != 0) return order;
        }
        return 0;
    }
}
