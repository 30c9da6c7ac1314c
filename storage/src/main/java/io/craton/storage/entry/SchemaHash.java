package io.craton.storage.entry;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.MembershipDef;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.RoleSettingDef;
import io.craton.storage.catalog.CatalogObject.StatisticsDef;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.TreeMap;

/**
 * SHA-256 over a tenant's definitions: over the hashes of all objects in order of kind and oid. Statistics, roles and databases are no part of it.
 * Follows changes one by one. One thread.
 */
public final class SchemaHash {
    private final TreeMap<Long, byte[]> objects = new TreeMap<>();
    private final MessageDigest digest;

    public SchemaHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /** Of a catalog as it is. */
    public static byte[] of(Catalog catalog) {
        SchemaHash hash = new SchemaHash();
        for (CatalogObject object : catalog.allObjects()) hash.put(object);
        return hash.value();
    }

    public void apply(List<CatalogChange> changes) {
        for (CatalogChange change : changes) {
            switch (change) {
                case CatalogChange.Put(CatalogObject object) -> put(object);
                case CatalogChange.Drop(CatalogObject object) -> objects.remove(key(object));
            }
        }
    }

    private void put(CatalogObject object) {
        if (object instanceof StatisticsDef || object instanceof RoleDef || object instanceof MembershipDef || object instanceof DatabaseDef
                || object instanceof RoleSettingDef) return;
        objects.put(key(object), digest.digest(CatalogCodec.toBytes(object)));
    }

    private static long key(CatalogObject object) {
        return (long) CatalogCodec.kind(object) << 32 | object.oid() & 0xffffffffL;
    }

    /** Of what there is now. */
    public byte[] value() {
        objects.values().forEach(digest::update);
        return digest.digest();
    }
}
