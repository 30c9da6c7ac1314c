package io.craton.sql.session;

import io.craton.core.session.RowDescription;
import io.craton.core.type.PgType;
import io.craton.sql.syntax.ParsedStatement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named or unnamed prepared statement of a session. The plan is remade when the catalog has changed; a changed result is then 0A000, as in PostgreSQL.
 * One session's thread.
 */
final class PreparedStatement {
    final String name;
    final String sql;
    /** Null for an empty query string. */
    final @Nullable ParsedStatement parsed;
    /** As the client declared them; null elements are inferred. */
    final List<@Nullable PgType> declaredTypes;
    final boolean fromSql;
    final long preparedMicros;
    long executions;
    @Nullable PreparedPlan current;
    /** What {@link #current} was made under: search path, user and what else plans depend on. */
    Planner.@Nullable PlanningSettings settings;
    /** Of a statement that was prepared at another node and not planned here: what the client knows of it. */
    @Nullable Shape promised;

    /** What a client may have been told of a statement, and may not change. */
    record Shape(List<PgType> parameterTypes, @Nullable RowDescription columns) {}

    PreparedStatement(String name, String sql, @Nullable ParsedStatement parsed, List<@Nullable PgType> declaredTypes, boolean fromSql,
            long preparedMicros) {
        this.name = name;
        this.sql = sql;
        this.parsed = parsed;
        this.declaredTypes = declaredTypes;
        this.fromSql = fromSql;
        this.preparedMicros = preparedMicros;
    }

    @Nullable Shape shape() {
        PreparedPlan plan = current;
        return plan == null ? promised : new Shape(plan.parameterTypes(), plan.columns());
    }
}
