package io.craton.storage.txn;

import io.craton.core.error.PgError;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.projection.IndexLayout;
import io.craton.storage.projection.Schema;
import io.craton.storage.projection.ScratchRun;
import io.craton.storage.projection.StoreFailedException;
import io.craton.storage.projection.TableLayout;
import io.craton.storage.projection.TenantProjection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What one session has of its own and nobody else sees: its temporary schema with all objects in it, their rows, the values of their sequences. A second, private
 * catalog and projection behind the same transaction: objects lie over the committed catalog, rows are in the tenant's scratch store. Nothing of it is logged.
 * Changed when a transaction has committed; one thread.
 */
public final class TemporarySpace {
    private final TransactionManager manager;
    private final Map<SchemaChanges.Identity, CatalogObject> objects = new LinkedHashMap<>();
    private final Sequences sequences = new Sequences(Sequences.Reservations.NONE);
    private int schemaOid;
    private long commits;
    private @Nullable TenantProjection projection;
    private @Nullable Schema committed;
    private @Nullable Schema combined;

    TemporarySpace(TransactionManager manager) {
        this.manager = manager;
    }

    /** More than the schema itself. */
    public boolean hasObjects() {
        return objects.size() > 1;
    }

    /** 0 before it is made. */
    public int schemaOid() {
        return schemaOid;
    }

    public int makeSchema(String name, int roleOid) {
        if (schemaOid == 0) {
            SchemaDef schema = new SchemaDef(manager.newOid(), name, roleOid, null);
            projection = manager.scratch.projection();
            schemaOid = schema.oid();
            objects.put(SchemaChanges.identity(schema), schema);
            combined = null;
        }
        return schemaOid;
    }

    /** The schema with the session's own objects. */
    public Schema over(Schema schema) {
        if (objects.isEmpty()) return schema;
        Schema made = combined;
        if (made == null || committed != schema) {
            List<CatalogChange> puts = new ArrayList<>(objects.size());
            for (CatalogObject object : objects.values()) puts.add(new CatalogChange.Put(object));
            made = new Schema(schema.catalog().with(puts), schema);
            committed = schema;
            combined = made;
        }
        return made;
    }

    TenantProjection projection() {
        return java.util.Objects.requireNonNull(projection);
    }

    Sequences sequences() {
        return sequences;
    }

    // ---- which changes are the session's own -----------------------------------------------------------------------

    /** Takes the session's own changes out of the list and answers them. */
    List<CatalogChange> takeOwn(List<CatalogChange> changes) {
        if (schemaOid == 0) return List.of();
        Set<Integer> oids = new HashSet<>();
        for (CatalogObject object : objects.values()) oids.add(object.oid());
        List<CatalogChange> own = new ArrayList<>();
        for (CatalogChange change : changes) {
            if (change instanceof CatalogChange.Put put && inSchema(put.object())) oids.add(put.object().oid());
        }
        for (CatalogChange change : changes) {
            boolean mine = switch (change) {
                case CatalogChange.Put put -> inSchema(put.object()) || belongs(put.object(), oids);
                case CatalogChange.Drop drop -> objects.containsKey(SchemaChanges.identity(drop.object()));
            };
            if (mine) own.add(change);
        }
        changes.removeAll(own);
        return own;
    }

    private boolean inSchema(CatalogObject object) {
        return switch (object) {
            case TableDef table -> table.schemaOid() == schemaOid;
            case IndexDef index -> index.schemaOid() == schemaOid;
            case SequenceDef sequence -> sequence.schemaOid() == schemaOid;
            case CatalogObject.ConstraintDef constraint -> constraint.schemaOid() == schemaOid;
            case CatalogObject.TypeDef type -> type.type().namespaceOid() == schemaOid;
            case CatalogObject.RoutineDef routine -> routine.schemaOid() == schemaOid;
            case CatalogObject.CollationDef collation -> collation.schemaOid() == schemaOid;
            case SchemaDef schema -> schema.oid() == schemaOid;
            default -> false;
        };
    }

    /** Things outside the schema that are nothing without what is in it. */
    private static boolean belongs(CatalogObject object, Set<Integer> oids) {
        return switch (object) {
            case CatalogObject.TriggerDef trigger -> oids.contains(trigger.tableOid());
            case CatalogObject.StatisticsDef statistics -> oids.contains(statistics.tableOid());
            case CatalogObject.CommentDef comment -> oids.contains(comment.objectOid());
            case CatalogObject.CastDef cast -> oids.contains(cast.sourceOid()) || oids.contains(cast.targetOid());
            case CatalogObject.RoutineDef routine -> oids.contains(routine.returnTypeOid())
                    || routine.allArgTypes().stream().anyMatch(oids::contains);
            case CatalogObject.AggregateDef aggregate -> oids.contains(aggregate.oid());
            case CatalogObject.UserOperatorDef operator -> oids.contains(operator.leftOid()) || oids.contains(operator.rightOid());
            case CatalogObject.TypeDef type -> usesType(type.type(), oids);
            default -> false;
        };
    }

    private static boolean usesType(PgType type, Set<Integer> oids) {
        return type.fields().stream().anyMatch(field -> oids.contains(field.typeOid()));
    }

    // ---- the end of a transaction ----------------------------------------------------------------------------------

    /**
     * Takes over what a committed transaction did here. {@code before} and {@code after}: the schema without and with its changes. FATAL when the store fails: what
     * was logged is committed by now, and the session has lost its rows.
     */
    void commit(@Nullable WriteSet writes, List<CatalogChange> own, Schema before, Schema after) {
        for (CatalogChange change : own) {
            switch (change) {
                case CatalogChange.Put put -> objects.put(SchemaChanges.identity(put.object()), put.object());
                case CatalogChange.Drop drop -> objects.remove(SchemaChanges.identity(drop.object()));
            }
        }
        if (!own.isEmpty()) combined = null;
        if (projection == null) return;
        try {
            ScratchRun run = new ScratchRun(manager.scratch, projection);
            commits++;
            if (!own.isEmpty()) fillIndexes(run, own, before, after);
            if (writes != null) write(run, writes, after);
            if (!own.isEmpty()) dropStorages(run, own, before, after);
            run.write();
        } catch (StoreFailedException e) {
            throw PgError.of(Severity.FATAL, SqlState.DISK_FULL, "could not write temporary tables: " + e.getMessage()).exception();
        } finally {
            ended(writes, after);
        }
    }

    private void write(ScratchRun run, WriteSet writes, Schema after) {
        for (WriteSet.TableWrites table : writes.tables()) {
            TableDef now = after.catalog().table(table.layout.table().oid());
            if (now == null || now.storageId() != table.storage) continue;
            TableLayout layout = after.layout(now);
            each(table, (row, base) -> run.unindex(layout, row.key, base, row.newestImage()));
            long[] more = new long[1];
            each(table, (row, base) -> {
                byte[] image = row.newestImage();
                run.row(layout, row.key, base, image, commits);
                more[0] += (image == null ? 0 : 1) - (base == null ? 0 : 1);
            });
            run.changed(table.storage, more[0], commits);
        }
    }

    /** Every written row of a table with the image that it replaces. */
    private void each(WriteSet.TableWrites table, BiConsumer<WriteSet.RowWrite, byte @Nullable []> consumer) {
        TenantProjection store = projection();
        OwnRows rows = table.rows(null, null, false);
        for (WriteSet.RowWrite row = rows.next(); row != null; row = rows.next()) {
            boolean known = !WriteSet.TableWrites.baseless(row);
            consumer.accept(row, known ? row.base : store.behindAll(table.storage, row.key) ? null : store.newestUncached(table.storage, row.key));
        }
    }

    /** New indexes of tables that have rows, before the transaction's own rows come in. */
    private static void fillIndexes(ScratchRun run, List<CatalogChange> own, Schema before, Schema after) {
        for (CatalogChange change : own) {
            if (!(change instanceof CatalogChange.Put put) || !(put.object() instanceof IndexDef index) || index.clustered()) continue;
            IndexDef old = before.catalog().find(IndexDef.class, index.oid());
            if (old != null && old.storageId() == index.storageId()) continue;
            TableDef table = after.catalog().table(index.tableOid());
            TableDef oldTable = before.catalog().table(index.tableOid());
            if (table == null || oldTable == null || oldTable.storageId() != table.storageId()) continue;
            IndexLayout layout = after.layout(table).index(index);
            run.fill(after.layout(table), layout);
        }
    }

    private void dropStorages(ScratchRun run, List<CatalogChange> own, Schema before, Schema after) {
        for (CatalogChange change : own) {
            CatalogObject object = change instanceof CatalogChange.Put put ? put.object() : ((CatalogChange.Drop) change).object();
            switch (object) {
                case TableDef table -> {
                    TableDef old = before.catalog().table(table.oid());
                    TableDef now = after.catalog().table(table.oid());
                    if (old != null && old.storageId() != 0 && (now == null || now.storageId() != old.storageId())) run.dropRows(old.storageId());
                }
                case IndexDef index -> {
                    IndexDef old = before.catalog().find(IndexDef.class, index.oid());
                    IndexDef now = after.catalog().find(IndexDef.class, index.oid());
                    if (old != null && !old.clustered() && (now == null || now.storageId() != old.storageId())) run.dropEntries(old.storageId());
                }
                case SequenceDef sequence -> {
                    SequenceDef old = before.catalog().find(SequenceDef.class, sequence.oid());
                    SequenceDef now = after.catalog().find(SequenceDef.class, sequence.oid());
                    if (old != null && (now == null || now.storageId() != old.storageId())) sequences.forget(old.storageId());
                }
                default -> {}
            }
        }
    }

    /** Counters of storages that came and went are not kept. */
    void ended(@Nullable WriteSet writes, Schema now) {
        if (writes == null) return;
        writes.close();
        for (WriteSet.TableWrites table : writes.tables()) {
            TableDef kept = now.catalog().table(table.layout.table().oid());
            if (kept == null || kept.storageId() != table.storage) projection().forget(table.storage);
        }
    }

    /** The session ends: its rows go. */
    void close() {
        TenantProjection store = projection;
        if (store == null) return;
        ScratchRun run = new ScratchRun(manager.scratch, store);
        try {
            for (CatalogObject object : objects.values()) {
                manager.statistics.forget(object.oid());
                if (object instanceof TableDef table && table.storageId() != 0) run.dropRows(table.storageId());
                if (object instanceof IndexDef index && !index.clustered()) run.dropEntries(index.storageId());
            }
            run.write();
        } catch (StoreFailedException e) {
            // The store takes no more writes; its folder goes with the tenant.
        }
        objects.clear();
        projection = null;
        schemaOid = 0;
        combined = null;
    }
}
