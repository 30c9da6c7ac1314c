package io.craton.sql.pgcatalog;

import static io.craton.sql.pgcatalog.Datum.acl;
import static io.craton.sql.pgcatalog.Datum.character;
import static io.craton.sql.pgcatalog.Datum.oid;

import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** pg_class: tables, views, indexes, sequences, and the system relations themselves. */
final class ClassRows implements Rows.OfCatalog {
    private static final int OID = 0;
    private static final int NAME = 1;
    private static final int OF_TYPE = 4;
    private static final int STORAGE = 7;
    private static final int TUPLES = 10;
    private static final int KIND = 16;
    private static final long HEAP = 2;
    private static final long FROZEN_XID = 3;

    private final List<Shape> shapes;

    ClassRows(List<Shape> shapes) {
        this.shapes = shapes;
    }

    @Override
    public List<Object[]> builtin() {
        List<Object[]> rows = new ArrayList<>();
        Set<Integer> shared = new HashSet<>();
        for (Shape shape : shapes) {
            if (shape.shared()) shared.add(shape.oid());
            boolean table = shape.kind() == 'r';
            rows.add(row(shape.oid(), shape.name(), shape.schemaOid(), shape.rowType(), 10, table ? HEAP : 0, table ? shape.oid() : 0, -1.0,
                    shape.hasIndex(), shape.shared(), 'p', shape.kind(), shape.attributes().size(), 0, !table, false, table && shape.schemaOid() != Shape.PG_CATALOG ? 'd' : 'n', acl(shape.acl()), shape.options()));
        }
        for (BuiltinIndex index : BuiltinIndex.all()) {
            rows.add(row(index.oid(), index.name(), Shape.PG_CATALOG, 0, 10, 403, index.oid(), 0.0, false, shared.contains(index.tableOid()), 'p', 'i',
                    index.columns().size(), 0, false, false, 'n', null, null));
        }
        return rows;
    }

    @Override
    public void fill(Catalog catalog, Consumer<Object[]> out) {
        for (TableDef table : catalog.all(TableDef.class)) out.accept(table(catalog, table));
        for (IndexDef index : catalog.all(IndexDef.class)) out.accept(index(catalog, index));
        for (SequenceDef sequence : catalog.all(SequenceDef.class)) out.accept(sequence(catalog, sequence));
    }

    @Override
    public int count(Catalog catalog) {
        return catalog.all(TableDef.class).size() + catalog.all(IndexDef.class).size() + catalog.all(SequenceDef.class).size();
    }

    @Override
    public boolean find(Catalog catalog, int column, Object value, Consumer<Object[]> out) {
        if (column == OID) {
            int oid = (int) (long) (Long) value;
            TableDef table = catalog.table(oid);
            IndexDef index = table != null ? null : catalog.find(IndexDef.class, oid);
            SequenceDef sequence = table != null || index != null ? null : catalog.find(SequenceDef.class, oid);
            give(catalog, table != null ? table : index != null ? index : sequence, out);
            return true;
        }
        if (column == NAME) {
            for (SchemaDef schema : catalog.all(SchemaDef.class)) give(catalog, catalog.relation(schema.oid(), (String) value), out);
            return true;
        }
        return false;
    }

    private static void give(Catalog catalog, @Nullable CatalogObject object, Consumer<Object[]> out) {
        switch (object) {
            case TableDef table -> out.accept(table(catalog, table));
            case IndexDef index -> out.accept(index(catalog, index));
            case SequenceDef sequence -> out.accept(sequence(catalog, sequence));
            case null, default -> { }
        }
    }

    private static Object[] table(Catalog catalog, TableDef table) {
        boolean heap = table.kind() == 'r' || table.kind() == 'm';
        int checks = 0;
        boolean foreignKeys = !catalog.referencing(table.oid()).isEmpty();
        for (ConstraintDef constraint : catalog.constraints(table.oid())) {
            if (constraint.type() == 'c') checks++;
            if (constraint.type() == 'f') foreignKeys = true;
        }
        Object[] row = row(table.oid(), table.name(), table.schemaOid(), table.rowTypeOid(), table.owner(), heap ? HEAP : 0, heap ? table.oid() : 0,
                heap ? -1.0 : table.kind() == 'p' ? -1.0 : 0.0, !catalog.indexes(table.oid()).isEmpty(), false, table.persistence(), table.kind(),
                table.columns().size(), checks, table.kind() == 'v' || table.kind() == 'm', !catalog.triggers(table.oid()).isEmpty() || foreignKeys,
                heap || table.kind() == 'p' ? table.replicaIdentity() : 'n', acl(table.acl(), catalog), table.options(), table.populated() || table.kind() != 'm');
        row[OF_TYPE] = oid(table.ofTypeOid());
        return row;
    }

    private static Object[] index(Catalog catalog, IndexDef index) {
        TableDef table = catalog.table(index.tableOid());
        return row(index.oid(), index.name(), index.schemaOid(), 0, table == null ? 10 : table.owner(), AccessMethods.oid(index.method()),
                index.oid(), 0.0, false, false, table == null ? 'p' : table.persistence(), 'i',
                index.keyParts().size() + index.includedColumns().size(), 0, false, false, 'n', null, index.options());
    }

    private static Object[] sequence(Catalog catalog, SequenceDef sequence) {
        return row(sequence.oid(), sequence.name(), sequence.schemaOid(), 0, sequence.owner(), 0, sequence.oid(), 1.0, false, false,
                sequence.persistence(), 'S', 3, 0, false, false, 'n', acl(sequence.acl(), catalog), null);
    }

    private static Object[] row(int oid, String name, int schema, int rowType, int owner, long method, int storage, double tuples,
            boolean hasIndex, boolean shared, char persistence, char kind, int columns, int checks, boolean rules, boolean triggers,
            char identity, @Nullable Object acl, @Nullable Map<String, String> options) {
        return row(oid, name, schema, rowType, owner, method, storage, tuples, hasIndex, shared, persistence, kind, columns, checks, rules,
                triggers, identity, acl, options, true);
    }

    private static Object[] row(int oid, String name, int schema, int rowType, int owner, long method, int storage, double tuples,
            boolean hasIndex, boolean shared, char persistence, char kind, int columns, int checks, boolean rules, boolean triggers,
            char identity, @Nullable Object acl, @Nullable Map<String, String> options, boolean populated) {
        boolean heap = kind == 'r' || kind == 'm';
        return new Object[] {
            oid(oid), name, oid(schema), oid(rowType), 0L, oid(owner), method, // oid relname relnamespace reltype reloftype relowner relam
            oid(storage), shared ? 1664L : 0L, kind == 'i' || kind == 'S' ? 1L : 0L, tuples, 0L, 0L, // relfilenode reltablespace relpages reltuples relallvisible reltoastrelid
            hasIndex, shared, character(persistence), character(kind), (long) columns, (long) checks, // .. relpersistence relkind relnatts relchecks
            rules, triggers, false, false, false, populated, // relhasrules relhastriggers relhassubclass 2*rowsecurity relispopulated
            character(identity), false, 0L, heap ? FROZEN_XID : 0L, heap ? 1L : 0L, // relreplident relispartition relrewrite 2*xid
            acl, options == null ? null : Datum.options(options), null}; // relacl reloptions relpartbound
    }

    /** reltuples is the number of rows that tables have now. */
    @Override
    public Object[] current(ExecContext context, Object[] row) {
        char kind = (char) (long) (Long) row[KIND];
        if (kind != 'r' && kind != 'm' && kind != 'i' || (Long) row[STORAGE] == 0) return row;
        Catalog catalog = context.catalog();
        int oid = (int) (long) (Long) row[OID];
        IndexDef index = kind == 'i' ? catalog.find(IndexDef.class, oid) : null;
        TableDef table = kind != 'i' ? catalog.table(oid) : index == null ? null : catalog.table(index.tableOid());
        if (table == null || table.storageId() == 0) return row;
        long rows = context.transaction().rowCount(table);
        if (rows == 0) return row;
        Object[] copy = row.clone();
        copy[TUPLES] = (double) (float) rows;
        return copy;
    }
}
