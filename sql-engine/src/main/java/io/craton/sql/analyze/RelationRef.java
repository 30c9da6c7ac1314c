package io.craton.sql.analyze;

import io.craton.sql.pgcatalog.VirtualTable;
import io.craton.storage.catalog.CatalogObject;

/** What a relation's name in a statement stands for. */
public sealed interface RelationRef {
    /** A table, view, materialized view or composite type. */
    record Stored(CatalogObject.TableDef table) implements RelationRef {}

    record Sequence(CatalogObject.SequenceDef sequence) implements RelationRef {}

    record Index(CatalogObject.IndexDef index) implements RelationRef {}

    record Builtin(VirtualTable table) implements RelationRef {}
}
