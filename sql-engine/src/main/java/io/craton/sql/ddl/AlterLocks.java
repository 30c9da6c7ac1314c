package io.craton.sql.ddl;

import io.craton.sql.syntax.AlterTableCommand;
import io.craton.sql.syntax.Constraint;
import io.craton.sql.syntax.Expr;
import java.util.List;
import java.util.Set;

/** How strongly ALTER TABLE locks its table: by the strongest of its commands, with PostgreSQL's modes. What changes no row and no plan lets others write. */
final class AlterLocks {
    private static final int SHARE_UPDATE_EXCLUSIVE = 4;
    private static final int SHARE_ROW_EXCLUSIVE = 6;
    private static final int ACCESS_EXCLUSIVE = 8;

    private static final Set<String> SERIALS = Set.of("serial", "serial4", "bigserial", "serial8", "smallserial", "serial2");

    private AlterLocks() {}

    static int mode(List<AlterTableCommand> commands) {
        int mode = SHARE_UPDATE_EXCLUSIVE;
        for (AlterTableCommand command : commands) mode = Math.max(mode, mode(command));
        return mode;
    }

    /** Whether the command, if it writes rows again, can do so while others write: it takes the strong lock itself, at the end or where it writes none. */
    static boolean mayWriteRowsAgain(AlterTableCommand command) {
        return switch (command) {
            case AlterTableCommand.AlterColumnType type -> true;
            case AlterTableCommand.AddColumn add -> SERIALS.contains(add.column().type().names().getLast())
                    || add.column().constraints().stream().anyMatch(AlterLocks::mayDifferByRow);
            case AlterTableCommand.AddConstraint(Constraint.Unique unique) -> unique.primaryKey() && unique.existingIndex() == null;
            default -> false;
        };
    }

    private static boolean mayDifferByRow(Constraint constraint) {
        return switch (constraint) {
            case Constraint.Generated generated -> true;
            case Constraint.Identity identity -> true;
            case Constraint.Default value -> !isLiteral(value.value());
            default -> false;
        };
    }

    private static boolean isLiteral(Expr value) {
        return value instanceof Expr.TypeCast cast ? isLiteral(cast.argument()) : value instanceof Expr.Literal;
    }

    private static int mode(AlterTableCommand command) {
        return switch (command) {
            case AlterTableCommand.ValidateConstraint validate -> SHARE_UPDATE_EXCLUSIVE;
            case AlterTableCommand.SetStatistics set -> SHARE_UPDATE_EXCLUSIVE;
            case AlterTableCommand.SetColumnOptions set -> set.options().stream().anyMatch(option -> "craton".equals(option.namespace()))
                    ? ACCESS_EXCLUSIVE : SHARE_UPDATE_EXCLUSIVE;
            case AlterTableCommand.ClusterOn on -> SHARE_UPDATE_EXCLUSIVE;
            case AlterTableCommand.SetWithoutCluster without -> SHARE_UPDATE_EXCLUSIVE;
            case AlterTableCommand.SetOptions set -> set.options().stream().anyMatch(option -> option.name().equals("user_catalog_table"))
                    ? ACCESS_EXCLUSIVE : SHARE_UPDATE_EXCLUSIVE;
            case AlterTableCommand.SetTrigger set -> SHARE_ROW_EXCLUSIVE;
            case AlterTableCommand.AddConstraint(Constraint.ForeignKey key) -> SHARE_ROW_EXCLUSIVE;
            default -> ACCESS_EXCLUSIVE;
        };
    }
}
