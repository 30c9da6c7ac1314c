package io.craton.sql.pgcatalog;

import static io.craton.sql.pgcatalog.Datum.oid;

import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.function.Privileges;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.StatisticsDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The statistics views that Craton can answer truly: sessions, numbers of rows, what ANALYZE found. Access counters are not kept; they read 0, as they
 * do in PostgreSQL with track_counts off.
 */
final class StatisticsViews {
    /** Kinds of slots in pg_statistic. */
    private static final long MOST_COMMON = 1;
    private static final long HISTOGRAM = 2;
    private static final long CORRELATION = 3;

    private StatisticsViews() {}

    /** pg_stat_all_tables and pg_stat_user_tables, where the last three of a table's numbers of tuples are its live rows. */
    static void tables(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        for (TableDef table : catalog.all(TableDef.class)) {
            if (table.kind() != 'r' && table.kind() != 'm') continue;
            boolean indexed = !catalog.indexes(table.oid()).isEmpty();
            long rows = table.storageId() == 0 ? 0 : context.transaction().rowCount(table);
            out.accept(new Object[] {
                oid(table.oid()), NamedViews.schema(catalog, table.schemaOid()), table.name(), 0L, 0L, indexed ? 0L : null, indexed ? 0L : null,
                0L, 0L, 0L, 0L, rows, 0L, 0L, 0L, null, null, null, null, 0L, 0L, 0L, 0L});
        }
    }

    /** pg_stat_xact_*_tables. */
    static void transactionTables(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        for (TableDef table : catalog.all(TableDef.class)) {
            if (table.kind() != 'r' && table.kind() != 'm') continue;
            boolean indexed = !catalog.indexes(table.oid()).isEmpty();
            out.accept(new Object[] {
                oid(table.oid()), NamedViews.schema(catalog, table.schemaOid()), table.name(), 0L, 0L, indexed ? 0L : null, indexed ? 0L : null,
                0L, 0L, 0L, 0L});
        }
    }

    /** pg_statio_*_tables. */
    static void tableBlocks(Catalog catalog, Consumer<Object[]> out) {
        for (TableDef table : catalog.all(TableDef.class)) {
            if (table.kind() != 'r' && table.kind() != 'm') continue;
            Object indexed = catalog.indexes(table.oid()).isEmpty() ? null : 0L;
            out.accept(new Object[] {
                oid(table.oid()), NamedViews.schema(catalog, table.schemaOid()), table.name(), 0L, 0L, indexed, indexed, null, null, null, null});
        }
    }

    static void indexes(Catalog catalog, Consumer<Object[]> out) {
        eachIndex(catalog, out, 3);
    }

    /** pg_statio_*_indexes. */
    static void indexBlocks(Catalog catalog, Consumer<Object[]> out) {
        eachIndex(catalog, out, 2);
    }

    private static void eachIndex(Catalog catalog, Consumer<Object[]> out, int counters) {
        for (IndexDef index : catalog.all(IndexDef.class)) {
            TableDef table = catalog.table(index.tableOid());
            if (table == null) continue;
            Object[] row = new Object[5 + counters];
            row[0] = oid(table.oid());
            row[1] = oid(index.oid());
            row[2] = NamedViews.schema(catalog, table.schemaOid());
            row[3] = table.name();
            row[4] = index.name();
            for (int i = 5; i < row.length; i++) row[i] = 0L;
            out.accept(row);
        }
    }

    /** pg_stat_database: sessions are counted; counters that are not kept read 0. */
    static void databases(ExecContext context, Consumer<Object[]> out) {
        for (DatabaseDef database : context.catalog().all(DatabaseDef.class)) {
            long sessions = context.session().activity().stream()
                    .filter(s -> s.databaseOid() == database.oid()).count();
            Object[] row = new Object[28];
            java.util.Arrays.fill(row, 0L);
            row[0] = oid(database.oid());
            row[1] = database.name();
            row[2] = sessions;
            row[16] = null; // checksum_failures
            row[17] = null; // checksum_last_failure
            for (int i = 18; i <= 22; i++) row[i] = 0.0;
            row[27] = null; // stats_reset
            out.accept(row);
        }
    }

    /** pg_stats: what ANALYZE found of columns that the user may read. */
    static void columns(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        for (StatisticsDef s : catalog.all(StatisticsDef.class)) {
            TableDef table = catalog.table(s.tableOid());
            ColumnDef column = column(catalog, s);
            if (table == null || column == null || !readable(context, table, column)) continue;
            PgType type = catalog.type(column.typeOid());
            if (type == null) continue;
            out.accept(new Object[] {
                NamedViews.schema(catalog, table.schemaOid()), table.name(), column.name(), false, s.nullFraction(), (long) s.averageWidth(),
                s.distinct(), values(context, type, s.mostCommonValues()), frequencies(s.mostCommonFrequencies()),
                values(context, type, s.histogramBounds()), s.correlation(), null, null, null});
        }
    }

    private static @Nullable ColumnDef column(Catalog catalog, StatisticsDef s) {
        TableDef table = catalog.table(s.tableOid());
        if (table == null || s.column() > table.columns().size()) return null;
        ColumnDef column = table.column(s.column());
        return column.dropped() || column.hidden() ? null : column;
    }

    private static boolean readable(ExecContext context, TableDef table, ColumnDef column) {
        int role = context.session().currentUserOid();
        return Privileges.any(context, role, table.owner(), table.acl(), "r", 'r')
                || column.acl() != null && Privileges.any(context, role, table.owner(), column.acl(), "r", 'c');
    }

    /** pg_statistic: the same with the operators by which values were compared. */
    static void statistics(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        for (StatisticsDef s : catalog.all(StatisticsDef.class)) {
            ColumnDef column = column(catalog, s);
            PgType type = column == null ? null : catalog.type(column.typeOid());
            if (type == null) continue;
            Object[] row = new Object[31];
            row[0] = oid(s.tableOid());
            row[1] = (long) s.column();
            row[2] = false;
            row[3] = s.nullFraction();
            row[4] = (long) s.averageWidth();
            row[5] = s.distinct();
            for (int i = 6; i < 21; i++) row[i] = 0L;
            int slot = 0;
            if (!s.mostCommonValues().isEmpty()) {
                slot(row, slot++, MOST_COMMON, operator("=", type), column, frequencies(s.mostCommonFrequencies()), values(context, type, s.mostCommonValues()));
            }
            if (!s.histogramBounds().isEmpty()) {
                slot(row, slot++, HISTOGRAM, operator("<", type), column, null, values(context, type, s.histogramBounds()));
            }
            slot(row, slot, CORRELATION, operator("<", type), column, frequencies(List.of(s.correlation())), null);
            out.accept(row);
        }
    }

    private static void slot(Object[] row, int slot, long kind, long operator, ColumnDef column, @Nullable Object numbers, @Nullable Object values) {
        row[6 + slot] = kind;
        row[11 + slot] = operator;
        row[16 + slot] = oid(column.collationOid());
        row[21 + slot] = numbers;
        row[26 + slot] = values;
    }

    private static long operator(String name, PgType type) {
        int compared = switch (type.kind()) {
            case 'e' -> TypeOid.ANYENUM;
            case 'c' -> TypeOid.RECORD;
            case 'r' -> TypeOid.ANYRANGE;
            default -> type.isArray() ? TypeOid.ANYARRAY : type.oid() == TypeOid.VARCHAR ? TypeOid.TEXT : type.oid();
        };
        for (OperatorDef operator : BuiltinCatalog.operators(name)) {
            if (operator.left() == compared && operator.right() == compared) return oid(operator.oid());
        }
        return 0;
    }

    private static @Nullable Object values(ExecContext context, PgType type, List<String> texts) {
        if (texts.isEmpty()) return null;
        Object[] elements = new Object[texts.size()];
        for (int i = 0; i < elements.length; i++) elements[i] = TypeCodecs.fromText(type, texts.get(i), -1, context.format());
        return PgArray.of(type, elements);
    }

    private static @Nullable Object frequencies(List<Double> frequencies) {
        return frequencies.isEmpty() ? null : PgArray.of(PgTypes.FLOAT4, frequencies.stream().map(f -> (Object) (double) (float) (double) f).toArray());
    }
}
