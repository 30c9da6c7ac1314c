package io.craton.sql.syntax;

import io.craton.sql.syntax.Statement.DropBehavior;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One command of ALTER TABLE and its relatives (ALTER TYPE's attributes too). */
public sealed interface AlterTableCommand {
    record AddColumn(boolean ifNotExists, TableStatement.ColumnDefinition column) implements AlterTableCommand {}

    record DropColumn(boolean ifExists, String column, DropBehavior behavior) implements AlterTableCommand {}

    /** SET DATA TYPE. */
    record AlterColumnType(
            String column, TypeName type, List<String> collation, @Nullable Expr using, DropBehavior behavior, int position)
            implements AlterTableCommand {}

    /** {@code value} null: DROP DEFAULT. */
    record SetColumnDefault(String column, @Nullable Expr value) implements AlterTableCommand {}

    record SetNotNull(String column) implements AlterTableCommand {}

    record DropNotNull(String column) implements AlterTableCommand {}

    record DropExpression(String column, boolean ifExists) implements AlterTableCommand {}

    /** By name, or by number ({@code columnNumber} not 0) for expression columns of indexes. */
    record SetStatistics(@Nullable String column, int columnNumber, int target) implements AlterTableCommand {}

    record SetColumnOptions(String column, List<Option> options, boolean reset) implements AlterTableCommand {}

    record SetStorage(String column, String storage) implements AlterTableCommand {}

    record SetCompression(String column, String compression) implements AlterTableCommand {}

    record AddIdentity(String column, Constraint.Identity identity) implements AlterTableCommand {}

    /** Sequence options; {@code generated} ("always" or "by default") arrives as option "generated". */
    record SetIdentity(String column, List<Option> options) implements AlterTableCommand {}

    record DropIdentity(String column, boolean ifExists) implements AlterTableCommand {}

    record SetColumnForeignOptions(String column, List<Option> options) implements AlterTableCommand {}

    record AddConstraint(Constraint constraint) implements AlterTableCommand {}

    record AlterConstraint(String name, Constraint.Attributes attributes) implements AlterTableCommand {}

    record ValidateConstraint(String name) implements AlterTableCommand {}

    record DropConstraint(boolean ifExists, String name, DropBehavior behavior) implements AlterTableCommand {}

    record SetWithoutOids() implements AlterTableCommand {}

    record ClusterOn(String index) implements AlterTableCommand {}

    record SetWithoutCluster() implements AlterTableCommand {}

    record SetLogged(boolean logged) implements AlterTableCommand {}

    enum Firing { ORIGIN, ALWAYS, REPLICA, DISABLED }

    enum TriggerScope { NAMED, ALL, USER }

    record SetTrigger(Firing firing, TriggerScope scope, @Nullable String name) implements AlterTableCommand {}

    record SetRule(Firing firing, String name) implements AlterTableCommand {}

    record Inherit(QualifiedName parent, boolean add) implements AlterTableCommand {}

    record OfType(QualifiedName type) implements AlterTableCommand {}

    record NotOfType() implements AlterTableCommand {}

    record OwnerTo(RoleSpec owner) implements AlterTableCommand {}

    record SetAccessMethod(String method) implements AlterTableCommand {}

    record SetTablespace(String tablespace) implements AlterTableCommand {}

    record SetOptions(List<Option> options, boolean reset) implements AlterTableCommand {}

    enum ReplicaIdentityKind { NOTHING, FULL, DEFAULT, INDEX }

    record ReplicaIdentity(ReplicaIdentityKind kind, @Nullable String index) implements AlterTableCommand {}

    enum RowSecurityMode { ENABLE, DISABLE, FORCE, NO_FORCE }

    record RowSecurity(RowSecurityMode mode) implements AlterTableCommand {}

    record SetForeignOptions(List<Option> options) implements AlterTableCommand {}

    /** {@code bound} null for indexes. */
    record AttachPartition(QualifiedName partition, TableStatement.@Nullable PartitionBound bound) implements AlterTableCommand {}

    record DetachPartition(QualifiedName partition, boolean concurrently, boolean finalizing) implements AlterTableCommand {}

    record AddAttribute(FromItem.ColumnDefinitionItem attribute, DropBehavior behavior) implements AlterTableCommand {}

    record DropAttribute(boolean ifExists, String name, DropBehavior behavior) implements AlterTableCommand {}
}
