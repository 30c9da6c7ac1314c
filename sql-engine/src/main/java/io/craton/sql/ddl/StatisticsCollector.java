package io.craton.sql.ddl;

import io.craton.core.type.ByteWriter;
import io.craton.core.type.DatumComparator;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeCodecs;
import io.craton.sql.function.OperatorFamilies;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.StatisticsDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.RowCodec;
import io.craton.storage.txn.KeyRange;
import io.craton.storage.txn.RowCursor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * ANALYZE of one table: a random sample of rows (Vitter's reservoir), and from it for each column what pg_statistic keeps. The number of distinct values
 * is estimated as PostgreSQL does (Haas and Stokes' Duj1).
 */
final class StatisticsCollector {
    private static final int ROWS_PER_TARGET = 300;
    /** However high the targets are: the sample is held in memory. */
    private static final int SAMPLE_ROWS_MAX = 300_000;

    private StatisticsCollector() {}

    static void collect(TableDef table, List<String> columns, Scope scope) {
        int standard = Integer.parseInt(java.util.Objects.requireNonNull(scope.context().session().setting("default_statistics_target")));
        int highest = 1;
        for (ColumnDef column : table.columns()) {
            if (!column.dropped() && !column.hidden() && wanted(column, columns)) highest = Math.max(highest, target(column, standard));
        }
        List<byte[]> sample = new ArrayList<>();
        long total = sample(table, sample, Math.min(SAMPLE_ROWS_MAX, ROWS_PER_TARGET * highest), scope);
        RowCodec codec = RowCodec.of(table, scope.context().catalog());
        scope.context().transaction().analyzed(table);
        for (ColumnDef column : table.columns()) {
            if (column.dropped() || !wanted(column, columns) || column.statisticsTarget() == 0) continue;
            StatisticsDef statistics = statistics(table, column, sample, codec, total, target(column, standard), scope);
            if (statistics != null) scope.context().transaction().change(new CatalogChange.Put(statistics));
        }
    }

    private static boolean wanted(ColumnDef column, List<String> columns) {
        return columns.isEmpty() || columns.contains(column.name());
    }

    /** How many of the most common values and of the bounds are kept. */
    private static int target(ColumnDef column, int standard) {
        return column.statisticsTarget() < 0 ? standard : column.statisticsTarget();
    }

    private static long sample(TableDef table, List<byte[]> sample, int limit, Scope scope) {
        SplittableRandom random = new SplittableRandom(table.oid());
        long seen = 0;
        try (RowCursor cursor = scope.context().transaction().scan(table, KeyRange.ALL, false)) {
            while (cursor.next()) {
                if ((seen & 4095) == 0) scope.context().checkInterrupts();
                if (sample.size() < limit) {
                    sample.add(cursor.row());
                } else {
                    long at = random.nextLong(seen + 1);
                    if (at < limit) sample.set((int) at, cursor.row());
                }
                seen++;
            }
        }
        return seen;
    }

    private record Valued(Object value, int order) {}

    private static @org.jspecify.annotations.Nullable StatisticsDef statistics(TableDef table, ColumnDef column, List<byte[]> sample, RowCodec codec,
            long total, int target, Scope scope) {
        int oid = existingOid(table, column, scope);
        if (sample.isEmpty()) return null;
        int index = column.number() - 1;
        PgType type = codec.type(index);
        List<Valued> values = new ArrayList<>();
        for (int i = 0; i < sample.size(); i++) {
            Object value = codec.datum(sample.get(i), index);
            if (value != null) values.add(new Valued(value, i));
        }
        double nulls = 1.0 - (double) values.size() / sample.size();
        boolean ordered = OperatorFamilies.btree(type, scope.names()) != null;
        if (!ordered || values.isEmpty()) {
            return new StatisticsDef(oid, table.oid(), column.number(), nulls, 4, 0, List.of(), List.of(), List.of(), 0);
        }
        values.sort((a, b) -> DatumComparator.compare(type, a.value(), b.value()));
        return describe(oid, table, column, values, sample.size(), nulls, total, target, type, scope.context().format());
    }

    private static StatisticsDef describe(int oid, TableDef table, ColumnDef column, List<Valued> values, int sampled, double nulls, long total,
            int target, PgType type, FormatContext format) {
        List<int[]> runs = new ArrayList<>();
        int start = 0;
        int once = 0;
        for (int i = 1; i <= values.size(); i++) {
            if (i < values.size() && DatumComparator.compare(type, values.get(i).value(), values.get(start).value()) == 0) continue;
            runs.add(new int[] {start, i - start});
            if (i - start == 1) once++;
            start = i;
        }
        String said = column.tuning().options().get("n_distinct");
        double distinct = said != null && Double.parseDouble(said) != 0 ? Double.parseDouble(said) : distinct(values.size(), runs.size(), once, total * (1 - nulls), total);
        List<int[]> common = new ArrayList<>(runs);
        common.sort((a, b) -> Integer.compare(b[1], a[1]));
        common.removeIf(run -> run[1] < 2);
        boolean all = once == 0 && distinct > 0 && runs.size() <= target;
        int kept = all ? runs.size() : common(common.subList(0, Math.min(target, common.size())), distinct, nulls, sampled, total);
        List<String> mcvValues = new ArrayList<>();
        List<Double> mcvFrequencies = new ArrayList<>();
        boolean[] isCommon = new boolean[values.size()];
        for (int[] run : common.subList(0, kept)) {
            mcvValues.add(text(values.get(run[0]).value(), type, format));
            mcvFrequencies.add((double) run[1] / sampled);
            java.util.Arrays.fill(isCommon, run[0], run[0] + run[1], true);
        }
        List<Object> rest = new ArrayList<>();
        for (int[] run : runs) {
            if (!isCommon[run[0]]) for (int i = 0; i < run[1]; i++) rest.add(values.get(run[0]).value());
        }
        List<String> bounds = new ArrayList<>();
        int buckets = Math.min(target, rest.size() - 1);
        if (buckets >= 1 && runs.size() - mcvValues.size() >= 2) {
            for (int i = 0; i <= buckets; i++) bounds.add(text(rest.get((int) ((long) i * (rest.size() - 1) / buckets)), type, format));
        }
        int width = type.length() > 0 ? type.length() : width(values, type, format);
        return new StatisticsDef(oid, table.oid(), column.number(), nulls, width, distinct, mcvValues, mcvFrequencies, bounds,
                correlation(values));
    }

    /**
     * How many of the candidates, most frequent first, are worth to be kept: the rarest goes as long as it is not clearly (by two standard deviations of
     * the hypergeometric distribution) more frequent than a value that is not in the list. All are kept where the sample is the table.
     */
    private static int common(List<int[]> candidates, double distinct, double nulls, long sampled, long total) {
        if (sampled == total || total <= 1) return candidates.size();
        double all = distinct < 0 ? -distinct * total : distinct;
        long others = 0;
        for (int[] run : candidates.subList(0, Math.max(0, candidates.size() - 1))) others += run[1];
        int kept = candidates.size();
        while (kept > 0) {
            double share = Math.clamp(1.0 - (double) others / sampled - nulls, 0, 1) / Math.max(1, all - (kept - 1));
            double count = candidates.get(kept - 1)[1];
            double population = (double) total * count / sampled;
            double variance = sampled * population * (total - population) * (total - sampled) / ((double) total * total * (total - 1));
            if (count > share * sampled + 2 * Math.sqrt(Math.max(0, variance)) + 0.5) break;
            kept--;
            if (kept > 0) others -= candidates.get(kept - 1)[1];
        }
        return kept;
    }

    /** Negative: a share of the rows, as pg_statistic has it. */
    private static double distinct(int sampled, int distinctSampled, int once, double totalNotNull, long total) {
        if (sampled >= totalNotNull) {
            return distinctSampled > 0.1 * total ? -(double) distinctSampled / total : distinctSampled;
        }
        if (once == sampled) return -totalNotNull / total;
        double n = sampled;
        double estimate = n * distinctSampled / (n - once + once * n / totalNotNull);
        estimate = Math.max(distinctSampled, Math.min(totalNotNull, estimate));
        return estimate > 0.1 * total ? -estimate / total : Math.rint(estimate);
    }

    private static double correlation(List<Valued> values) {
        double n = values.size();
        if (n < 2) return 1;
        double sum = 0;
        for (int i = 0; i < n; i++) sum += (double) i * values.get(i).order();
        double mean = 0;
        double squares = 0;
        for (Valued value : values) {
            mean += value.order();
            squares += (double) value.order() * value.order();
        }
        mean /= n;
        double xMean = (n - 1) / 2;
        double covariance = sum / n - xMean * mean;
        double deviations = Math.sqrt((n * n - 1) / 12) * Math.sqrt(Math.max(0, squares / n - mean * mean));
        return deviations == 0 ? 1 : Math.max(-1, Math.min(1, covariance / deviations));
    }

    private static int width(List<Valued> values, PgType type, FormatContext format) {
        long bytes = 0;
        int count = Math.min(values.size(), 1000);
        for (int i = 0; i < count; i++) bytes += text(values.get(i * (values.size() / count)).value(), type, format).length() + 1;
        return (int) (bytes / count);
    }

    private static String text(Object value, PgType type, FormatContext format) {
        ByteWriter out = new ByteWriter(32);
        TypeCodecs.of(type, format.types()).encodeText(value, format, out);
        return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
    }

    private static int existingOid(TableDef table, ColumnDef column, Scope scope) {
        for (StatisticsDef def : scope.context().catalog().all(StatisticsDef.class)) {
            if (def.tableOid() == table.oid() && def.column() == column.number()) return def.oid();
        }
        return scope.context().transaction().newOid();
    }
}
