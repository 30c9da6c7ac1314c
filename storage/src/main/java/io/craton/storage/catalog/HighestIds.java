package io.craton.storage.catalog;

import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;

/**
 * The highest oid and storage id that objects ever had, dropped ones included: their past still goes by these numbers, so none is given out twice. Numbers of tenants
 * count as oids.
 */
public record HighestIds(int oid, long storage) {
    public static final HighestIds NONE = new HighestIds(0, 0);

    public HighestIds with(CatalogObject object) {
        int oids = Math.max(oid, object.oid());
        if (object instanceof TypeDef type) {
            for (var label : type.type().labels()) oids = Math.max(oids, label.oid());
        }
        if (object instanceof DatabaseDef database) oids = Math.max(oids, database.tenantNumber());
        if (object instanceof TableDef table) oids = Math.max(oids, Math.max(table.rowTypeOid(), table.arrayTypeOid()));
        long storages = switch (object) {
            case TableDef table -> table.storageId();
            case IndexDef index -> index.storageId();
            case SequenceDef sequence -> sequence.storageId();
            default -> 0;
        };
        return new HighestIds(oids, Math.max(storage, storages));
    }

    public HighestIds with(HighestIds other) {
        return new HighestIds(Math.max(oid, other.oid), Math.max(storage, other.storage));
    }
}
