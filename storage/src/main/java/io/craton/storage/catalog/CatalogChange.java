package io.craton.storage.catalog;

/** A change of a tenant's catalog, an effect inside a log entry. Kinds of objects have fixed numbers in the codec. */
public sealed interface CatalogChange {
    /** The object as it will be, or as it was before its end. */
    CatalogObject object();

    /** Adds the object, or replaces the one of the same class and oid. */
    record Put(CatalogObject object) implements CatalogChange {}

    /** Removes the object; {@code object} is its last state. Rows under its storage id are dropped with it. */
    record Drop(CatalogObject object) implements CatalogChange {}
}
