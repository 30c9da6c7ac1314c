package io.craton.sql.procedure;

import io.craton.core.type.PgType;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.PhysicalPlan;
import io.craton.sql.syntax.ParsedStatement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a piece of SQL became: valid under one version of the catalog and settings, and while the records it reads have the shape that they had.
 *
 * @param settings the host's planning key
 * @param used variables that it reads
 * @param shapes of the fields and rows of records that it reads
 */
public record Plan(long catalogVersion, Object settings, List<Shape> shapes, List<Integer> used, Work work) {
    public Plan {
        used = List.copyOf(used);
        shapes = List.copyOf(shapes);
    }

    /** A field with its type, or a whole record with the types and names of its fields. */
    public record Shape(int datum, PgType type) {}

    public sealed interface Work {
        /** @param changing what it calls may give another value each time */
        record Value(Evaluator evaluator, int typmod, boolean changing) implements Work {}

        record Query(ParsedStatement parsed, AnalyzedStatement.Query analyzed, PhysicalPlan plan) implements Work {
            List<Relation.Field> columns() {
                return analyzed.columns();
            }
        }

        record Utility(ParsedStatement parsed, AnalyzedStatement.Utility analyzed) implements Work {}
    }

    Work.@Nullable Query query() {
        return work instanceof Work.Query query ? query : null;
    }
}
