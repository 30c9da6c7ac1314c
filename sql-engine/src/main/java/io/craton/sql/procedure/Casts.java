package io.craton.sql.procedure;

import io.craton.core.type.PgType;
import io.craton.sql.analyze.RoutineAnalyzer;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Scalar;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of one type as values of another, as assignment in PL/pgSQL does it; compiled once for each pair of types. A session's, its thread. */
final class Casts {
    private static final int KEPT_MAX = 1024;

    private record Pair(int from, int fromTypmod, int to, int toTypmod) {}

    private final Host host;
    private final Map<Pair, Evaluator> known = new HashMap<>();
    private long catalogVersion;
    private Object settings = new Object();

    Casts(Host host) {
        this.host = host;
    }

    @Nullable Object cast(@Nullable Object value, PgType from, int fromTypmod, PgType to, int toTypmod, ExecContext context) {
        boolean same = from.oid() == to.oid() && (toTypmod < 0 || toTypmod == fromTypmod);
        if (same) return value;
        if (value == null && to.kind() != 'd') return null;
        if (context.catalog().version() != catalogVersion || !settings.equals(host.planningKey()) || known.size() > KEPT_MAX) {
            known.clear();
            catalogVersion = context.catalog().version();
            settings = host.planningKey();
        }
        Pair pair = new Pair(from.oid(), fromTypmod, to.oid(), toTypmod);
        Evaluator evaluator = known.get(pair);
        if (evaluator == null) {
            evaluator = host.evaluator(RoutineAnalyzer.assignment(new Scalar.CaseOperand(from, fromTypmod), to, toTypmod, host.names()), context);
            known.put(pair, evaluator);
        }
        Scope scope = new Scope(context, null);
        scope.caseOperand(value);
        return evaluator.value(scope, RowView.EMPTY);
    }
}
