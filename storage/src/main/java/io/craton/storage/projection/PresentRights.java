package io.craton.storage.projection;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.MembershipDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.RoleSettingDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.StatisticsDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a past catalog takes over from now: whoever lost a right since may not read the past either. Owners and access lists are those of now, or of its last moment for
 * what has been dropped; roles and databases are those that there are. Statistics are those of now where the column still has its type.
 */
final class PresentRights {
    private final Catalog then;
    private final Catalog now;
    private final Map<Class<?>, Map<Integer, CatalogObject>> dropped = new HashMap<>();
    private final List<CatalogChange> changes = new ArrayList<>();

    PresentRights(Catalog then, Catalog now, List<CatalogObject> lastStates) {
        this.then = then;
        this.now = now;
        for (CatalogObject object : lastStates) dropped.computeIfAbsent(object.getClass(), _ -> new HashMap<>()).put(object.oid(), object);
    }

    List<CatalogChange> changes() {
        cluster(RoleDef.class);
        cluster(MembershipDef.class);
        cluster(DatabaseDef.class);
        cluster(RoleSettingDef.class);
        for (SchemaDef schema : then.all(SchemaDef.class)) {
            SchemaDef last = last(SchemaDef.class, schema.oid());
            if (last != null) put(schema, new SchemaDef(schema.oid(), schema.name(), last.owner(), last.acl()));
        }
        for (TableDef table : then.all(TableDef.class)) {
            TableDef last = last(TableDef.class, table.oid());
            if (last != null) put(table, table(table, last));
        }
        for (SequenceDef sequence : then.all(SequenceDef.class)) {
            SequenceDef last = last(SequenceDef.class, sequence.oid());
            if (last != null) put(sequence, sequence(sequence, last));
        }
        for (TypeDef type : then.all(TypeDef.class)) {
            TypeDef last = last(TypeDef.class, type.oid());
            if (last != null) put(type, new TypeDef(type.type(), last.acl()));
        }
        for (RoutineDef routine : then.all(RoutineDef.class)) {
            RoutineDef last = last(RoutineDef.class, routine.oid());
            if (last != null) put(routine, routine(routine, last));
        }
        statistics();
        return changes;
    }

    private <T extends CatalogObject> void cluster(Class<T> kind) {
        for (T object : then.all(kind)) changes.add(new CatalogChange.Drop(object));
        for (T object : now.all(kind)) changes.add(new CatalogChange.Put(object));
    }

    private <T extends CatalogObject> @Nullable T last(Class<T> kind, int oid) {
        T present = now.find(kind, oid);
        return present != null ? present : kind.cast(dropped.getOrDefault(kind, Map.of()).get(oid));
    }

    private void put(CatalogObject before, CatalogObject after) {
        if (!before.equals(after)) changes.add(new CatalogChange.Put(after));
    }

    private static TableDef table(TableDef table, TableDef last) {
        List<ColumnDef> columns = new ArrayList<>(table.columns().size());
        for (ColumnDef column : table.columns()) {
            String acl = column.number() <= last.columns().size() ? last.column(column.number()).acl() : column.acl();
            columns.add(new ColumnDef(column.number(), column.name(), column.typeOid(), column.typmod(), column.collationOid(), column.notNull(),
                    column.defaultExpression(), column.identity(), column.generated(), column.missingText(), column.dropped(), column.hidden(),
                    column.statisticsTarget(), acl, column.tuning()));
        }
        return new TableDef(table.oid(), table.schemaOid(), table.name(), last.owner(), table.kind(), table.persistence(), table.storageId(),
                table.rowTypeOid(), table.arrayTypeOid(), columns, table.keyColumns(), table.options(), table.viewQuery(), table.populated(),
                table.hasTriggers(), last.acl(), table.replicaIdentity(), table.ofTypeOid());
    }

    private static SequenceDef sequence(SequenceDef s, SequenceDef last) {
        return new SequenceDef(s.oid(), s.schemaOid(), s.name(), last.owner(), s.persistence(), s.typeOid(), s.start(), s.increment(), s.minimum(),
                s.maximum(), s.cache(), s.cycle(), s.ownerTable(), s.ownerColumn(), s.internal(), s.storageId(), last.acl());
    }

    private static RoutineDef routine(RoutineDef r, RoutineDef last) {
        return new RoutineDef(r.oid(), r.schemaOid(), r.name(), last.owner(), r.kind(), r.language(), r.allArgTypes(), r.argModes(), r.argNames(),
                r.argDefaults(), r.returnTypeOid(), r.returnsSet(), r.variadicTypeOid(), r.strict(), r.volatility(), r.parallel(),
                r.securityDefiner(), r.leakproof(), r.cost(), r.rows(), r.settings(), r.body(), r.sqlBody(), last.acl());
    }

    private void statistics() {
        for (StatisticsDef def : now.all(StatisticsDef.class)) {
            TableDef table = then.table(def.tableOid());
            TableDef present = now.table(def.tableOid());
            if (table == null || present == null || def.column() > table.columns().size() || def.column() > present.columns().size()) continue;
            if (table.column(def.column()).typeOid() == present.column(def.column()).typeOid()) changes.add(new CatalogChange.Put(def));
        }
    }
}
