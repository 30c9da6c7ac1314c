package io.craton.storage.projection;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.SystemTables;
import io.craton.storage.row.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;

/**
 * Drops from a projection what is older than its tables' retention. First it is written down from which position on a storage answers; whoever reads then looks
 * at that after it has read, so that nobody takes what is missing for what never was. One thread at a time, beside the applier.
 */
public final class ProjectionTrimming {
    private static final int BATCH_BYTES = 256 << 10;

    /** What was there of a table's storages. {@code to}: position of the entry behind which it was nobody's any more; {@code Long.MAX_VALUE} when it is in use. */
    private record Stay(TableDef table, long storage, long to) {}

    private final TenantProjection projection;
    private final BooleanSupplier stopped;
    private long removed;

    /** @param stopped whether to leave the rest for another time */
    public ProjectionTrimming(TenantProjection projection, BooleanSupplier stopped) {
        this.projection = projection;
        this.stopped = stopped;
    }

    /**
     * Drops what ended at or before the horizon of each table.
     *
     * @param horizon of a table that is, or that was; 0 when everything is kept
     * @return how many entries were removed
     */
    public long run(ToLongFunction<TableDef> horizon) {
        for (Stay stay : stays()) {
            long position = horizon.applyAsLong(stay.table);
            if (position <= 0 || stopped.getAsBoolean()) continue;
            boolean gone = stay.to <= position;
            long kept = projection.kept().from(stay.storage);
            if (gone ? kept == KeptPast.NOTHING : kept >= position) continue;
            projection.kept().keepFrom(stay.storage, gone ? KeptPast.NOTHING : position);
            if (gone) drop(stay.storage, StoreKeys.ROW, StoreKeys.HISTORY);
            else trimRows(stay.storage, position);
            for (long index : indexes(stay)) {
                projection.kept().keepFrom(index, gone ? KeptPast.NOTHING : position);
                if (gone) drop(index, StoreKeys.INDEX, StoreKeys.INDEX_HISTORY);
                else trimEntries(index, position);
            }
        }
        return removed;
    }

    private boolean isPresent(long indexStorage) {
        return projection.state().schema().hasIndexStorage(indexStorage);
    }

    /** All storages that tables have had, from the changes of definitions. */
    private List<Stay> stays() {
        Map<Integer, TableDef> tables = new HashMap<>();
        List<Stay> stays = new ArrayList<>();
        projection.schemas().each(0, Long.MAX_VALUE - 1, (position, schemaRecord) -> {
            for (CatalogChange change : schemaRecord.changes()) {
                if (!(change.object() instanceof TableDef table)) continue;
                TableDef before = change instanceof CatalogChange.Drop ? tables.remove(table.oid()) : tables.put(table.oid(), table);
                boolean moved = before != null && (change instanceof CatalogChange.Drop || before.storageId() != table.storageId());
                if (moved && before.storageId() != 0) stays.add(new Stay(table, before.storageId(), position));
            }
        });
        Catalog now = projection.state().schema().catalog();
        for (TableDef table : now.all(TableDef.class)) if (table.storageId() != 0) stays.add(new Stay(table, table.storageId(), Long.MAX_VALUE));
        for (TableDef table : SystemTables.CATALOG.all(TableDef.class)) stays.add(new Stay(table, table.storageId(), Long.MAX_VALUE));
        return stays;
    }

    /** Storages of the indexes that a table had while its rows were there. */
    private List<Long> indexes(Stay stay) {
        List<Long> storages = new ArrayList<>();
        projection.schemas().each(0, stay.to == Long.MAX_VALUE ? Long.MAX_VALUE - 1 : stay.to, (position, schemaRecord) -> {
            for (CatalogChange change : schemaRecord.changes()) {
                if (change.object() instanceof IndexDef index && index.tableOid() == stay.table.oid() && index.storageId() != 0 && !storages.contains(index.storageId())) {
                    storages.add(index.storageId());
                }
            }
        });
        if (stay.to != Long.MAX_VALUE) storages.removeIf(this::isPresent);
        return storages;
    }

    private void drop(long storage, byte... kinds) {
        WriteBatchBuilder batch = new WriteBatchBuilder(projection.store().cipher());
        for (byte kind : kinds) {
            byte[] from = StoreKeys.storage(kind, storage);
            batch.deleteRange(from, java.util.Objects.requireNonNull(Bytes.successor(from)));
        }
        projection.store().writeBeside(batch.toBytes());
        removed++;
    }

    private interface Ended {
        boolean test(RocksStore.Scan scan);
    }

    private void trimRows(long storage, long position) {
        trim(StoreKeys.HISTORY, storage, scan -> {
            byte[] value = scan.value();
            projection.settle(value);
            return Bytes.getLong(value, 0) <= position;
        });
    }

    private void trimEntries(long storage, long position) {
        trim(StoreKeys.INDEX_HISTORY, storage, scan -> {
            byte[] key = scan.key();
            return projection.position(~Bytes.getLong(key, key.length - 8)) <= position;
        });
    }

    private void trim(byte kind, long storage, Ended ended) {
        WriteBatchBuilder batch = new WriteBatchBuilder(projection.store().cipher());
        byte[] from = StoreKeys.storage(kind, storage);
        try (RocksStore.Scan scan = projection.store().scan(from, Bytes.successor(from), null)) {
            for (scan.first(); scan.valid() && !stopped.getAsBoolean(); scan.next()) {
                if (!ended.test(scan)) continue;
                batch.delete(scan.key());
                removed++;
                if (batch.size() < BATCH_BYTES) continue;
                projection.store().writeBeside(batch.toBytes());
                batch.clear();
            }
        }
        if (!batch.isEmpty()) projection.store().writeBeside(batch.toBytes());
    }
}
