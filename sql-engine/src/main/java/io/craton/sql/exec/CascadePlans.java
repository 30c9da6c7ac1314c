package io.craton.sql.exec;

import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.Scope;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writers of tables that foreign keys' actions change, made when first needed by one statement. */
public final class CascadePlans {
    /** Makes writers; the planner's part. */
    public interface Source {
        /** Of changes of these columns, or of deletions when there are none. Recomputes generated and hidden columns only. */
        TableWriter writer(ExecContext context, TableDef table, List<Integer> columns);

        /** The column's default, null when it has none. */
        @Nullable Evaluator defaultOf(ExecContext context, TableDef table, int attributeNumber);
    }

    private record Key(int table, List<Integer> columns) {}

    private final Map<Key, TableWriter> writers = new HashMap<>();

    private CascadePlans() {}

    private static Source source(Scope scope) {
        return (Source) scope.statement().shared(Source.class, () -> {
            throw new IllegalStateException("no source of cascade plans");
        });
    }

    static void install(io.craton.sql.expr.StatementState state, Source source) {
        state.shared(Source.class, () -> source);
    }

    static TableWriter writer(Scope scope, TableDef table, List<Integer> columns) {
        CascadePlans plans = scope.statement().shared(CascadePlans.class, CascadePlans::new);
        return plans.writers.computeIfAbsent(new Key(table.oid(), columns), key -> source(scope).writer(scope.context(), table, columns));
    }

    static @Nullable Object defaultValue(Scope scope, TableDef table, int attributeNumber) {
        Evaluator evaluator = source(scope).defaultOf(scope.context(), table, attributeNumber);
        return evaluator == null ? null : evaluator.value(scope, io.craton.sql.expr.RowView.EMPTY);
    }
}
