package io.craton.sql.session;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;

/** Which objects live in a session's temporary schema. Pure. */
final class TemporaryObjects {
    private TemporaryObjects() {}

    static boolean in(CatalogObject object, int schemaOid, Catalog catalog) {
        return switch (object) {
            case TableDef table -> table.schemaOid() == schemaOid;
            case IndexDef index -> index.schemaOid() == schemaOid;
            case SequenceDef sequence -> sequence.schemaOid() == schemaOid;
            case ConstraintDef constraint -> constraint.schemaOid() == schemaOid;
            case TypeDef type -> type.type().namespaceOid() == schemaOid;
            case RoutineDef routine -> routine.schemaOid() == schemaOid;
            default -> false;
        };
    }
}
