package io.craton.sql.pgcatalog;

import static io.craton.sql.pgcatalog.Datum.oid;

import io.craton.core.memory.MemoryAccount;
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
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.StatisticsDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.AccessStatistics;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The statistics views that Craton can answer truly: numbers of rows, what ANALYZE found, how tables and indexes were used on this node since it started. What is not
 * counted reads 0.
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
            AccessStatistics.Table used = context.transaction().statistics().of(table);
            out.accept(new Object[] {
                oid(table.oid()), NamedViews.schema(catalog, table.schemaOid()), table.name(), used.scans(), used.scanned(),
                indexed ? used.indexScans() : null, indexed ? used.fetched() : null, used.inserted(), used.updated(), used.deleted(), 0L, rows, 0L,
                used.changedSinceAnalyzed(), used.inserted(), null, null, used.analyzed(), null, 0L, 0L, used.analyses(), 0L});
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

    static void indexes(ExecContext context, Consumer<Object[]> out) {
        Catalog catalog = context.catalog();
        AccessStatistics statistics = context.transaction().statistics();
        eachIndex(catalog, out, 3, (index, row) -> {
            TableDef table = catalog.table(index.tableOid());
            if (table == null) return;
            AccessStatistics.Index used = statistics.of(index);
            if (index.clustered()) {
                AccessStatistics.Table rows = statistics.of(table);
                long others = 0;
                long scans = 0;
                for (IndexDef other : catalog.indexes(table.oid())) {
                    others += statistics.of(other).read();
                    scans += statistics.of(other).scans();
                }
                row[5] = Math.max(0, rows.indexScans() - scans);
                row[6] = row[7] = Math.max(0, rows.fetched() - others);
            } else {
                row[5] = used.scans();
                row[6] = row[7] = used.read();
            }
        });
    }

    /** pg_statio_*_indexes. */
    static void indexBlocks(Catalog catalog, Consumer<Object[]> out) {
        eachIndex(catalog, out, 2, (index, row) -> {});
    }

    private static void eachIndex(Catalog catalog, Consumer<Object[]> out, int counters, BiConsumer<IndexDef, Object[]> fill) {
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
            fill.accept(index, row);
            out.accept(row);
        }
    }

    /** pg_stat_database. */
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
            AccessStatistics used = context.session().statistics(database.oid());
            if (used != null) count(used, row);
            out.accept(row);
        }
    }

    /** craton_tenants: databases by the numbers of their folders, with what they did since the node's start. */
    static void tenants(ExecContext context, Consumer<Object[]> out) {
        for (DatabaseDef database : context.catalog().all(DatabaseDef.class)) {
            RoleDef owner = context.catalog().find(RoleDef.class, database.owner());
            long sessions = context.session().activity().stream().filter(each -> each.databaseOid() == database.oid()).count();
            AccessStatistics used = context.session().statistics(database.oid());
            MemoryAccount memory = context.session().memory(database.tenantNumber());
            out.accept(new Object[] {(long) database.tenantNumber(), database.name(), owner == null ? null : owner.name(), sessions, (long) database.connectionLimit(),
                used == null ? 0L : used.commits(), used == null ? 0L : used.rollbacks(), (long) database.group(), memory.used(), memory.limit()});
        }
    }

    private static void count(AccessStatistics used, Object[] row) {
        row[3] = used.commits();
        row[4] = used.rollbacks();
        long[] tuples = new long[5];
        for (AccessStatistics.Table table : used.tables()) {
            tuples[0] += table.scanned() + table.fetched();
            tuples[1] += table.fetched();
            tuples[2] += table.inserted();
            tuples[3] += table.updated();
            tuples[4] += table.deleted();
        }
        for (int i = 0; i < tuples.length; i++) row[7 + i] = tuples[i];
        row[15] = used.deadlocks();
        row[23] = used.sessions();
        row[27] = used.sinceMicros();
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
