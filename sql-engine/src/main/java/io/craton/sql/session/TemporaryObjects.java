package io.craton.sql.session;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.ArrayList;
import java.util.List;

/** What is in a session's temporary schema. Pure. */
final class TemporaryObjects {
    private TemporaryObjects() {}

    /** Everything there but what goes with something else that is there. */
    static List<CatalogObject> in(int schemaOid, Catalog catalog) {
        List<CatalogObject> found = new ArrayList<>();
        for (TableDef table : catalog.all(TableDef.class)) if (table.schemaOid() == schemaOid) found.add(table);
        for (SequenceDef sequence : catalog.all(SequenceDef.class)) if (sequence.schemaOid() == schemaOid) found.add(sequence);
        for (TypeDef type : catalog.all(TypeDef.class)) {
            boolean alone = type.type().relationOid() == 0 && !type.type().isArray();
            if (alone && type.type().namespaceOid() == schemaOid) found.add(type);
        }
        for (RoutineDef routine : catalog.all(RoutineDef.class)) if (routine.schemaOid() == schemaOid) found.add(routine);
        return found;
    }
}
