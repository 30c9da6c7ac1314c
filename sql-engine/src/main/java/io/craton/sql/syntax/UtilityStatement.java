package io.craton.sql.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** COPY, EXPLAIN and maintenance. */
public sealed interface UtilityStatement extends Statement {
    /**
     * COPY. Either {@code relation} with {@code columns}, or {@code query}. {@code file} null: STDIN/STDOUT. Options of the old syntax arrive under the
     * new names (format, freeze, delimiter, null, header, quote, escape, force_quote, force_not_null, force_null, encoding).
     */
    record Copy(
            @Nullable QualifiedName relation,
            @Nullable Optimizable query,
            List<String> columns,
            boolean from,
            boolean program,
            @Nullable String file,
            List<Option> options,
            @Nullable Expr where)
            implements UtilityStatement {}

    record Explain(List<Option> options, Statement statement) implements UtilityStatement {}

    record VacuumRelation(QualifiedName relation, List<String> columns) {}

    /** VACUUM, or ANALYZE when not {@code vacuum}. Old-style words arrive as options full, freeze, verbose, analyze. */
    record Vacuum(boolean vacuum, List<Option> options, List<VacuumRelation> relations) implements UtilityStatement {}

    record Cluster(List<Option> options, @Nullable QualifiedName relation, @Nullable String index) implements UtilityStatement {}

    enum ReindexKind { INDEX, TABLE, SCHEMA, SYSTEM, DATABASE }

    record Reindex(List<Option> options, ReindexKind kind, boolean concurrently, QualifiedName name) implements UtilityStatement {}

    record Checkpoint() implements UtilityStatement {}

    record Load(String file) implements UtilityStatement {}
}
