package io.craton.sql.plan;

import io.craton.sql.expr.OperatorTable;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.kernel.Comparison;
import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.CatalogObject.StatisticsDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Row counts and selectivities from exact table counts and ANALYZE's statistics; PostgreSQL's defaults without them. One planning, one thread. */
final class Estimates {
    private final ExecContext context;
    private @Nullable Map<Long, StatisticsDef> statistics;

    Estimates(ExecContext context) {
        this.context = context;
    }

    double rows(TableDef table) {
        return Math.max(1, context.transaction().rowCount(table));
    }

    private @Nullable StatisticsDef statistics(TableDef table, int column) {
        if (statistics == null) {
            statistics = new HashMap<>();
            for (StatisticsDef def : context.catalog().all(StatisticsDef.class)) {
                statistics.put((long) def.tableOid() << 16 | def.column(), def);
            }
        }
        return statistics.get((long) table.oid() << 16 | column);
    }

    /** Number of distinct values of a column. */
    double distinct(TableDef table, int attributeNumber) {
        StatisticsDef def = statistics(table, attributeNumber);
        double rows = rows(table);
        if (def == null || def.distinct() == 0) return Math.max(1, Math.min(rows, 200));
        return Math.max(1, def.distinct() < 0 ? -def.distinct() * rows : def.distinct());
    }

    /** Share of rows for which the condition holds, without knowing its columns. */
    static double selectivity(Scalar condition) {
        return switch (condition) {
            case Scalar.Call call -> {
                OperatorTable.Compare compare = OperatorTable.compare(call.function());
                yield compare == null ? 0.33 : compare.comparison() == Comparison.EQ ? 0.005
                        : compare.comparison() == Comparison.NE ? 0.995 : 0.333;
            }
            case Scalar.AnyAll any -> any.all() ? 0.5 : 0.02;
            case Scalar.IsNull test -> test.negated() ? 0.99 : 0.01;
            case Scalar.Not not -> 1 - selectivity(not.argument());
            case Scalar.Logical logical -> {
                double pass = 1;
                for (Scalar part : logical.arguments()) {
                    pass *= logical.kind() == Scalar.Logic.AND ? selectivity(part) : 1 - selectivity(part);
                }
                yield logical.kind() == Scalar.Logic.AND ? pass : 1 - pass;
            }
            default -> 0.5;
        };
    }

    static double selectivity(List<Scalar> conditions) {
        double pass = 1;
        for (Scalar condition : conditions) pass *= selectivity(condition);
        return pass;
    }
}
