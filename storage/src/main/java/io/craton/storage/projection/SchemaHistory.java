package io.craton.storage.projection;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.StatisticsDef;
import io.craton.storage.entry.SchemaHash;
import io.craton.storage.entry.SchemaRecord;
import io.craton.storage.row.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The schemas that a tenant had: one {@link SchemaRecord} for each entry that changed definitions, from which the schema of any position is made. Statistics are no
 * part of them. Who may read what is decided by the rights of now, see {@link PresentRights}. Any thread.
 */
public final class SchemaHistory {
    private static final int CATALOGS_MAX = 32;
    private static final int STATES_MAX = 256;

    private final TenantProjection projection;
    private final List<CatalogChange> birth;
    /** Catalogs by the position of the change that made them. */
    private final Map<Long, Catalog> catalogs = leastRecent(CATALOGS_MAX);
    /** What snapshots see, by position, under the catalog of now that has this version. */
    private final Map<Long, TenantState> states = leastRecent(STATES_MAX);
    private final Map<Long, Schema> schemas = leastRecent(CATALOGS_MAX);
    private long presentVersion = -1;

    SchemaHistory(TenantProjection projection, List<CatalogObject> birth) {
        this.projection = projection;
        List<CatalogChange> objects = new ArrayList<>();
        for (CatalogObject object : birth) objects.add(new CatalogChange.Put(object));
        this.birth = List.copyOf(objects);
    }

    private static <V> Map<Long, V> leastRecent(int max) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, V> eldest) {
                return size() > max;
            }
        };
    }

    /** The changes that belong into a record: statistics are none. */
    static List<CatalogChange> recorded(List<CatalogChange> changes) {
        List<CatalogChange> recorded = new ArrayList<>(changes.size());
        for (CatalogChange change : changes) if (!(change.object() instanceof StatisticsDef)) recorded.add(change);
        return recorded;
    }

    /** What every tenant has from the start. */
    public List<CatalogChange> birth() {
        return birth;
    }

    /** Where what is known of the past begins. */
    public long since() {
        byte[] since = projection.store().get(StoreKeys.SCHEMA_SINCE);
        return since == null ? 0 : Bytes.getLong(since, 0);
    }

    /** What a snapshot at this position sees; the newest state at and behind its position. 72000 where nothing is known of it any more. */
    public synchronized TenantState at(long position) {
        TenantState now = projection.state();
        if (position >= now.position()) return now;
        long version = now.schema().catalog().version();
        if (version != presentVersion) {
            states.clear();
            schemas.clear();
            presentVersion = version;
        }
        TenantState known = states.get(position);
        if (known != null) return known;
        requireKept(position);
        long change = changeAt(position);
        Schema schema = schemas.get(change);
        if (schema == null) {
            Catalog then = catalog(change);
            List<CatalogChange> present = new PresentRights(then, now.schema().catalog(), lastStates(change)).changes();
            schema = new Schema(then.with(present), null);
            schemas.put(change, schema);
        }
        TenantState state = new TenantState(position, schema);
        states.put(position, state);
        return state;
    }

    private void requireKept(long position) {
        long since = since();
        if (position >= since) return;
        throw PgError.error(SqlState.SNAPSHOT_TOO_OLD, "position " + position + " is older than what is kept of the past")
                .withDetail("It is kept from position " + since + " on.")
                .withHint("The log has it: stop the node, remove its projections folder and start it again; they are built from the log, their past included.").exception();
    }

    /** Position of the newest change at or before this one; 0 when there is none. */
    private long changeAt(long position) {
        byte[] from = {StoreKeys.SCHEMA};
        try (RocksStore.Scan scan = projection.store().scan(from, StoreKeys.storage(StoreKeys.SCHEMA, position + 1), null)) {
            scan.last();
            return scan.valid() ? Bytes.getLong(scan.key(), 1) : 0;
        }
    }

    /** Hash of the definitions at a position, made again from the changes. */
    public synchronized byte[] hashAt(long position) {
        requireKept(position);
        return SchemaHash.of(catalog(changeAt(position)));
    }

    private Catalog catalog(long change) {
        Catalog known = catalogs.get(change);
        if (known != null) return known;
        List<CatalogChange> all = new ArrayList<>(birth);
        each(0, change, (position, schemaRecord) -> all.addAll(schemaRecord.changes()));
        Catalog made = Catalog.EMPTY.with(all);
        catalogs.put(change, made);
        return made;
    }

    /** Objects that were dropped behind a position, as they were last. */
    private List<CatalogObject> lastStates(long behind) {
        List<CatalogObject> dropped = new ArrayList<>();
        each(behind, Long.MAX_VALUE - 1, (position, schemaRecord) -> {
            for (CatalogChange change : schemaRecord.changes()) if (change instanceof CatalogChange.Drop(CatalogObject object)) dropped.add(object);
        });
        return dropped;
    }

    /** Changes behind the one position up to the other, in order. */
    public void each(long behind, long to, BiConsumer<Long, SchemaRecord> visitor) {
        try (RocksStore.Scan scan = projection.store().scan(StoreKeys.storage(StoreKeys.SCHEMA, behind + 1), StoreKeys.storage(StoreKeys.SCHEMA, to + 1), null)) {
            for (scan.first(); scan.valid(); scan.next()) visitor.accept(Bytes.getLong(scan.key(), 1), SchemaRecord.fromBytes(scan.value()));
        }
    }
}
