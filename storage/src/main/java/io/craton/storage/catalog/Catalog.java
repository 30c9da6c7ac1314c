package io.craton.storage.catalog;

import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeResolver;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TriggerDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's catalog at one position. Immutable; {@link #with} makes the next one. Secondary lookups (by name, by table) are built on
 * first use. {@link #version} differs between any two catalogs that differ: plans and layouts may be cached under it.
 */
public final class Catalog implements TypeResolver {
    private static final java.util.concurrent.atomic.AtomicLong VERSIONS = new java.util.concurrent.atomic.AtomicLong();

    /** A session sees no temporary schema but its own, which it may call pg_temp. */
    private static final String TEMPORARY_PREFIX = "pg_temp_";

    /** A catalog without any object. */
    public static final Catalog EMPTY = new Catalog(Map.of());

    /** By the bytes of the names, as strcmp. */
    private static final Comparator<TriggerDef> BY_NAME = Comparator.comparing(
            trigger -> trigger.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private record Name(int schemaOid, String name) {}

    private record Lookups(
            Map<String, SchemaDef> schemas,
            Map<Name, CatalogObject> relations,
            Map<Name, TypeDef> types,
            Map<Integer, List<IndexDef>> indexes,
            Map<Integer, List<ConstraintDef>> constraints,
            Map<Integer, List<ConstraintDef>> referencing,
            Map<Integer, List<TriggerDef>> triggers) {}

    private final long version = VERSIONS.incrementAndGet();
    private final Map<Class<?>, Map<Integer, CatalogObject>> objects;
    private volatile @Nullable Lookups lookups;

    private Catalog(Map<Class<?>, Map<Integer, CatalogObject>> objects) {
        this.objects = objects;
    }

    public long version() {
        return version;
    }

    /** The catalog after these changes, in order. */
    public Catalog with(Collection<? extends CatalogChange> changes) {
        if (changes.isEmpty()) return this;
        Map<Class<?>, Map<Integer, CatalogObject>> next = new HashMap<>(objects);
        java.util.Set<Class<?>> copied = new java.util.HashSet<>();
        for (CatalogChange change : changes) {
            CatalogObject object = switch (change) {
                case CatalogChange.Put put -> put.object();
                case CatalogChange.Drop drop -> drop.object();
            };
            Class<?> kind = object.getClass();
            if (copied.add(kind)) next.put(kind, new LinkedHashMap<>(next.getOrDefault(kind, Map.of())));
            if (change instanceof CatalogChange.Put) next.get(kind).put(object.oid(), object);
            else next.get(kind).remove(object.oid());
        }
        return new Catalog(next);
    }

    /** Kinds of objects that belong to no database: all catalogs of a node share them. */
    private static final List<Class<? extends CatalogObject>> CLUSTER_WIDE = List.of(CatalogObject.RoleDef.class, CatalogObject.MembershipDef.class,
            CatalogObject.DatabaseDef.class, CatalogObject.RoleSettingDef.class);

    public static boolean clusterWide(CatalogObject object) {
        return CLUSTER_WIDE.contains(object.getClass());
    }

    /** This catalog with roles and databases of the other, which are not copied: a thousand tenants that know of each other would know a million of them. */
    public Catalog withClusterOf(Catalog cluster) {
        Map<Class<?>, Map<Integer, CatalogObject>> next = new HashMap<>(objects);
        for (Class<? extends CatalogObject> kind : CLUSTER_WIDE) next.put(kind, cluster.objects.getOrDefault(kind, Map.of()));
        return new Catalog(next);
    }

    /** Whether both have the very same roles and databases. */
    public boolean hasClusterOf(Catalog other) {
        for (Class<? extends CatalogObject> kind : CLUSTER_WIDE) if (objects.getOrDefault(kind, Map.of()) != other.objects.getOrDefault(kind, Map.of())) return false;
        return true;
    }

    /** All objects of one kind, in order of creation. */
    @SuppressWarnings("unchecked")
    public <T extends CatalogObject> Collection<T> all(Class<T> kind) {
        return (Collection<T>) Collections.unmodifiableCollection(objects.getOrDefault(kind, Map.of()).values());
    }

    public <T extends CatalogObject> @Nullable T find(Class<T> kind, int oid) {
        return kind.cast(objects.getOrDefault(kind, Map.of()).get(oid));
    }

    public Collection<CatalogObject> allObjects() {
        List<CatalogObject> all = new ArrayList<>();
        for (Map<Integer, CatalogObject> kind : objects.values()) all.addAll(kind.values());
        return all;
    }

    public @Nullable TableDef table(int oid) {
        return find(TableDef.class, oid);
    }

    public @Nullable SchemaDef schema(String name) {
        return lookups().schemas.get(name);
    }

    /** A table, view, index or sequence: one name space per schema, as pg_class. */
    public @Nullable CatalogObject relation(int schemaOid, String name) {
        return lookups().relations.get(new Name(schemaOid, name));
    }

    /** A user-made type by name. */
    public @Nullable PgType type(int schemaOid, String name) {
        TypeDef def = lookups().types.get(new Name(schemaOid, name));
        return def == null ? null : def.type();
    }

    /** Built-in types too. */
    @Override
    public @Nullable PgType type(int oid) {
        PgType builtin = PgTypes.find(oid);
        if (builtin != null) return builtin;
        TypeDef def = find(TypeDef.class, oid);
        return def == null ? null : def.type();
    }

    /** Indexes of a table in order of creation. */
    public List<IndexDef> indexes(int tableOid) {
        return lookups().indexes.getOrDefault(tableOid, List.of());
    }

    /** Constraints of a table in order of creation. */
    public List<ConstraintDef> constraints(int tableOid) {
        return lookups().constraints.getOrDefault(tableOid, List.of());
    }

    /** Foreign keys that refer to this table. */
    public List<ConstraintDef> referencing(int tableOid) {
        return lookups().referencing.getOrDefault(tableOid, List.of());
    }

    /** Triggers of a table or view in order of their names, in which they fire. */
    public List<TriggerDef> triggers(int tableOid) {
        return lookups().triggers.getOrDefault(tableOid, List.of());
    }

    private Lookups lookups() {
        Lookups current = lookups;
        if (current == null) lookups = current = buildLookups();
        return current;
    }

    private Lookups buildLookups() {
        Lookups built = new Lookups(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>(),
                new HashMap<>(), new HashMap<>());
        for (SchemaDef schema : all(SchemaDef.class)) {
            built.schemas.put(schema.name(), schema);
            if (schema.name().startsWith(TEMPORARY_PREFIX)) built.schemas.put("pg_temp", schema);
        }
        for (TableDef table : all(TableDef.class)) built.relations.put(new Name(table.schemaOid(), table.name()), table);
        for (SequenceDef sequence : all(SequenceDef.class)) {
            built.relations.put(new Name(sequence.schemaOid(), sequence.name()), sequence);
        }
        for (IndexDef index : all(IndexDef.class)) {
            built.relations.put(new Name(index.schemaOid(), index.name()), index);
            built.indexes.computeIfAbsent(index.tableOid(), oid -> new ArrayList<>()).add(index);
        }
        for (TypeDef type : all(TypeDef.class)) built.types.put(new Name(type.type().namespaceOid(), type.type().name()), type);
        for (ConstraintDef constraint : all(ConstraintDef.class)) {
            if (constraint.tableOid() != 0) {
                built.constraints.computeIfAbsent(constraint.tableOid(), oid -> new ArrayList<>()).add(constraint);
            }
            if (constraint.type() == 'f') {
                built.referencing.computeIfAbsent(constraint.foreignTableOid(), oid -> new ArrayList<>()).add(constraint);
            }
        }
        for (TriggerDef trigger : all(TriggerDef.class)) {
            built.triggers.computeIfAbsent(trigger.tableOid(), oid -> new ArrayList<>()).add(trigger);
        }
        for (List<TriggerDef> triggers : built.triggers.values()) triggers.sort(BY_NAME);
        return built;
    }
}
