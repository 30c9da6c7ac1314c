package io.craton.storage.txn;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.projection.IndexLayout;
import io.craton.storage.projection.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A transaction's own changes of the catalog, in order, and the schema they make of the committed one. One thread. */
final class SchemaChanges {
    private final List<CatalogChange> changes = new ArrayList<>(0);
    private @Nullable Schema base;
    private @Nullable Schema result;
    /** Committed rows of tables under unique indexes made here: parts to row key. Nobody else writes there, the table is locked. */
    private final Map<Long, TreeMap<byte[], byte[]>> created = new LinkedHashMap<>();

    boolean isEmpty() {
        return changes.isEmpty();
    }

    /** The committed schema that was looked at last; null when none was since the first change. */
    @Nullable Schema base() {
        return changes.isEmpty() ? null : base;
    }

    int mark() {
        return changes.size();
    }

    void add(CatalogChange change) {
        changes.add(change);
        result = null;
    }

    void rollbackTo(int mark) {
        if (changes.size() == mark) return;
        changes.subList(mark, changes.size()).clear();
        result = null;
        created.clear();
    }

    /** The committed schema with these changes. */
    Schema over(Schema committed) {
        Schema made = result;
        if (made == null || base != committed) {
            made = new Schema(committed.catalog().with(changes), committed);
            base = committed;
            result = made;
        }
        return made;
    }

    /** Whether the index has no entries yet, because this transaction made it. */
    boolean createdIndex(IndexDef index) {
        if (changes.isEmpty()) return false;
        Schema committed = base;
        if (committed == null) return false;
        IndexDef before = committed.catalog().find(IndexDef.class, index.oid());
        return before == null || before.storageId() != index.storageId();
    }

    /** Whether the table has the storage that it has by this transaction. */
    boolean createdStorage(TableDef table) {
        Schema committed = base();
        if (committed == null) return false;
        TableDef before = committed.catalog().table(table.oid());
        return before == null || before.storageId() != table.storageId();
    }

    /** Key of the committed row with these parts under a unique index of this transaction. */
    byte @Nullable [] findInCreated(TransactionRows transaction, TableDef table, IndexLayout index, byte[] parts) {
        TreeMap<byte[], byte[]> entries = created.get(index.storage());
        if (entries == null) {
            entries = new TreeMap<>(Arrays::compareUnsigned);
            try (RowCursor rows = transaction.committedRows(table)) {
                while (rows.next()) {
                    byte[] rowParts = index.partsOf(rows.row());
                    if (rowParts != null && index.exclusive(rowParts)) entries.put(rowParts, rows.key());
                }
            }
            created.put(index.storage(), entries);
        }
        return entries.get(parts);
    }

    record Identity(Class<?> kind, int oid) {}

    /** What is left of the first so many changes: one for each object, none for those that came and went. */
    List<CatalogChange> effective(Catalog committed, int count) {
        if (count == 0) return new ArrayList<>(0);
        Map<Identity, CatalogChange> newest = new LinkedHashMap<>();
        for (CatalogChange change : changes.subList(0, count)) newest.put(identity(change), change);
        List<CatalogChange> effective = new ArrayList<>();
        newest.forEach((identity, change) -> {
            if (change instanceof CatalogChange.Put || committed.find(kind(identity.kind), identity.oid) != null) effective.add(change);
        });
        return effective;
    }

    @SuppressWarnings("unchecked")
    private static Class<? extends CatalogObject> kind(Class<?> kind) {
        return (Class<? extends CatalogObject>) kind;
    }

    private static Identity identity(CatalogChange change) {
        return identity(switch (change) {
            case CatalogChange.Put put -> put.object();
            case CatalogChange.Drop drop -> drop.object();
        });
    }

    static Identity identity(CatalogObject object) {
        return new Identity(object.getClass(), object.oid());
    }

    static TableDef withStorage(TableDef table, long storage) {
        return new TableDef(table.oid(), table.schemaOid(), table.name(), table.owner(), table.kind(), table.persistence(), storage,
                table.rowTypeOid(), table.arrayTypeOid(), table.columns(), table.keyColumns(), table.options(), table.viewQuery(),
                table.populated(), table.hasTriggers(), table.acl(), table.replicaIdentity(), table.ofTypeOid());
    }

    static IndexDef withStorage(IndexDef index, long storage) {
        return new IndexDef(index.oid(), index.schemaOid(), index.name(), index.tableOid(), storage, index.unique(), index.primary(),
                index.nullsNotDistinct(), index.keyParts(), index.includedColumns(), index.predicateColumn(), index.predicate(),
                index.method(), index.valid(), index.options(), index.marks());
    }
}
