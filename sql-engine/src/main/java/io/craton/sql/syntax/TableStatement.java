package io.craton.sql.syntax;

import io.craton.sql.syntax.SelectStatement.OnCommit;
import io.craton.sql.syntax.SelectStatement.Persistence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tables, indexes, views, sequences: CREATE, ALTER, and TRUNCATE. DROP, RENAME and the like are {@link ObjectStatement}s. */
public sealed interface TableStatement extends Statement {

    /** What stands between the parentheses of CREATE TABLE. */
    sealed interface TableElement {}

    /** {@code type} null in typed tables and partitions ({@code col WITH OPTIONS ..}). */
    record ColumnDefinition(
            String name,
            @Nullable TypeName type,
            @Nullable String compression,
            List<Option> foreignOptions,
            List<String> collation,
            List<Constraint> constraints,
            int position)
            implements TableElement {}

    record ConstraintElement(Constraint constraint) implements TableElement {}

    enum LikeOption { COMMENTS, COMPRESSION, CONSTRAINTS, DEFAULTS, IDENTITY, GENERATED, INDEXES, STATISTICS, STORAGE }

    /** LIKE source; {@code including} is what INCLUDING and EXCLUDING add up to. */
    record LikeElement(QualifiedName source, List<LikeOption> including, int position) implements TableElement {}

    record PartitionElement(
            @Nullable String column, @Nullable Expr expression, List<String> collation, List<String> operatorClass, int position) {}

    /** PARTITION BY strategy (..); the strategy is checked later, as written. */
    record PartitionBy(String strategy, List<PartitionElement> elements, int position) {}

    sealed interface PartitionBound {}

    record DefaultBound(int position) implements PartitionBound {}

    record HashBound(int modulus, int remainder, int position) implements PartitionBound {}

    record ListBound(List<Expr> values, int position) implements PartitionBound {}

    /** MINVALUE and MAXVALUE arrive as column references of these names, as in PostgreSQL. */
    record RangeBound(List<Expr> lower, List<Expr> upper, int position) implements PartitionBound {}

    /** {@code options} of WITH (..); {@code ofType} OF type; {@code partitionOf} with its bound; {@code server} only for foreign tables. */
    record CreateTable(
            Persistence persistence,
            boolean ifNotExists,
            QualifiedName name,
            List<TableElement> elements,
            List<QualifiedName> inherits,
            @Nullable QualifiedName ofType,
            @Nullable QualifiedName partitionOf,
            @Nullable PartitionBound bound,
            @Nullable PartitionBy partitionBy,
            @Nullable String accessMethod,
            List<Option> options,
            OnCommit onCommit,
            @Nullable String tablespace,
            @Nullable ForeignTable foreign)
            implements TableStatement {}

    record ForeignTable(String server, List<Option> options) {}

    /** CREATE TABLE AS and CREATE MATERIALIZED VIEW. {@code source} is a query or an EXECUTE. */
    record CreateTableAs(
            SelectStatement.IntoClause target, Statement source, boolean materializedView, boolean ifNotExists, boolean withData)
            implements TableStatement {}

    record RefreshMaterializedView(boolean concurrently, QualifiedName name, boolean withData) implements TableStatement {}

    /** ALTER {TABLE | INDEX | SEQUENCE | VIEW | MATERIALIZED VIEW | FOREIGN TABLE} with its list of commands. */
    record AlterTable(ObjectKind kind, boolean ifExists, QualifiedName name, boolean only, List<AlterTableCommand> commands)
            implements TableStatement {}

    /** ALTER TABLE ALL IN TABLESPACE. */
    record AlterAllInTablespace(
            ObjectKind kind, String tablespace, List<RoleSpec> ownedBy, String newTablespace, boolean nowait)
            implements TableStatement {}

    record CreateIndex(
            boolean unique,
            boolean concurrently,
            boolean ifNotExists,
            @Nullable String name,
            QualifiedName table,
            boolean only,
            String accessMethod,
            List<ModifyStatement.IndexElement> elements,
            List<ModifyStatement.IndexElement> include,
            boolean nullsNotDistinct,
            List<Option> options,
            @Nullable String tablespace,
            @Nullable Expr where)
            implements TableStatement {}

    enum CheckOption { NONE, LOCAL, CASCADED }

    /** A RECURSIVE view's query is already wrapped in its WITH RECURSIVE. */
    record CreateView(
            Persistence persistence,
            boolean orReplace,
            QualifiedName name,
            List<String> columns,
            List<Option> options,
            SelectStatement query,
            CheckOption checkOption)
            implements TableStatement {}

    /** Options by PostgreSQL's names: as, cache, cycle, increment, maxvalue, minvalue, owned_by, sequence_name, start, restart. */
    record CreateSequence(Persistence persistence, boolean ifNotExists, QualifiedName name, List<Option> options) implements TableStatement {}

    record AlterSequence(boolean ifExists, QualifiedName name, List<Option> options) implements TableStatement {}

    record Truncate(List<FromItem.RelationItem> relations, boolean restartIdentity, DropBehavior behavior) implements TableStatement {}

    /** Items are column references, function calls or parenthesised expressions. */
    record CreateStatistics(boolean ifNotExists, QualifiedName name, List<String> kinds, List<Expr> items, List<FromItem> from)
            implements TableStatement {}

    record AlterStatistics(boolean ifExists, QualifiedName name, int target) implements TableStatement {}
}
