package io.craton.sql.pgcatalog;

import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.Catalog;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One system relation: a shape and the source of its rows. Any thread. */
final class SystemTable implements VirtualTable {
    private static final InitialPrivileges PRIVILEGES = new InitialPrivileges(InitialPrivileges.RELATIONS);

    private static final int ROWS_UNKNOWN = 50;
    /** A column with more values than this share of the rows gets more of them as rows are added. */
    private static final double MANY_VALUES = 0.1;

    private final Shape shape;
    private final Rows rows;
    private final @Nullable String acl;
    private final CatalogRowCache cache;
    private final List<Column> columns;
    /** Columns (0-based) that are unique by themselves. */
    private final BitSet uniques = new BitSet();
    private volatile @Nullable IndexedRows builtin;

    SystemTable(Shape shape, Rows rows, CatalogRowCache cache) {
        this.shape = shape;
        this.rows = rows;
        this.acl = shape.acl() == null || shape.acl().contains("{=r/") || shape.acl().contains(",=r/") || shape.acl().contains(",=rw/") ? null : shape.acl();
        this.cache = cache;
        this.columns = shape.attributes().stream().map(a -> new Column(a.name(), a.type(), a.notNull())).toList();
        for (BuiltinIndex index : BuiltinIndex.all()) {
            if (index.tableOid() != shape.oid()) continue;
            if (index.unique() && index.columns().size() == 1) uniques.set(index.columns().getFirst() - 1);
        }
    }

    Shape shape() {
        return shape;
    }

    Rows source() {
        return rows;
    }

    @Override
    public int oid() {
        return shape.oid();
    }

    @Override
    public String schema() {
        return shape.schema();
    }

    @Override
    public String name() {
        return shape.name();
    }

    @Override
    public char kind() {
        return shape.kind();
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public @Nullable String acl(int column) {
        return column == 0 ? acl : PRIVILEGES.acl(shape.oid(), column);
    }

    @Override
    public Iterator<Object[]> rows(ExecContext context) {
        return switch (rows) {
            case Rows.Fixed fixed -> builtin().all().iterator();
            case Rows.OfCatalog source -> current(source, context, builtin().all(), cache.get(source, context.catalog()).all());
            case Rows.OfSession source -> source.open(context, Map.of());
        };
    }

    @Override
    public Iterator<Object[]> rows(ExecContext context, List<Key> keys) {
        for (Key key : keys) {
            if (!(key.value() instanceof Long) && !(key.value() instanceof String)) return rows(context);
        }
        int column = keys.getFirst().column();
        Object value = keys.getFirst().value();
        return switch (rows) {
            case Rows.Fixed fixed -> builtin().find(column, value).iterator();
            case Rows.OfCatalog source -> current(source, context, builtin().find(column, value), find(source, context.catalog(), column, value));
            case Rows.OfSession source -> {
                Map<String, Object> values = new HashMap<>();
                for (Key key : keys) values.put(columns.get(key.column()).name(), key.value());
                yield source.open(context, values);
            }
        };
    }

    @Override
    public double rowCount(ExecContext context) {
        return switch (rows) {
            case Rows.Fixed fixed -> builtin().all().size();
            case Rows.OfCatalog source -> {
                IndexedRows present = cache.present(source, context.catalog());
                int count = present != null ? present.all().size() : source.count(context.catalog());
                IndexedRows latest = count < 0 ? cache.latest(source) : null;
                yield builtin().all().size() + (count >= 0 ? count : latest != null ? latest.all().size() : ROWS_UNKNOWN);
            }
            case Rows.OfSession source -> source.count(context.catalog());
        };
    }

    /** Keys are unique; other columns have as many values as when the rows were computed last, and in proportion. */
    @Override
    public double distinct(ExecContext context, int column) {
        if (uniques.get(column)) return rowCount(context);
        return switch (rows) {
            case Rows.Fixed fixed -> Math.max(1, builtin().distinct(column));
            case Rows.OfCatalog source -> {
                IndexedRows known = known(source, context.catalog());
                double all = rowCount(context);
                double then = builtin().all().size() + known.all().size();
                double values = builtin().distinct(column) + known.distinct(column);
                yield Math.max(1, Math.min(all, values > MANY_VALUES * then ? values * all / then : values));
            }
            case Rows.OfSession source -> source.distinct(context.catalog(), columns.get(column).name());
        };
    }

    /** Rows computed before, as a sample of what there is now; of this catalog when it has grown much since. */
    private IndexedRows known(Rows.OfCatalog source, Catalog catalog) {
        IndexedRows known = cache.present(source, catalog);
        if (known == null) known = cache.latest(source);
        boolean fits = known != null && source.count(catalog) <= 2 * known.all().size() + ROWS_UNKNOWN;
        return fits ? known : cache.get(source, catalog);
    }

    private List<Object[]> find(Rows.OfCatalog source, Catalog catalog, int column, Object value) {
        IndexedRows present = cache.present(source, catalog);
        if (present != null) return present.find(column, value);
        List<Object[]> found = new ArrayList<>();
        if (source.find(catalog, column, value, found::add)) return found;
        return cache.get(source, catalog).find(column, value);
    }

    private IndexedRows builtin() {
        IndexedRows current = builtin;
        if (current == null) {
            List<Object[]> all = switch (rows) {
                case Rows.Fixed fixed -> fixed.all();
                case Rows.OfCatalog source -> source.builtin();
                case Rows.OfSession source -> List.of();
            };
            builtin = current = new IndexedRows(all);
        }
        return current;
    }

    private static Iterator<Object[]> current(Rows.OfCatalog source, ExecContext context, List<Object[]> first, List<Object[]> second) {
        return new Iterator<>() {
            private final Iterator<Object[]> head = first.iterator();
            private final Iterator<Object[]> tail = second.iterator();

            @Override
            public boolean hasNext() {
                return head.hasNext() || tail.hasNext();
            }

            @Override
            public Object[] next() {
                return head.hasNext() ? source.builtin(context.catalog(), head.next()) : source.current(context, tail.next());
            }
        };
    }
}
