package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.AlterTableCommand;

/**
 * What ALTER TABLE calls a command in errors, and which kinds of relations it is for.
 *
 * @param kinds letters as in pg_class.relkind
 */
record AlterAction(String name, String kinds) {
    private static final String TABLES = "r";

    static AlterAction of(AlterTableCommand command) {
        return switch (command) {
            case AlterTableCommand.AddColumn _ -> new AlterAction("ADD COLUMN", "rc");
            case AlterTableCommand.DropColumn _ -> new AlterAction("DROP COLUMN", "rc");
            case AlterTableCommand.AlterColumnType _ -> new AlterAction("ALTER COLUMN ... SET DATA TYPE", "rc");
            case AlterTableCommand.SetColumnDefault _ -> new AlterAction("ALTER COLUMN ... SET DEFAULT", "rv");
            case AlterTableCommand.SetNotNull _ -> new AlterAction("ALTER COLUMN ... SET NOT NULL", TABLES);
            case AlterTableCommand.DropNotNull _ -> new AlterAction("ALTER COLUMN ... DROP NOT NULL", TABLES);
            case AlterTableCommand.DropExpression _ -> new AlterAction("ALTER COLUMN ... DROP EXPRESSION", TABLES);
            case AlterTableCommand.SetStatistics _ -> new AlterAction("ALTER COLUMN ... SET STATISTICS", "rmi");
            case AlterTableCommand.SetColumnOptions set -> new AlterAction("ALTER COLUMN ... " + (set.reset() ? "RESET" : "SET"), "rm");
            case AlterTableCommand.SetStorage _ -> new AlterAction("ALTER COLUMN ... SET STORAGE", "rm");
            case AlterTableCommand.SetCompression _ -> new AlterAction("ALTER COLUMN ... SET COMPRESSION", "rm");
            case AlterTableCommand.AddIdentity _ -> new AlterAction("ALTER COLUMN ... ADD IDENTITY", "rv");
            case AlterTableCommand.SetIdentity _ -> new AlterAction("ALTER COLUMN ... SET", "rv");
            case AlterTableCommand.DropIdentity _ -> new AlterAction("ALTER COLUMN ... DROP IDENTITY", "rv");
            case AlterTableCommand.SetColumnForeignOptions _ -> new AlterAction("ALTER COLUMN ... OPTIONS", "f");
            case AlterTableCommand.AddConstraint _ -> new AlterAction("ADD CONSTRAINT", TABLES);
            case AlterTableCommand.AlterConstraint _ -> new AlterAction("ALTER CONSTRAINT", TABLES);
            case AlterTableCommand.ValidateConstraint _ -> new AlterAction("VALIDATE CONSTRAINT", TABLES);
            case AlterTableCommand.DropConstraint _ -> new AlterAction("DROP CONSTRAINT", TABLES);
            case AlterTableCommand.SetWithoutOids _ -> new AlterAction("SET WITHOUT OIDS", TABLES);
            case AlterTableCommand.ClusterOn _ -> new AlterAction("CLUSTER ON", "rm");
            case AlterTableCommand.SetWithoutCluster _ -> new AlterAction("SET WITHOUT CLUSTER", "rm");
            case AlterTableCommand.SetLogged set -> new AlterAction(set.logged() ? "SET LOGGED" : "SET UNLOGGED", "rS");
            case AlterTableCommand.SetTrigger set -> new AlterAction(trigger(set), TABLES);
            case AlterTableCommand.SetRule set -> new AlterAction(firing(set.firing()) + "RULE", TABLES);
            case AlterTableCommand.Inherit inherit -> new AlterAction(inherit.add() ? "INHERIT" : "NO INHERIT", TABLES);
            case AlterTableCommand.OfType _ -> new AlterAction("OF", TABLES);
            case AlterTableCommand.NotOfType _ -> new AlterAction("NOT OF", TABLES);
            case AlterTableCommand.OwnerTo _ -> new AlterAction("OWNER TO", "rvmiSc");
            case AlterTableCommand.SetAccessMethod _ -> new AlterAction("SET ACCESS METHOD", "rm");
            case AlterTableCommand.SetTablespace _ -> new AlterAction("SET TABLESPACE", "rmi");
            case AlterTableCommand.SetOptions set -> new AlterAction(set.reset() ? "RESET" : "SET", "rvmi");
            case AlterTableCommand.ReplicaIdentity _ -> new AlterAction("REPLICA IDENTITY", "rm");
            case AlterTableCommand.RowSecurity security -> new AlterAction(switch (security.mode()) {
                case ENABLE -> "ENABLE ROW SECURITY";
                case DISABLE -> "DISABLE ROW SECURITY";
                case FORCE -> "FORCE ROW SECURITY";
                case NO_FORCE -> "NO FORCE ROW SECURITY";
            }, TABLES);
            case AlterTableCommand.SetForeignOptions _ -> new AlterAction("OPTIONS", "f");
            case AlterTableCommand.AttachPartition _ -> new AlterAction("ATTACH PARTITION", TABLES);
            case AlterTableCommand.DetachPartition _ -> new AlterAction("DETACH PARTITION", TABLES);
            case AlterTableCommand.AddAttribute _ -> new AlterAction("ADD COLUMN", "rc");
            case AlterTableCommand.DropAttribute _ -> new AlterAction("DROP COLUMN", "rc");
        };
    }

    private static String firing(AlterTableCommand.Firing firing) {
        return switch (firing) {
            case ORIGIN -> "ENABLE ";
            case ALWAYS -> "ENABLE ALWAYS ";
            case REPLICA -> "ENABLE REPLICA ";
            case DISABLED -> "DISABLE ";
        };
    }

    private static String trigger(AlterTableCommand.SetTrigger set) {
        return firing(set.firing()) + "TRIGGER" + switch (set.scope()) {
            case NAMED -> "";
            case ALL -> " ALL";
            case USER -> " USER";
        };
    }

    /** 42809 unless it is for such a relation. */
    void requireFor(char kind, String relation) {
        if (kinds.indexOf(kind) >= 0) return;
        throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "ALTER action " + name + " cannot be performed on relation \"" + relation + "\"")
                .withDetail("This operation is not supported for " + switch (kind) {
                    case 'v' -> "views";
                    case 'm' -> "materialized views";
                    case 'i' -> "indexes";
                    case 'S' -> "sequences";
                    case 'c' -> "composite types";
                    default -> "tables";
                } + ".").exception();
    }
}
