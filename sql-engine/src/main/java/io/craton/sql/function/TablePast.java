package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Jsonb;
import io.craton.core.type.PgType;
import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.RowCodec;
import io.craton.storage.txn.Transaction;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A table through all its definitions and storages. One call. */
final class TablePast {
    /**
     * Where the table's rows were for a while.
     *
     * @param from position of the entry that gave the table this storage
     * @param to position of the one that took it away; Long.MAX_VALUE while none has
     */
    record Stay(TableDef table, long from, long to) {}

    private record Shape(TableDef table, Catalog catalog, RowCodec codec) {}

    private final ExecContext context;
    private final int oid;
    private final Map<Long, Shape> shapes = new HashMap<>();

    /** Of a table that the user may read. */
    TablePast(ExecContext context, long relation) {
        this.context = context;
        this.oid = (int) relation;
        TableDef table = context.catalog().table(oid);
        if (table == null || table.kind() != 'r' && table.kind() != 'm') {
            throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "\"" + (table == null ? Integer.toUnsignedString(oid) : table.name()) + "\" is not a table").exception();
        }
        if (table.persistence() == 't') throw PgException.notSupported("the past of a temporary table");
        BitSet whole = new BitSet();
        whole.set(0);
        Privileges.requireOnTable(context, context.session().currentUserOid(), table, 'r', whole);
    }

    private Transaction transaction() {
        return context.transaction();
    }

    /** In order. */
    List<Stay> stays() {
        List<Stay> stays = new ArrayList<>();
        transaction().schemaChanges(0, Long.MAX_VALUE - 1, (position, changes) -> {
            for (CatalogChange change : changes.changes()) {
                if (!(change.object() instanceof TableDef table) || table.oid() != oid) continue;
                Stay last = stays.isEmpty() ? null : stays.getLast();
                boolean dropped = change instanceof CatalogChange.Drop;
                if (last != null && last.to == Long.MAX_VALUE && (dropped || last.table.storageId() != table.storageId())) {
                    stays.set(stays.size() - 1, new Stay(last.table, last.from, position));
                    last = null;
                }
                if (!dropped && last == null) stays.add(new Stay(table, position, Long.MAX_VALUE));
            }
        });
        return stays;
    }

    /** The table at a position; null when there was none. */
    @Nullable TableDef at(long position) {
        return transaction().catalogAt(position).table(oid);
    }

    Catalog catalogAt(long position) {
        return transaction().catalogAt(position);
    }

    private Shape shape(long position) {
        Catalog catalog = transaction().catalogAt(position);
        Shape known = shapes.get(catalog.version());
        if (known != null) return known;
        TableDef table = Objects.requireNonNull(catalog.table(oid));
        Shape made = new Shape(table, catalog, RowCodec.of(table, catalog));
        shapes.put(catalog.version(), made);
        return made;
    }

    /** A row as an object, under the definition of a position. */
    Jsonb json(byte[] image, long position) {
        Shape shape = shape(position);
        Jsonb.Builder object = new Jsonb.Builder();
        for (ColumnDef column : shape.table.columns()) {
            if (!column.dropped() && !column.hidden()) object.put(column.name(), value(shape, column, image));
        }
        return object.build();
    }

    private Jsonb value(Shape shape, ColumnDef column, byte[] image) {
        PgType type = shape.catalog.type(column.typeOid());
        return JsonConversion.toJsonb(context, Objects.requireNonNull(type), shape.codec.datum(image, column.number() - 1));
    }

    /** The primary key's values of a row, under the definition of a position. */
    Jsonb key(byte[] image, long position) {
        Shape shape = shape(position);
        Jsonb.Builder object = new Jsonb.Builder();
        for (int number : keyColumns(shape.table, shape.catalog)) object.put(shape.table.column(number).name(), value(shape, shape.table.column(number), image));
        return object.build();
    }

    /** Datums of columns, by attribute number, of a row that was written at a position. */
    List<@Nullable Object> values(byte[] image, long position, List<Integer> columns) {
        Shape shape = shape(position);
        List<@Nullable Object> values = new ArrayList<>();
        for (int number : columns) values.add(number > shape.table.columns().size() ? null : shape.codec.datum(image, number - 1));
        return values;
    }

    /** Attribute numbers of the primary key; 42P16 when there is none. */
    static List<Integer> keyColumns(TableDef table, Catalog catalog) {
        for (ConstraintDef constraint : catalog.constraints(table.oid())) if (constraint.type() == 'p') return constraint.columns();
        throw PgError.error(SqlState.INVALID_TABLE_DEFINITION, "table \"" + table.name() + "\" has no primary key")
                .withHint("Its rows are known by no name; read the table itself FOR SYSTEM_TIME AS OF.").exception();
    }

    static boolean hasKey(TableDef table, Catalog catalog) {
        return catalog.constraints(table.oid()).stream().anyMatch(constraint -> constraint.type() == 'p');
    }
}
